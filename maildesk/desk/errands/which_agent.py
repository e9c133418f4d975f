"""Which agent is meant by a name, the part of one, or an address? Pure: it asks the configuration alone."""

from maildesk.config import AgentSettings, Settings


def agents_named(settings: Settings, name: str) -> list[AgentSettings]:
    """All who may be meant: one where the name is exact, none for an empty one."""
    wanted = name.casefold().strip().lstrip("@").rstrip(".,;!")
    if not wanted:
        return []
    if at_address := settings.agent_of(wanted):
        return [at_address]
    exact = [one for one in settings.agent if wanted in (one.name.casefold(), local_part(one))]
    return exact or [one for one in settings.agent if one.name.casefold().startswith(wanted)]


def local_part(agent: AgentSettings) -> str:
    """What stands before the @: the shortest name of an agent."""
    return agent.email.casefold().partition("@")[0]

"""Who works here, and how do they hear of trouble? From [desk] and [[agent]] alone."""

from collections import Counter
from collections.abc import Iterator

from maildesk.checks.finding import Finding, ok, warn
from maildesk.config import AgentSettings, DeskSettings, Settings
from maildesk.open_domains import OPEN_TO_ALL
from maildesk.settings_file import Configuration


def check_desk(configuration: Configuration) -> Iterator[Finding]:
    desk = configuration.settings.desk
    yield ok("desk.address", f"{desk.address}, letters in {', '.join(desk.languages)}, first {desk.languages[0]}")
    if desk.operator:
        yield ok("desk.operator", desk.operator)
    else:
        yield warn(
            "desk.operator",
            "nobody is told of mail that is held or of trouble that lasts",
            'write the address of whoever runs the desk: operator = "ops@..."',
        )
    yield _subaddress(desk)
    yield from _domain_of_staff(configuration.settings)


def check_agents(configuration: Configuration) -> Iterator[Finding]:
    """Two of one address are refused when the configuration is read; what is left is what orders cannot tell apart."""
    agents = configuration.settings.agent
    if not agents:
        found = "nobody: mail becomes tickets, and no one is told or may answer"
        yield warn("agent", found, "write an [[agent]] table with the email of each person who answers")
        return
    managers = [agent.email for agent in agents if agent.manager]
    if not managers:
        found = "no manager: late tickets and digests have nobody to go to"
        yield warn("agent.manager", found, "write manager = true for at least one agent")
    yield from _alike(agents)
    yield ok("agent", f"{len(agents)}, of them {len(managers)} managing")


def _subaddress(desk: DeskSettings) -> Finding:
    if desk.subaddress != "none":
        local, _, domain = desk.address.partition("@")
        return ok("desk.subaddress", f"answers go to {local}{desk.subaddress}...@{domain}")
    found = "none: letters carry no signed address, so answers are matched by References and subject number alone, "
    found += "agents are not proven by their answers, and ratings and notes have no address of their own"
    tag = "" if desk.subject_tag == "always" else ', or at least write subject_tag = "always"'
    return warn("desk.subaddress", found, f'let the mail server deliver support+...@ and write subaddress = "+"{tag}')


def _domain_of_staff(settings: Settings) -> Iterator[Finding]:
    """Whoever stands on a ticket has an address of his own at the desk's domain. Where that is the domain of those who
    work here, other services take it for proof that he does, too (Ticket Trick, threats T1)."""
    staff = {one.lower().rpartition("@")[2] for agent in settings.agent for one in (agent.email, *agent.aliases)}
    shared = {address for address in settings.own_addresses if address.rpartition("@")[2] in staff - OPEN_TO_ALL}
    if not shared or settings.desk.subaddress == "none":
        return
    yield warn(
        "desk.address",
        f"{', '.join(sorted(shared))} at the domain of your staff: customers get an address of their own there, which "
        "services that let in everybody of a domain take for a colleague's; their codes are held here",
        f"give the desk a subdomain, such as support@help.{settings.desk.address.rpartition('@')[2]}, or let no "
        "service take an address of this domain for proof",
    )


def _alike(agents: tuple[AgentSettings, ...]) -> Iterator[Finding]:
    names = Counter(agent.name.casefold() for agent in agents)
    for agent in agents:
        if names.pop(agent.name.casefold(), 1) > 1:
            same = [other.email for other in agents if other.name.casefold() == agent.name.casefold()]
            found = f"{agent.name} is the name of {', '.join(same)}: #assign cannot tell them apart by it"
            yield warn("agent.name", found, "give each a name of their own")

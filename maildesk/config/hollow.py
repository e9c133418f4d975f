"""What is written and says nothing, where it could as well be left out: whoever wrote it meant something else by it.

An agent without hours is never at work, or has those of the desk; a priority without times promises nothing, or what
the next one does. It looks at the tables as they were read, not at the models, which know no more who wrote what.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from maildesk.config.conflicts import Conflict
from maildesk.config.promises import NO_TARGETS
from maildesk.vocabulary import Priority

_NO_HOURS: Final = (
    'leaves no time to work: write "Mon-Fri 08:00-16:00", or take the line away for the hours of the desk; '
    "who is to be given nothing by itself has max_open = 0"
)


def hollow_in(tables: Mapping[str, Any]) -> Iterator[Conflict]:
    """The key of each, and what to write instead. What has the wrong type is left to the models."""
    agents, sla = tables.get("agent"), tables.get("sla")
    for number, agent in enumerate(agents if isinstance(agents, list) else ()):
        if isinstance(agent, dict) and _says_nothing(agent.get("hours", "left out")):
            yield ("agent", number, "hours"), _NO_HOURS
    for priority in Priority:
        target = sla.get(priority) if isinstance(sla, dict) else None
        if isinstance(target, dict) and all(map(_says_nothing, target.values())):
            yield ("sla", priority), NO_TARGETS


def _says_nothing(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()

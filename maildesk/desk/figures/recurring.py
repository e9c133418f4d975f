"""What comes again and again? Causes of what was solved, and incidents so much alike that a problem may be behind."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from maildesk.desk.figures.rows import TicketRow
from maildesk.vocabulary import TicketType

#: So many alike are no chance.
LEAST_ALIKE: Final = 3
MOST_LINES: Final = 5
_REPLY: Final = re.compile(r"\s*(?:re|aw|sv|vs|fw|fwd|vb|회신|답장|전달)\s*[:：]\s*", re.I)
_NUMBERS: Final = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class CauseCount:
    cause: str
    n: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Incidents without a problem that share service and category, or their subject."""

    what: str
    tickets: tuple[int, ...]


def causes(ended: Iterable[TicketRow]) -> tuple[CauseCount, ...]:
    """The most frequent causes of what ended in the period; those that nobody named are not counted."""
    counted = Counter(cause for row in ended if (cause := (row.cause or row.category).strip().casefold()))
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple(CauseCount(cause, n) for cause, n in ranked[:MOST_LINES] if n > 1)


def candidates(opened: Iterable[TicketRow], explained: frozenset[int]) -> tuple[Candidate, ...]:
    """Groups of incidents of the period that may have one cause, the largest first."""
    groups: dict[str, list[int]] = {}
    for row in opened:
        if row.type == TicketType.INCIDENT and row.number not in explained and not row.merged:
            groups.setdefault(_likeness(row), []).append(row.number)
    found = [Candidate(what, tuple(sorted(n))) for what, n in groups.items() if what and len(n) >= LEAST_ALIKE]
    return tuple(sorted(found, key=lambda one: (-len(one.tickets), one.what))[:MOST_LINES])


def _likeness(row: TicketRow) -> str:
    named = " · ".join(word for word in (row.service, row.category) if word)
    return named or _NUMBERS.sub(" ", _REPLY.sub("", row.subject)).strip().casefold()

"""An event as people read it: what its text says, taken apart. The words for it stand in templates/receipt. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from maildesk.notify.why import in_words
from maildesk.vocabulary import EventKind as E

#: Characters of one row.
LONGEST: Final = 300
#: Its text is a reason (maildesk.reason).
REASONED: Final = frozenset(
    {
        *(E.OPENED, E.ACKNOWLEDGED, E.SILENCED, E.TRIAGED, E.CUSTOMER_ANSWERED, E.THIRD_PERSON_WROTE, E.REOPENED),
        *(E.TAKEN, E.PASSED, E.OFFERED, E.SAME_PERSON, E.HELD, E.CROSSED, E.PREVIEWED, E.AUTOMATIC_NOTED),
        *(E.WARNED, E.BREACHED, E.ESCALATED, E.SURVEYED, E.EXPIRED, E.RESUMED, E.PLAN_DUE, E.HELP_ASKED),
        *(E.SUPPRESSED, E.RESPONSE_WITHDRAWN, E.ASKED_ABOUT, E.ERASED, E.REVOKED),
    }
)
#: Its text is somebody, and behind a colon why he, or why he is not reached.
_NAMED: Final = frozenset({E.JOINED, E.SUGGESTED, E.ASSIGNED, E.DELAYED, E.UNDELIVERED})
#: How a ticket belongs to the one behind the colon, in English.
LINKS: Final[Mapping[str, str]] = {
    "related": "linked to",
    "related_here": "linked to",
    "problem": "belongs to the problem",
    "problem_here": "a problem now; to it belongs",
    "problem_before": "does not belong any more to the problem",
    "problem_not_here": "to it does not belong any more",
    "problem_now": "is a problem now",
    "solved_with": "solved with the problem",
}


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done: the kind of its event, the field with its old and new value, a time, and why."""

    kind: str
    what: str = ""
    old: str = ""
    new: str = ""
    at: datetime | None = None
    #: As it is stored (maildesk.reason).
    reason: str = ""


def short(text: str) -> str:
    """One line of it, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def done_of(kind: str, text: str, zone: tzinfo) -> Done:
    """What the event says; times in this zone."""
    if kind in REASONED:
        return Done(kind, reason=text)
    read = _READ.get(kind)
    return read(kind, text, zone) if read else Done(kind, new=short(text.removeprefix(": ").removeprefix("into ")))


def event_in_words(kind: str, text: str) -> str:
    """The text of an event in English, as the operator's commands show it."""
    if kind in REASONED:
        return in_words(text, "en")
    named, between, why = text.partition(": ")
    if kind == E.LINKED:
        return f"{LINKS.get(named, named)} {why}".rstrip()
    return f"{named}: {in_words(why, 'en')}" if between and kind in _NAMED else text


def _changed(kind: str, text: str, zone: tzinfo) -> Done:
    what, _, change = text.partition(": ")
    old, _, new = change.partition(" -> ")
    return Done(kind, what, short(old), short(new))


def _linked(kind: str, text: str, zone: tzinfo) -> Done:
    """ "related: #1031": how they belong together is what is to be said."""
    how, _, other = text.partition(": ")
    return Done(how, new=short(other))


def _named(kind: str, text: str, zone: tzinfo) -> Done:
    names, _, why = text.partition(": ")
    return Done(kind, new=short(names), reason=why)


def _new_requester(kind: str, text: str, zone: tzinfo) -> Done:
    return Done(kind, new=short(text.partition(" -> ")[2]))


def _not_understood(kind: str, text: str, zone: tzinfo) -> Done:
    """The lines; what was wrong with each, its writer was told."""
    return Done(kind, new=short(", ".join(line.partition(" - ")[0] for line in text.split("\n"))))


def _reminded(kind: str, text: str, zone: tzinfo) -> Done:
    return Done(kind, at=_time(text.partition(" ")[2], zone))


def _dated(kind: str, text: str, zone: tzinfo) -> Done:
    """It begins with a time (ISO 8601)."""
    at = _time(text[:25], zone)
    return Done(kind, new=short(text[25:].removeprefix(": ") if at else text), at=at)


def _time(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(zone)
    except ValueError:
        return None


_READ: Final[Mapping[str, Callable[[str, str, tzinfo], Done]]] = {
    E.CHANGED: _changed,
    E.LINKED: _linked,
    E.REQUESTER_CHANGED: _new_requester,
    E.NOT_UNDERSTOOD: _not_understood,
    E.REMINDED: _reminded,
    **dict.fromkeys(_NAMED, _named),
    **dict.fromkeys(("away", E.ON_HOLD, E.OUTAGE_BEGAN, E.OUTAGE_OVER, E.PLANNED, E.PROMISED, E.SNOOZED), _dated),
}

"""What an agent reads after a mail with commands: what was done, who was told, how to take it back, and what he asked.

Plain values, put together by the desk; it looks nothing up. The words stand in templates/receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from maildesk.mail import Address
from maildesk.notify.compose import Enclosure

#: Rows of one answer; `maildesk why` and `ticket show` tell the rest.
MOST_ROWS: Final = 60
#: Characters of one row.
LONGEST: Final = 300
#: The events whose text begins with a time (ISO 8601).
_DATED: Final = frozenset({"away", "on_hold", "planned", "snoozed"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an answer; which of these are set is the topic's."""

    at: datetime | None = None
    number: int | None = None
    what: str = ""
    status: str = ""
    priority: str = ""
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked: `topic` is the word of the command; `more` rows are left out."""

    topic: str
    rows: tuple[Row, ...] = ()
    more: int = 0

    def with_more(self, more: int) -> "Answer":
        """The same, where its rows were chosen before."""
        return Answer(self.topic, self.rows, more)


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done: the kind of its event, the field with its old and new value, a time."""

    kind: str
    what: str = ""
    old: str = ""
    new: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Receipt:
    """Grows while a mail is obeyed."""

    commands: tuple[str, ...] = ()
    #: (kind, text) of the events, in their order.
    happened: tuple[tuple[str, str], ...] = ()
    #: The same for what has no event, because it is about no ticket.
    said: list[tuple[str, str]] = field(default_factory=list)
    #: Command lines that take it back, all together.
    undo: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    #: Who got a letter because of it.
    told: tuple[Address, ...] = ()
    files: list[Enclosure] = field(default_factory=list)

    def tells(self, name: str, address: str) -> None:
        """He gets a letter because of it."""
        self.told = tuple(dict.fromkeys((*self.told, Address(name, address))))


def answer_of(topic: str, rows: Sequence[Row]) -> Answer:
    """As many rows as a letter holds, the first first."""
    return Answer(topic, tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))


def short(text: str) -> str:
    """One line of it, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def facts_of_receipt(receipt: Receipt, title: str, zone: tzinfo) -> dict[str, object]:
    """The values for the letter; `title` is the ticket's subject, "" where it is about none."""
    return {
        "title": title,
        "commands": receipt.commands,
        "done": tuple(done_of(kind, text, zone) for kind, text in (*receipt.said, *receipt.happened)),
        "told": receipt.told,
        "undo": tuple(receipt.undo),
        "answers": tuple(receipt.answers),
        "files": tuple(file.filename for file in receipt.files),
    }


def done_of(kind: str, text: str, zone: tzinfo) -> Done:
    """An event as people read it: what its text says, taken apart."""
    if kind == "changed":
        what, _, change = text.partition(": ")
        old, _, new = change.partition(" -> ")
        return Done(kind, what, short(old), short(new))
    if kind == "linked":
        # "related: #1031": how they belong together is what is to be said.
        kind, _, text = text.partition(": ")
    if kind == "requester_changed":
        text = text.partition(" -> ")[2]
    if kind in _DATED and (at := _time(text[:25], zone)):
        return Done(kind, new=short(text[25:].removeprefix(": ")), at=at)
    return Done(kind, new=short(text.removeprefix(": ").removeprefix("into ")))


def _time(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(zone)
    except ValueError:
        return None

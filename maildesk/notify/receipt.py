"""What an agent reads after a mail with commands: what was done, who was told, how to take it back, and what he asked.

Plain values, put together by the desk; it looks nothing up. The words stand in templates/receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from maildesk.mail import Address
from maildesk.notify.compose import Enclosure
from maildesk.notify.happened import Done, done_of

#: Rows of one answer; `maildesk why` and `ticket show` tell the rest.
MOST_ROWS: Final = 60


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
    #: Why, as it is stored (maildesk.reason).
    reason: str = ""
    #: An event, as people read it.
    done: Done | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked: `topic` is the word of the command; `more` rows are left out."""

    topic: str
    rows: tuple[Row, ...] = ()
    more: int = 0

    def with_more(self, more: int) -> "Answer":
        """The same, where its rows were chosen before."""
        return Answer(self.topic, self.rows, more)


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
    #: The mail that was let go will be answered by a receipt of its own, which says more.
    follows: bool = False

    def tells(self, name: str, address: str) -> None:
        """He gets a letter because of it."""
        self.told = tuple(dict.fromkeys((*self.told, Address(name, address))))


def answer_of(topic: str, rows: Sequence[Row]) -> Answer:
    """As many rows as a letter holds, the first first."""
    return Answer(topic, tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))


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

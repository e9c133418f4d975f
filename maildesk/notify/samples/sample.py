"""What a sample letter is. It composes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from maildesk.notify.samples.people import OSLO
from maildesk.vocabulary import NoticeKind

#: What every letter says.
FROM_DESK: Final = {"desk_name": "Acme Support"}
WRITTEN: Final = datetime(2024, 3, 5, 9, 4, tzinfo=OSLO)


class Sample(NamedTuple):
    """A letter under a name of its own; `subject` is empty where the template has one."""

    name: str
    kind: NoticeKind
    subject: str
    facts: Mapping[str, object]
    #: Is the letter about a ticket?
    ticket: bool = True


@dataclass(frozen=True, slots=True)
class Misread:
    """A line of a mail that was not understood."""

    line: str
    problem: str
    suggestion: str = ""

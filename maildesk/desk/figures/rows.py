"""What the figures are made of: plain facts of the rows of a period, as find.py reads them. No behaviour.

All times are aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from maildesk.vocabulary import Metric, Priority, Status

ENDED = frozenset({Status.RESOLVED, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket that was opened or ended in the time looked at, or is open."""

    number: int
    subject: str
    #: Name or address.
    requester: str
    status: Status
    priority: Priority
    type: str
    queue: str
    service: str
    category: str
    cause: str
    #: Id of the agent's person; None: nobody's.
    agent: int | None
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    merged: bool
    planned_at: datetime | None
    resume_at: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A ticket began to count as open, or ceased to."""

    ticket: int
    at: datetime
    #: Open from now on, or ended?
    opens: bool


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One clock of one ticket: what was promised until when, and when it was done."""

    ticket: int
    metric: Metric
    priority: Priority
    queue: str
    started_at: datetime
    due_at: datetime
    done_at: datetime | None
    #: The clock stands, so there is no date.
    paused: bool


@dataclass(frozen=True, slots=True)
class RatingRow:
    ticket: int
    subject: str
    #: 1 to 5.
    score: int
    words: str
    at: datetime
    agent: int | None


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An incident that took a service away; `end` None: it still does."""

    ticket: int
    service: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Books:
    """What came in and what went out in the period, for whoever wants to trust the other numbers."""

    received: int
    #: Disposition of each mail; "waiting" for those that are not processed.
    dispositions: Mapping[str, int]
    #: Held at this moment, whenever they came.
    held: int
    sent: int
    #: Letters that came back, that were refused, and of which nobody knows.
    bounced: int
    refused: int
    uncertain: int
    last_received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that was read; the rows of the period before it too, to compare with."""

    tickets: Mapping[int, TicketRow]
    turns: tuple[Turn, ...]
    #: At the moment of reading.
    open_now: int
    promises: tuple[PromiseRow, ...]
    ratings: tuple[RatingRow, ...]
    #: When somebody was asked for a rating, and whether he has answered.
    asked: tuple[tuple[datetime, bool], ...]
    #: (promised, first response or None) of the acknowledgements that named a time.
    acknowledged: tuple[tuple[datetime, datetime | None], ...]
    outages: tuple[OutageRow, ...]
    #: Incidents that hang on a problem already.
    explained: frozenset[int]
    books: Books
    #: Names of agents, by the id of their person.
    names: Mapping[int, str]

"""What was before: the words on a ticket until now, and the earlier tickets of its requester. Reads only.

Whoever is outside sees of it what others may know (threats 3.3): public words of people on the ticket, none from before
he was taken in, none that might not be from whom they name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.model import Deadline, Message, Person, Ticket
from maildesk.vocabulary import DeadlineLevel, DeadlineState, Direction, Metric, Status

#: Messages that an agent is shown, and those that a requester is.
MOST_SHOWN = 6
MOST_QUOTED = 2
#: Tickets of a requester that are named, and counted.
MOST_TICKETS = 3
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message on a ticket, with its author."""

    author: Address
    author_id: int
    at: datetime
    public: bool
    words: str
    #: In the name of somebody who was not proven, or was another.
    doubtful: bool
    from_outside: bool


@dataclass(frozen=True, slots=True)
class EarlierTicket:
    """Another ticket of the same requester."""

    number: int
    title: str
    status: Status


@dataclass(frozen=True, slots=True)
class Before:
    """`spoken` is in its order; `tickets` are the newest ones of `count`; `due_at` is the next deadline."""

    spoken: tuple[Spoken, ...] = ()
    tickets: tuple[EarlierTicket, ...] = ()
    count: int = 0
    due_at: datetime | None = None


def before(session: Session, ticket: Ticket, message: Message | None, due_at: datetime | None, *, new: bool) -> Before:
    """Everything until this message, or until now. On a `new` ticket nobody spoke before its first message."""
    until = {"ticket": ticket.id, "message": message.id if message else 1 << 62}
    rows = [] if new and message else session.connection().execute(_SPOKEN, until).all()
    mine = {"requester": ticket.requester_id, "ticket": ticket.id}
    tickets = session.connection().execute(_TICKETS, mine).all()
    count = session.connection().scalar(_COUNT, mine) or 0 if len(tickets) == MOST_TICKETS else len(tickets)
    return Before(
        tuple(map(_spoken, reversed(rows))),
        tuple(EarlierTicket(number, title, Status(status)) for number, title, status in tickets),
        count,
        due_at,
    )


def due_at_of(ticket: BindParameter[int]) -> Select[datetime]:
    """Asks for the next deadline of a ticket; the requester's own turn is none of ours."""
    return (
        select(func.min(Deadline.due_at))
        .where(Deadline.ticket_id == ticket, Deadline.level == DeadlineLevel.DUE)
        .where(or_(Deadline.state == DeadlineState.WAITING, Deadline.state == DeadlineState.FIRED))
        .where(Deadline.metric != Metric.WAITING)
    )


def may_be_quoted(spoken: Sequence[Spoken], since: Mapping[int, datetime], to: int) -> tuple[Spoken, ...]:
    """What the person `to` may read of it again. `since`: the people on the ticket, and since when each is."""
    joined = since.get(to)
    if joined is None:
        return ()
    shared = [
        one
        for one in spoken
        if one.public
        and one.words.strip()
        and one.at > joined
        and not one.doubtful
        and (not one.from_outside or one.author_id in since)
    ]
    return tuple(shared[-MOST_QUOTED:])


def _spoken(row: Any) -> Spoken:
    return Spoken(
        author=Address(row.name, row.address),
        author_id=row.author_id,
        at=row.at,
        public=row.public,
        words=row.text,
        doubtful=bool(row.doubt) or row.via_id is not None,
        from_outside=row.direction == Direction.IN,
    )


_SPOKEN = (
    select(
        Person.name,
        Person.address,
        Message.author_id,
        Message.at,
        Message.public,
        Message.text,
        Message.doubt,
        Message.via_id,
        Message.direction,
    )
    .join(Person, Person.id == Message.author_id)
    .where(Message.ticket_id == bindparam("ticket"), Message.id < bindparam("message"))
    # What its author took back was never said.
    .where(Message.withdrawn_at.is_(None))
    .order_by(Message.id.desc())
    .limit(MOST_SHOWN)
)
_THEIRS = (Ticket.requester_id == bindparam("requester"), Ticket.id != bindparam("ticket"))
_TICKETS = select(Ticket.id, Ticket.subject, Ticket.status).where(*_THEIRS).order_by(Ticket.id.desc())
_TICKETS = _TICKETS.limit(MOST_TICKETS)
_COUNT = select(func.count()).select_from(select(Ticket.id).where(*_THEIRS).limit(MOST_COUNTED).subquery())

"""Reads what the figures are made of: the rows of two periods, and of the tickets that are open. Reads only.

Every question goes by an index, so a desk with a million old tickets is read as fast as a young one; only a report
about a time long past has to read what happened since.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from maildesk.desk.figures.backlog import first_moment
from maildesk.desk.figures.find_books import books_of
from maildesk.desk.figures.find_outages import outages_of
from maildesk.desk.figures.kept import PROMISES
from maildesk.desk.figures.period import Period
from maildesk.desk.figures.rows import (
    ENDED,
    PromiseRow,
    RatingRow,
    Rows,
    TicketRow,
    Turn,
)
from maildesk.model import Deadline, Event, Person, Ticket, TicketLink
from maildesk.vocabulary import (
    DeadlineState,
    EventKind,
    Metric,
    Priority,
    Status,
    TicketType,
)

_OPEN: Final = [status for status in Status if status not in ENDED]
#: So far ahead acknowledgements promise at most, with all the holidays of a spring.
_AHEAD: Final = timedelta(days=21)
#: Numbers in one question; databases have limits.
_CHUNK: Final = 500


def snapshot(session: Session) -> None:
    """All that is read from here on is of one moment. For a session that has not asked anything yet."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def rows_of(session: Session, period: Period) -> Rows:
    """Everything that the figures of a period need, and of the one before."""
    since = min(period.previous().begin, first_moment(period))
    tickets = _tickets(session, since)
    promises = {row.id: row for row in _promises(session, since)}
    missing = {row.ticket_id for row in promises.values()} - tickets.keys()
    about = tickets | _tickets_by_number(session, missing)
    return Rows(
        tickets=tickets,
        turns=tuple(_turns(session, since, frozenset(n for n, row in tickets.items() if row.opened_at >= since))),
        open_now=session.scalar(select(func.count()).where(Ticket.status.in_(_OPEN))) or 0,
        promises=tuple(_promise(row, about[row.ticket_id]) for row in promises.values()),
        ratings=tuple(_ratings(session, period.previous().begin)),
        asked=tuple(_asked(session, period)),
        acknowledged=tuple(_acknowledged(session, period)),
        outages=tuple(outages_of(session, period)),
        explained=_explained(session, period),
        books=books_of(session, period),
        names=_names(session, tickets.values()),
    )


#: A TicketRow, field by field.
_COLUMNS: Final = (
    Ticket.id.label("number"),
    Ticket.subject,
    func.coalesce(func.nullif(Person.name, ""), Person.address).label("requester"),
    Ticket.status,
    Ticket.priority,
    Ticket.type,
    Ticket.queue,
    Ticket.service,
    Ticket.category,
    Ticket.cause,
    Ticket.agent_id.label("agent"),
    Ticket.opened_at,
    Ticket.first_response_at,
    Ticket.resolved_at,
    Ticket.merged_into_id.is_not(None).label("merged"),
    Ticket.planned_at,
    Ticket.resume_at,
)


def _tickets(session: Session, since: datetime) -> dict[int, TicketRow]:
    """What is open, and what was opened, answered or ended since then. One question for each index."""
    found: dict[int, TicketRow] = {}
    for condition in (
        Ticket.status.in_(_OPEN),
        Ticket.opened_at >= since,
        Ticket.first_response_at >= since,
        Ticket.resolved_at >= since,
    ):
        found.update(_selected(session, condition))
    return found


def _tickets_by_number(session: Session, numbers: Iterable[int]) -> dict[int, TicketRow]:
    found: dict[int, TicketRow] = {}
    for some in _chunks(sorted(numbers)):
        found.update(_selected(session, Ticket.id.in_(some)))
    return found


def _selected(session: Session, condition: ColumnElement[bool]) -> Iterator[tuple[int, TicketRow]]:
    query = select(*_COLUMNS).join(Person, Person.id == Ticket.requester_id).where(condition)
    for row in session.execute(query):
        values = row._asdict()
        values |= {"status": Status(row.status), "priority": Priority(row.priority)}
        yield row.number, TicketRow(**values)


def _turns(session: Session, since: datetime, opened: frozenset[int]) -> Iterator[Turn]:
    """When tickets ended and were opened again. What was opened in this time was open then."""
    query = select(Event.id, Event.ticket_id, Event.at, Event.status).where(Event.at >= since, Event.status != "")
    # Put in order here: asked for it, SQLite would sooner walk all events there ever were.
    events = sorted(session.execute(query).all(), key=lambda event: event.id)
    ended = dict.fromkeys(opened, False)
    ended |= _ended_before(session, {row.ticket_id for row in events} - opened, since)
    for row in events:
        now_ended = row.status in ENDED
        if ended.get(row.ticket_id, False) is not now_ended:
            yield Turn(row.ticket_id, row.at, opens=not now_ended)
        ended[row.ticket_id] = now_ended


def _ended_before(session: Session, tickets: set[int], moment: datetime) -> Mapping[int, bool]:
    ended: dict[int, bool] = {}
    for some in _chunks(sorted(tickets)):
        last = select(func.max(Event.id)).where(Event.ticket_id.in_(some), Event.at < moment, Event.status != "")
        found = select(Event.ticket_id, Event.status).where(Event.id.in_(last.group_by(Event.ticket_id)))
        ended |= {number: status in ENDED for number, status in session.execute(found)}
    return ended


def _promises(session: Session, since: datetime) -> Iterator[Deadline]:
    """Decided since then, or of a ticket that is open."""
    # Said as in the index, which SQLite does not use for a value that comes later.
    promise = and_(
        literal_column("deadline.level") == literal_column("'due'"),
        Deadline.metric.in_(PROMISES),
        Deadline.state != DeadlineState.DROPPED,
    )
    yield from session.scalars(select(Deadline).where(promise, Deadline.due_at >= since))
    yield from session.scalars(select(Deadline).where(promise, Deadline.done_at >= since))
    undone = select(Deadline).join(Ticket, Ticket.id == Deadline.ticket_id)
    yield from session.scalars(undone.where(Ticket.status.in_(_OPEN), promise, Deadline.done_at.is_(None)))


def _promise(row: Deadline, ticket: TicketRow) -> PromiseRow:
    return PromiseRow(
        ticket=row.ticket_id,
        metric=Metric(row.metric),
        priority=ticket.priority,
        queue=ticket.queue,
        started_at=row.started_at,
        due_at=row.due_at,
        done_at=row.done_at,
        paused=row.state == DeadlineState.PAUSED,
    )


def _ratings(session: Session, since: datetime) -> Iterator[RatingRow]:
    """A rating that was changed counts as it is now, at the time of the first one."""
    rated = select(Event.ticket_id).where(Event.at >= since, Event.kind == EventKind.RATED).distinct()
    query = select(Ticket).where(Ticket.id.in_(rated), Ticket.rating.is_not(None), Ticket.rated_at >= since)
    for ticket in session.scalars(query.order_by(Ticket.id)):
        if ticket.rating is not None and ticket.rated_at is not None:
            words = ticket.rating_comment
            yield RatingRow(ticket.id, ticket.subject, ticket.rating, words, ticket.rated_at, ticket.agent_id)


def _asked(session: Session, period: Period) -> Iterator[tuple[datetime, bool]]:
    """When requesters were asked, with the closing letter or later, and whether they have answered; once for each
    ticket, about its newest end."""
    inside = and_(Ticket.asked_at >= period.begin, Ticket.asked_at < period.end)
    about_this_end = or_(Ticket.resolved_at.is_(None), Ticket.resolved_at <= Ticket.asked_at)
    for at, rated_at in session.execute(select(Ticket.asked_at, Ticket.rated_at).where(inside, about_this_end)):
        if at is not None:
            yield at, rated_at is not None and rated_at >= at


def _acknowledged(session: Session, period: Period) -> Iterator[tuple[datetime, datetime | None]]:
    """The times that acknowledgements named for this period, and when the first answer was given."""
    query = (
        select(Event.text, Ticket.first_response_at)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .where(Event.at >= period.begin - _AHEAD, Event.at < period.end, Event.kind == EventKind.PROMISED)
    )
    for text, answered_at in session.execute(query.order_by(Event.id)):
        promised = datetime.fromisoformat(text)
        if period.contains(promised):
            yield promised, answered_at


def _explained(session: Session, period: Period) -> frozenset[int]:
    """The incidents of the period that hang on a problem."""
    linked = (
        select(TicketLink.ticket_id)
        .join(Ticket, Ticket.id == TicketLink.ticket_id)
        .where(
            Ticket.opened_at >= period.begin,
            Ticket.opened_at < period.end,
            Ticket.type == TicketType.INCIDENT,
            TicketLink.kind == "problem",
        )
    )
    return frozenset(session.scalars(linked))


def _names(session: Session, tickets: Iterable[TicketRow]) -> Mapping[int, str]:
    agents = sorted({row.agent for row in tickets if row.agent is not None})
    names: dict[int, str] = {}
    for some in _chunks(agents):
        people = session.execute(select(Person.id, Person.name, Person.address).where(Person.id.in_(some)))
        names |= {number: name or address for number, name, address in people}
    return names


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK))

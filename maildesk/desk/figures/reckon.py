"""Rows of a period -> the numbers of a digest. Pure: what was read comes in, and so does the time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.figures.backlog import Backlog, backlog
from maildesk.desk.figures.kept import PROMISES, Compliance, Share, compliance, share_of
from maildesk.desk.figures.outages import Availability, availability
from maildesk.desk.figures.period import Period
from maildesk.desk.figures.recurring import Candidate, CauseCount, candidates, causes
from maildesk.desk.figures.rows import ENDED, Books, PromiseRow, RatingRow, Rows, TicketRow
from maildesk.desk.figures.spread import Spread, spread
from maildesk.vocabulary import Metric, Priority, Status

#: Time worked between two moments by the hours of the queue with this name.
Worked = Callable[[str, datetime, datetime], timedelta]


@dataclass(frozen=True, slots=True)
class Due:
    """A promise about to be broken, or broken and still not done."""

    ticket: int
    subject: str
    requester: str
    priority: Priority
    status: Status
    metric: Metric
    due_at: datetime
    opened_at: datetime
    #: Worked time since it was due; nothing where it is not yet.
    late: timedelta
    #: Name of the agent; "" for nobody.
    agent: str


@dataclass(frozen=True, slots=True)
class Times:
    """Of this period and the one before."""

    now: Spread
    before: Spread


@dataclass(frozen=True, slots=True)
class Ratings:
    #: Those that came in the period, whenever they were asked for.
    n: int
    asked: int
    #: Of those that were asked in the period.
    answered: int
    #: Mean of the scores, None without any.
    mean: float | None
    before: float | None
    low: tuple[RatingRow, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What one agent has open; `agent` "" is what belongs to nobody. Never ranked."""

    agent: str
    open: int
    ours: int
    theirs: int
    on_hold: int
    late: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class Coming:
    """A planned change, or a ticket on hold that comes back."""

    ticket: int
    subject: str
    at: datetime
    planned: bool
    agent: str


@dataclass(frozen=True, slots=True)
class Figures:
    period: Period
    made_at: datetime
    #: What is due before this moment is at risk.
    horizon: datetime
    total: Share
    total_before: Share
    late: tuple[Due, ...]
    at_risk: tuple[Due, ...]
    compliance: tuple[Compliance, ...]
    responses: Times
    solutions: Times
    backlog: Backlog
    ratings: Ratings
    promised: Share
    loads: tuple[Load, ...]
    availability: tuple[Availability, ...]
    causes: tuple[CauseCount, ...]
    candidates: tuple[Candidate, ...]
    coming: tuple[Coming, ...]
    books: Books

    @property
    def is_quiet(self) -> bool:
        """Is there nothing that a manager would want to hear of?"""
        moved = self.backlog.new + self.backlog.ended + self.backlog.reopened
        return not (moved or self.late or self.at_risk or self.ratings.low or self.ratings.n or self.total.n)


def reckon(rows: Rows, period: Period, now: datetime, horizon: datetime, worked: Worked, low: int) -> Figures:
    """All numbers of a digest. `horizon` is how far it looks ahead; what is late is late at `now`; ratings of `low` and
    less are shown with their words."""
    promises = [row for row in rows.promises if row.metric in PROMISES]
    opened = [row for row in rows.tickets.values() if period.contains(row.opened_at)]
    ended = [row for row in rows.tickets.values() if row.resolved_at and period.contains(row.resolved_at)]
    waiting = [row for row in promises if row.done_at is None and not row.paused and _is_open(rows, row)]
    return Figures(
        period=period,
        made_at=now,
        horizon=horizon,
        total=share_of(promises, period, now),
        total_before=share_of(promises, period.previous(), now),
        late=_late(rows, waiting, now, worked),
        at_risk=_at_risk(rows, waiting, now, horizon),
        compliance=compliance(promises, period, now),
        responses=_times(rows.tickets.values(), period, lambda row: row.first_response_at, worked),
        solutions=_times(rows.tickets.values(), period, lambda row: row.resolved_at, worked),
        backlog=backlog(rows.tickets.values(), rows.turns, rows.open_now, period),
        ratings=_ratings(rows, period, low),
        promised=_promised(rows, period, now),
        loads=_loads(rows, waiting, now),
        availability=availability(rows.outages, period, now),
        causes=causes(ended),
        candidates=candidates(opened, rows.explained),
        coming=_coming(rows, now, horizon),
        books=rows.books,
    )


def _is_open(rows: Rows, promise: PromiseRow) -> bool:
    ticket = rows.tickets.get(promise.ticket)
    return ticket is not None and ticket.status not in ENDED


def _late(rows: Rows, waiting: Iterable[PromiseRow], now: datetime, worked: Worked) -> tuple[Due, ...]:
    """The latest first."""
    found = [_due(rows, row, worked(row.queue, row.due_at, now)) for row in waiting if row.due_at < now]
    return tuple(sorted(found, key=lambda one: (-one.late, one.due_at, one.ticket)))


def _at_risk(rows: Rows, waiting: Iterable[PromiseRow], now: datetime, horizon: datetime) -> tuple[Due, ...]:
    """The next one first."""
    found = [_due(rows, row, timedelta()) for row in waiting if now <= row.due_at < horizon]
    return tuple(sorted(found, key=lambda one: (one.due_at, one.ticket)))


def _due(rows: Rows, promise: PromiseRow, late: timedelta) -> Due:
    ticket = rows.tickets[promise.ticket]
    return Due(
        ticket=ticket.number,
        subject=ticket.subject,
        requester=ticket.requester,
        priority=ticket.priority,
        status=ticket.status,
        metric=promise.metric,
        due_at=promise.due_at,
        opened_at=ticket.opened_at,
        late=late,
        agent=_name(rows, ticket.agent),
    )


def _name(rows: Rows, agent: int | None) -> str:
    return rows.names.get(agent, "") if agent is not None else ""


def _times(
    tickets: Iterable[TicketRow], period: Period, when: Callable[[TicketRow], datetime | None], worked: Worked
) -> Times:
    """Of tickets that were merged into others nothing is measured."""
    before = period.previous()
    spans: tuple[list[timedelta], list[timedelta]] = ([], [])
    for row in tickets:
        at = when(row)
        if at is None or row.merged:
            continue
        for which, found in zip((period, before), spans, strict=True):
            if which.contains(at):
                found.append(worked(row.queue, row.opened_at, at))
    return Times(spread(spans[0]), spread(spans[1]))


def _ratings(rows: Rows, period: Period, low: int) -> Ratings:
    inside = sorted((row for row in rows.ratings if period.contains(row.at)), key=lambda row: (row.at, row.ticket))
    asked = [answered for at, answered in rows.asked if period.contains(at)]
    earlier = [row.score for row in rows.ratings if period.previous().contains(row.at)]
    return Ratings(
        n=len(inside),
        asked=len(asked),
        answered=sum(asked),
        mean=_mean([row.score for row in inside]),
        before=_mean(earlier),
        low=tuple(row for row in inside if row.score <= low),
    )


def _mean(scores: list[int]) -> float | None:
    return sum(scores) / len(scores) if scores else None


def _promised(rows: Rows, period: Period, now: datetime) -> Share:
    """The times named in acknowledgements that came in the period: was there an answer by then?"""
    end = min(period.end, now)
    due = [(promised, answered) for promised, answered in rows.acknowledged if period.begin <= promised < end]
    return Share(len(due), sum(answered is not None and answered <= promised for promised, answered in due))


def _loads(rows: Rows, waiting: Iterable[PromiseRow], now: datetime) -> tuple[Load, ...]:
    """By name; nobody's tickets last."""
    late = {row.ticket for row in waiting if row.due_at < now}
    groups: dict[tuple[str, int], list[TicketRow]] = {}
    for row in rows.tickets.values():
        if row.status not in ENDED:
            # Two of them may have one name.
            groups.setdefault((_name(rows, row.agent), row.agent or 0), []).append(row)
    ranked = sorted(groups, key=lambda one: (not one[1], one))
    return tuple(_load(one[0], groups[one], late) for one in ranked)


def _load(name: str, tickets: list[TicketRow], late: set[int]) -> Load:
    return Load(
        agent=name,
        open=len(tickets),
        ours=sum(row.status in (Status.NEW, Status.OPEN) for row in tickets),
        theirs=sum(row.status == Status.PENDING for row in tickets),
        on_hold=sum(row.status == Status.ON_HOLD for row in tickets),
        late=sum(row.number in late for row in tickets),
        oldest_at=min(row.opened_at for row in tickets),
    )


def _coming(rows: Rows, now: datetime, horizon: datetime) -> tuple[Coming, ...]:
    found = [
        Coming(row.number, row.subject, at, planned, _name(rows, row.agent))
        for row in rows.tickets.values()
        for planned, at in ((True, row.planned_at), (False, row.resume_at if row.status == Status.ON_HOLD else None))
        if at is not None and now <= at < horizon and row.status not in ENDED
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.ticket)))

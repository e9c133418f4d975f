"""Was it done in time? Promises are counted when they are decided: when they were kept, or when their time ran out.

So each is counted once, in the period in which it is known; one that stands at present is counted in none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.figures.period import Period
from maildesk.desk.figures.rows import PromiseRow
from maildesk.vocabulary import Metric, Priority

#: The promises to the requester; other clocks are the desk's own.
PROMISES: tuple[Metric, ...] = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION, Metric.PROMISE)
#: Of fewer a share says nothing.
LEAST_FOR_A_SHARE = 5


@dataclass(frozen=True, slots=True)
class Share:
    """`met` of `n`."""

    n: int = 0
    met: int = 0

    @property
    def value(self) -> float | None:
        """0 to 1; None where there are too few to speak of a share."""
        return self.met / self.n if self.n >= LEAST_FOR_A_SHARE else None


@dataclass(frozen=True, slots=True)
class Compliance:
    """One line of the table: a promise for one priority, in this period and the one before."""

    metric: Metric
    priority: Priority
    now: Share
    before: Share

    @property
    def change(self) -> float | None:
        """In points of percent; None where one of the two is no share."""
        return change(self.now, self.before)


def change(now: Share, before: Share) -> float | None:
    """How many points of percent more than before."""
    if now.value is None or before.value is None:
        return None
    return (now.value - before.value) * 100


def decided_at(row: PromiseRow) -> datetime | None:
    """When it became known whether the promise was kept; None while nobody can know."""
    if row.done_at is not None and row.done_at <= row.due_at:
        return row.done_at
    return None if row.paused and row.done_at is None else row.due_at


def was_kept(row: PromiseRow) -> bool:
    return row.done_at is not None and row.done_at <= row.due_at


def share_of(rows: Iterable[PromiseRow], period: Period, now: datetime) -> Share:
    """The promises that were decided in the period, as far as it is over."""
    begin, end = period.begin, min(period.end, now)
    decided = [row for row in rows if (at := decided_at(row)) is not None and begin <= at < end]
    return Share(len(decided), sum(map(was_kept, decided)))


def compliance(rows: Iterable[PromiseRow], period: Period, now: datetime) -> tuple[Compliance, ...]:
    """One line for each promise and priority of which there is something to say, in the order of both."""
    groups: dict[tuple[Metric, Priority], list[PromiseRow]] = {}
    for row in rows:
        groups.setdefault((row.metric, row.priority), []).append(row)
    before = period.previous()
    lines = (
        Compliance(metric, priority, share_of(found, period, now), share_of(found, before, now))
        for metric in PROMISES
        for priority in Priority
        if (found := groups.get((metric, priority)))
    )
    return tuple(line for line in lines if line.now.n)


def late_by(row: PromiseRow, now: datetime) -> timedelta | None:
    """How long it is overdue by the calendar's clock; None where it is not."""
    if row.paused or row.done_at is not None or row.due_at >= now:
        return None
    return now - row.due_at

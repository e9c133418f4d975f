"""How many tickets were open, and when? Counted back from now: what stands open is known, and each turn since then.

open at the start + new + opened again - ended = open at the end, by construction; a test counts it forwards.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maildesk.desk.figures.period import DAY, Period, midnight
from maildesk.desk.figures.rows import TicketRow, Turn

#: Bars of a chart.
DAYS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class DayCount:
    day: date
    new: int
    ended: int
    #: At its end.
    open: int


@dataclass(frozen=True, slots=True)
class Backlog:
    start: int
    new: int
    reopened: int
    ended: int
    end: int
    #: The last days of the period, the oldest first.
    days: tuple[DayCount, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime
    #: "new", "reopened" or "ended".
    what: str


def backlog(tickets: Iterable[TicketRow], turns: Iterable[Turn], open_now: int, period: Period) -> Backlog:
    """Of a period, and of each of the last days before its end, as many as are shown."""
    steps = [_Step(row.opened_at, "new") for row in tickets]
    steps += [_Step(turn.at, "reopened" if turn.opens else "ended") for turn in turns]
    inside = Counter(step.what for step in steps if period.contains(step.at))
    end = _open_at(period.end, steps, open_now)
    start = end - inside["new"] - inside["reopened"] + inside["ended"]
    return Backlog(start, inside["new"], inside["reopened"], inside["ended"], end, _days(steps, end, period))


def first_moment(period: Period) -> datetime:
    """How far back rows are needed: for the period, and for the days of the chart."""
    return min(period.begin, midnight(period.until - timedelta(days=DAYS_SHOWN), period.zone))


def _open_at(moment: datetime, steps: Iterable[_Step], open_now: int) -> int:
    later = Counter(step.what for step in steps if step.at >= moment)
    return open_now - later["new"] - later["reopened"] + later["ended"]


def _days(steps: list[_Step], end: int, period: Period) -> tuple[DayCount, ...]:
    by_day: dict[date, Counter[str]] = {}
    for step in steps:
        by_day.setdefault(step.at.astimezone(period.zone).date(), Counter())[step.what] += 1
    counts, still = [], end
    for back in range(1, DAYS_SHOWN + 1):
        day = period.until - back * DAY
        happened = by_day.get(day, Counter())
        counts.append(DayCount(day, happened["new"], happened["ended"], still))
        still += happened["ended"] - happened["new"] - happened["reopened"]
    return tuple(reversed(counts))

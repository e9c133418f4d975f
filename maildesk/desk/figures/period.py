"""Which days a report is about. Whole days of the clock on somebody's wall; pure, and safe on the two odd nights.

A day begins at midnight, wherever the clocks are changed then: at the first moment that belongs to its date (PEP 495).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.vocabulary import Span
from maildesk.worktime import WeekTime

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` up to `until`, which is the day behind the last one."""

    span: Span
    first: date
    until: date
    zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        """Aware, in UTC; belongs to the period."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """Aware, in UTC; the first moment behind the period."""
        return midnight(self.until, self.zone)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.until - DAY

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def previous(self) -> "Period":
        """The period before, to compare with: the same months of the calendar, or as many days."""
        months = _MONTHS.get(self.span)
        first = months_before(self.first, months) if months else self.first - timedelta(days=self.days)
        return Period(self.span, first, self.first, self.zone)

    def contains(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


_MONTHS: Final = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def months_before(first: date, months: int) -> date:
    """The first of the month so many months before the month of `first`."""
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def days_until(until: date, since: date | None, zone: ZoneInfo, *, weekly: bool, most: int) -> Period:
    """What a digest of the day `until` is about: all that no digest has told yet, at most so many days.

    `since` is where the last digest ended; None: there was none.
    """
    usual = 7 if weekly else 1
    days = min((until - since).days, most) if since and since < until else usual
    first = until - timedelta(days=days)
    # A week has a number where it begins on a Monday (ISO 8601).
    named = days == usual and not (weekly and first.weekday())
    span = Span.DAYS if not named else Span.WEEK if weekly else Span.DAY
    return Period(span, first, until, zone)


def last_week_due(now: datetime, at: WeekTime, zone: ZoneInfo) -> datetime:
    """The newest moment not after `now` at which it was that day of the week and that time in `zone`, aware, there."""
    today = now.astimezone(zone).date()
    day = today - timedelta(days=(today.weekday() - at.weekday) % 7)
    due = datetime.combine(day, at.time, tzinfo=zone)
    # Compared as moments: two times of one zone would be compared by their faces.
    return due if due.timestamp() <= now.timestamp() else datetime.combine(day - WEEK, at.time, tzinfo=zone)


def next_due(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The first moment after `now` at which a clock in `zone` shows `at`."""
    today = now.astimezone(zone).date()
    due = datetime.combine(today, at, tzinfo=zone)
    return due if due.timestamp() > now.timestamp() else datetime.combine(today + DAY, at, tzinfo=zone)

"""Counting working time: when is something due, how long did it take, is anybody at work?

A moment is worked when the clock on the wall of the calendar's zone shows a time within the hours of that date, and the
date is no holiday. What is counted is real time: on the night that has an hour twice, that hour counts twice. It never
looks at the clock; every moment comes in from the caller, with its zone, and goes out in UTC.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.durations import BusinessDuration
from maildesk.openings import Year, year_of_work
from maildesk.public_holidays import public_days
from maildesk.worktime import Span, WorkWeek

#: A calendar without work for so many years on end has none at all. Days of one's own end at some time: they never
#: make it so.
LONGEST_CLOSED: Final = 5

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class NeverOpen(ValueError):
    """A calendar in which nobody ever works."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: a week in a zone, without the public holidays of a country ("" for none) and own days."""

    week: WorkWeek
    zone: ZoneInfo
    country: str = ""
    own_days: frozenset[date] = frozenset()
    #: The years that were asked about.
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The working hours of a date, () if it is free. Raises ValueError for a country that is not known."""
        spans = self.week.days[day.weekday()]
        if spans and (day in self.own_days or (self.country and day in public_days(self.country, day.year))):
            return ()
        return spans

    def year(self, number: int) -> Year:
        """The working stretches of a year of UTC."""
        if number not in self._years:
            self._years[number] = year_of_work(number, self.zone, self.spans_on)
        return self._years[number]


def due_after(calendar: Calendar, start: datetime, span: timedelta | BusinessDuration) -> datetime:
    """When a span of working time that begins at `start` is over: hours as add_worktime, days as add_business_days."""
    if isinstance(span, BusinessDuration):
        return add_business_days(calendar, start, span.days)
    return add_worktime(calendar, start, span)


def add_worktime(calendar: Calendar, start: datetime, length: timedelta) -> datetime:
    """The first moment at which `length` (not negative) has been worked since `start`.

    Raises NeverOpen.
    """
    at = _moment(start)
    wanted = length // _MICROSECOND
    if wanted <= 0:
        return start.astimezone(UTC)
    wanted += calendar.year(_year(start)).worked(at)
    for year in _years_from(calendar, _year(start)):
        if wanted <= year.total:
            stretch = bisect_left(year.before, wanted) - 1
            return _datetime(year.starts[stretch] + wanted - year.before[stretch])
        wanted -= year.total
    raise AssertionError("years do not end")


def add_business_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The same time of the day, so many (1 or more) working dates later: Thursday 15:00 and 2 days are Monday 15:00.

    What begins outside working hours begins at the next opening. Where nobody works at that time, the last working
    moment before is meant: Saturday and 1 day are Monday 16:00, as 8 hours are. A time that does not exist in that
    night is taken as the zone's earlier offset says (PEP 495). Raises NeverOpen.
    """
    opening = next_opening(calendar, start).astimezone(calendar.zone)
    before, day = _working_dates(calendar, opening.date(), days)
    time = opening.replace(tzinfo=None) - datetime(opening.year, opening.month, opening.day)
    begun = [span for span in calendar.spans_on(day) if timedelta(minutes=span.start) < time]
    if begun:
        return _on_the_wall(calendar, day, min(time, timedelta(minutes=begun[-1].end)))
    return _on_the_wall(calendar, before, timedelta(minutes=calendar.spans_on(before)[-1].end))


def worktime_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The time worked from `start` until `end`; nothing where `end` is not later."""
    # Two moments of one zone would be compared by the clock on the wall.
    if _moment(end) <= _moment(start):
        return timedelta()
    between = range(_year(start), _year(end))
    worked = sum(calendar.year(number).total for number in between)
    worked += calendar.year(_year(end)).worked(_moment(end)) - calendar.year(_year(start)).worked(_moment(start))
    return timedelta(microseconds=worked)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Is it working time? At the moment of closing it is not."""
    return calendar.year(_year(moment)).is_open(_moment(moment))


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """`moment` itself in working time, else when work begins next. Raises NeverOpen."""
    if is_open(calendar, moment):
        return moment.astimezone(UTC)
    at = _moment(moment)
    for year in _years_from(calendar, _year(moment)):
        following = bisect_right(year.starts, at)
        if following < len(year.starts):
            return _datetime(year.starts[following])
    raise AssertionError("years do not end")


def _years_from(calendar: Calendar, first: int) -> Iterator[Year]:
    """Year after year, as long as there is hope."""
    closed, hopeless_after = 0, max((day.year for day in calendar.own_days), default=0)
    for number in count(first):
        year = calendar.year(number)
        closed = 0 if year.total or number <= hopeless_after else closed + 1
        if closed > LONGEST_CLOSED:
            raise NeverOpen("this calendar has no working time: each day is without hours, or a holiday")
        yield year


def _working_dates(calendar: Calendar, first: date, days: int) -> tuple[date, date]:
    """The last two working dates on the way from `first`, which is one, to the one so many later."""
    place, before = bisect_left(calendar.year(first.year).days, first.toordinal()) + days, first.toordinal()
    for year in _years_from(calendar, first.year):
        if place < len(year.days):
            before = year.days[place - 1] if place else before
            return date.fromordinal(before), date.fromordinal(year.days[place])
        place, before = place - len(year.days), year.days[-1] if year.days else before
    raise AssertionError("years do not end")


def _on_the_wall(calendar: Calendar, day: date, time: timedelta) -> datetime:
    """The moment when so much time has passed since midnight on the clock on the wall."""
    wall = datetime(day.year, day.month, day.day) + time
    return wall.replace(tzinfo=calendar.zone).astimezone(UTC)


def _year(moment: datetime) -> int:
    return moment.astimezone(UTC).year


def _moment(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _datetime(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)

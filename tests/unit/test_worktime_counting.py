"""Working time, held against counting minute by minute."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk import calendars
from maildesk.calendars import (
    Calendar,
    NeverOpen,
    add_business_days,
    add_worktime,
    due_after,
    is_open,
    next_opening,
    worktime_between,
)
from maildesk.durations import BusinessDuration
from maildesk.worktime import MINUTES_A_DAY, Span, WorkWeek, parse_week

ZONES = ("Europe/Oslo", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
# Both nights of each zone that has them (of Lord Howe, half an hour), a leap day, the turn of a year, a plain day.
NIGHTS = (
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2028, 2, 29),
    date(2026, 12, 31),
    date(2026, 6, 10),
)
MINUTE = timedelta(minutes=1)
OFFICE = parse_week("Mon-Fri 08:00-16:00")
ALWAYS = parse_week("24x7")


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Oslo"))


# Minute by minute.


def works(calendar: Calendar, minute: datetime) -> bool:
    """Does a whole minute of real time count? It asks the zone, and nothing of what is tested."""
    return works_on_the_wall(calendar, minute.astimezone(calendar.zone))


def worked_minutes(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each minute that counts, cut off at `start` and `end`."""
    minute = start.replace(second=0, microsecond=0)
    while minute < end:
        if works(calendar, minute):
            yield max(minute, start), min(minute + MINUTE, end)
        minute += MINUTE


def slow_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    return sum((till - since for since, till in worked_minutes(calendar, start, end)), timedelta())


def slow_add(calendar: Calendar, start: datetime, length: timedelta, end: datetime) -> datetime:
    left = length
    for since, till in worked_minutes(calendar, start, end):
        if left <= till - since:
            return since + left
        left -= till - since
    raise AssertionError("there is less work than that until the end")


def slow_opening(calendar: Calendar, start: datetime) -> datetime:
    return next(worked_minutes(calendar, start, start + timedelta(days=40)))[0]


def slow_business_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Day by day on the clock on the wall, then back to the nearest second at whose end somebody worked."""
    opening = slow_opening(calendar, start).astimezone(calendar.zone)
    wall = opening.replace(tzinfo=None)
    while days:
        wall += timedelta(days=1)
        days -= bool(calendar.week.days[wall.weekday()]) and wall.date() not in calendar.own_days
    edge = wall.replace(second=0, microsecond=0)
    if not works_on_the_wall(calendar, edge) or edge == wall:
        while not works_on_the_wall(calendar, edge - MINUTE):
            edge -= MINUTE
        wall = edge
    return wall.replace(tzinfo=calendar.zone).astimezone(UTC)


def works_on_the_wall(calendar: Calendar, wall: datetime) -> bool:
    at = wall.hour * 60 + wall.minute
    spans = calendar.week.days[wall.weekday()]
    return wall.date() not in calendar.own_days and any(span.start <= at < span.end for span in spans)


# Strange weeks, at strange times.


@dataclass(frozen=True)
class Case:
    calendar: Calendar
    start: datetime
    end: datetime

    def __repr__(self) -> str:
        return f"{self.calendar} from {self.start.isoformat()} until {self.end.isoformat()}"


@st.composite
def days_of_week(draw: st.DrawFn) -> tuple[Span, ...]:
    # Nights are where it is strange: every second edge lies in one.
    edges = draw(st.lists(st.integers(0, 300) | st.integers(0, MINUTES_A_DAY), max_size=6, unique=True))
    edges.sort()
    return tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))


WEEKS = (
    st.tuples(*[days_of_week() | st.just((Span(0, MINUTES_A_DAY),))] * 7).filter(any).map(WorkWeek)
    | st.just(OFFICE)
    | st.just(ALWAYS)
)


@st.composite
def cases(draw: st.DrawFn, days: int = 3) -> Case:
    night = draw(st.sampled_from(NIGHTS))
    around = [night + timedelta(days=number) for number in range(-2, 4)]
    free = frozenset(draw(st.lists(st.sampled_from(around), max_size=2)))
    calendar = Calendar(draw(WEEKS), ZoneInfo(draw(st.sampled_from(ZONES))), own_days=free)
    midnight = datetime(night.year, night.month, night.day, tzinfo=UTC)
    start = midnight + timedelta(seconds=draw(st.integers(-2 * 86_400, 86_400)), microseconds=draw(st.integers(0, 9)))
    return Case(calendar, start, start + timedelta(seconds=draw(st.integers(0, days * 86_400))))


few = settings(max_examples=40, deadline=None)


@few
@given(cases())
def test_the_time_between_is_what_the_minutes_say(case: Case) -> None:
    assert worktime_between(case.calendar, case.start, case.end) == slow_between(case.calendar, case.start, case.end)


@few
@given(cases(), st.floats(0, 1))
def test_a_deadline_is_where_the_minutes_end(case: Case, share: float) -> None:
    length = share * slow_between(case.calendar, case.start, case.end)
    if length:
        assert add_worktime(case.calendar, case.start, length) == slow_add(case.calendar, case.start, length, case.end)


@few
@given(cases())
def test_open_and_opening_are_as_the_minutes_say(case: Case) -> None:
    minute = case.start.replace(second=0, microsecond=0)
    assert is_open(case.calendar, case.start) == works(case.calendar, minute)
    assert next_opening(case.calendar, case.start) == slow_opening(case.calendar, case.start)


@few
@given(cases(), st.integers(1, 12))
def test_business_days_are_counted_one_by_one(case: Case, days: int) -> None:
    assert add_business_days(case.calendar, case.start, days) == slow_business_days(case.calendar, case.start, days)


@few
@given(cases(), st.integers(1, 300), st.booleans())
def test_days_of_eight_hours_are_as_long_as_their_hours(case: Case, days: int, office: bool) -> None:
    # The office sleeps in both nights; who does not, lives where there are none.
    zone = case.calendar.zone if office else ZoneInfo("Asia/Kathmandu")
    calendar = Calendar(OFFICE if office else ALWAYS, zone, own_days=case.calendar.own_days)
    length = timedelta(hours=8 if office else 24) * days
    assert add_business_days(calendar, case.start, days) == add_worktime(calendar, case.start, length)


@few
@given(cases(), st.timedeltas(timedelta(0), timedelta(days=60)), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_what_is_added_has_passed_and_more_is_later(case: Case, length: timedelta, more: timedelta) -> None:
    calendar, start = case.calendar, case.start
    due = add_worktime(calendar, start, length)
    assert worktime_between(calendar, start, due) == length
    assert start <= due <= add_worktime(calendar, start, length + more)
    assert due <= add_worktime(calendar, start + more, length)
    # Nothing is left over at the moment before: it is the first at which it has passed.
    if length:
        assert worktime_between(calendar, start, due - timedelta(microseconds=1)) < length


@few
@given(cases(), st.timedeltas(timedelta(0), timedelta(days=900)))
def test_time_between_adds_up(case: Case, later: timedelta) -> None:
    third = case.end + later
    parts = worktime_between(case.calendar, case.start, case.end), worktime_between(case.calendar, case.end, third)
    assert sum(parts, timedelta()) == worktime_between(case.calendar, case.start, third)
    assert worktime_between(case.calendar, third, case.start) == timedelta()


@few
@given(st.sampled_from(ZONES), st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(0), timedelta(days=800)))
def test_around_the_clock_is_plain_time(zone: str, start: datetime, length: timedelta) -> None:
    start = start.replace(year=1971 + start.year % 120, day=min(start.day, 28))
    calendar = Calendar(ALWAYS, ZoneInfo(zone))
    assert add_worktime(calendar, start, length) == start + length
    assert worktime_between(calendar, start, start + length) == length
    assert is_open(calendar, start) and next_opening(calendar, start) == start


# The nights by hand.


@pytest.mark.parametrize(
    ("zone", "week", "day", "minutes"),
    [
        ("Europe/Oslo", "Sun 01:00-05:00", "2026-03-29", 180),
        ("Europe/Oslo", "Sun 02:00-03:00", "2026-03-29", 0),
        ("Europe/Oslo", "Sun 02:15-02:45", "2026-10-25", 60),
        ("Europe/Oslo", "Sun 01:00-05:00", "2026-10-25", 300),
        ("Europe/Oslo", "24x7", "2026-03-29", 23 * 60),
        ("Europe/Oslo", "24x7", "2026-10-25", 25 * 60),
        ("America/New_York", "Sun 00:00-02:00", "2026-11-01", 180),
        ("Australia/Lord_Howe", "24x7", "2026-10-04", 23 * 60 + 30),
        ("Australia/Lord_Howe", "Sun 01:00-02:00", "2026-04-05", 90),
        ("Asia/Kathmandu", "Tue 00:00-24:00", "2028-02-29", 24 * 60),
        # The day that Samoa left out, and the midnight that came twice in Newfoundland.
        ("Pacific/Apia", "24x7", "2011-12-30", 0),
        ("America/St_Johns", "24x7", "2010-11-07", 25 * 60),
    ],
)
def test_a_day_has_the_hours_it_had(zone: str, week: str, day: str, minutes: int) -> None:
    calendar = Calendar(parse_week(week), ZoneInfo(zone))
    midnight = datetime.fromisoformat(day)
    begin, end = (one.replace(tzinfo=calendar.zone) for one in (midnight, midnight + timedelta(days=1)))
    # The second midnight of a night that has two ends the day; UTC, as moments of one zone are compared by the wall.
    worked = worktime_between(calendar, begin.astimezone(UTC), end.replace(fold=1).astimezone(UTC))
    assert worked == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("week", "start", "days", "due"),
    [
        ("Mon-Fri 08:00-16:00", "2026-03-02 10:00", 2, "2026-03-04 10:00"),
        ("Mon-Fri 08:00-16:00", "2026-03-05 15:00", 2, "2026-03-09 15:00"),
        # Outside hours, as if it came at the next opening: so many whole days.
        ("Mon-Fri 08:00-16:00", "2026-03-06 16:00", 1, "2026-03-09 16:00"),
        ("Mon-Fri 08:00-16:00", "2026-03-07 12:00", 1, "2026-03-09 16:00"),
        ("Mon-Fri 08:00-16:00", "2026-03-09 03:00", 2, "2026-03-10 16:00"),
        # That day is shorter, begins later, has a break: the last working moment before.
        ("Mon-Thu 08:00-16:00, Fri 08:00-14:00", "2026-03-05 15:00", 1, "2026-03-06 14:00"),
        ("Mon 08:00-16:00, Tue 10:00-16:00", "2026-03-02 09:00", 1, "2026-03-02 16:00"),
        ("Mon 08:00-16:00, Tue 08:00-12:00, Tue 13:00-16:00", "2026-03-02 12:30", 1, "2026-03-03 12:00"),
        ("24x7", "2026-03-06 23:59", 3, "2026-03-09 23:59"),
        ("24x7", "2026-03-06 00:00", 1, "2026-03-07 00:00"),
        ("Mon-Fri 08:00-16:00", "2026-12-30 17:00", 2, "2027-01-04 16:00"),
        ("Mon-Fri 08:00-16:00", "2026-12-30 17:00", 1, "2026-12-31 16:00"),
        ("Mon-Fri 08:00-16:00", "2026-12-29 17:00", 2, "2026-12-31 16:00"),
        # Half past two on a night without it, and on a night with two.
        ("24x7", "2026-03-28 02:30", 1, "2026-03-29 03:30"),
        ("24x7", "2026-10-24 02:30", 1, "2026-10-25 02:30"),
        # Easter, by the country.
        ("Mon-Fri 08:00-16:00", "2026-04-01 15:00", 1, "2026-04-07 15:00"),
    ],
)
def test_business_days_end_at_the_same_time_of_the_day(week: str, start: str, days: int, due: str) -> None:
    calendar = Calendar(parse_week(week), ZoneInfo("Europe/Oslo"), "NO")
    assert due_after(calendar, oslo(start), BusinessDuration(days)) == oslo(due).astimezone(UTC)


def test_the_clock_on_the_wall_is_not_what_is_compared() -> None:
    first, second = oslo("2026-10-25 02:45"), oslo("2026-10-25 02:15").replace(fold=1)
    calendar = Calendar(ALWAYS, ZoneInfo("Europe/Oslo"))
    assert worktime_between(calendar, first, second) == timedelta(minutes=30)
    assert worktime_between(calendar, second, first) == timedelta()


def test_no_length_is_the_moment_itself_and_hours_are_hours() -> None:
    calendar = Calendar(OFFICE, ZoneInfo("Europe/Oslo"))
    assert due_after(calendar, oslo("2026-03-07 12:00"), timedelta()) == oslo("2026-03-07 12:00")
    assert due_after(calendar, oslo("2026-03-06 15:00"), timedelta(hours=2)) == oslo("2026-03-09 09:00")
    # A span that is filled ends with the day, and not with the next.
    assert due_after(calendar, oslo("2026-03-06 08:00"), timedelta(hours=8)) == oslo("2026-03-06 16:00")


def test_results_are_in_utc_and_moments_need_a_zone() -> None:
    calendar = Calendar(OFFICE, ZoneInfo("Europe/Oslo"))
    for moment in ("2026-03-06 15:00", "2026-03-07 15:00"):
        found = next_opening(calendar, oslo(moment)), due_after(calendar, oslo(moment), BusinessDuration(1))
        assert {one.tzinfo for one in found} == {UTC}
    with pytest.raises(TypeError):
        worktime_between(calendar, datetime(2026, 3, 6), datetime(2026, 3, 7))


# Holidays and days off.


def test_public_holidays_and_days_off_are_free_in_their_zone() -> None:
    seoul = Calendar(OFFICE, ZoneInfo("Asia/Seoul"), "KR", frozenset({date(2026, 9, 28)}))
    # Chuseok 2026: Thursday 24 to Saturday 26 September; Monday is the desk's own.
    start = datetime(2026, 9, 23, 15, tzinfo=seoul.zone)
    assert add_worktime(seoul, start, timedelta(hours=2)) == datetime(2026, 9, 29, 9, tzinfo=seoul.zone)
    assert seoul.spans_on(date(2026, 9, 24)) == seoul.spans_on(date(2026, 9, 28)) == ()
    assert seoul.spans_on(date(2026, 9, 29)) == (Span(480, 960),)


def test_regions_have_holidays_of_their_own() -> None:
    assumption = date(2025, 8, 15)
    assert Calendar(ALWAYS, ZoneInfo("Europe/Berlin"), "DE-BY", frozenset()).spans_on(assumption)
    epiphany = date(2026, 1, 6)
    assert not Calendar(ALWAYS, ZoneInfo("Europe/Berlin"), "DE-BY").spans_on(epiphany)
    assert Calendar(ALWAYS, ZoneInfo("Europe/Berlin"), "DE").spans_on(epiphany)


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("XX", '"XX" is no country'),
        ("EN", 'did you mean "GB"?'),
        ("DE-BX", 'did you mean "DE-BY"?'),
        ("DE-99", "regions of DE are BB, BE"),
        ("KR-11", 'write "KR"'),
    ],
)
def test_a_country_that_is_not_known_is_refused(country: str, words: str) -> None:
    with pytest.raises(ValueError, match="is no country or region") as caught:
        next_opening(Calendar(OFFICE, ZoneInfo("UTC"), country), datetime(2026, 3, 2, tzinfo=UTC))
    assert words in str(caught.value)


@pytest.mark.parametrize("own_days", [frozenset(), frozenset({date(2031, 5, 1)})])
def test_a_calendar_without_work_is_refused_instead_of_searched_for_ever(own_days: frozenset[date]) -> None:
    nothing = Calendar(WorkWeek(((),) * 7), ZoneInfo("Europe/Oslo"), own_days=own_days)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    questions: tuple[Callable[[], object], ...] = (
        lambda: add_worktime(nothing, start, MINUTE),
        lambda: add_business_days(nothing, start, 1),
        lambda: next_opening(nothing, start),
    )
    for ask in questions:
        with pytest.raises(NeverOpen, match="has no working time"):
            ask()
    assert not is_open(nothing, start)
    assert worktime_between(nothing, start, start + timedelta(days=900)) == timedelta()


def test_holidays_that_take_every_day_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def every_day(_country: str, year: int) -> set[date]:
        return {date(year, 1, 1) + timedelta(days=number) for number in range(366)}

    monkeypatch.setattr(calendars, "public_days", cache(every_day))
    with pytest.raises(NeverOpen):
        next_opening(Calendar(OFFICE, ZoneInfo("UTC"), "NO"), datetime(2026, 3, 2, tzinfo=UTC))


def test_a_desk_that_is_closed_for_long_opens_again() -> None:
    first = date(2026, 1, 1)
    closed = frozenset(first + timedelta(days=number) for number in range(7 * 365))
    calendar = Calendar(OFFICE, ZoneInfo("Europe/Oslo"), own_days=closed)
    assert next_opening(calendar, oslo("2026-02-01 12:00")) == oslo("2032-12-30 08:00")


def test_calendars_of_the_same_rules_are_equal_whatever_was_asked() -> None:
    asked, fresh = (Calendar(OFFICE, ZoneInfo("UTC"), "", frozenset({date(2026, 1, 2)})) for _ in range(2))
    is_open(asked, datetime(2026, 3, 2, tzinfo=UTC))
    assert asked == fresh and hash(asked) == hash(fresh)

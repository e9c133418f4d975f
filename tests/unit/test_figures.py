"""The small decisions behind the figures: periods over the odd nights, spreads, promises, outages, safe cells."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.digests.sheet import csv, harmless
from maildesk.desk.figures.kept import Share, change, decided_at, share_of, was_kept
from maildesk.desk.figures.outages import availability
from maildesk.desk.figures.period import Period, days_until, last_week_due, months_before, next_due
from maildesk.desk.figures.rows import OutageRow, PromiseRow
from maildesk.desk.figures.spread import Spread, spread
from maildesk.notify.charts import Bar, heights, picture
from maildesk.notify.plain_table import plain_table
from maildesk.vocabulary import Metric, Priority, Span
from maildesk.worktime import WeekTime

OSLO, CAIRO = ZoneInfo("Europe/Oslo"), ZoneInfo("Africa/Cairo")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "zone", "hours"),
    [
        (date(2026, 3, 28), OSLO, 24),
        (date(2026, 3, 29), OSLO, 23),
        (date(2026, 10, 25), OSLO, 25),
        # Egypt puts its clocks forward at midnight: the day begins at one.
        (date(2026, 4, 24), CAIRO, 23),
    ],
)
def test_a_day_is_as_long_as_it_is(first: date, zone: ZoneInfo, hours: int) -> None:
    period = Period(Span.DAY, first, first + timedelta(days=1), zone)
    assert period.end - period.begin == timedelta(hours=hours)


def test_periods_follow_each_other() -> None:
    month = Period(Span.MONTH, date(2026, 3, 1), date(2026, 4, 1), OSLO)
    assert (month.previous().first, month.previous().until) == (date(2026, 2, 1), date(2026, 3, 1))
    assert month.previous().end == month.begin
    some = Period(Span.DAYS, date(2026, 3, 4), date(2026, 3, 9), OSLO)
    assert (some.previous().first, some.previous().until) == (date(2026, 2, 27), date(2026, 3, 4))
    assert months_before(date(2026, 3, 1), 14) == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("since", "weekly", "days", "span"),
    [
        (None, False, 1, Span.DAY),
        (None, True, 7, Span.WEEK),
        (date(2026, 3, 8), False, 1, Span.DAY),
        # A week off is one digest about seven days, and not seven.
        (date(2026, 3, 2), False, 7, Span.DAYS),
        (date(2026, 3, 2), True, 7, Span.WEEK),
        (date(2026, 2, 16), True, 21, Span.DAYS),
        (date(2025, 1, 1), False, 31, Span.DAYS),
    ],
)
def test_what_was_missed_is_one_period(since: date | None, weekly: bool, days: int, span: Span) -> None:
    period = days_until(date(2026, 3, 9), since, OSLO, weekly=weekly, most=31)
    assert (period.days, period.span, period.until) == (days, span, date(2026, 3, 9))


def test_only_what_begins_on_a_monday_is_a_numbered_week() -> None:
    assert days_until(date(2026, 3, 13), None, OSLO, weekly=True, most=91).span is Span.DAYS


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 9, 6, 29, tzinfo=UTC), "2026-03-02T07:30:00+01:00"),
        (datetime(2026, 3, 9, 6, 30, tzinfo=UTC), "2026-03-09T07:30:00+01:00"),
        (datetime(2026, 3, 30, 5, 30, tzinfo=UTC), "2026-03-30T07:30:00+02:00"),
    ],
)
def test_when_the_week_is_told(now: datetime, due: str) -> None:
    assert last_week_due(now, WeekTime(0, time(7, 30)), OSLO).isoformat() == due


def test_a_time_that_a_night_has_not_comes_as_soon_as_it_can() -> None:
    """02:30 on the night to summer: half past three."""
    due = next_due(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), time(2, 30), OSLO)
    assert due.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "median", "p90"),
    [([5], 5, 5), ([1, 3], 2, 3), ([3, 1, 2], 2, 3), (list(range(1, 11)), 5.5, 9), (list(range(1, 22)), 11, 19)],
)
def test_the_middle_and_the_slow_end(minutes: list[int], median: float, p90: int) -> None:
    found = spread([timedelta(minutes=one) for one in minutes])
    assert found == Spread(len(minutes), timedelta(minutes=median), timedelta(minutes=p90))


def test_nothing_has_no_middle() -> None:
    assert spread([]) == Spread(0, None, None)


@pytest.mark.parametrize(
    ("due", "done", "paused", "decided", "kept"),
    [
        (at(10), at(9), False, at(9), True),
        (at(10), at(10), False, at(10), True),
        (at(10), at(11), False, at(10), False),
        (at(10), None, False, at(10), False),
        (at(10), None, True, None, False),
        (at(10), at(11), True, at(10), False),
    ],
)
def test_a_promise_is_decided_once(
    due: datetime, done: datetime | None, paused: bool, decided: datetime | None, kept: bool
) -> None:
    row = PromiseRow(1, Metric.RESOLUTION, Priority.NORMAL, "", at(1), due, done, paused)
    assert (decided_at(row), was_kept(row)) == (decided, kept)


def test_what_is_still_to_come_counts_nowhere() -> None:
    row = PromiseRow(1, Metric.RESOLUTION, Priority.NORMAL, "", at(1), at(10), None, False)
    march = Period(Span.MONTH, date(2026, 3, 1), date(2026, 4, 1), ZoneInfo("UTC"))
    assert share_of([row], march, at(9)) == Share(0, 0)
    assert share_of([row], march, at(11)) == Share(1, 0)


def test_few_have_no_percentage() -> None:
    assert Share(4, 3).value is None and Share(5, 4).value == 0.8
    assert change(Share(5, 5), Share(4, 4)) is None and change(Share(10, 9), Share(5, 4)) == pytest.approx(10)


def test_outages_that_overlap_count_once() -> None:
    day = Period(Span.DAY, date(2026, 3, 10), date(2026, 3, 11), ZoneInfo("UTC"))
    rows = [
        OutageRow(1, "vpn", at(9, 23), at(10, 1)),
        OutageRow(2, "vpn", at(10, 0, 30), at(10, 2)),
        OutageRow(3, "vpn", at(10, 23), None),
        OutageRow(4, "print", at(8), at(9)),
    ]
    (vpn,) = availability(rows, day, at(20))
    assert (vpn.service, vpn.outages, vpn.down, vpn.still_down) == ("vpn", 3, timedelta(hours=3), True)
    assert vpn.share == pytest.approx(21 / 24)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", '\ufeffnumber,subject\r\n7,"a ""b"", c"\r\n'),
        ("nb", '\ufeffnumber;subject\r\n7;"a ""b"", c"\r\n'),
        ("ko", '\ufeffnumber,subject\r\n7,"a ""b"", c"\r\n'),
    ],
)
def test_a_spreadsheet_reads_the_file(language: str, lines: str) -> None:
    assert csv(("number", "subject"), [("7", 'a "b", c')], language).decode() == lines


def test_bars_are_never_higher_than_the_highest() -> None:
    assert heights([0, 1, 200]) == [0, 1, 48] and heights([]) == [] and heights([0, 0]) == [0, 0]


def test_the_same_numbers_are_the_same_picture() -> None:
    bars = [Bar(str(day), day, 14 - day, 30 + day) for day in range(14)]
    data = picture(bars)
    assert data == picture(bars) and data.startswith(b"\x89PNG") and len(data) < 20_000
    assert data != picture([*bars[:-1], Bar("13", 99, 1, 43)])
    assert picture([]) and picture([Bar("1", 0, 0, 0)])


def test_columns_of_plain_text() -> None:
    """A Hangul syllable takes two columns; a first cell that is too long is wrapped."""
    assert plain_table([("a", "n"), ("접수", 5)]) == "a     n\n접수  5"
    wrapped = plain_table([("a long name", 12, "100 %"), ("b", 1, "–")], 24)
    assert wrapped == "a long name  12  100 %\nb             1      –"
    assert plain_table([("a name that is much too long", 12)], 18).split("\n")[-1].endswith("  12")
    assert all(len(line) <= 18 for line in plain_table([("a name that is much too long", 12)], 18).split("\n"))
    assert plain_table([]) == ""

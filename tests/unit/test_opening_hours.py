from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from maildesk import calendars
from maildesk.calendars import Calendar
from maildesk.config import ConfigError, Settings, read_settings
from maildesk.desk.clocks.opening_hours import calendar_of_agent, calendar_of_desk, calendar_of_queue, impossible_hours
from maildesk.worktime import parse_week

TEXT = """\
[desk]
address = "support@acme.example"
timezone = "Europe/Oslo"
[hours]
holidays = "NO"
days_off = ["2026-12-24"]
[[queue]]
name = "network"
address = "network@acme.example"
hours = "24x7"
holidays = "none"
[[queue]]
name = "billing"
address = "billing@acme.example"
[[agent]]
email = "anna@acme.example"
hours = "Mon-Thu 09:00-13:00"
[[agent]]
email = "minjun@acme.example"
holidays = "KR"
timezone = "Asia/Seoul"
"""
OSLO, SEOUL = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Seoul")
OFFICE, ALWAYS = parse_week("Mon-Fri 08:00-16:00"), parse_week("24x7")
MORNINGS = parse_week("Mon-Thu 09:00-13:00")
CLOSED = frozenset({date(2026, 12, 24)})
SETTINGS = read_settings(TEXT, {}, "test")
DESK = Calendar(OFFICE, OSLO, "NO", CLOSED)


@pytest.mark.parametrize(
    ("calendar", "wanted"),
    [
        (calendar_of_desk, DESK),
        (lambda all_: calendar_of_queue(all_, "billing"), DESK),
        (lambda all_: calendar_of_queue(all_, ""), DESK),
        (lambda all_: calendar_of_queue(all_, "gone"), DESK),
        # It works on every holiday, the desk's own days off among them.
        (lambda all_: calendar_of_queue(all_, "network"), Calendar(ALWAYS, OSLO)),
        (lambda all_: calendar_of_agent(all_, all_.agent[0]), Calendar(MORNINGS, OSLO, "NO", CLOSED)),
        # His country's holidays instead of the desk's; the days off are the firm's.
        (lambda all_: calendar_of_agent(all_, all_.agent[1]), Calendar(OFFICE, SEOUL, "KR", CLOSED)),
    ],
)
def test_what_is_not_said_is_the_desks(calendar: Callable[[Settings], Calendar], wanted: Calendar) -> None:
    assert calendar(SETTINGS) == wanted
    assert calendar(SETTINGS) is calendar(read_settings(TEXT, {}, "test")), "years are counted once"


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_settings(text, {}, "test", impossible_hours)
    return str(caught.value).splitlines()


def test_possible_calendars_are_no_problem() -> None:
    assert read_settings(TEXT, {}, "test", impossible_hours) == SETTINGS


def test_unknown_countries_are_told_where_they_stand_and_once() -> None:
    told = problems(TEXT.replace('"NO"', '"NN"').replace('"KR"', '"KR-11"'))
    assert told == [
        'test:5: hours.holidays "NN" is no country or region; did you mean "NO"?',
        'test:20: agent[1].holidays "KR-11" is no country or region; KR has no regions with holidays of their own: '
        'write "KR"',
    ]


def test_hours_that_no_holiday_leaves_over_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def mondays(_country: str, year: int) -> set[date]:
        days = {date.fromordinal(day) for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())}
        return {day for day in days if day.weekday() == 0}

    monkeypatch.setattr(calendars, "public_days", mondays)
    told = problems(TEXT.replace("Mon-Thu", "Mon").replace('"none"', '"ZZ"').replace("24x7", "Mon 08:00-16:00"))
    reason = "leaves no time to work: each of its days is a holiday; write other hours or holidays"
    assert told == [f"test:10: queue[0].hours {reason}", f"test:17: agent[0].hours {reason}"]
    told = problems(TEXT.replace("[hours]", '[hours]\nweek = "Mon 08:00-16:00"'))
    assert f"test:5: hours.week {reason}" in told


def test_other_problems_are_told_first() -> None:
    assert problems(TEXT.replace('"NO"', '"NN"').replace("24x7", "often")) == [
        'test:10: queue[0].hours "often" does not begin with weekdays; write "Mon-Fri 08:00-16:00" or "24x7"'
    ]

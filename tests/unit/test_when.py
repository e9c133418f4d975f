"""Days and times as people write them, in three languages: a row per form. Now is Wednesday 4 March 2026, 10:20."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.calendars import Calendar, next_opening
from maildesk.desk.words.when import read_amount, read_past, read_when
from maildesk.worktime import parse_week

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 3, 4, 10, 20, tzinfo=OSLO)
CALENDAR = Calendar(parse_week("Mon-Fri 08:00-16:00"), OSLO)


def opens(moment: datetime) -> datetime:
    return next_opening(CALENDAR, moment)


def said(text: str, now: datetime = NOW) -> tuple[str, str] | None:
    when = read_when(text, now, opens)
    return (f"{when.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", when.rest) if when else None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # From now on; days end with an opening.
        ("30 min", "2026-03-04 10:50"),
        ("2h", "2026-03-04 12:20"),
        ("2 hours", "2026-03-04 12:20"),
        ("in 2 hours", "2026-03-04 12:20"),
        ("2 timer", "2026-03-04 12:20"),
        ("om 2 timer", "2026-03-04 12:20"),
        ("2시간", "2026-03-04 12:20"),
        ("2시간 후", "2026-03-04 12:20"),
        ("30분 뒤에", "2026-03-04 10:50"),
        ("2d", "2026-03-06 10:20"),
        ("3d", "2026-03-09 08:00"),
        ("2 dager", "2026-03-06 10:20"),
        ("2일", "2026-03-06 10:20"),
        ("이틀", "2026-03-06 10:20"),
        ("a week", "2026-03-11 10:20"),
        ("en uke", "2026-03-11 10:20"),
        ("1주일", "2026-03-11 10:20"),
        ("일주일 후", "2026-03-11 10:20"),
        # Days by name.
        ("today", "2026-03-04 10:20"),
        ("tomorrow", "2026-03-05 08:00"),
        ("Tomorrow 9:00", "2026-03-05 09:00"),
        ("tomorrow at 9", "2026-03-05 09:00"),
        ("tomorrow 9", "2026-03-05 09:00"),
        ("tomorrow, 9 am", "2026-03-05 09:00"),
        ("tomorrow 9:30 PM", "2026-03-05 21:30"),
        ("i morgen kl. 09.30", "2026-03-05 09:30"),
        ("i overmorgen", "2026-03-06 08:00"),
        ("the day after tomorrow", "2026-03-06 08:00"),
        ("내일", "2026-03-05 08:00"),
        ("내일 9:00", "2026-03-05 09:00"),
        ("내일 오전 9시", "2026-03-05 09:00"),
        ("내일 오후 3시 반", "2026-03-05 15:30"),
        ("내일 오후 3시까지", "2026-03-05 15:00"),
        ("모레까지", "2026-03-06 08:00"),
        ("fri", "2026-03-06 08:00"),
        ("until fri", "2026-03-06 08:00"),
        ("until Friday 14:00", "2026-03-06 14:00"),
        ("fredag", "2026-03-06 08:00"),
        ("til fredag kl 14", "2026-03-06 14:00"),
        ("금요일", "2026-03-06 08:00"),
        ("금요일까지", "2026-03-06 08:00"),
        # Today's own name is a week away, a free day its next opening.
        ("wednesday", "2026-03-11 08:00"),
        ("saturday", "2026-03-09 08:00"),
        ("saturday 10:00", "2026-03-07 10:00"),
        ("next monday", "2026-03-09 08:00"),
        ("next friday", "2026-03-13 08:00"),
        ("neste mandag", "2026-03-09 08:00"),
        ("next week", "2026-03-09 08:00"),
        ("neste uke", "2026-03-09 08:00"),
        ("다음 주", "2026-03-09 08:00"),
        ("다음 주 월요일", "2026-03-09 08:00"),
        ("다음주 금요일까지", "2026-03-13 08:00"),
        # Dates.
        ("2026-12-01 08:00", "2026-12-01 08:00"),
        ("2026-12-01T08:00", "2026-12-01 08:00"),
        ("2026-12-01", "2026-12-01 08:00"),
        ("12.3.", "2026-03-12 08:00"),
        ("12.3", "2026-03-12 08:00"),
        ("12.3. kl. 14.15", "2026-03-12 14:15"),
        ("1.2.", "2027-02-01 08:00"),
        ("12.03.2027", "2027-03-12 08:00"),
        ("12. mars", "2026-03-12 08:00"),
        ("12 March 2026 9:00", "2026-03-12 09:00"),
        ("March 12", "2026-03-12 08:00"),
        ("Dec 1st, 9:00", "2026-12-01 09:00"),
        ("3월 12일", "2026-03-12 08:00"),
        ("2026년 12월 1일 8시", "2026-12-01 08:00"),
        # A time alone is the next such time.
        ("14:00", "2026-03-04 14:00"),
        ("9:00", "2026-03-05 09:00"),
        ("kl. 14.30", "2026-03-04 14:30"),
        ("오후 2시", "2026-03-04 14:00"),
        ("at 5pm", "2026-03-04 17:00"),
    ],
)
def test_a_moment(text: str, at: str) -> None:
    assert said(text) == (at, "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("until fri spare part from ACME", "spare part from ACME"),
        ("til fredag: venter på Deler", "venter på Deler"),
        ("금요일까지 부품 대기", "부품 대기"),
        ("3d waiting for Bob", "waiting for Bob"),
        ("tomorrow 9:00 – call again", "call again"),
        ("12.3. 2 spare parts", "2 spare parts"),
    ],
)
def test_what_follows_is_kept(text: str, rest: str) -> None:
    when = read_when(text, NOW, opens)
    assert when is not None and when.rest == rest


@pytest.mark.parametrize(
    "text",
    ["", "spare part", "12/3", "31.2.", "2026-02-30", "25:00", "13pm", "next", "until", "99999", "3 sausages", "soon"],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_when(text, NOW, opens) is None


def test_the_hour_that_is_left_out_and_the_one_that_comes_twice() -> None:
    assert said("2026-03-29 02:30") == ("2026-03-29 03:30", "")
    twice = read_when("2026-10-25 02:30", NOW, opens)
    assert twice is not None and twice.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_it_is_the_reader_s_zone() -> None:
    seoul = read_when("내일 9:00", NOW.astimezone(ZoneInfo("Asia/Seoul")), opens)
    assert seoul is not None and seoul.at == datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days"),
    [("3d", 3), ("3 dager", 3), ("3일", 3), ("2 weeks", 10), ("en uke", 5), ("일주일", 5), ("2h", None)],
)
def test_working_days(text: str, days: int | None) -> None:
    amount = read_amount(text)
    assert amount is not None and amount.working_days == days


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    when = read_when(text, NOW, lambda moment: moment)
    assert when is None or when.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("since 9:30", "2026-03-04 09:30"),
        ("siden kl. 9.30", "2026-03-04 09:30"),
        ("9:30부터", "2026-03-04 09:30"),
        # What is to come today was yesterday.
        ("14:00", "2026-03-03 14:00"),
        ("yesterday 14:00", "2026-03-03 14:00"),
        ("i går 14:00", "2026-03-03 14:00"),
        ("어제 14:00", "2026-03-03 14:00"),
        ("fri 9:30", "2026-02-27 09:30"),
        ("2.3. 9:30", "2026-03-02 09:30"),
        ("1.12. 9:30", "2025-12-01 09:30"),
        ("2026-03-02 9:30", "2026-03-02 09:30"),
        ("2h", "2026-03-04 08:20"),
        ("2시간", "2026-03-04 08:20"),
        ("yesterday", "2026-03-03 00:00"),
    ],
)
def test_a_moment_that_has_passed(text: str, at: str) -> None:
    when = read_past(text, NOW)
    assert when is not None and f"{when.at.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}" == at


@pytest.mark.parametrize("text", ["", "vpn", "tomorrow 9:00", "next week", "2027-01-01 9:00", "31.2.", "25:00"])
def test_what_is_to_come_has_not_passed(text: str) -> None:
    assert read_past(text, NOW) is None

from datetime import time

import pytest

from maildesk.worktime import Span, WeekTime, parse_time, parse_week, parse_week_time

DAY = (Span(480, 960),)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri 08:00-16:00", (DAY, DAY, DAY, DAY, DAY, (), ())),
        ("mon 8:00 - 16:00", (DAY, (), (), (), (), (), ())),
        ("Monday-Tuesday 08:00-16:00", (DAY, DAY, (), (), (), (), ())),
        ("Mon-Thu 08:00-16:00, Fri 08:00-14:00", (DAY, DAY, DAY, DAY, (Span(480, 840),), (), ())),
        ("Sun-Mon 08:00-16:00", (DAY, (), (), (), (), (), DAY)),
        ("Mon 12:00-16:00, Mon 08:00-11:30", ((Span(480, 690), Span(720, 960)), (), (), (), (), (), ())),
        ("Sat 22:00-24:00", ((), (), (), (), (), (Span(1320, 1440),), ())),
        ("24x7", ((Span(0, 1440),),) * 7),
    ],
)
def test_a_week_is_read(text: str, days: tuple[tuple[Span, ...], ...]) -> None:
    assert parse_week(text).days == days


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must have hours"),
        ("  ", "must have hours"),
        ("08:00-16:00", "does not begin with weekdays"),
        ("Mon-Fri", "has no hours"),
        ("Man-Fre 08:00-16:00", "does not begin with weekdays"),
        ("Mon-Fri 08:00", "has no hours"),
        ("Mon 25:00-26:00", "has no hours"),
        ("Mon 08:61-09:00", "has no hours"),
        ("Mon 16:00-08:00", "ends before it begins"),
        ("Mon 08:00-08:00", "ends before it begins"),
        ("Mon-Fri 08:00-16:00, Fri 15:00-17:00", "the same hours of Fri twice"),
        ("Mon 08:00-16:00,", "does not begin with weekdays"),
    ],
)
def test_what_is_no_week_is_explained(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_week(text)


@pytest.mark.parametrize(("text", "moment"), [("07:30", time(7, 30)), ("7:05", time(7, 5)), ("00:00", time(0))])
def test_a_time_is_read(text: str, moment: time) -> None:
    assert parse_time(text) == moment
    assert parse_week_time(f"Sun {text}") == WeekTime(6, moment)


@pytest.mark.parametrize("text", ["", "7", "24:00", "07:60", "7.30", "07:30:00", "Mon 07:30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


@pytest.mark.parametrize("text", ["", "07:30", "Mon", "Man 07:30", "Mon-Fri 07:30"])
def test_what_is_no_moment_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_week_time(text)

from datetime import timedelta

import pytest

from maildesk.durations import BusinessDuration, parse_business_duration, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("0s", timedelta()),
        ("15m", timedelta(minutes=15)),
        ("15 min", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("1.5h", timedelta(minutes=90)),
        ("30d", timedelta(days=30)),
        ("2 weeks", timedelta(weeks=2)),
        ("1h30m", timedelta(minutes=90)),
        (" 1 Day 6 hours ", timedelta(hours=30)),
    ],
)
def test_a_duration_is_read(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span
    assert parse_business_duration(text) == span


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a duration"),
        ("60", 'write "60s"'),
        ("-4h", "is not a duration"),
        ("4 parsecs", "is not a duration"),
        ("4h and a bit", "is not a duration"),
        ("4h 30", "is not a duration"),
        ("٤h", "is not a duration"),
        ("99999999w", "longer than a hundred years"),
        ("2 business days", "business days are not possible here"),
    ],
)
def test_what_is_no_duration_is_explained(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "days"), [("2 business days", 2), ("1 business day", 1), ("3 Working Days", 3), ("0 business days", 0)]
)
def test_business_days_are_their_own_kind(text: str, days: int) -> None:
    assert parse_business_duration(text) == BusinessDuration(days)


@pytest.mark.parametrize("text", ["1.5 business days", "business days", "-1 business days", "99999 business days"])
def test_odd_business_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_business_duration(text)


def test_business_days_are_shown_as_they_are_written() -> None:
    assert [str(BusinessDuration(days)) for days in (1, 2)] == ["1 business day", "2 business days"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("40MB", 40_000_000), ("40 mb", 40_000_000), ("1KiB", 1024), ("2GB", 2_000_000_000), ("7B", 7), ("0KB", 0)],
)
def test_a_size_is_in_bytes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "40", "MB", "40 meters", "-1MB", "1.5MB", "40MB 1KB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='write "40MB"'):
        parse_size(text)


@pytest.mark.parametrize("text", ["9" * 100_000, "1h " * 300_000 + "x", " " * 100_000 + "x", "1" + "h" * 100_000])
def test_long_text_takes_no_long_time(text: str) -> None:
    for parse in (parse_business_duration, parse_size):
        with pytest.raises(ValueError):
            parse(text)

"""Dates as mail programs of many languages write them."""

from datetime import UTC, datetime

import pytest

from maildesk.ingest.mime.dates import read_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 04 Mar 2024 10:15:00 +0100", datetime(2024, 3, 4, 9, 15, tzinfo=UTC)),
        ("man., 4. mars 2024 10:15:00 +0100", datetime(2024, 3, 4, 9, 15, tzinfo=UTC)),
        ("Mo., 4 Mär. 2024 10:15 +0100 (MEZ)", datetime(2024, 3, 4, 9, 15, tzinfo=UTC)),
        ("Mon, 4, Mar 2024 10:15:00 PM", datetime(2024, 3, 4, 22, 15, tzinfo=UTC)),
        ("2024-03-04T10:15:00Z", datetime(2024, 3, 4, 10, 15, tzinfo=UTC)),
        ("Mon, 99 Mar 2024 10:15:00 +0100", None),
        ("Mon, 04 Mar 2024 10:15:00 +9959", datetime(2024, 3, 4, 10, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    assert read_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "04 Mar 24 10:15 +0100",
        "Mon, 4 Mar 124 10:15:00 +0100",
        "Mon,04 Mar 2024 10:15:00+0100",
        "Mon, 04-Mar-2024 10:15:00 +01:00",
        "Mon, 04 Mar 2024 10.15.00 +0100",
        "Mon, 04 Mar 2024 10 : 15 : 00 +0100",
        "Mon, 04 Mar 2024 10:15:00 (CET) +0100",
        "Mon, 04 Mar 2024 10:15:00 0100",
        "Mon, 04 Mar 2024 10:15:00 +1",
        "Mon, 04 Mar 2024 10:15:00 CET",
        "Mon, 04 Mar 2024 10:15:00 GMT+01:00",
        "Mon, 04 Mar 2024 04:15:00 EST",
        "Mon, 04 Mar 2024 18:15:00 KST",
        "Mon Mar  4 10:15:00 CET 2024",
        "Mon Mar  4 10:15:00 +0100 2024",
        "Monday, March 4, 2024 10:15 AM +0100",
        "2024-03-04 10:15:00.123 +0100",
        "2024/03/04 10:15 CET",
        "20240304T101500+0100",
        "04.03.2024 10:15 +0100",
        "03/04/2024 10:15 +0100",
        "2024년 3월 4일 (월) 오후 6:15 KST",
        "2024年3月4日 下午 5:15 +0800",
        "월, 4 3월 2024 18:15:00 +0900",
        "월, 04 3 2024 18:15:00 +0900",
        "Mo, 4 Mrz 2024 10:15:00 +0100",
        "lun., 4 mars 2024 10:15:00 +0100",
        "mar., 4 märz 2024 10:15:00 +0100",
        "lun, 4 marzo 2024 10:15:00 +0100",
        "ma., 4 mrt. 2024 10:15:00 +0100",
        "Пн, 4 марта 2024 12:15:00 +0300",
        "pon, 4 marca 2024 10:15:00 +0100",
        "ma, 4 maaliskuuta 2024 11:15:00 EET",
        "Pzt, 4 Mart 2024 12:15:00 +0300",
    ],
)
def test_many_ways_to_write_one_date(value: str) -> None:
    assert read_date(value) == datetime(2024, 3, 4, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "month"),
    [
        ("juin", 6),
        ("juil.", 7),
        ("giu", 6),
        ("lug", 7),
        ("ağu", 8),
        ("sie", 8),
        ("říjen", 10),
        ("окт", 10),
        ("Νοέ", 11),
        ("DES", 12),
        ("juuni", 6),
        ("maí", 5),
        ("kovo", 3),
        ("ožujka", 3),
        ("Maret", 3),
        ("בינואר", 1),
        ("يونيو", 6),
    ],
)
def test_months_by_name_behind_a_weekday_called_like_one(value: str, month: int) -> None:
    assert read_date(f"mar. 4 {value} 2024 10:15") == datetime(2024, month, 4, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["Mon, ² Mar 2024 10:15", "Fri,6  c O1t2009 10:34:38 +0200", "10:15", "March 2024", "30 Feb 2024 10:15", "9" * 300],
)
def test_no_date_is_guessed(value: str) -> None:
    assert read_date(value) is None

"""Dates, plurals and Korean endings."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from maildesk.notify.spoken import city, dated, particle, plural

MOMENT = datetime(2024, 3, 6, 16, 5)


@pytest.mark.parametrize(
    ("language", "pattern", "written"),
    [
        ("en", "EEE d MMMM, HH:mm", "Wed 6 March, 16:05"),
        ("nb", "EEEE d. MMMM 'kl.' HH.mm", "onsdag 6. mars kl. 16.05"),
        ("ko", "M월 d일(EEE) aaaa h:mm", "3월 6일(수) 오후 4:05"),
    ],
)
def test_a_time_in_the_words_of_the_language(language: str, pattern: str, written: str) -> None:
    assert dated(MOMENT, pattern, language) == written


def test_one_moment_is_said_in_each_zone() -> None:
    moment = MOMENT.replace(tzinfo=UTC)
    zones = [moment.astimezone(ZoneInfo(name)) for name in ("Europe/Oslo", "Asia/Seoul", "UTC")]
    assert len(set(zones)) == 1
    assert [dated(one, "HH:mm", "en") for one in zones] == ["17:05", "01:05", "16:05"]


@pytest.mark.parametrize(
    ("zone", "language", "written"),
    [
        ("Europe/Oslo", "en", "Oslo"),
        ("Europe/Oslo", "ko", "오슬로"),
        ("Europe/Copenhagen", "nb", "København"),
        ("America/New_York", "en", "New York"),
        ("America/New_York", "ko", "뉴욕"),
        ("Etc/GMT+5", "en", "GMT+5"),
        ("UTC", "ko", ""),
    ],
)
def test_a_city_in_the_words_of_the_language(zone: str, language: str, written: str) -> None:
    assert city(MOMENT.replace(tzinfo=ZoneInfo(zone)), language) == written


def test_a_time_without_the_name_of_a_zone_names_no_city() -> None:
    assert city(MOMENT.replace(tzinfo=UTC), "en") == ""


@pytest.mark.parametrize(
    ("number", "language", "written"),
    [(1, "en", "one"), (0, "en", "0 many"), (2, "nb", "2 many"), (1, "nb", "one"), (1, "ko", "1 many")],
)
def test_a_plural_as_the_language_counts(number: int, language: str, written: str) -> None:
    assert plural(number, language, one="one", other="{n} many") == written


@pytest.mark.parametrize(
    ("word", "pair", "written"),
    [
        ("안나", "이/가", "안나가"),
        ("홍길동", "이/가", "홍길동이"),
        ("메일", "을/를", "메일을"),
        ("메일", "으로/로", "메일로"),
        ("답장", "으로/로", "답장으로"),
        ("#1042", "과/와", "#1042와"),
        ("#1043", "과/와", "#1043과"),
        ("#17", "으로/로", "#17로"),
        ("#10", "이/가", "#10이"),
        ("Acme", "이/가", "Acme이(가)"),
        ("", "은/는", "은(는)"),
    ],
)
def test_a_particle_fits_the_last_sound(word: str, pair: str, written: str) -> None:
    assert particle(word, pair) == written

"""Reads Date fields as they are written: RFC 5322 3.3 and 4.3, ISO 8601, asctime, months and zones by name.

The time is found first, what stands behind it is the zone, and the day is looked for in all the rest. It guesses no
date out of what is none: without a day, a month and a year there is no date.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from maildesk.ingest.mime.months import month_of

_LONGEST: Final = 200
_COMMENT: Final = re.compile(r"\([^()]*\)")
_TIME: Final = re.compile(
    r"(?<![\d.])(\d{1,2}) ?: ?(\d{1,2})(?: ?: ?(\d{1,2}))?(?:[.,]\d{1,9})?(?!\d)"
    r"|(?<![\d.])(\d{1,2})\.(\d\d)\.(\d\d)(?![\d.])(?=[ +-]|\Z)|T(\d\d)(\d\d)(\d\d)(?=Z|[+-]|\Z)"
)
_HALF: Final = re.compile(r" ?([ap])\.?m\b\.?", re.I)
_HALF_BEFORE: Final = re.compile(r"(오전|오후|午前|午後|上午|下午) ?\Z")
_AFTERNOON: Final = ("p", "P", "오후", "午後", "下午")
_OFFSET: Final = re.compile(r" ?(?:(?:GMT|UTC|UT) ?)?([+-]) ?(\d{1,2}):?(\d\d)?(?!\d)")
#: A sign that got lost; a year never begins with a zero, and no zone lies at 20 hours.
_UNSIGNED: Final = re.compile(r" (0\d|1[0-4])([0-5]\d)(?!\d)")
_NAMED: Final = re.compile(r" ?([A-Za-z]{1,5})\b")
#: RFC 5322 4.3, and the names that are in use and mean one zone only. Military letters but Z say nothing (ibidem).
_ZONES: Final = {
    name: float(hours)
    for line in (
        "0 UT UTC GMT Z WET",
        "1 CET MET MEZ BST WEST WAT",
        "2 CEST MEST MESZ EET SAST CAT",
        "3 EEST MSK TRT EAT",
        "4 MSD GST",
        "5 PKT",
        "7 WIB ICT",
        "8 HKT SGT AWST PHT",
        "9 JST KST",
        "9.5 ACST",
        "10 AEST",
        "10.5 ACDT",
        "11 AEDT",
        "12 NZST",
        "13 NZDT",
        "-2.5 NDT",
        "-3 ADT BRT ART",
        "-3.5 NST",
        "-4 EDT AST",
        "-5 EST CDT",
        "-6 CST MDT",
        "-7 MST PDT",
        "-8 PST AKDT",
        "-9 AKST",
        "-10 HST",
    )
    for hours, *names in [line.split()]
    for name in names
}
_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})(?: ?[年년] ?|[-/.])(\d{1,2})(?: ?[月월] ?|[-/.])(\d{1,2})(?!\d)")
_COMPACT: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
#: With spaces where a pattern had the name of the month, and the language of the program has none.
_DAY_FIRST: Final = re.compile(r"(?<!\d)(\d{1,2})([-/. ])(\d{1,2})\2 ?(\d{4}|\d\d)(?!\d)")
_PIECE: Final = re.compile(r"(\d{1,4}) ?([月월])|\d{1,4}|[^\W\d_]+")
_SCRIPTS: Final = str.maketrans("０１２３４５６７８９：", "0123456789:")


def read_date(value: str) -> datetime | None:
    """An aware UTC time, or None. A missing, unknown or impossible zone is taken as UTC (RFC 5322 4.3)."""
    value = unicodedata.normalize("NFC", " ".join(_COMMENT.sub(" ", value[:_LONGEST]).split())).translate(_SCRIPTS)
    time = _TIME.search(value)
    if time is None:
        return _moment(_day_of(value, ""), (0, 0, 0), timedelta())
    hour, minute, second = (int(group or 0) for group in time.groups()[_clock(time) :][:3])
    before, behind = value[: time.start()], value[time.end() :]
    half = _HALF.match(behind) or _HALF_BEFORE.search(before)
    if half:
        hour = hour % 12 + (12 if half[1] in _AFTERNOON else 0)
        behind = behind[half.end() :] if half.string is behind else behind
    offset, behind = _zone(behind)
    # Leap seconds are no part of datetime.
    return _moment(_day_of(before, behind), (hour, minute, min(second, 59)), offset)


def _clock(time: re.Match[str]) -> int:
    """Which of the three ways to write a time it is: where its groups begin."""
    return 0 if time[1] else 3 if time[4] else 6


def _moment(day: tuple[int, int, int] | None, time: tuple[int, int, int], offset: timedelta) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime(*day, *time, tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> tuple[timedelta, str]:
    """The offset from UTC that `text` begins with, and what follows it."""
    if found := _OFFSET.match(text):
        hours, minutes = found[2], found[3] or "0"
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if found[1] == "-" else 1)
        return (offset if abs(offset) < timedelta(hours=24) else timedelta()), text[found.end() :]
    if found := _UNSIGNED.match(text):
        return timedelta(hours=int(found[1]), minutes=int(found[2])), text[found.end() :]
    if (found := _NAMED.match(text)) and found[1].upper() in _ZONES:
        return timedelta(hours=_ZONES[found[1].upper()]), text[found.end() :]
    return timedelta(), text


def _day_of(before: str, behind: str) -> tuple[int, int, int] | None:
    """Year, month and day out of what stands before the time and behind it (asctime has the year there)."""
    for text in filter(None, (before, behind)):
        if found := _YEAR_FIRST.search(text) or _COMPACT.search(text):
            return int(found[1]), int(found[2]), int(found[3])
        if found := _DAY_FIRST.search(text):
            return _day_first(int(found[1]), int(found[3]), found[2], _full_year(found[4]))
    return _day_by_name(before, behind) or (_day_by_name(f"{before} {behind}", "") if behind else None)


def _day_first(first: int, second: int, sign: str, year: int) -> tuple[int, int, int]:
    """4.3.2024 and 4-3-2024 begin with the day; 3/4/2024 with the month, unless that is impossible."""
    if second > 12 or (sign == "/" and first <= 12):
        first, second = second, first
    return year, second, first


def _day_by_name(before: str, behind: str) -> tuple[int, int, int] | None:
    """The last name of a month: weekdays stand before it, and some are called like one ("mar." is a Tuesday)."""
    month, numbers = 0, list[str]()
    for piece in _PIECE.finditer(before):
        if piece[2]:
            month = int(piece[1])
        elif piece[0].isdecimal():
            numbers.append(piece[0])
        else:
            month = month_of(piece[0]) or month
    numbers += [piece[0] for piece in _PIECE.finditer(behind) if piece[0].isdecimal()]
    if not 1 <= month <= 12 or len(numbers) < 2:
        return None
    day, year = numbers[:2]
    if len(day) > 2:
        day, year = year, day
    return _full_year(year), month, int(day)


def _full_year(year: str) -> int:
    """RFC 5322 4.3: two digits up to 49 are of this century; three count from 1900."""
    if len(year) == 2:
        return int(year) + (2000 if int(year) < 50 else 1900)
    return int(year) + (1900 if len(year) == 3 else 0)

"""When does somebody mean? "3d", "2 timer", "tomorrow 9:00", "fredag", "다음 주 월요일", "12.3.", "2026-12-01 08:00".

Words at the beginning of a text are read, what follows them is kept; nothing is guessed: "12/3" is no date, since half
the world reads it the other way. It knows no clock: now and the opening hours are the caller's.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from maildesk.desk.words.narrow import narrow
from maildesk.desk.words.when_words import (
    AMOUNTS,
    BEHIND,
    DAYS,
    FILLERS,
    HOURS,
    MINUTES,
    MONTHS,
    NEXT,
    NEXT_WEEK,
    ONE,
    RELATIVE,
    UNITS,
    WEEKDAYS,
    WEEKS,
)

#: The opening at or after a moment.
Opens = Callable[[datetime], datetime]

_AMOUNT: Final = re.compile(r"(\d{1,4}) ?([^\W\d_]+)")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)t?")
_DOTTED: Final = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\.(?: ?(\d{4}))?)?(?![\d:])")
_KOREAN_DAY: Final = re.compile(r"(?:(\d{4})년 ?)?(\d{1,2})월 ?(\d{1,2})일")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? ([^\W\d_]+)\.?(?: (\d{4})(?![\d:]))?")
_MONTH_DAY: Final = re.compile(r"([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?(?![\d:.])")
_CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?: ?([ap])\.?m\.?)?(?!\d)")
_HOUR: Final = re.compile(r"(\d{1,2}) ?([ap])\.?m\.?(?![^\W\d_])")
_KOREAN_TIME: Final = re.compile(r"(오전|오후)? ?(\d{1,2})시(?!간)(?: ?(\d{1,2})분| ?(반))?")
_BARE: Final = re.compile(r"(\d{1,2})(?=$)")
#: Days to look back from for a time of day, a day of the week, a day of the year.
_BACK: Final = (0, 1, 7, 366)
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class When:
    """A moment in UTC, and what stood behind its words."""

    at: datetime
    rest: str


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of a unit (when_words), and what stood behind."""

    number: int
    unit: str
    rest: str

    @property
    def span(self) -> timedelta:
        """In real time."""
        hours = {MINUTES: 1 / 60, HOURS: 1, DAYS: 24, WEEKS: 24 * 7}[self.unit]
        return timedelta(hours=self.number * hours)

    @property
    def working_days(self) -> int | None:
        """A week has five; None for less than a day."""
        return {DAYS: self.number, WEEKS: self.number * 5}.get(self.unit)


def read_amount(text: str) -> Amount | None:
    """ "3d", "2 timer", "a week", "3일", "일주일"."""
    plain = _plain(text)
    for word, (number, unit) in AMOUNTS.items():
        if plain.startswith(word):
            return Amount(number, unit, _behind(plain[len(word) :]))
    found = _AMOUNT.match(plain)
    if found and (unit_of := _unit(found[2])):
        unit, taken = unit_of
        return Amount(int(found[1]), unit, _behind(plain[found.start(2) + taken :]))
    first, _, rest = plain.partition(" ")
    second = _WORD.match(rest)
    if first in ONE and second and second[0] in UNITS:
        return Amount(1, UNITS[second[0]], _behind(rest[second.end() :]))
    return None


def read_when(text: str, now: datetime, opens: Opens) -> When | None:
    """The moment that the text begins with; None where it begins with none. `now` is in the zone of its reader.

    Without a time of day it is the opening of that day, or the next one where that day is free.
    """
    try:
        return _read(text, now, opens)
    except (ValueError, OverflowError):
        # The 31st of February, the year 10000.
        return None


def read_past(text: str, now: datetime) -> When | None:
    """The newest such moment that is not to come: "9:30" is today's or yesterday's, "fri 9:30" last Friday's, "2h" two
    hours ago. None where the text begins with none. A day alone begins at midnight."""
    if (amount := read_amount(text)) is not None:
        return When(now.astimezone(UTC) - amount.span, _kept(text, amount.rest))
    try:
        named = _named(_plain(text), now.date()) is not None
        found = [_read(text, now - timedelta(days=back), lambda at: at) for back in ((0,) if named else _BACK)]
    except (ValueError, OverflowError):
        return None
    return next((when for when in found if when is not None and when.at <= now), None)


def _read(text: str, now: datetime, opens: Opens) -> When | None:
    plain = _plain(text)
    if (dated := _date(plain, now.date())) is not None:
        day, rest = dated
        clock, rest = _time(rest) or (None, rest)
        return When(_moment(day, clock, now, opens), _kept(text, rest))
    if (timed := _time(plain)) is not None:
        clock, rest = timed
        today = _moment(now.date(), clock, now, opens)
        over = today <= now.astimezone(UTC)
        return When(_moment(now.date() + timedelta(days=1), clock, now, opens) if over else today, _kept(text, rest))
    if (amount := read_amount(plain)) is not None:
        at = now.astimezone(UTC) + amount.span
        return When(opens(at) if amount.unit in (DAYS, WEEKS) else at, _kept(text, amount.rest))
    return None


def _moment(day: date, clock: time | None, now: datetime, opens: Opens) -> datetime:
    at = datetime.combine(day, clock or time(), now.tzinfo).astimezone(UTC)
    return at if clock is not None else opens(max(at, now.astimezone(UTC)) if day == now.date() else at)


def _plain(text: str) -> str:
    """One line in small letters, without the words that only lead to a time."""
    line = " ".join(narrow(unicodedata.normalize("NFC", text)).casefold().replace(",", " ").split())
    while True:
        word, _, rest = line.partition(" ")
        if word not in FILLERS or not rest:
            return line
        line = rest


def _behind(text: str) -> str:
    """What follows a day or a time, without the particle that belongs to it."""
    left = text.lstrip()
    for particle in BEHIND:
        if left.startswith(particle) and not _WORD.match(left[len(particle) :]):
            return left[len(particle) :].lstrip()
    return left


def _kept(text: str, rest: str) -> str:
    """The same words as they were written: the reason behind a date keeps its capitals."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    rest = rest.strip().lstrip(".:;-– ")
    return line[len(line) - len(rest) :] if rest and narrow(line).casefold().endswith(rest) else rest


def _unit(letters: str) -> tuple[str, int] | None:
    """The unit, and how many of the letters are it: Korean hangs its particles on."""
    if letters in UNITS:
        return UNITS[letters], len(letters)
    for size in range(len(letters) - 1, 0, -1):
        if letters[:size] in UNITS and letters[size:] in BEHIND:
            return UNITS[letters[:size]], size
    return None


def _date(plain: str, today: date) -> tuple[date, str] | None:
    for read in (_numbers, _named, _weekday):
        if (found := read(plain, today)) is not None:
            return found[0], _plain(_behind(plain[found[1] :]))
    return None


def _numbers(plain: str, today: date) -> tuple[date, int] | None:
    """A date in numbers, or with the name of its month; how many characters it takes."""
    if found := _ISO.match(plain):
        return date(int(found[1]), int(found[2]), int(found[3])), found.end()
    if found := _KOREAN_DAY.match(plain):
        return _coming(today, found[1], int(found[2]), int(found[3])), found.end()
    if (found := _DAY_MONTH.match(plain)) and found[2] in MONTHS:
        return _coming(today, found[3], MONTHS[found[2]], int(found[1])), found.end()
    if (found := _MONTH_DAY.match(plain)) and found[1] in MONTHS:
        return _coming(today, found[3], MONTHS[found[1]], int(found[2])), found.end()
    # "9.30" is a time of day, "30.9." is none.
    if (found := _DOTTED.match(plain)) and int(found[2]) <= 12 and (found[0].count(".") > 1 or len(found[2]) < 2):
        return _coming(today, found[3], int(found[2]), int(found[1])), found.end()
    return None


def _coming(today: date, year: str | None, month: int, day: int) -> date:
    if year:
        return date(int(year), month, day)
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def _named(plain: str, today: date) -> tuple[date, int] | None:
    """today, tomorrow, next week, next Monday."""
    for words, days in sorted(RELATIVE.items(), key=lambda item: -len(item[0])):
        if plain.startswith(words) and not _glued(plain, len(words)):
            return today + timedelta(days=days), len(words)
    monday = today + timedelta(days=7 - today.weekday())
    for words in NEXT_WEEK:
        if plain.startswith(words):
            rest = plain[len(words) :].lstrip()
            taken = len(plain) - len(rest)
            word = _WORD.match(rest)
            day, size = _day_of_week(word[0]) if word else (None, 0)
            return (monday, len(words)) if day is None else (monday + timedelta(days=day), taken + size)
    first, _, rest = plain.partition(" ")
    word = _WORD.match(rest)
    if first in NEXT and word:
        day, size = _day_of_week(word[0])
        return None if day is None else (monday + timedelta(days=day), len(first) + 1 + size)
    return None


def _weekday(plain: str, today: date) -> tuple[date, int] | None:
    """The next such day, not today."""
    word = _WORD.match(plain)
    day, size = _day_of_week(word[0]) if word else (None, 0)
    if day is None:
        return None
    return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1), size


def _day_of_week(word: str) -> tuple[int | None, int]:
    """(0 for Monday, letters) of a word, which in Korean may have its particle."""
    if word in WEEKDAYS:
        return WEEKDAYS[word], len(word)
    for particle in BEHIND:
        stem = word.removesuffix(particle)
        if stem != word and stem in WEEKDAYS:
            return WEEKDAYS[stem], len(stem)
    return None, 0


def _glued(plain: str, size: int) -> bool:
    """Does the word go on, other than by a particle?"""
    word = _WORD.match(plain[size:])
    return word is not None and word[0] not in BEHIND


def _time(plain: str) -> tuple[time, str] | None:
    """A time of day at the beginning."""
    plain = _plain(plain)
    if found := _CLOCK.match(plain):
        return time(_hour(int(found[1]), found[3]), int(found[2])), _behind(plain[found.end() :])
    if found := _HOUR.match(plain):
        return time(_hour(int(found[1]), found[2])), _behind(plain[found.end() :])
    if found := _KOREAN_TIME.match(plain):
        half = {"오전": "a", "오후": "p"}.get(found[1] or "")
        minute = 30 if found[4] else int(found[3] or 0)
        return time(_hour(int(found[2]), half), minute), _behind(plain[found.end() :])
    if found := _BARE.match(plain):
        return time(int(found[1])), ""
    return None


def _hour(hour: int, half: str | None) -> int:
    """Of a clock with twelve hours where `half` is "a" or "p". Raises ValueError."""
    if half and not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour if half is None else hour % 12 + (12 if half == "p" else 0)

"""Until when is somebody away? Reads the day out of the text of an out-of-office note, in the forms people write days.

It decides nothing about tickets, and says nothing where the text names no day to come.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from maildesk.ingest.mime.months import month_of
from maildesk.ingest.phrases.tables import BACK, BACK_AFTER, WEEKDAYS

#: So much of a note is read; a day further away than this is no return.
_LONGEST: Final = 6000
_FARTHEST: Final = timedelta(days=500)
#: How far before and behind a day the words stand that make it the day of the return.
_BEFORE: Final = 45
_BEHIND: Final = 14
_MOST: Final = 100

_ISO: Final = re.compile(r"(?<!\d)(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EAST: Final = re.compile(r"(?:(20\d\d) ?[年년] ?)?(?<!\d)(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]")
_NUMBERS: Final = re.compile(
    r"(?<![\d.:/])(\d{1,2})([./-]) ?(\d{1,2})(?:\2 ?(20\d\d|\d\d)(?!\d)|(\.)?(?![\d:])(?!\2\d))"
)
#: Thai writes vowels as marks, which are no letters.
_DAY_MONTH: Final = re.compile(
    r"(?<![\d.:])(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|-?го)?(?: of| de| d'"
    r"|-e)? {0,2}((?:[^\W\d_]|[\u0e31-\u0e4e]){3,14})\.?(?:,? (?:de )?(20\d\d))?"
)
#: Vietnamese numbers its months: "15 tháng 3 năm 2024".
_NUMBERED_MONTH: Final = re.compile(r"(?<!\d)(\d{1,2}) tháng (\d{1,2})(?: năm (20\d\d)|,? (20\d\d))?(?!\d)")
_MONTH_DAY: Final = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th|\.)?(?![\d:])(?:,? (20\d\d))?")
#: Not behind "t.o.m." or "ca.".
_SENTENCE: Final = re.compile(r"(?<=[^\W\d_]{3})[.!?;](?: |$)|。")


@dataclass(frozen=True, slots=True)
class _Day:
    """A day in the text, and where it stands there. `sure`: it names a month, and is no decimal or version."""

    day: date
    start: int
    end: int
    sure: bool = True


def away_until(text: str, written: date) -> date | None:
    """The last day away, or the day of the return, whichever the note names; None where it names none that comes after
    `written`, the day of the note.

    Of several days the last one with a word like "until" or "back" beside it counts, else the last of all.
    """
    text = " ".join(text[:_LONGEST].lower().replace("–", "-").replace("\u00a0", " ").split())
    days = [one for one, _ in zip(_days(text, written), range(_MOST), strict=False)]
    coming = [one for one in days if written < one.day <= written + _FARTHEST]
    told = [one.day for one in coming if _is_return(text, one)]
    if told:
        return max(told)
    named = _weekday(text, written)
    return named or max((one.day for one in coming if one.sure), default=None)


def _is_return(text: str, one: _Day) -> bool:
    before = text[max(0, one.start - _BEFORE) : one.start]
    before = _SENTENCE.split(before)[-1]
    behind = text[one.end : one.end + _BEHIND]
    return any(_has_word(before, word) for word in BACK) or any(word in behind for word in BACK_AFTER)


def _has_word(text: str, word: str) -> bool:
    at = text.rfind(word)
    if at < 0:
        return False
    if not word.isascii() and ord(word[0]) > 0x2E80:
        return True
    end = at + len(word)
    return (at == 0 or not text[at - 1].isalpha()) and (end == len(text) or not text[end].isalpha())


def _days(text: str, written: date) -> Iterator[_Day]:
    for found in _ISO.finditer(text):
        yield from _day(found, int(found[1]), int(found[2]), int(found[3]))
    text = _ISO.sub(lambda found: " " * len(found[0]), text)
    for found in _EAST.finditer(text):
        yield from _day(found, _year(found[1]), int(found[2]), int(found[3]), written)
    yield from _with_month(text, written)
    for found in _NUMBERS.finditer(text):
        yield from _numeric(found, written)


def _with_month(text: str, written: date) -> Iterator[_Day]:
    """Days whose month has a name, or a word beside its number."""
    for found in _NUMBERED_MONTH.finditer(text):
        yield from _day(found, _year(found[3] or found[4]), int(found[2]), int(found[1]), written)
    for found in _DAY_MONTH.finditer(text):
        if month := month_of(found[2]):
            yield from _day(found, _year(found[3]), month, int(found[1]), written)
    for found in _MONTH_DAY.finditer(text):
        if month := month_of(found[1]):
            yield from _day(found, _year(found[3]), month, int(found[2]), written)


def _numeric(found: re.Match[str], written: date) -> Iterator[_Day]:
    """Day before month, as most of the world writes; the other order where only that is a day soon to come."""
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    if found[2] == "." and not year and not found[5] and second > 12:
        return
    usual = list(_day(found, year, second, first, written))
    other = list(_day(found, year, first, second, written)) if found[2] == "/" else []
    soon = written + timedelta(days=90)
    for one in usual if any(written < one.day <= soon for one in usual) or not other else other:
        yield _Day(one.day, one.start, one.end, sure=bool(year))


def _day(found: re.Match[str], year: int, month: int, day: int, written: date | None = None) -> Iterator[_Day]:
    """The day, where there is such a day. Without a year it is the next one to come, unless it has just been."""
    try:
        if year:
            yield _Day(date(year, month, day), found.start(), found.end())
        elif written is not None:
            near = date(written.year, month, day)
            if near < written - timedelta(days=120):
                near = date(written.year + 1, month, day)
            yield _Day(near, found.start(), found.end())
    except ValueError:
        return


def _year(digits: str | None) -> int:
    return 0 if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _weekday(text: str, written: date) -> date | None:
    """`back on Monday`: the next such day after the note was written."""
    found = [
        (at, number)
        for name, number in WEEKDAYS.items()
        if _has_word(text, name)
        and (at := text.rfind(name)) >= 0
        and _is_return(text, _Day(written, at, at + len(name)))
    ]
    return written + timedelta(days=(max(found)[1] - written.weekday() - 1) % 7 + 1) if found else None

"""Reads spans of time and sizes as people write them: "90s", "4h", "2 business days", "40MB".

It only reads: what a working day is, worktime.py says. Every ValueError is one sentence fit to be shown, with a remedy.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

#: Longer spans are mistakes, and would overflow the dates they are added to.
LONGEST: Final = timedelta(days=36_525)

_PART: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+)\s*", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_BUSINESS: Final = re.compile(r"(\d{1,5})\s*(?:business|working)\s*days?", re.ASCII)
_SIZE: Final = re.compile(r"(\d{1,12})\s*([a-z]*)", re.ASCII)

_SECONDS: Final = {
    word: seconds
    for seconds, words in (
        (1, ("s", "sec", "second", "seconds")),
        (60, ("m", "min", "minute", "minutes")),
        (3_600, ("h", "hour", "hours")),
        (86_400, ("d", "day", "days")),
        (604_800, ("w", "week", "weeks")),
    )
    for word in words
}
_BYTES: Final = {
    "b": 1,
    "kb": 1_000,
    "mb": 1_000_000,
    "gb": 1_000_000_000,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
}


@dataclass(frozen=True, slots=True)
class BusinessDuration:
    """A number of whole working days, whatever hours they have."""

    days: int

    def __str__(self) -> str:
        return f"{self.days} business day{'' if self.days == 1 else 's'}"


def parse_duration(text: str) -> timedelta:
    """ "90s", "4h", "1h 30m", "30d", "2 weeks"; not negative. Raises ValueError."""
    words = text.strip().lower()
    if _BUSINESS.fullmatch(words):
        raise ValueError(f'"{text}": business days are not possible here; write "4h" or "2d"')
    if _NUMBER.fullmatch(words):
        raise ValueError(f'"{text}" has no unit; write "{words}s" for seconds, or m, h, d, w')
    seconds, at = 0.0, 0
    while (part := _PART.match(words, at)) and part[2] in _SECONDS:
        seconds += float(part[1]) * _SECONDS[part[2]]
        at = part.end()
    if not words or at < len(words):
        raise ValueError(f'"{text}" is not a duration; write "90s", "15m", "4h" or "30d"')
    if seconds > LONGEST.total_seconds():
        raise ValueError(f'"{text}" is longer than a hundred years')
    return timedelta(seconds=seconds)


def parse_business_duration(text: str) -> timedelta | BusinessDuration:
    """The same, and "3 business days" besides. Raises ValueError."""
    if found := _BUSINESS.fullmatch(text.strip().lower()):
        if int(found[1]) > LONGEST.days:
            raise ValueError(f'"{text}" is longer than a hundred years')
        return BusinessDuration(int(found[1]))
    return parse_duration(text)


def parse_size(text: str) -> int:
    """A size in bytes: "40MB" is 40 000 000, "40MiB" 41 943 040. Raises ValueError."""
    found = _SIZE.fullmatch(text.strip().lower())
    if found is None or found[2] not in _BYTES:
        raise ValueError(f'"{text}" is not a size; write "40MB", "512KB" or "1GB"')
    return int(found[1]) * _BYTES[found[2]]

"""The working week as people write it: "Mon-Fri 08:00-16:00", "24x7". Times are of the wall clock, without a zone.

It never looks at a date or a clock. Every ValueError is one sentence fit to be shown, with a remedy.
"""

import re
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Final

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTES_A_DAY: Final = 24 * 60

_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Working time within one day, in minutes from midnight: start 0..1439, end up to 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Seven days, Monday first, each with its spans in order; a day without spans is free."""

    days: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class WeekTime:
    """A moment of the week; `weekday` is 0 for Monday."""

    weekday: int
    time: time


def parse_week(text: str) -> WorkWeek:
    """ "Mon-Fri 08:00-16:00", several ("Mon-Thu 08:00-16:00, Fri 08:00-14:00"), or "24x7". Raises ValueError."""
    if not text.strip():
        raise ValueError('must have hours; write "Mon-Fri 08:00-16:00" or "24x7"')
    if text.strip().lower() == "24x7":
        return WorkWeek(((Span(0, MINUTES_A_DAY),),) * 7)
    days: list[list[Span]] = [[] for _ in WEEKDAYS]
    for group in text.split(","):
        numbers, span = _parse_group(group)
        for number in numbers:
            days[number].append(span)
    for name, spans in zip(WEEKDAYS, days, strict=True):
        spans.sort()
        if any(later.start < earlier.end for earlier, later in pairwise(spans)):
            raise ValueError(f'"{text}" names the same hours of {name} twice')
    return WorkWeek(tuple(tuple(spans) for spans in days))


def parse_time(text: str) -> time:
    """ "07:30" or "7:30". Raises ValueError."""
    minutes = _minutes(text.strip())
    if minutes is None or minutes == MINUTES_A_DAY:
        raise ValueError(f'"{text}" is not a time of day; write "07:30"')
    return time(minutes // 60, minutes % 60)


def parse_week_time(text: str) -> WeekTime:
    """ "Mon 07:30". Raises ValueError."""
    name, _, rest = text.strip().partition(" ")
    weekday = _weekday(name)
    if weekday is None:
        raise ValueError(f'"{text}" does not begin with a weekday; write "Mon 07:30"')
    return WeekTime(weekday, parse_time(rest))


def _parse_group(group: str) -> tuple[list[int], Span]:
    names, _, hours = group.strip().partition(" ")
    first, _, last = names.partition("-")
    begin, finish = _weekday(first), _weekday(last or first)
    if begin is None or finish is None:
        raise ValueError(f'"{group.strip()}" does not begin with weekdays; write "Mon-Fri 08:00-16:00" or "24x7"')
    start, end = (_minutes(part.strip()) for part in (hours.partition("-")[0], hours.partition("-")[2]))
    if start is None or end is None:
        raise ValueError(f'"{group.strip()}" has no hours such as 08:00-16:00')
    if end <= start:
        raise ValueError(
            f'"{group.strip()}" ends before it begins; write a night as two: "Mon 22:00-24:00, Tue 00:00-06:00"'
        )
    # Sat-Mon goes over the end of the week.
    return [(begin + step) % 7 for step in range((finish - begin) % 7 + 1)], Span(start, end)


def _weekday(name: str) -> int | None:
    """Three letters or the whole English name."""
    wanted = name.strip().lower()
    return next((n for n, whole in enumerate(_NAMES) if wanted in (whole, whole[:3])), None)


def _minutes(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if int(found[2]) < 60 and minutes <= MINUTES_A_DAY else None

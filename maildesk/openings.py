"""From the clock on the wall to real time: the stretches of a year in which somebody works.

It follows the rules of the zone to the second: an hour that exists twice is worked twice, one that is left out is not
worked at all. It never asks which day is free; the caller says what each day has.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.worktime import Span

_DAY: Final = 86_400
_SECOND: Final = 1_000_000
#: The ordinal of 1970-01-01.
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()

SpansOn = Callable[[date], tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Year:
    """The working stretches of one year of UTC, in microseconds from 1970: in order, without overlap, none empty.

    `before[n]` is what was worked in this year before stretch n. `days` are the ordinals of the year's working dates.
    """

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int
    days: list[int]

    def worked(self, moment: int) -> int:
        """Microseconds of work from the beginning of the year until `moment`, which lies in it."""
        last = bisect_right(self.starts, moment) - 1
        return self.before[last] + min(moment, self.ends[last]) - self.starts[last] if last >= 0 else 0

    def is_open(self, moment: int) -> bool:
        """A stretch begins with its first moment and ends before its last."""
        last = bisect_right(self.starts, moment) - 1
        return last >= 0 and moment < self.ends[last]


def year_of_work(year: int, zone: ZoneInfo, spans_on: SpansOn) -> Year:
    """Counts one year of UTC; `spans_on` is asked for its dates and for those next to it."""
    starts, ends, before, total = [], [], [], 0
    for start, end in _stretches(year, zone, spans_on):
        starts.append(start * _SECOND)
        ends.append(end * _SECOND)
        before.append(total)
        total += ends[-1] - starts[-1]
    every = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    return Year(starts, ends, before, total, [day for day in every if spans_on(date.fromordinal(day))])


def _stretches(year: int, zone: ZoneInfo, spans_on: SpansOn) -> Iterator[tuple[int, int]]:
    for begin, finish, offset in _offsets(year, zone):
        # Within these moments a clock on the wall shows UTC + offset, so that each date of it is plain arithmetic.
        for number in range((begin + offset) // _DAY, (finish + offset - 1) // _DAY + 1):
            midnight = number * _DAY - offset
            for span in spans_on(date.fromordinal(number + _FIRST_DAY)):
                start, end = max(begin, midnight + span.start * 60), min(finish, midnight + span.end * 60)
                if start < end:
                    yield start, end


def _offsets(year: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The moments between which the zone does not change its offset: begin, finish, offset, in seconds."""
    begin, last = _seconds(year), _seconds(year + 1)
    offset = _offset(zone, begin)
    for noon in range(begin + _DAY, last + _DAY, _DAY):
        end = min(noon, last)
        if _offset(zone, end) != offset:
            change = _change(zone, end - _DAY, end)
            yield begin, change, offset
            begin, offset = change, _offset(zone, end)
    if begin < last:
        yield begin, last, offset


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second of the new offset."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, seconds: int) -> int:
    offset = datetime.fromtimestamp(seconds, zone).utcoffset()
    assert offset is not None, "a ZoneInfo has an offset at every moment"
    return int(offset.total_seconds())


def _seconds(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())

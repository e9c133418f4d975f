"""How long does it take? The middle and the slow end of many durations; never an average, which one bad day bends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `n` durations half took at most `median`, nine of ten at most `p90`; None where there are none."""

    n: int
    median: timedelta | None = None
    p90: timedelta | None = None


def spread(durations: Sequence[timedelta]) -> Spread:
    """Both are durations that occurred (nearest rank); of an even number the median is the middle of the two."""
    if not durations:
        return Spread(0)
    ranked = sorted(durations)
    n = len(ranked)
    middle = (ranked[(n - 1) // 2] + ranked[n // 2]) / 2
    return Spread(n, middle, ranked[ceil(n * 9 / 10) - 1])

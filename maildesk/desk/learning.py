"""How sure is it that an agent knows something, after what he solved? Weights from 0 to 1 that fade with time."""

from datetime import datetime, timedelta
from typing import Final

#: What was learned counts half after so long.
HALF_LIFE: Final = timedelta(days=90)
#: The part of what is missing to certainty that one ticket adds: by being solved, and by being rated well.
BY_SOLUTION: Final = 0.1
BY_PRAISE: Final = 0.15
#: Points of five from which a rating is praise, and down to which it is blame.
PRAISE: Final = 4
BLAME: Final = 2


def faded(weight: float, at: datetime, now: datetime) -> float:
    """What is left of a weight that somebody had at `at`. A clock that was set back takes nothing away."""
    return weight * float(0.5 ** (max(now - at, timedelta()) / HALF_LIFE))


def after_solution(weight: float) -> float:
    """One more ticket of the kind was solved."""
    return weight + (1 - weight) * BY_SOLUTION


def after_rating(weight: float, score: int) -> float:
    """Its requester said how well, from 1 (very poor) to 5 (very good)."""
    if score >= PRAISE:
        return weight + (1 - weight) * BY_PRAISE
    return weight / 2 if score <= BLAME else weight

"""How long a letter waits, and when its chances are used up."""

from datetime import timedelta
from itertools import count, takewhile

import pytest

from maildesk.notify.backoff import GIVE_UP_AFTER, SPREAD, rest_after, wait_after


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (7, 60), (8, 120), (9, 120), (10, 240), (11, 240), (36, 240)],
)
def test_wait_grows_to_four_hours(attempts: int, minutes: int) -> None:
    assert wait_after(attempts, 0.0) == timedelta(minutes=minutes)


def test_jitter_only_lengthens() -> None:
    assert wait_after(1, 0.5) == timedelta(minutes=1) * (1 + SPREAD / 2)


@pytest.mark.parametrize("jitter", [0.0, 0.99])
def test_gives_up_after_five_days_of_waiting(jitter: float) -> None:
    waits = list(takewhile(lambda wait: wait is not None, (wait_after(attempt, jitter) for attempt in count(1))))
    nominal = sum((wait / (1 + SPREAD * jitter) for wait in waits if wait), timedelta())
    assert nominal + timedelta(seconds=1) >= GIVE_UP_AFTER
    assert nominal < GIVE_UP_AFTER + timedelta(hours=4)
    assert wait_after(len(waits) + 100, jitter) is None


@pytest.mark.parametrize(("troubles", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (10_000, 60)])
def test_rest_of_all_letters(troubles: int, seconds: int) -> None:
    assert rest_after(troubles) == timedelta(seconds=seconds)

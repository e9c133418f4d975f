from datetime import UTC, datetime, timedelta

import pytest

from maildesk.desk.assign import EXPERT
from maildesk.desk.learning import HALF_LIFE, after_rating, after_solution, faded

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "left"),
    [(timedelta(), 0.8), (HALF_LIFE, 0.4), (2 * HALF_LIFE, 0.2), (timedelta(days=-3), 0.8)],
)
def test_what_was_learned_fades(age: timedelta, left: float) -> None:
    assert faded(0.8, NOW - age, NOW) == pytest.approx(left)


def test_two_tickets_well_rated_make_an_expert_and_one_does_not() -> None:
    once = after_rating(after_solution(0), 5)
    assert once < EXPERT <= after_rating(after_solution(once), 4)


def test_five_tickets_without_a_rating_make_an_expert_and_four_do_not() -> None:
    weight = 0.0
    for _ in range(4):
        weight = after_solution(weight)
    assert weight < EXPERT <= after_solution(weight)


@pytest.mark.parametrize(("score", "weight"), [(5, 0.575), (4, 0.575), (3, 0.5), (2, 0.25), (1, 0.25)])
def test_a_rating_counts(score: int, weight: float) -> None:
    assert after_rating(0.5, score) == pytest.approx(weight)


def test_nobody_knows_more_than_everything() -> None:
    weight = 0.0
    for _ in range(1000):
        weight = after_rating(after_solution(weight), 5)
    assert 0.99 < weight <= 1

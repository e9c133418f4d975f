"""At most so many turns in any minute, in order, and a flood is silenced."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.notify.pace import LONGEST_WAIT, MINUTE, Pace

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("asked", "turns"),
    [
        pytest.param([0, 0], [0, 0], id="within the pace at once"),
        pytest.param([0, 0, 0], [0, 0, 60], id="the third waits for the minute of the first"),
        pytest.param([0, 30, 40], [0, 30, 60], id="a minute after the one before the last"),
        pytest.param([0, 0, 0, 0, 0], [0, 0, 60, 60, 120], id="the queue grows in order"),
        pytest.param([0, 0, 60], [0, 0, 60], id="free again after exactly a minute"),
        pytest.param([0, 0, 59], [0, 0, 60], id="not before"),
        pytest.param([0, 0, 500], [0, 0, 500], id="rested"),
    ],
)
def test_two_per_minute(asked: list[float], turns: list[float]) -> None:
    pace = Pace(2)
    assert [pace.turn(after(at)) for at in asked] == [after(at) for at in turns]


def test_a_new_life_goes_on_where_the_last_one_ended() -> None:
    pace = Pace(2, [after(0), after(30)])
    assert [pace.turn(after(40)) for _ in range(3)] == [after(60), after(90), after(120)]


def test_a_flood_is_silenced_and_what_was_silenced_takes_no_turn() -> None:
    pace = Pace(1)
    given = [pace.turn(NOON) for _ in range(30)]
    longest = int(LONGEST_WAIT / MINUTE)
    assert given[: longest + 1] == [NOON + MINUTE * at for at in range(longest + 1)]
    assert given[longest + 1 :] == [None] * (30 - longest - 1)
    # A minute later there is room for one more, not for the nineteen that were refused.
    assert pace.turn(NOON + MINUTE) == NOON + MINUTE * (longest + 1)
    assert pace.turn(NOON + MINUTE) is None


@given(per_minute=st.integers(1, 5), gaps=st.lists(st.integers(0, 40), max_size=60))
def test_never_more_than_the_pace_in_any_minute(per_minute: int, gaps: list[int]) -> None:
    pace, now, turns = Pace(per_minute), NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        turn = pace.turn(now)
        assert turn is None or now <= turn <= now + LONGEST_WAIT
        turns += [turn] if turn else []
    assert turns == sorted(turns)
    assert all(later - sooner >= MINUTE for sooner, later in zip(turns, turns[per_minute:], strict=False))

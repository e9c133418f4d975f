"""What becomes of a letter after an attempt: a row per cell of the table."""

from datetime import UTC, datetime, timedelta

import pytest

from maildesk.errors import Deferred, Refused
from maildesk.notify.fate import fate_of, not_begun, taken
from maildesk.notify.replies import Unanswered
from maildesk.vocabulary import OutboundState

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAITING, REFUSED, UNCERTAIN = OutboundState.WAITING, OutboundState.REFUSED, OutboundState.UNCERTAIN


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize(
    ("error", "attempts", "state", "wait", "counted"),
    [
        (Refused("RCPT: 550"), 1, REFUSED, None, True),
        (Deferred("RCPT: 450"), 1, WAITING, MINUTE, True),
        (Deferred("RCPT: 450"), 2, WAITING, 5 * MINUTE, True),
        (Deferred("RCPT: 450"), 500, REFUSED, None, True),
        (Deferred("AUTH: 535", everyone=True), 1, WAITING, timedelta(seconds=5), False),
        (Deferred("AUTH: 535", everyone=True), 500, WAITING, timedelta(seconds=5), False),
    ],
)
def test_answered(
    error: Deferred | Refused, attempts: int, state: OutboundState, wait: timedelta | None, counted: bool, once: bool
) -> None:
    fate = fate_of(error, attempts, NOW, 0.0, at_most_once=once)
    assert (fate.state, fate.counted, fate.possible_duplicate) == (state, counted, False)
    assert fate.next_at == (NOW + wait if wait else None)
    assert error.reason in fate.reason


def test_unanswered_goes_out_again_or_stays_uncertain_by_kind() -> None:
    again = fate_of(Unanswered("after the dot"), 1, NOW, 0.0, at_most_once=False)
    assert (again.state, again.next_at, again.possible_duplicate) == (WAITING, NOW + MINUTE, True)
    assert fate_of(Unanswered("after the dot"), 1, NOW, 0.0, at_most_once=True).state is UNCERTAIN


def test_giving_up_says_so_and_why() -> None:
    assert fate_of(Deferred("RCPT: 450 full"), 99, NOW, 0.0, at_most_once=False).reason == (
        "given_up_at_last; said|RCPT: 450 full"
    )


def test_without_an_answer() -> None:
    assert taken("4Tx").relay_id == "4Tx"
    assert (not_begun().state, not_begun().counted) == (WAITING, False)

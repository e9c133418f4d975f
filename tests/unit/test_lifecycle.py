"""The life of a ticket, one row per happening and status; that no pair is missing is tested in test_tables.py."""

import pytest

from maildesk.desk.lifecycle import IMPOSSIBLE, next_status
from maildesk.vocabulary import Happening, Status

#: new, open, pending, on_hold, resolved, closed; "-" is impossible, and a person is told why.
LIFE = """
requester_wrote   new       open      open      open      open      open
agent_answered    pending   pending   pending   on_hold   resolved  closed
taken             open      open      pending   on_hold   resolved  closed
asked_requester   pending   pending   pending   pending   -         -
put_on_hold       on_hold   on_hold   on_hold   on_hold   -         -
resumed           open      open      open      open      -         -
solved            resolved  resolved  resolved  resolved  -         -
closed            closed    closed    closed    closed    closed    -
reopened          -         -         -         -         open      open
expired           -         -         closed    -         closed    -
"""
ROWS = [
    (Happening(happening), status, after)
    for happening, *afters in (line.split() for line in LIFE.strip().splitlines())
    for status, after in zip(Status, afters, strict=True)
]


@pytest.mark.parametrize(("happening", "status", "after"), ROWS)
def test_life(happening: Happening, status: Status, after: str) -> None:
    assert next_status(happening, status) == (None if after == "-" else Status(after))


@pytest.mark.parametrize(("happening", "status", "after"), [row for row in ROWS if row[2] == "-"])
def test_what_is_impossible_has_a_reason(happening: Happening, status: Status, after: str) -> None:
    reason = IMPOSSIBLE[happening, status]
    assert reason and not reason.endswith(".")


def test_the_table_above_has_every_happening() -> None:
    assert [row[0] for row in ROWS[:: len(Status)]] == list(Happening)

"""Runs the conversations, which are the specification of the desk; their language is explained in talk.py."""

from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.model import Inbound
from maildesk.notify.why_words import WORDS
from maildesk.reason import clauses_of
from tests.desk import TestDesk
from tests.talk import Player, Step, settings_of, steps_of

TALKS = sorted((Path(__file__).parent / "conversations").glob("*.talk"))


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_conversation(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    desk = TestDesk(tmp_path, settings=settings_of(text))
    player = Player(desk)
    for step in steps_of(text):
        player.play(step)
    assert untold(desk) == []
    desk.close()


def untold(desk: TestDesk) -> list[str]:
    """Reasons of mails that no language has words for (docs/decisions/0020)."""
    with desk.look() as session:
        reasons = session.scalars(select(Inbound.reason))
        return [one for one in reasons if any(clause.code not in WORDS for clause in clauses_of(one))]


def test_there_are_conversations() -> None:
    assert len(TALKS) >= 20


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("ticket 1 closed", id="another status"),
        pytest.param("ticket 1 new agent anna@acme.example", id="another agent"),
        pytest.param("ticket 1 new queue network", id="another queue"),
        pytest.param("2 tickets", id="another number of tickets"),
        pytest.param("it was held", id="another fate"),
        pytest.param("+ 1 hour\n  < kari@customer.example: received", id="a letter that does not leave"),
        pytest.param("ola@customer.example > support@acme.example: VPN\n    Help.", id="letters nobody expected"),
        pytest.param("kari shouts", id="a line that says nothing"),
    ],
)
def test_a_conversation_that_goes_another_way_fails(wrong: str, tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    player = Player(desk)
    letters = ["kari@customer.example: received", "anna@acme.example: new_ticket", "bob@acme.example: new_ticket"]
    player.play(Step(1, "kari@customer.example > support@acme.example: VPN", ["Help."], {}, letters))
    player.play(Step(2, "ticket 1 new"))
    with pytest.raises(AssertionError):
        for step in steps_of(wrong):
            player.play(step)
    desk.close()

"""The last brake: two sides that answer each other without end, and do not say that they are machines."""

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.desk.requests import MOST_IN_AN_HOUR
from maildesk.mail import Letter
from tests.desk import TestDesk, answer, mail

KARI, ANNA = "kari@customer.example", "anna@acme.example"


class Round:
    """Kari and Anna, who answer each letter at once."""

    def __init__(self, folder: Path) -> None:
        self.desk = TestDesk(folder)
        self.desk.receive(mail(KARI), recipients=("support@acme.example",), envelope_from=KARI)
        self.letters = self.desk.run()

    def say(self, sender: str, kind: str, words: str) -> list[Letter]:
        letter = next(one for one in reversed(self.letters) if (one.recipient, one.kind) == (sender, kind))
        raw, to = answer(letter, sender, words)
        number = self.desk.receive(raw, recipients=(to,), envelope_from=sender)
        new = self.desk.run()
        self.letters += new
        self.fate = self.desk.inbound(number).disposition
        return new

    def to_and_fro(self, times: int, between: timedelta = timedelta()) -> None:
        for at in range(times):
            self.say(ANNA, "customer_answer" if at else "new_ticket", f"Answer {at}")
            assert self.fate == "reply"
            self.say(KARI, "answer", f"Question {at}")
            assert self.fate == "reply"
            self.desk.clock.forward(between)


@pytest.fixture
def talk(tmp_path: Path) -> Round:
    return Round(tmp_path)


def test_a_loop_is_held_and_the_operator_is_told(talk: Round) -> None:
    talk.to_and_fro(MOST_IN_AN_HOUR - 1)
    talk.say(ANNA, "customer_answer", "The last answer")
    told = talk.say(KARI, "answer", "The last question")
    assert talk.fate == "held"
    assert [(one.recipient, one.kind) for one in told] == [("ops@acme.example", "held_mail")]
    talk.desk.clock.forward(timedelta(minutes=61))
    assert [one.kind for one in talk.say(KARI, "answer", "An hour later")] == ["customer_answer"]
    talk.desk.close()


def test_a_lively_conversation_is_none(talk: Round) -> None:
    talk.to_and_fro(MOST_IN_AN_HOUR + 3, between=timedelta(minutes=4))
    talk.desk.close()


def test_one_busy_person_is_none(talk: Round) -> None:
    for at in range(MOST_IN_AN_HOUR + 3):
        talk.say(KARI, "received", f"And another thing: {at}")
        assert talk.fate == "reply"
    talk.desk.close()

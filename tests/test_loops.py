"""The brakes: two sides that answer each other without end, and do not say that they are machines."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from threading import Barrier, Thread

import pytest

from maildesk.desk.requests import MOST_IN_AN_HOUR
from maildesk.ingest.process import process_inbox
from maildesk.mail import Letter
from maildesk.vocabulary import NoticeKind
from tests.crossroads import Crossroads, Gateway, as_it_is, washed
from tests.desk import SETTINGS, TestDesk, answer, mail, opened
from tests.postman import Posting
from tests.servers.sink import Received, Sink

KARI, ANNA = "kari@customer.example", "anna@acme.example"
OPS, DESK = "ops@acme.example", "support@acme.example"
ROBOT, VICTIM = "robot@machine.example", "victim@bystander.example"
#: What two machines may say to each other in all (threats P13).
MOST = 5


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


@pytest.mark.parametrize(
    ("gateway", "automatic", "told"),
    [
        pytest.param(as_it_is, 1, 0, id="as they are"),
        # Two each within the hour; then one of them tells its operator, and the other has nothing to answer.
        pytest.param(washed, 4, 1, id="nothing to recognise each other by"),
    ],
)
def test_two_desks_that_face_each_other(
    tmp_path: Path, sink: Sink, gateway: Gateway, automatic: int, told: int
) -> None:
    other = "support@umbrella.example"
    crossroads = Crossroads(sink, gateway)
    with crossroads.open(tmp_path, "acme.example", "umbrella.example"):
        for number in range(2):
            crossroads.post(Posting(mail(other, DESK, f"Please look at this {number}"), DESK, other))
            crossroads.await_silence()
            if number == 0:
                assert between(crossroads, DESK, other) == automatic <= MOST
        # Begun anew it goes no further than the budget of the hour, and nobody hears of it again.
        assert between(crossroads, DESK, other) <= MOST
        assert len(crossroads.letters("silenced", OPS)) == told
        assert crossroads.letters("silenced", "ops@umbrella.example") == []


def between(crossroads: Crossroads, *desks: str) -> int:
    """How many letters of machines went from one desk to the other."""
    return sum(letter["Auto-Submitted"] is not None for desk in desks for letter in crossroads.letters("", desk))


@pytest.mark.parametrize(
    ("answers_to", "acknowledged", "tickets", "told"),
    [
        # Each of its answers is a new matter to us, until the budget is used up.
        pytest.param(lambda letter: DESK, 2, 3, 1, id="From"),
        pytest.param(
            lambda letter: str(message(letter)["Reply-To"]).rpartition("<")[2].rstrip(">"), 1, 1, 0, id="Reply"
        ),
        pytest.param(lambda letter: letter.sender, 1, 1, 0, id="Return-Path"),
    ],
)
def test_a_machine_that_answers_everything_and_marks_nothing(
    tmp_path: Path,
    sink: Sink,
    answers_to: Callable[[Received], str],
    acknowledged: int,
    tickets: int,
    told: int,
) -> None:
    numbers = iter(range(100))

    def robot(letter: Received) -> Posting:
        to = answers_to(letter)
        return Posting(mail(ROBOT, to, f"Your mail {next(numbers)}", "Thank you for it.\n"), to, ROBOT)

    crossroads = Crossroads(sink)
    crossroads.machines[ROBOT] = robot
    with crossroads.open(tmp_path, "acme.example"):
        crossroads.post(Posting(mail(ROBOT), DESK, ROBOT))
        crossroads.await_silence()
        assert len(crossroads.letters("", ROBOT)) == len(crossroads.letters("received", ROBOT)) == acknowledged
        assert len(crossroads.letters("silenced", OPS)) == told
        assert crossroads.tickets("acme.example") == tickets


def message(letter: Received) -> Message:
    return message_from_bytes(letter.data, policy=policy.default)


def test_for_three_days_a_machine_gets_no_more_than_its_budget(tmp_path: Path) -> None:
    """It writes every forty minutes, proven and unmarked, and answers whatever it gets."""
    desk = TestDesk(tmp_path)
    sent: list[datetime] = []
    told: Counter[str] = Counter()
    for _ in range(3 * 24 * 60 // 40):
        due = 1
        while due:
            desk.receive(mail(ROBOT, proven=True), recipients=(DESK,), envelope_from=ROBOT)
            letters = desk.run()
            due = sum(one.recipient == ROBOT for one in letters)
            sent += [desk.clock.now()] * due
            told.update(f"{one.kind} {desk.clock.now():%d}" for one in letters if one.recipient == OPS)
        desk.clock.forward(timedelta(minutes=40))
    for at in sent:
        assert sum(at - timedelta(hours=1) < one <= at for one in sent) <= 2
        assert sum(at - timedelta(days=1) < one <= at for one in sent) <= 5
    assert len(sent) >= 15, "a machine that asks is still served"
    assert set(told.values()) == {1}, "the operator is told once a day"
    desk.close()


def dotted(number: int) -> str:
    """One of the spellings that Gmail takes for the same."""
    return "".join(f"{sign}." if number >> at & 1 else sign for at, sign in enumerate("victi")) + "m@gmail.com"


@pytest.mark.parametrize(
    ("mails", "spelling"),
    [
        pytest.param(300, lambda number: VICTIM, id="one address"),
        pytest.param(60, lambda number: VICTIM.replace("@", f"+{number}@"), id="subaddresses"),
        pytest.param(60, lambda number: VICTIM[: number % 6].upper() + VICTIM[number % 6 :], id="capitals"),
        pytest.param(60, dotted, id="dots that do not count"),
    ],
)
def test_a_bomb_with_a_forged_sender_is_one_letter_to_its_victim(
    tmp_path: Path, mails: int, spelling: Callable[[int], str]
) -> None:
    desk = TestDesk(tmp_path)
    for number in range(mails):
        sender, text = spelling(number), f"BUY NOW {number}\n"
        desk.receive(mail(sender, subject=text.strip(), text=text), recipients=(DESK,), envelope_from=sender)
    (letter,) = [one for one in desk.run() if not one.recipient.endswith("@acme.example")]
    assert b"BUY" not in letter.whole and "BUY" not in str(opened(letter)["Subject"])
    # Every one of the mails is there for a person to look at.
    assert len(desk.tickets()) == mails
    desk.close()


def test_a_bomb_that_the_victims_domain_disowns_is_none(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    disowned = {"Authentication-Results": "mx.acme.example; dmarc=fail header.from=bystander.example"}
    for number in range(30):
        raw = mail(VICTIM, subject=f"Offer {number}", headers=disowned)
        desk.receive(raw, recipients=(DESK,), envelope_from=VICTIM)
    assert [one for one in desk.run() if one.recipient == VICTIM] == []
    assert len(desk.tickets()) == 30
    desk.close()


def test_two_daemons_at_once_share_one_budget(tmp_path: Path, postgres_url: str) -> None:
    """Each would see room for two more, were it not that one of them waits for the other."""
    desks = [TestDesk(tmp_path, postgres_url) for _ in range(3)]
    for number in range(24):
        raw = mail(ROBOT, subject=f"Mail {number}", proven=True)
        desks[0].receive(raw, recipients=(DESK,), envelope_from=ROBOT)
    together = Barrier(len(desks))

    def work(desk: TestDesk) -> None:
        together.wait(60)
        process_inbox(desk.desk)

    threads = [Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = Counter(row.kind for row in desks[0].outbox() if row.recipient in (ROBOT, OPS))
    assert len(desks[0].tickets()) == 24
    assert kinds == {NoticeKind.RECEIVED: 2, NoticeKind.SILENCED: 1}
    for desk in desks:
        desk.close()


def test_a_restart_does_not_begin_the_pace_anew(tmp_path: Path) -> None:
    settings = SETTINGS + "\n[limits]\nauto_per_minute = 3\n"
    for life in range(2):
        desk = TestDesk(tmp_path, settings=settings)
        for number in range(3):
            sender = f"person{life}{number}@customer.example"
            desk.receive(mail(sender), recipients=(DESK,), envelope_from=sender)
        received = [one for one in desk.run() if one.kind == NoticeKind.RECEIVED]
        assert len(received) == (3 if life == 0 else 0)
        desk.close()
    assert [row.state for row in TestDesk(tmp_path).outbox() if row.kind == "received"] == ["sent"] * 3 + [
        "waiting"
    ] * 3

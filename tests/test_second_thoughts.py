"""Answers that wait, are taken back, or cross each other: whoever is faster, whatever dies, on both databases, what an
agent has taken back never leaves, and two answers never go out unseen."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from maildesk.desk.errands import undoing
from maildesk.desk.held import holding
from maildesk.ingest import process
from maildesk.ingest.process import process_inbox
from maildesk.mail import Letter, Release
from maildesk.model import Deadline, Event, Inbound, Message, Outbound, Skill, Ticket, Undoable
from maildesk.notify import claims, outbox
from maildesk.vocabulary import EventKind, OutboundState
from tests.desk import SETTINGS, TestDesk, answer, mail, opened, text_of

DESK, KARI, ANNA, BOB = "support@acme.example", "kari@customer.example", "anna@acme.example", "bob@acme.example"
WAITS = SETTINGS.replace('hold = "0s"', 'hold = "60s"')


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDesk]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    desk = TestDesk(tmp_path, url, WAITS)
    yield desk
    desk.close()


def asked(desk: TestDesk) -> dict[str, Letter]:
    """Kari has asked; the newest letters, by their recipient."""
    desk.receive(mail(KARI), recipients=(DESK,))
    return {one.recipient: one for one in desk.run()}


def replies(desk: TestDesk, letter: Letter, sender: str, text: str) -> int:
    raw, to = answer(letter, sender, text)
    return desk.receive(raw, recipients=(to,), envelope_from=sender)


def states(desk: TestDesk, kind: str = "answer") -> list[str]:
    return [one.state for one in desk.outbox() if one.kind == kind]


def test_what_is_on_its_way_cannot_be_taken_back(desk: TestDesk) -> None:
    """Claimed, it may be with the relay already; due again after that, it may be there, too."""
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "Water!\n")
    desk.run()
    desk.clock.forward(timedelta(seconds=61))
    with desk.store.begin() as session:
        assert len(claims.claim(session, desk.clock.now(), 16)) == 1
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    process_inbox(desk.desk)
    assert desk.events()[-1] == EventKind.NOT_UNDERSTOOD and desk.ticket().status == "pending"
    with desk.store.begin() as session:
        claims.recover(session, desk.clock.now(), all_leases=True)
        session.execute(update(Outbound).values(next_at=desk.clock.now() + timedelta(hours=1)))
    assert states(desk) == ["waiting"]
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    process_inbox(desk.desk)
    assert desk.events()[-1] == EventKind.NOT_UNDERSTOOD
    desk.clock.forward(timedelta(hours=2))
    assert [one.recipient for one in desk.run() if one.kind == "answer"] == [KARI]


def test_what_was_taken_back_is_not_claimed(desk: TestDesk) -> None:
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "Water!\n")
    desk.run()
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    process_inbox(desk.desk)
    desk.clock.forward(timedelta(days=1))
    assert not [one for one in desk.run() if one.recipient == KARI]
    assert states(desk) == [OutboundState.DROPPED]
    with desk.look() as session:
        message = session.scalars(select(Message).where(Message.text == "Water!")).one()
        assert not message.public and message.withdrawn_at is not None


def claim(desk: TestDesk, claimed: list[claims.Claimed]) -> None:
    with desk.store.begin() as session:
        claimed.extend(claims.claim(session, desk.clock.now(), 16))


def test_undo_and_delivery_at_the_same_moment(postgres_url: str, tmp_path: Path) -> None:
    """Either the letter is gone and she is told so, or it never goes."""
    desk = TestDesk(tmp_path, postgres_url, WAITS)
    letters = asked(desk)
    for turn in range(6):
        replies(desk, letters[ANNA], ANNA, f"Answer {turn}.\n")
        desk.run()
        desk.clock.forward(timedelta(seconds=61))
        replies(desk, letters[ANNA], ANNA, "#undo\n")
        claimed: list[claims.Claimed] = []
        both = [
            threading.Thread(target=claim, args=(desk, claimed)),
            threading.Thread(target=process_inbox, args=(desk.desk,)),
        ]
        for one in both if turn % 2 else reversed(both):
            one.start()
        for one in both:
            one.join()
        kinds = {one.kind for one in claimed}
        assert (desk.events()[-1] == EventKind.UNDONE) is ("answer" not in kinds)
        with desk.store.begin() as session:
            claims.recover(session, desk.clock.now(), all_leases=True)
        desk.run()
    taken_back, gone = states(desk).count("dropped"), states(desk).count("sent")
    assert taken_back + gone == 6
    desk.close()


def test_two_daemons_and_two_answers_at_once(postgres_url: str, tmp_path: Path) -> None:
    """Both agents answer the same letter; two daemons process the two mails in the same moment."""
    for turn in range(4):
        one = TestDesk(tmp_path / f"{turn}a", postgres_url, WAITS)
        other = TestDesk(tmp_path / f"{turn}b", postgres_url, WAITS)
        other.blobs = one.blobs
        other.desk = replace(other.desk, blobs=one.blobs)
        letters = {}
        one.receive(mail(KARI, subject=f"Fire {turn}"), recipients=(DESK,))
        letters = {letter.recipient: letter for letter in one.run()}
        number = letters[ANNA].ticket
        assert number is not None
        replies(one, letters[ANNA], ANNA, "Water!\n")
        replies(one, letters[BOB], BOB, "Foam!\n")
        start = threading.Barrier(2)

        def work(desk: TestDesk, start: threading.Barrier = start) -> None:
            start.wait()
            process_inbox(desk.desk)

        both = [threading.Thread(target=work, args=(desk,)) for desk in (one, other)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        events = one.events(number)
        assert (events.count(EventKind.ANSWERED), events.count(EventKind.CROSSED)) == (1, 1), events
        one.clock.forward(timedelta(hours=1))
        went = [letter for letter in one.run() if letter.kind == "answer"]
        assert len(went) == 1
        one.close()
        other.close()


@pytest.mark.parametrize("dies", ["_restore", "_undo"])
def test_a_fault_in_between_takes_nothing_back(desk: TestDesk, dies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction: all of it is taken back, or none of it; the mail is tried again."""
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "#prio high\n#tag fire\nWater!\n")
    desk.run()
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    real = getattr(undoing, dies)

    def dead(*given: object) -> None:
        real(*given)
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(undoing, dies, dead)
        with desk.look() as session:
            before = session.scalar(select(func.count()).select_from(Event))
        claimed = process._claim(desk.desk)
        assert process._process_batch(desk.desk, claimed, lambda: False) == 0
        with desk.look() as session:
            assert session.scalar(select(func.count()).select_from(Event)) == before
        assert states(desk) == ["waiting"] and desk.ticket().priority == "high"
    process_inbox(desk.desk)
    assert states(desk) == ["dropped"] and desk.ticket().priority == "normal"
    with desk.look() as session:
        assert session.scalars(select(Undoable.undone_at)).one() is not None


def test_the_clocks_run_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    """A closure that was taken back ended nothing: the first answer is still due when it was promised."""
    desk = TestDesk(tmp_path, settings=WAITS + '\n[sla.normal]\nfirst_response = "4h"\nresolution = "1 business day"\n')
    letters = asked(desk)
    promised = clocks(desk)
    assert promised and {state for *_, state in promised} == {"waiting"}
    replies(desk, letters[ANNA], ANNA, "#close Done.\n")
    desk.run()
    assert {state for *_, state in clocks(desk)} == {"done"}
    desk.clock.forward(timedelta(seconds=30))
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    desk.run()
    assert clocks(desk) == promised
    desk.close()


def clocks(desk: TestDesk) -> list[tuple[str, str, datetime, str]]:
    with desk.look() as session:
        rows = session.scalars(select(Deadline).order_by(Deadline.id))
        return [(row.metric, row.level, row.due_at, row.state) for row in rows]


def test_the_operator_lets_a_held_answer_go(desk: TestDesk) -> None:
    """It is listed as held, with its cause, and never lost; he needs no word of its writer."""
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "Water!\n")
    desk.run()
    row = replies(desk, letters[BOB], BOB, "Foam!\n")
    desk.run()
    held = desk.inbound(row)
    assert (held.state, held.cause, held.ticket_id) == ("held", "crossed", 1)
    with desk.store.begin() as session:
        assert holding.let_go(session, row, Release("the operator", None))
    for _ in range(2):
        desk.clock.forward(timedelta(hours=1))
        desk.run()
    texts = [text_of(one) for one in desk.relay.letters if one.kind == "answer" and one.recipient == KARI]
    assert len(texts) == 2 and "Foam!" in texts[-1]
    assert desk.inbound(row).state == "done"


def test_his_receipt_shows_him_nothing(desk: TestDesk) -> None:
    """Kari wrote to Anna alone; Bob, who got a receipt after that, has not seen it."""
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "Water!\n")
    desk.run()
    replies(desk, letters[KARI], KARI, "No! It is electric!\n")
    desk.run()
    replies(desk, letters[BOB], BOB, "#note She is my aunt.\n")
    receipt = next(one for one in desk.run() if one.kind == "receipt")
    row = replies(desk, receipt, BOB, "More water!\n")
    crossed = next(one for one in desk.run() if one.kind == "crossed")
    assert "It is electric!" in text_of(crossed) and desk.inbound(row).state == "held"


def test_nothing_is_asked_on_a_merged_ticket(tmp_path: Path) -> None:
    """No reminder, no rating, no deadline is left there."""
    promises = '\n[sla.normal]\nfirst_response = "4h"\nresolution = "1 business day"\n'
    desk = TestDesk(tmp_path, settings=SETTINGS + promises)
    letters = asked(desk)
    desk.receive(mail(KARI, subject="Smoke"), recipients=(DESK,))
    second = {one.recipient: one for one in desk.run()}
    replies(desk, second[ANNA], ANNA, "#wait\nWhere?\n")
    desk.run()
    raw, to = answer(second[BOB], BOB, "#merge 1\n", proven=True)
    desk.receive(raw, recipients=(to,), envelope_from=BOB)
    desk.run()
    assert desk.ticket(2).merged_into_id == 1
    raw, to = answer(letters[ANNA], ANNA, "#close Done.\n", proven=True)
    desk.receive(raw, recipients=(to,), envelope_from=ANNA)
    desk.run()
    before = len(desk.relay.letters)
    for _ in range(40):
        desk.clock.forward(timedelta(days=1))
        desk.run()
    later = [(one.kind, one.ticket) for one in desk.relay.letters[before:] if one.kind != "digest"]
    assert later == [], later
    with desk.look() as session:
        ticket = session.get_one(Ticket, 2)
        assert (ticket.status, ticket.rating, ticket.asked_at) == ("closed", None, None)
    assert opened(letters[KARI])["Subject"]
    desk.close()


def test_merging_each_other_at_once_makes_no_ring(postgres_url: str, tmp_path: Path) -> None:
    one = TestDesk(tmp_path / "a", postgres_url)
    other = TestDesk(tmp_path / "b", postgres_url)
    other.blobs = one.blobs
    other.desk = replace(other.desk, blobs=one.blobs)
    first = asked(one)
    one.receive(mail(KARI, subject="Smoke"), recipients=(DESK,))
    second = {letter.recipient: letter for letter in one.run()}
    for letter, who, words in ((first[ANNA], ANNA, "#merge 2\n"), (second[BOB], BOB, "#merge 1\n")):
        raw, to = answer(letter, who, words, proven=True)
        one.receive(raw, recipients=(to,), envelope_from=who)
    both = [threading.Thread(target=process_inbox, args=(desk.desk,)) for desk in (one, other)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    one.run()
    assert sorted(ticket.merged_into_id or 0 for ticket in one.tickets()) in ([0, 1], [0, 2])
    with one.look() as session:
        assert set(session.scalars(select(Inbound.state))) == {"done"}
    one.close()
    other.close()


def test_what_was_taken_back_no_operator_sends(desk: TestDesk) -> None:
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "Water!\n")
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    desk.run()
    (dropped,) = (one for one in desk.outbox() if one.kind == "answer")
    with desk.store.begin() as session:
        assert dropped.state == OutboundState.DROPPED and not outbox.retry(session, dropped.id)
    assert states(desk) == [OutboundState.DROPPED]


def test_an_end_that_was_taken_back_teaches_nothing_twice(desk: TestDesk) -> None:
    def weight() -> list[float]:
        with desk.look() as session:
            return list(session.scalars(select(Skill.weight)))

    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "#take\n#tag printers\n#close\nWater!\n")
    desk.run()
    learned = weight()
    assert len(learned) == 1
    replies(desk, letters[ANNA], ANNA, "#undo\n")
    desk.run()
    assert desk.ticket().closures == 0
    replies(desk, letters[ANNA], ANNA, "#take\n#tag printers\n#close\nWater, and much of it!\n")
    desk.run()
    assert desk.ticket().closures == 1 and weight() == learned


def test_an_end_and_its_words_are_news_once(desk: TestDesk) -> None:
    letters = asked(desk)
    replies(desk, letters[ANNA], ANNA, "#close\n\nThe cable was loose.")
    replies(desk, letters[BOB], BOB, "Is the cable loose?")
    crossed = next(one for one in desk.run() if one.kind == "crossed")
    assert text_of(crossed).count("The cable was loose.") == 1

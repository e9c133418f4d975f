"""Held mail on both databases: one question, one effect, one letter a day, whatever dies and however many daemons."""

import random
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from maildesk.config import read_settings
from maildesk.desk.held import blocks, held_daily
from maildesk.desk.held.held_daily import MOST_ROWS, tend_held
from maildesk.desk.held.holding import MOST_HELD_FOR_ONE, let_go
from maildesk.desk.keeper import Keeper
from maildesk.ingest import inbox
from maildesk.ingest.process import process_inbox
from maildesk.mail import Letter, Release
from maildesk.model import Inbound, Question
from maildesk.reason import because, together
from maildesk.tokens import TagKind
from maildesk.vocabulary import Cause, InboundState
from tests.desk import SETTINGS, TestDesk, answer, mail, opened, text_of

ANNA, BOB, KARI, OPS = "anna@acme.example", "bob@acme.example", "kari@customer.example", "ops@acme.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return "sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Iterator[TestDesk]:
    yield from opened_desk(tmp_path, url)


def opened_desk(folder: Path, url: str = "sqlite", settings: str = SETTINGS) -> Iterator[TestDesk]:
    desk = TestDesk(folder, url, settings)
    desk.receive(mail(KARI, subject="VPN"))
    desk.run()
    yield desk
    desk.close()


def forged(text: str = "#close\nIt connects again.\n", sender: str = ANNA) -> bytes:
    return mail(sender, subject="Re: [#1] VPN", text=text)


def asked(desk: TestDesk, **more: str) -> Letter:
    desk.receive(forged(**more))
    (letter,) = desk.run()
    assert letter.kind == "confirm"
    return letter


def says(desk: TestDesk, letter: Letter, words: str, **more: Any) -> list[Letter]:
    raw, to = answer(letter, ANNA, words, **more)
    desk.receive(raw, recipients=(to,), envelope_from=ANNA)
    return desk.run()


def test_the_question_goes_to_the_registered_address_and_shows_what_is_held(desk: TestDesk) -> None:
    desk.receive(forged(sender='"Call +47 123" <Anna.Berg@acme.example>'))
    (letter,) = desk.run()
    head = opened(letter)
    assert (letter.recipient, head["To"]) == (ANNA, "Anna <anna@acme.example>")
    assert "#1 VPN" in text_of(letter) and "It connects again." in text_of(letter) and "#close" in text_of(letter)
    assert "Call +47" not in letter.whole.decode() and "Anna.Berg" not in str(head)
    assert "support+c" in head["Reply-To"]
    assert desk.inbound(2).cause == Cause.UNPROVEN_AGENT and desk.inbound(2).ticket_id == 1
    assert desk.events() == ["opened", "acknowledged", "held"]


def test_a_yes_has_its_effect_once_though_the_process_dies_in_between(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = asked(desk)
    settle, deaths = inbox.settle, [True, True]

    def dies(session: Any, claimed: Any, *more: Any) -> bool:
        if claimed.inbound_id == 2 and deaths and deaths.pop():
            raise RuntimeError("killed")
        return settle(session, claimed, *more)

    monkeypatch.setattr(inbox, "settle", dies)
    letters = says(desk, letter, "yes")
    told = [(one.kind, one.recipient) for one in letters]
    assert not deaths and told == [("closed", KARI), ("receipt", ANNA)]
    assert desk.events().count("closed") == 1
    # The same answer by another way, another answer, and an answer to the contrary.
    for words in ("yes", "Yes!", "no"):
        assert says(desk, letter, words) == []
    assert desk.events().count("closed") == 1 and desk.inbound(2).state == InboundState.DONE


def test_an_answer_that_dies_before_its_commit_has_decided_nothing(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = asked(desk)
    settle, deaths = inbox.settle, [True]

    def dies(session: Any, claimed: Any, *more: Any) -> bool:
        if claimed.inbound_id == 3 and deaths and deaths.pop():
            # The row that it let go must be held again.
            raise RuntimeError("killed")
        return settle(session, claimed, *more)

    monkeypatch.setattr(inbox, "settle", dies)
    letters = says(desk, letter, "yes")
    assert not deaths and [one.kind for one in letters] == ["closed", "receipt"]
    assert desk.inbound(3).disposition == "command"


def test_at_most_so_many_are_held_for_one_agent_and_an_hour_passes_between_questions(desk: TestDesk) -> None:
    kinds = []
    for number in range(MOST_HELD_FOR_ONE + 3):
        desk.receive(forged(f"Attempt {number}\n"))
        kinds += [one.kind for one in desk.run() if one.recipient != OPS]
        if number == 2:
            desk.clock.forward(timedelta(hours=1, seconds=1))
    assert kinds == ["confirm", "confirm"]
    with desk.look() as session:
        states = list(session.scalars(select(Inbound.state).where(Inbound.id > 1).order_by(Inbound.id)))
        causes = set(session.scalars(select(Inbound.cause).where(Inbound.state == InboundState.DROPPED)))
    assert states == ["held"] * MOST_HELD_FOR_ONE + ["dropped"] * 3 and causes == {Cause.TOO_MANY}
    # Another agent's mail is another matter.
    assert asked(desk, sender=BOB).recipient == BOB


def test_a_held_mail_that_is_tried_again_asks_nobody_again(desk: TestDesk) -> None:
    asked(desk)
    desk.clock.forward(timedelta(hours=2))
    with desk.store.begin() as session:
        assert inbox.retry(session, 2)
    assert desk.run() == [] and desk.inbound(2).state == InboundState.HELD


def test_no_random_address_answers_a_question(desk: TestDesk) -> None:
    letter = asked(desk)
    chance = random.Random(1)
    real = re.search(r"support\+c1-p(\d+)-[a-z2-7]{16}", letter.whole.decode())
    assert real is not None
    for _ in range(30):
        signature = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=16))
        to = f"support+c1-p{real[1]}-{signature}@acme.example"
        desk.receive(mail(ANNA, to, "Re: Did you?", "yes\n", proven=True), recipients=(to,))
    # Signed by our key, but for a ticket: of another kind, or with its epoch for the number that stands in the row.
    for kind in (TagKind.ANSWER, TagKind.REPLY):
        to = desk.post.address(kind, 1, 0, int(real[1])).replace("+t1-", "+c1-")
        desk.receive(mail(ANNA, to, "Re: Did you?", "yes\n", proven=True), recipients=(to,))
    desk.run()
    assert desk.inbound(2).state == InboundState.HELD and "closed" not in desk.events()


def test_its_address_leads_to_no_ticket_and_leaves_no_letter(desk: TestDesk) -> None:
    letter = asked(desk)
    address = str(opened(letter)["Reply-To"]).rpartition("<")[2].rstrip(">")
    desk.receive(mail(KARI, subject="Re: VPN", text=f"It came from {address.upper()}\n", proven=True))
    shown = b"".join(one.whole for one in desk.run())
    assert b"support+c" not in shown.lower() and desk.tickets()[-1].id == 2


@pytest.mark.parametrize(
    ("proven", "effects"),
    [pytest.param(True, ["closed", "receipt"], id="both proofs"), pytest.param(False, [], id="the address")],
)
def test_the_strict_rule_holds_for_answers_too(tmp_path: Path, proven: bool, effects: list[str]) -> None:
    settings = SETTINGS.replace('["mx.acme.example"]', '["mx.acme.example"]\nagents = "strict"')
    for desk in opened_desk(tmp_path, settings=settings):
        assert [one.kind for one in says(desk, asked(desk), "yes", proven=proven)] == effects


def test_without_signed_addresses_the_answered_letter_says_which_question_it_was(tmp_path: Path) -> None:
    settings = SETTINGS.replace("[auth]", '[auth]\nagents = "relaxed"').replace(
        'timezone = "UTC"', 'timezone = "UTC"\nsubaddress = "none"'
    )
    for desk in opened_desk(tmp_path, settings=settings):
        letter = asked(desk)
        assert "support+" not in letter.whole.decode()
        desk.receive(mail(ANNA, subject="Re: Did you write this?", text="yes\n"))
        assert [one.kind for one in desk.run() if one.recipient == KARI] == []
        assert [one.kind for one in says(desk, letter, "yes")] == ["closed", "receipt"]


def test_imported_mail_asks_nobody(desk: TestDesk) -> None:
    desk.receive(forged(), silent=True)
    assert desk.run() == [] and desk.inbound(2).state == InboundState.HELD


def test_two_daemons_ask_once_an_hour(postgres_url: str, tmp_path: Path) -> None:
    for desk in opened_desk(tmp_path, postgres_url):
        others = [TestDesk(tmp_path / str(number), postgres_url, blobs=desk.blobs) for number in range(3)]
        for number in range(24):
            desk.receive(forged(f"Attempt {number}\n"))
        threads = [threading.Thread(target=one.run) for one in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with desk.look() as session:
            assert len(session.scalars(select(Question.id)).all()) == 1
            held = session.scalars(select(Inbound.id).where(Inbound.state == InboundState.HELD)).all()
        assert len(held) == MOST_HELD_FOR_ONE
        for other in others:
            other.close()


# The day


def next_day(desk: TestDesk, days: int = 1) -> None:
    desk.clock.forward(timedelta(days=days))


def test_what_nobody_confirmed_in_time_says_so(desk: TestDesk) -> None:
    asked(desk)
    before = desk.inbound(2).reason
    desk.clock.forward(timedelta(days=8))
    desk.run()
    assert desk.inbound(2).cause == Cause.UNCONFIRMED
    assert desk.inbound(2).reason == together(before, because("not_confirmed"))


def test_once_a_day_over_restarts_and_among_daemons(desk: TestDesk, url: str, tmp_path: Path) -> None:
    asked(desk)
    next_day(desk)
    keepers = [Keeper(desk.store, desk.post, desk.clock) for _ in range(6)]
    threads = [threading.Thread(target=tend_held, args=[keeper]) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = TestDesk(tmp_path, url)
    again.clock.moment = desk.clock.moment
    letters = [one.kind for one in (*desk.run(), *again.run())]
    assert letters == ["held_daily"]
    again.close()


def test_a_day_that_dies_before_its_commit_is_told_later(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(desk)
    next_day(desk)

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(held_daily, "tell_daily", dies)
        with pytest.raises(RuntimeError):
            desk.run()
    assert [one.kind for one in desk.run()] == ["held_daily"]
    assert desk.run() == []


def test_nothing_held_is_no_letter_and_what_comes_later_waits_for_the_next_day(desk: TestDesk) -> None:
    next_day(desk)
    assert desk.run() == []
    asked(desk)
    assert desk.run() == []
    next_day(desk)
    assert [one.kind for one in desk.run()] == ["held_daily"]


def test_blocked_senders_alone_are_no_letter(desk: TestDesk) -> None:
    with desk.store.begin() as session:
        assert blocks.block(session, "Evil.Example", "the operator", desk.clock.now())
        assert not blocks.block(session, "evil.example", "the operator", desk.clock.now())
    for sender in ("mallory@evil.example", "m@mail.evil.example"):
        desk.receive(mail(sender, subject="Hello"))
    desk.receive(mail("lisa@devil.example", subject="Hello"))
    assert {one.recipient for one in desk.run()} == {"lisa@devil.example", ANNA, BOB}
    with desk.look() as session:
        assert [(row.sender, count) for row, count in blocks.blocks(session)] == [("evil.example", 2)]
    next_day(desk)
    assert desk.run() == []
    asked(desk)
    next_day(desk)
    (letter,) = desk.run()
    assert "blocked" not in text_of(letter) and desk.inbound(2).state == InboundState.DROPPED


def test_very_many_are_counted_and_not_all_listed(desk: TestDesk) -> None:
    for number in range(MOST_ROWS + 4):
        desk.receive(mail("support@acme.example", subject=f"Invoice {number}"))
    assert desk.run() == []
    next_day(desk)
    (letter,) = desk.run()
    text = text_of(letter)
    assert text.count("own_name") == MOST_ROWS and "4 more are held" in text and len(letter.whole) < 90_000


def test_a_released_mail_that_is_held_again_has_a_new_address(desk: TestDesk) -> None:
    desk.receive(mail("support@acme.example", subject="Invoice"))
    desk.run()
    next_day(desk)
    first = addresses_in(desk.run())
    desk.receive(mail(OPS, first[0], "Held", "release\n"), recipients=(first[0],))
    desk.run()
    assert desk.inbound(2).state == InboundState.DONE
    with desk.store.begin() as session:
        session.get_one(Inbound, 2).state = InboundState.HELD
    next_day(desk)
    second = addresses_in(desk.run())
    assert first != second
    desk.receive(mail(OPS, first[0], "Held", "drop\n"), recipients=(first[0],))
    desk.run()
    assert desk.inbound(2).state == InboundState.HELD
    desk.receive(mail(OPS, second[0], "Held", "drop\n"), recipients=(second[0],))
    desk.run()
    assert desk.inbound(2).state == InboundState.DROPPED


def test_the_operators_word_on_where_a_mail_goes(desk: TestDesk) -> None:
    desk.receive(mail(KARI, subject="Printer"))
    desk.receive(mail(ANNA, subject="Orders", text="#close\nIt is done.\n", proven=True))
    assert [one.kind for one in desk.run() if one.recipient == OPS] == ["held_mail"]
    assert desk.inbound(3).cause == Cause.NO_TICKET
    with desk.store.begin() as session:
        assert let_go(session, 3, Release("the operator", 2))
        assert not let_go(session, 3, Release("the operator", 1))
    assert [(one.kind, one.ticket) for one in desk.run()] == [("closed", 2), ("receipt", 2)]
    assert [one.status for one in desk.tickets()] == ["new", "closed"]


def addresses_in(letters: list[Letter]) -> list[str]:
    return re.findall(r"support\+c[\w-]+@acme\.example", "".join(text_of(one) for one in letters))


@pytest.mark.parametrize("words", ["\n", "> yes\n> It is mine.\n", "Who sent me this?\n", "Send me more, please.\n"])
def test_what_is_no_clear_yes_lets_nothing_go(desk: TestDesk, words: str) -> None:
    """A program that loses the words of a button, a quote of the question, somebody who wonders what it is."""
    letter = asked(desk)
    assert [(one.kind, one.recipient) for one in says(desk, letter, words)] == [("not_done", ANNA)]
    assert desk.inbound(2).state == InboundState.HELD and desk.ticket().status == "new"
    assert [one.kind for one in says(desk, letter, "yes")] == ["closed", "receipt"]


def test_who_left_the_team_lets_nobodys_orders_go(desk: TestDesk) -> None:
    """He may say that the mail is his; then it is that of anybody."""
    desk.receive(forged(sender=BOB))
    (letter,) = desk.run()
    alone = SETTINGS[: SETTINGS.index(f'[[agent]]\nemail = "{BOB}"')]
    desk.desk = replace(desk.desk, settings=read_settings(alone, {}, "test"))
    raw, to = answer(letter, BOB, "yes")
    desk.receive(raw, recipients=(to,), envelope_from=BOB)
    kinds = {one.kind for one in desk.run()}
    assert "closed" not in kinds and desk.ticket().status == "new" and desk.inbound(2).disposition == "new"


def test_two_daemons_and_two_yes_at_once(postgres_url: str, tmp_path: Path) -> None:
    for desk in opened_desk(tmp_path, postgres_url):
        letter = asked(desk)
        for words in ("yes", "Yes, mine."):
            raw, to = answer(letter, ANNA, words)
            desk.receive(raw, recipients=(to,), envelope_from=ANNA)
        other = TestDesk(tmp_path, postgres_url)
        threads = [threading.Thread(target=process_inbox, args=(one.desk,)) for one in (desk, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        process_inbox(desk.desk)
        other.close()
        assert desk.events().count("closed") == 1
        assert sorted(desk.inbound(number).disposition for number in (3, 4)) == ["command", "ignored"]

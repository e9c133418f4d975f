"""What somebody may try with much, odd or forged mail against the words of command: it costs little, stops nobody."""

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.desk.commands import split_commands
from maildesk.desk.digests.sheet import _FORMULA
from maildesk.desk.errands.asked import _PLAIN_ID
from maildesk.desk.words.manager_words import MOST_WISHES, read_wishes
from tests.desk import SETTINGS, TestDesk, answer, mail, text_of

KARI = "Kari <kari@customer.example>"
ANNA = "anna@acme.example"


def test_a_million_words_that_are_none_are_not_looked_up() -> None:
    orders = split_commands("#clsoe\n" * 1_000_000 + "rest")
    assert len(orders.mistakes) == 20 and orders.rest.endswith("rest")


@pytest.mark.parametrize("period", ["9999-12", "9999-W52", "0001-01", "0001-W01", "0000-00"])
def test_a_period_no_calendar_has(period: str) -> None:
    wishes = read_wishes(f"report {period}")
    assert not wishes.wishes and wishes.misread


def test_the_same_wish_is_one_and_many_are_too_many() -> None:
    assert len(read_wishes("remind 1\n" * 15).wishes) == 1
    many = read_wishes("".join(f"remind {number}\n" for number in range(1, 300)))
    assert len(many.wishes) == MOST_WISHES and many.misread[-1].problem == "too many at once"


@pytest.mark.parametrize("odd", ["[", "@", "a@[x", "(@x", ":@x", "", "a b@x"])
def test_message_ids_that_pythons_reader_fails_on(odd: str) -> None:
    assert _PLAIN_ID.fullmatch(odd) is None
    assert _PLAIN_ID.fullmatch("CAF=x.1+y@mail.gmail.example")


@pytest.mark.parametrize("begin", ["=", "＝", "＋", "－", "＠", "@", "\t"])
def test_every_beginning_of_a_formula_is_known(begin: str) -> None:
    assert begin in _FORMULA


def test_forged_answers_stop_an_answer_once_and_not_for_ever(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    desk.receive(mail(KARI, proven=True), recipients=("support@acme.example",))
    new = next(one for one in desk.run() if (one.kind, one.recipient) == ("new_ticket", ANNA))
    forged = "Re: Printer on fire [#1]"
    desk.receive(mail(KARI, subject=forged, text="forged 1\n"), recipients=("support@acme.example",))
    desk.run()
    raw, to = answer(new, ANNA, "Use the extinguisher.\n")
    desk.receive(raw, recipients=(to,))
    crossed = next(one for one in desk.run() if one.kind == "crossed")
    desk.receive(mail(KARI, subject=forged, text="forged 2\n"), recipients=("support@acme.example",))
    desk.run()
    raw, to = answer(crossed, ANNA, "send\n")
    desk.receive(raw, recipients=(to,))
    assert ("answer", "kari@customer.example") in [(one.kind, one.recipient) for one in desk.run()]
    desk.close()


def test_a_quoted_address_of_an_agent_is_not_split_off(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    desk.receive(mail(KARI, proven=True), recipients=("support@acme.example",))
    new = next(one for one in desk.run() if (one.kind, one.recipient) == ("new_ticket", ANNA))
    raw, to = answer(new, ANNA, "placeholder\n", proven=True)
    desk.receive(raw.replace(b"placeholder", f"#split Smoke\r\n> write to {to}".encode()), recipients=(to,))
    desk.run()
    with desk.look() as session:
        from maildesk.model import Message

        words = [one.text for one in session.query(Message).filter_by(ticket_id=2)]
    assert words and not any(to in one for one in words)
    desk.close()


def test_who_becomes_the_requester_later_is_not_asked_what_another_was(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    desk.receive(mail(KARI, proven=True), recipients=("support@acme.example",))
    new = next(one for one in desk.run() if (one.kind, one.recipient) == ("new_ticket", ANNA))
    for words in ("Is your pin 1234?\n", "#for bo@elsewhere.example\n"):
        desk.clock.forward(timedelta(minutes=1))
        raw, to = answer(new, ANNA, words, proven=True)
        desk.receive(raw, recipients=(to,))
        desk.run()
    desk.clock.forward(timedelta(days=8))
    assert not [one for one in desk.run() if one.recipient == "bo@elsewhere.example" and "1234" in text_of(one)]
    desk.close()


def test_a_managers_order_that_was_confirmed_is_obeyed(tmp_path: Path) -> None:
    lisa = '\n[[agent]]\nemail = "lisa@acme.example"\nname = "Lisa"\nmanager = true\n'
    strict = SETTINGS.replace("[auth]\n", '[auth]\nagents = "strict"\n') + lisa
    desk = TestDesk(tmp_path, settings=strict)
    desk.receive(mail(KARI, proven=True), recipients=("support@acme.example",))
    new = next(one for one in desk.run() if (one.kind, one.recipient) == ("new_ticket", ANNA))
    raw, to = answer(new, ANNA, "#take\n", proven=True)
    desk.receive(raw, recipients=(to,))
    desk.run()
    desk.clock.forward(timedelta(hours=23))
    digest = next(one for one in desk.run() if one.kind == "digest")
    raw, to = answer(digest, "lisa@acme.example", "remind 1\n")
    desk.receive(raw, recipients=(to,))
    (confirm,) = desk.run()
    assert (confirm.kind, confirm.recipient) == ("confirm", "lisa@acme.example")
    raw, to = answer(confirm, "lisa@acme.example", "yes\n", proven=True)
    desk.receive(raw, recipients=(to,))
    assert ("nudge", ANNA) in [(one.kind, one.recipient) for one in desk.run()]
    desk.close()

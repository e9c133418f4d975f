"""Agents get one letter of a flood, and not ten thousand."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.mail import Letter
from maildesk.model import Untold
from maildesk.notify.crowd import Crowd
from maildesk.notify.gathered import GATHER, MOST_ROWS
from maildesk.vocabulary import NoticeKind
from tests.desk import MONDAY, TestDesk, mail, opened, text_of
from tests.fairness.people import FLOOD, KARI, MANY, SUPPORT

# Agents are told together


def told(letters: list[Letter]) -> Counter[tuple[str, str]]:
    return Counter((letter.kind, letter.recipient) for letter in letters)


def test_very_many_mails_of_one_sender_are_told_together(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    for number in range(40):
        desk.receive(mail(FLOOD, subject=f"Alarm {number}"), envelope_from=FLOOD)
    desk.receive(mail(KARI, subject="My screen"), envelope_from=KARI)
    counts = told(desk.run())
    assert {key: count for key, count in counts.items() if key[0] == "new_ticket"} == {
        ("new_ticket", "anna@acme.example"): 4,
        ("new_ticket", "bob@acme.example"): 4,
    }
    assert len(desk.tickets()) == 41
    desk.clock.forward(GATHER)
    letters = desk.run()
    assert told(letters) == {("gathered", "anna@acme.example"): 1, ("gathered", "bob@acme.example"): 1}
    english = text_of(letters[0])
    assert "37 more e-mails" in english and FLOOD in english and f"{37 - MOST_ROWS} more tickets" in english
    assert "37 e-poster til" in text_of(letters[1])
    assert opened(letters[0])["Auto-Submitted"] == "auto-generated"
    desk.clock.forward(GATHER)
    assert desk.run() == []
    with desk.look() as session:
        assert session.scalars(select(Untold)).all() == []
    # Each ticket can be answered from there.
    address = next(word for word in english.split() if word.startswith("support+t"))
    number = int(address.removeprefix("support+t").partition("-")[0])
    desk.receive(mail("anna@acme.example", to=address, text="We look at it.\n", proven=True), recipients=(address,))
    assert [letter.kind for letter in desk.run()] == [NoticeKind.ANSWER]
    assert "answered" in desk.events(number)
    desk.close()


@pytest.mark.parametrize("by_address", [True, False])
def test_an_answer_to_all_of_them_is_no_ticket_of_the_agents(tmp_path: Path, by_address: bool) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    for number in range(10):
        desk.receive(mail(FLOOD, subject=f"Alarm {number}"), envelope_from=FLOOD)
    desk.run()
    desk.clock.forward(GATHER)
    letter = opened(desk.run()[0])
    anna, address = "anna@acme.example", str(letter["Reply-To"]).rpartition("<")[2].rstrip(">")
    assert address.startswith("support+d")
    to, answers = (address, None) if by_address else (SUPPORT, letter)
    desk.receive(mail(anna, to=to, text="We look at it.\n", answers=answers, proven=True), recipients=(to,))
    (told,) = desk.run()
    assert (told.kind, told.recipient, len(desk.tickets())) == (NoticeKind.NOT_UNDERSTOOD, anna, 10)
    assert "several tickets" in text_of(told) and "Reply to this e-mail" not in text_of(told)
    desk.close()


def test_answers_of_one_sender_are_told_together_too(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    desk.receive(mail(KARI), envelope_from=KARI)
    first = next(letter for letter in desk.run() if letter.kind == NoticeKind.RECEIVED)
    for number in range(10):
        raw = mail(KARI, subject="Re: Printer", text=f"And {number}.\n", answers=opened(first))
        desk.receive(raw, envelope_from=KARI)
    assert told(desk.run())["customer_answer", "anna@acme.example"] == 2
    desk.clock.forward(GATHER)
    assert "8 more e-mails" in text_of(desk.run()[0])
    desk.close()


def test_a_flood_that_goes_on_is_told_four_times_an_hour(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY)
    kinds: list[str] = []
    for minute in range(60):
        desk.receive(mail(FLOOD, subject=f"Alarm {minute}"), envelope_from=FLOOD)
        kinds += [letter.kind for letter in desk.run() if letter.recipient == "anna@acme.example"]
        desk.clock.forward(timedelta(minutes=1))
    desk.clock.forward(GATHER)
    kinds += [letter.kind for letter in desk.run() if letter.recipient == "anna@acme.example"]
    assert (kinds.count("new_ticket"), kinds.count("gathered")) == (3, 4)
    desk.close()


def test_an_hour_later_each_mail_is_told_by_itself_again() -> None:
    crowd = Crowd(2)
    later = MONDAY + timedelta(hours=1)
    assert [crowd.has_room(1, MONDAY) for _ in range(3)] == [True, True, False]
    assert crowd.has_room(2, MONDAY)
    assert not crowd.has_room(1, later - timedelta(seconds=1))
    assert [crowd.has_room(1, later) for _ in range(3)] == [True, True, False]

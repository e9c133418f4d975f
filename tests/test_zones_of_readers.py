"""Everybody reads times in a zone of his own: an agent in his, where he has one, all others in the desk's."""

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.mail import Letter
from tests.desk import SETTINGS, TestDesk, answer, mail, text_of

#: At 9:00 UTC, when the printer burns, it is 10:00 in Oslo and 18:00 in Seoul.
_SETTINGS = (
    SETTINGS.replace('timezone = "UTC"', 'timezone = "Europe/Oslo"').replace(
        'name = "Anna"\n', 'name = "Anna"\ntimezone = "Asia/Seoul"\nlanguages = ["en"]\n'
    )
    + '\n[sla.normal]\nfirst_response = "4h"\n'
)


@pytest.fixture
def desk(tmp_path: Path) -> TestDesk:
    desk = TestDesk(tmp_path, settings=_SETTINGS)
    desk.receive(mail("Kari <kari@customer.example>", proven=True))
    return desk


def test_a_new_ticket_is_told_to_each_in_his_zone(desk: TestDesk) -> None:
    told = {one.recipient: " ".join(text_of(one).split()) for one in desk.run()}
    assert "Mon 2 March, 18:00 (Seoul time)" in told["anna@acme.example"]
    assert "Mon 2 March, 10:00 (Oslo time)" in told["bob@acme.example"]
    assert "(Oslo time)" in told["kari@customer.example"]


@pytest.mark.parametrize("asked", ["#status", "#history", "#why"])
def test_what_an_agent_asks_is_told_in_his_zone(desk: TestDesk, asked: str) -> None:
    notice = next(one for one in desk.run() if one.recipient == "anna@acme.example")
    raw, to = answer(notice, "anna@acme.example", asked, proven=True)
    desk.receive(raw, recipients=(to,))
    [receipt] = desk.run()
    assert "18:00 (Seoul time)" in " ".join(text_of(receipt).split())
    assert "Oslo" not in text_of(receipt)


def test_what_was_said_before_is_told_in_his_zone(desk: TestDesk) -> None:
    notice = next(one for one in desk.run() if one.recipient == "kari@customer.example")
    raw, to = answer(notice, "kari@customer.example", "It still burns.", proven=True)
    desk.receive(raw, recipients=(to,))
    told = next(one for one in desk.run() if one.recipient == "anna@acme.example")
    assert "Oslo" not in text_of(told)


def test_a_reminder_names_the_deadline_in_his_zone(desk: TestDesk) -> None:
    notice = next(one for one in desk.run() if one.recipient == "anna@acme.example")
    raw, to = answer(notice, "anna@acme.example", "#take", proven=True)
    desk.receive(raw, recipients=(to,))
    desk.run()
    reminders: list[Letter] = []
    while not reminders and desk.clock.now().day < 9:
        desk.clock.forward(timedelta(hours=1))
        reminders = [one for one in desk.run() if (one.kind, one.recipient) == ("reminder", "anna@acme.example")]
    assert "(Seoul time)" in " ".join(text_of(reminders[0]).split())
    assert "Oslo" not in text_of(reminders[0])


def test_the_days_of_a_digest_are_those_of_its_reader(tmp_path: Path) -> None:
    boss = '\n[[agent]]\nemail = "lisa@acme.example"\nname = "Lisa"\nmanager = true\ntimezone = "Asia/Seoul"\n'
    desk = TestDesk(tmp_path, settings=SETTINGS + boss)
    desk.receive(mail("Kari <kari@customer.example>", proven=True))
    desk.run()
    desk.clock.forward(timedelta(hours=24))
    digest = next(one for one in desk.run() if one.kind == "digest")
    said = " ".join(text_of(digest).split())
    assert "Days are those of Asia/Seoul" in said
    assert "08:00-16:00 (UTC)" in said

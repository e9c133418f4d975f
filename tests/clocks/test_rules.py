"""Other rules, delivered letters and imported history: what they do to deadlines, and in how many commits."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from maildesk.config import read_settings
from maildesk.desk.clocks import recounting
from maildesk.desk.timers import Timekeeper
from maildesk.model import Deadline, Event, Recount
from maildesk.vocabulary import DeadlineLevel, EventKind
from tests.clocks.watched import (
    ANNA,
    DAY,
    HOUR,
    KARI,
    OFFICE_HOURS,
    ROUND_THE_CLOCK,
    SUPPORT,
    Make,
    answers,
    deadlines,
    later,
    writes,
)
from tests.desk import MONDAY, TestDesk, mail, text_of


def test_other_rules_are_one_pass(make: Make) -> None:
    desk = make()
    writes(desk)
    desk.run()
    before = due_at(desk)
    desk.timekeeper = keeper(desk, ROUND_THE_CLOCK.replace('first_response = "4h"', 'first_response = "2h"'))
    desk.run()
    assert due_at(desk) == before - 2 * HOUR
    desk.timekeeper = keeper(desk, ROUND_THE_CLOCK.replace('[sla.normal]\nfirst_response = "4h"', ""))
    desk.run()
    assert set(deadlines(desk).values()) == {"dropped"}
    # Back to rules that once held: read again as well.
    desk.timekeeper = keeper(desk, ROUND_THE_CLOCK)
    desk.run()
    assert due_at(desk) == before and set(deadlines(desk).values()) == {"waiting"}
    with desk.look() as session:
        assert session.scalar(select(func.count()).select_from(Recount)) == 0


def keeper(desk: TestDesk, text: str) -> Timekeeper:
    return Timekeeper(desk.store, replace(desk.post, settings=read_settings(text, {}, "test")), desk.clock)


def due_at(desk: TestDesk) -> datetime:
    with desk.look() as session:
        return session.scalars(select(Deadline.due_at).where(Deadline.level == DeadlineLevel.DUE)).one()


def test_a_delivered_letter_and_its_recount_are_one_commit(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make()
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    answers(desk, letter)
    with desk.look() as session:
        assert list(session.scalars(select(Recount.ticket_id))) == [1]
    desk.run()
    with desk.look() as session:
        assert list(session.scalars(select(Recount.ticket_id))) == []
    assert deadlines(desk)["due"] == "done"


def test_nothing_is_promised_about_history(make: Make) -> None:
    desk = make()
    desk.receive(mail(KARI, subject="Old", proven=True), recipients=(SUPPORT,), envelope_from=KARI, silent=True)
    desk.run()
    desk.timekeeper.rules_known = False
    assert later(desk, DAY) == []
    assert deadlines(desk) == {}


def test_a_promise_stands_in_the_acknowledgement_and_in_the_record(make: Make) -> None:
    desk = make(OFFICE_HOURS)
    (letter,) = [one for one in writes(desk) if one.kind == "received"]
    assert "by Mon 2 March, 13:00" in " ".join(text_of(letter).split())
    with desk.look() as session:
        (said,) = session.scalars(select(Event.text).where(Event.kind == EventKind.PROMISED))
    assert datetime.fromisoformat(said) == MONDAY + 4 * HOUR


def test_who_comes_second_to_new_rules_reads_no_clocks_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make()
    now = desk.clock.now()
    with monkeypatch.context() as patch:
        patch.setattr(recounting, "insert_once", lambda *_, **__: None)
        assert not recounting.note_rules(desk.store, desk.settings, now)
    assert recounting.note_rules(desk.store, desk.settings, now)
    assert not recounting.note_rules(desk.store, desk.settings, now)

"""Each stage of a deadline is told once, late ones are merged, and an answer stops the clock when it is delivered."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from maildesk.desk.timers import fire_deadlines
from maildesk.errors import Deferred
from maildesk.ingest.process import process_inbox
from maildesk.model import Deadline, Recount, Reminder, Ticket
from maildesk.notify.deliver import deliver_outbox
from maildesk.vocabulary import EventKind, Metric
from tests.clocks.watched import (
    ANNA,
    BOB,
    CARL,
    DAY,
    HOUR,
    KARI,
    LADDER,
    PEOPLE_SLEEP,
    Make,
    answers,
    deadlines,
    kinds,
    later,
    report,
    told_of,
    writes,
)
from tests.desk import MONDAY, answer, text_of


def test_each_stage_is_told_once(make: Make) -> None:
    desk = make()
    writes(desk)
    told: list[tuple[timedelta, Counter[tuple[str, str]]]] = []
    for minutes in range(0, 10 * 60, 12):
        if letters := later(desk, timedelta(minutes=12)):
            told.append((timedelta(minutes=minutes + 12), kinds(letters)))
    team = Counter({("reminder", who): 1 for who in (ANNA, BOB, CARL)})
    assert told == [(2 * HOUR, team), (3.2 * HOUR, team), (4 * HOUR, team), (6 * HOUR, team)]
    assert deadlines(desk) == dict.fromkeys(["warn1", "warn2", "due", "escalated"], "fired")
    assert later(desk, 30 * DAY) == []


@pytest.mark.parametrize("down", [timedelta(0), timedelta(seconds=5), HOUR, 26 * HOUR, 10 * DAY], ids=str)
@pytest.mark.parametrize("stage", [2 * HOUR, 3.2 * HOUR, 4 * HOUR, 6 * HOUR], ids=str)
def test_downtime_around_each_stage(make: Make, stage: timedelta, down: timedelta) -> None:
    """The desk sleeps from a moment before a stage. Awake, it tells all once, of the farthest, and forgets none."""
    desk = make()
    writes(desk)
    asleep = MONDAY + stage - timedelta(seconds=1)
    stages = sorted(moment for moments in LADDER.values() for moment in moments)
    for moment in stages:
        if MONDAY + moment < asleep:
            desk.clock.moment = MONDAY + moment
            assert set(kinds(desk.run()).values()) == {1}
    desk.clock.moment = asleep
    assert desk.run() == []
    awake = later(desk, down + timedelta(seconds=1))
    assert kinds(awake) == Counter({("reminder", who): 1 for who in (ANNA, BOB, CARL)})
    assert desk.run() == []
    for moment in stages:
        if MONDAY + moment > desk.clock.now():
            desk.clock.moment = MONDAY + moment
            desk.run()
    # Of all stages slept through one event, the farthest; but all rows have fired.
    assert deadlines(desk) == dict.fromkeys(["warn1", "warn2", "due", "escalated"], "fired")
    passed = [moment for moment in stages if MONDAY + moment <= asleep + down + timedelta(seconds=1)]
    slept = [moment for moment in passed if moment >= stage]
    events = sum(told_of(desk, kind) for kind in LADDER)
    assert events == len(stages) - len(slept) + 1
    assert told_of(desk, EventKind.ESCALATED) == 1


def test_late_ones_of_several_tickets_are_one_letter(make: Make) -> None:
    desk = make()
    for number in range(25):
        writes(desk, f"k{number}@customer.example", f"Printer {number}")
    letters = later(desk, 10 * DAY)
    assert kinds(letters) == Counter({("reminder", who): 1 for who in (ANNA, BOB, CARL)})
    assert "25 tickets need you" in text_of(letters[0])
    assert "5 more tickets are not named here" in text_of(letters[0])


def test_the_answer_stops_the_clock_when_it_is_delivered(make: Make) -> None:
    desk = make()
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    desk.relay.trouble = Deferred("greylisted")
    answers(desk, letter)
    desk.clock.forward(2 * HOUR)
    desk.relay.trouble = None
    fire_deadlines(desk.timekeeper)
    # Two hours after receipt it was not delivered yet.
    assert deadlines(desk) == {"warn1": "fired", "warn2": "waiting", "due": "waiting", "escalated": "waiting"}
    deliver_outbox(desk.office)
    assert kinds(desk.sent())["answer", KARI] == 1
    desk.run()
    assert deadlines(desk) == {"warn1": "fired", "warn2": "done", "due": "done", "escalated": "done"}
    with desk.look() as session:
        assert set(session.scalars(select(Deadline.done_at).where(Deadline.metric == Metric.FIRST_RESPONSE))) == {
            MONDAY + 2 * HOUR
        }


def test_an_acknowledgement_stops_nothing(make: Make) -> None:
    desk = make()
    assert kinds(writes(desk))["received", KARI] == 1
    desk.run()
    assert deadlines(desk) == dict.fromkeys(["warn1", "warn2", "due", "escalated"], "waiting")


def test_an_answer_that_comes_back_is_none(make: Make) -> None:
    """What was done is waiting again; what has fired stays so."""
    desk = make()
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    later(desk, 2 * HOUR)
    (sent,) = [one for one in answers(desk, letter) if one.kind == "answer"]
    desk.run()
    assert deadlines(desk)["due"] == "done"
    desk.receive(report(sent), recipients=(sent.envelope_from,), envelope_from="")
    desk.run()
    assert deadlines(desk) == {"warn1": "fired", "warn2": "waiting", "due": "waiting", "escalated": "waiting"}
    assert kinds(later(desk, 2 * HOUR))["reminder", ANNA] == 1
    assert told_of(desk, EventKind.BREACHED) == 1


def test_a_breach_that_was_slept_through_is_told_although_the_answer_came(make: Make) -> None:
    desk = make()
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    raw, to = answer(letter, ANNA, "Done.\n", proven=True)
    desk.clock.forward(5 * HOUR)
    desk.receive(raw, recipients=(to,), envelope_from=ANNA)
    letters = desk.run() + desk.run()
    assert kinds(letters) == Counter({("answer", KARI): 1, ("reminder", ANNA): 1, ("reminder", CARL): 1})
    assert deadlines(desk)["due"] == "fired" and deadlines(desk)["escalated"] == "done"


def test_a_late_answer_that_was_delivered_before_we_looked_is_told_as_late(make: Make) -> None:
    """One daemon delivers while the one that keeps the time is stopped."""
    desk = make()
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    raw, to = answer(letter, ANNA, "Done.\n", proven=True)
    desk.clock.forward(5 * HOUR)
    desk.receive(raw, recipients=(to,), envelope_from=ANNA)
    process_inbox(desk.desk)
    deliver_outbox(desk.office)
    desk.clock.forward(HOUR)
    letters = [one for one in desk.run() if one.kind == "reminder"]
    assert {one.recipient for one in letters} == {ANNA, CARL}
    assert all("came 1 h late" in " ".join(text_of(one).split()) for one in letters)
    assert deadlines(desk) == {"warn1": "done", "warn2": "done", "due": "fired", "escalated": "done"}


def test_at_night_only_what_is_urgent(make: Make) -> None:
    """The desk promises around the clock, its people sleep: they are told when their day begins, in one letter."""
    desk = make(PEOPLE_SLEEP)
    desk.clock.moment = MONDAY + 9 * HOUR
    writes(desk)
    writes(desk, "lee@other.example", "Screen")
    writes(desk, "kim@other.example", "Fire")
    with desk.store.begin() as session:
        session.execute(update(Ticket).where(Ticket.id == 3).values(priority="urgent"))
        session.add(Recount(ticket_id=3))
    night = [letter for _ in range(13) for letter in later(desk, HOUR)]
    assert desk.clock.now().hour == 7
    # Hour by hour, so that the second warning and the breach are one.
    assert kinds(night) == Counter({("reminder", who): 3 for who in (ANNA, BOB, CARL)})
    assert all("#3 " in text_of(one) for one in night)
    # What they had not to know at night: both have come so far, and are told of that alone.
    assert told_of(desk, EventKind.ESCALATED, 1) == told_of(desk, EventKind.BREACHED, 1) == 1
    morning = later(desk, HOUR)
    assert kinds(morning) == Counter({("reminder", who): 1 for who in (ANNA, BOB, CARL)})
    assert all("2 tickets need you" in text_of(one) and "10 h late" in text_of(one) for one in morning)


def test_an_overtaken_warning_is_not_told(make: Make) -> None:
    """Gathered over night, and answered before the day began."""
    desk = make(PEOPLE_SLEEP)
    desk.clock.moment = MONDAY + 9 * HOUR
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    assert later(desk, 2 * HOUR) == []
    assert told_of(desk, EventKind.WARNED) == 1
    answers(desk, letter)
    assert [letter for _ in range(24) for letter in later(desk, HOUR)] == []
    with desk.look() as session:
        assert session.scalar(select(func.count()).select_from(Reminder)) == 0

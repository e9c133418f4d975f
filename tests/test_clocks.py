"""Deadlines fire once, or are merged: over downtime, clock jumps, crashes, and with two daemons on one database."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from maildesk.config import read_settings
from maildesk.desk import tickets, timers
from maildesk.desk.clocks import firing, recounting
from maildesk.desk.timers import Timekeeper, fire_deadlines
from maildesk.errors import Deferred
from maildesk.ingest.process import process_inbox
from maildesk.mail import Letter
from maildesk.model import Deadline, Event, Outbound, Person, Recount, Reminder, Ticket
from maildesk.notify.deliver import deliver_outbox
from maildesk.vocabulary import DeadlineLevel, EventKind, Metric, NoticeKind
from tests.desk import MONDAY, SETTINGS, TestDesk, answer, mail, text_of

KARI, ANNA, BOB, CARL = (
    "kari@customer.example",
    "anna@acme.example",
    "bob@acme.example",
    "carl@acme.example",
)
SUPPORT = "support@acme.example"
#: Around the clock, so that downtime is the only thing that puts off.
ROUND_THE_CLOCK = (
    SETTINGS
    + """
[[agent]]
email = "carl@acme.example"
name = "Carl"
manager = true

[digest]
daily = ""
weekly = ""

[hours]
week = "24x7"

[sla.normal]
first_response = "4h"
"""
)
OFFICE_HOURS = ROUND_THE_CLOCK.replace('"24x7"', '"Mon-Fri 08:00-16:00"')
PEOPLE_SLEEP = (
    ROUND_THE_CLOCK.replace("[[agent]]", '[[agent]]\nhours = "Mon-Fri 08:00-16:00"')
    + '\n[sla.urgent]\nfirst_response = "4h"\n'
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Make = Callable[..., TestDesk]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    desks: list[TestDesk] = []

    def open_desk(settings: str = ROUND_THE_CLOCK, url: str = "sqlite", name: str = "") -> TestDesk:
        folder = tmp_path / (name or str(len(desks)))
        folder.mkdir()
        desks.append(TestDesk(folder, url, settings))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.close()


def writes(desk: TestDesk, sender: str = KARI, subject: str = "Printer") -> list[Letter]:
    desk.receive(mail(sender, subject=subject, proven=True), recipients=(SUPPORT,), envelope_from=sender)
    return desk.run()


def answers(desk: TestDesk, letter: Letter, who: str = ANNA, text: str = "Which printer?\n") -> list[Letter]:
    raw, to = answer(letter, who, text, proven=True)
    desk.receive(raw, recipients=(to,), envelope_from=who)
    return desk.run()


def later(desk: TestDesk, by: timedelta) -> list[Letter]:
    desk.clock.forward(by)
    return desk.run()


def kinds(letters: list[Letter]) -> Counter[tuple[str, str]]:
    return Counter((letter.kind, letter.recipient) for letter in letters)


def deadlines(desk: TestDesk, metric: Metric = Metric.FIRST_RESPONSE) -> dict[str, str]:
    with desk.look() as session:
        found = select(Deadline).where(Deadline.metric == metric).order_by(Deadline.id)
        return {row.level: row.state for row in session.scalars(found)}


def told_of(desk: TestDesk, kind: EventKind, ticket: int = 1) -> int:
    return desk.events(ticket).count(kind)


LADDER = {
    EventKind.WARNED: [2 * HOUR, 3.2 * HOUR],
    EventKind.BREACHED: [4 * HOUR],
    EventKind.ESCALATED: [6 * HOUR],
}


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


def report(letter: Letter) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.customer.example\r\nTo: support@acme.example\r\nSubject: Undelivered\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter.message_id}>\r\n\r\n--b--\r\n"
    ).encode()


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


@pytest.mark.parametrize("jump", [-26 * HOUR, -5 * timedelta(seconds=1), 26 * HOUR], ids=str)
def test_a_clock_that_jumps_tells_nothing_twice(make: Make, jump: timedelta) -> None:
    desk = make()
    writes(desk)
    for _ in range(3):
        later(desk, 2 * HOUR)
    before = len(desk.outbox())
    fired = {level for level, state in deadlines(desk).items() if state == "fired"}
    later(desk, jump)
    later(desk, -jump)
    assert {level for level, state in deadlines(desk).items() if state == "fired"} >= fired
    assert len(desk.outbox()) == before


@pytest.mark.parametrize(
    ("written", "due"),
    [
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
    ids=["forward", "back"],
)
def test_both_nights_of_the_changed_clock(make: Make, written: datetime, due: datetime) -> None:
    desk = make(ROUND_THE_CLOCK.replace('timezone = "UTC"', 'timezone = "Europe/Oslo"'))
    desk.clock.moment = written
    writes(desk)
    breaches: list[datetime] = []
    while desk.clock.now() < written + DAY:
        later(desk, timedelta(minutes=10))
        breaches += [desk.clock.now()] * (told_of(desk, EventKind.BREACHED) - len(breaches))
    assert breaches == [due]
    assert told_of(desk, EventKind.ESCALATED) == 1


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("point", ["recorded", "reminded", "fired", "told", "enqueued"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_crash_at_each_gap(make: Make, monkeypatch: pytest.MonkeyPatch, point: str, nth: int) -> None:
    desk = make()
    writes(desk)
    writes(desk, "lee@other.example", "Scanner")
    module, name = {
        "recorded": (tickets, "record"),
        "reminded": (firing, "insert_once"),
        "fired": (timers, "reconcile"),
        "told": (timers, "tell_reminders"),
        "enqueued": (timers, "tell_reminders"),
    }[point]
    real, calls = getattr(module, name), []

    def dies(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == nth and point != "enqueued":
            raise Crash
        result = real(*given, **named)
        if len(calls) == nth:
            # Enqueued, but not committed.
            raise Crash
        return result

    desk.clock.forward(4 * HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, dies)
        with suppress(Crash):
            desk.run()
    assert len(calls) >= nth, "this point was never reached"
    desk.sent()
    desk.run()
    with desk.look() as session:
        letters = session.execute(select(Outbound.recipient).where(Outbound.kind == NoticeKind.REMINDER)).all()
        assert session.scalar(select(func.count()).select_from(Reminder)) == 0
        told = "\n".join(raw.decode() for raw in session.scalars(select(Outbound.raw)))
    # One or two letters each, as the crash parted them; each breach in one of them.
    assert {recipient for (recipient,) in letters} == {ANNA, BOB, CARL}
    assert told_of(desk, EventKind.BREACHED, 1) == told_of(desk, EventKind.BREACHED, 2) == 1
    assert len(letters) == 3
    assert told


def test_two_daemons_on_one_database_fire_once(make: Make, postgres_url: str) -> None:
    """One holds a ticket while the other looks: it passes over it, and fires the rest."""
    one, other = make(url=postgres_url, name="one"), make(url=postgres_url, name="other")
    other.blobs = one.blobs
    for number in range(4):
        one.receive(
            mail(f"k{number}@customer.example", subject=f"P{number}", proven=True),
            recipients=(SUPPORT,),
            envelope_from=f"k{number}@customer.example",
        )
        one.run()
    for desk in (one, other):
        desk.clock.forward(4 * HOUR)
    with one.store.begin() as session:
        held = session.scalar(timers._TAKEN.where(Ticket.id == 1))
        assert held is not None
        fire_deadlines(other.timekeeper)
        with other.look() as reading:
            due = select(Deadline.ticket_id).where(Deadline.level == "due", Deadline.state == "fired")
            assert sorted(reading.scalars(due)) == [2, 3, 4]
    for desk in (one, other, one):
        fire_deadlines(desk.timekeeper)
    with one.look() as reading:
        breached = reading.execute(
            select(Event.ticket_id, func.count()).where(Event.kind == EventKind.BREACHED).group_by(Event.ticket_id)
        )
        assert {ticket: count for ticket, count in breached} == {1: 1, 2: 1, 3: 1, 4: 1}
        assert reading.scalar(select(func.count()).select_from(Reminder)) == 0
        letters = Counter(reading.scalars(select(Outbound.recipient).where(Outbound.kind == NoticeKind.REMINDER)))
    assert letters == Counter({ANNA: 2, BOB: 2, CARL: 2})


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


def asked(make: Make) -> TestDesk:
    """Anna has asked Kari something, on Monday at nine."""
    desk = make(SETTINGS)
    (letter,) = [one for one in writes(desk) if one.recipient == ANNA]
    answers(desk, letter)
    return desk


def test_after_long_downtime_nobody_is_closed_unwarned(make: Make) -> None:
    desk = asked(make)
    desk.clock.moment = MONDAY + 21 * DAY
    (letter,) = desk.run()
    assert letter.kind == "waiting" and "Which printer?" in text_of(letter)
    # Three working days between the last reminder and the closing, as always.
    assert "Thu 26 March, 09:00" in " ".join(text_of(letter).split())
    assert later(desk, 2 * DAY) == []
    (closed,) = later(desk, DAY)
    assert closed.kind == "expired" and desk.ticket().status == "closed"
    assert later(desk, 30 * DAY) == []


def test_reminders_wait_for_their_budget(make: Make) -> None:
    desk = asked(make)
    (letter,) = [one for one in writes(desk, KARI, "Scanner") if one.recipient == ANNA]
    answers(desk, letter)
    (letter,) = [one for one in writes(desk, KARI, "Screen") if one.recipient == ANNA]
    answers(desk, letter)
    assert len(later(desk, 3 * DAY)) == 2
    assert desk.run() == []
    assert len(later(desk, HOUR + timedelta(seconds=1))) == 1


def test_who_cannot_be_reached_is_not_closed_in_silence(make: Make) -> None:
    desk = asked(make)
    with desk.store.begin() as session:
        session.execute(update(Person).where(Person.address == KARI).values(undeliverable_since=MONDAY))
    assert later(desk, 3 * DAY) == [] and later(desk, 6 * DAY) == []
    desk.clock.moment = MONDAY + 14 * DAY
    (letter,) = desk.run()
    assert (letter.kind, letter.recipient) == ("reminder", ANNA)
    assert "not reached by our reminders" in text_of(letter)
    assert desk.ticket().status == "open"


def test_who_was_unreachable_is_asked_before_his_ticket_is_closed(make: Make) -> None:
    """Both reminders could not be sent; now he can be written to, and nobody has told him that we close."""
    desk = asked(make)
    with desk.store.begin() as session:
        session.execute(update(Person).where(Person.address == KARI).values(undeliverable_since=MONDAY))
    assert later(desk, 3 * DAY) == [] and later(desk, 6 * DAY) == []
    with desk.store.begin() as session:
        session.execute(update(Person).where(Person.address == KARI).values(undeliverable_since=None))
    desk.clock.moment = MONDAY + 14 * DAY
    (letter,) = desk.run()
    assert letter.kind == "waiting" and desk.ticket().status == "pending"
    assert "Thu 19 March, 09:00" in " ".join(text_of(letter).split())
    desk.clock.moment = MONDAY + 17 * DAY
    (closed,) = desk.run()
    assert closed.kind == "expired"


def test_it_comes_back_from_hold(make: Make) -> None:
    desk = asked(make)
    with desk.store.begin() as session:
        values = {"status": "on_hold", "resume_at": MONDAY + DAY}
        session.execute(update(Ticket).values(**values))
        session.execute(
            update(Event).where(Event.id == select(func.max(Event.id)).scalar_subquery()).values(status="on_hold")
        )
        session.add(Recount(ticket_id=1))
    desk.run()
    assert later(desk, 23 * HOUR) == []
    (letter,) = later(desk, HOUR)
    assert (letter.kind, letter.recipient) == ("reminder", ANNA)
    assert "until which it was on hold" in " ".join(text_of(letter).split())
    assert desk.ticket().status == "open" and desk.ticket().resume_at is None
    assert told_of(desk, EventKind.RESUMED) == 1
    assert desk.run() == []


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

"""Deadlines fire once: over clock jumps, the nights of the changed clock, crashes, two daemons on one database."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from maildesk.desk import tickets, timers
from maildesk.desk.clocks import firing
from maildesk.desk.timers import fire_deadlines
from maildesk.model import Deadline, Event, Outbound, Reminder, Ticket
from maildesk.vocabulary import EventKind, NoticeKind
from tests.clocks.watched import (
    ANNA,
    BOB,
    CARL,
    DAY,
    HOUR,
    ROUND_THE_CLOCK,
    SUPPORT,
    Make,
    deadlines,
    later,
    told_of,
    writes,
)
from tests.desk import mail


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

"""While the requester's answer is waited for: reminded, warned, closed, and back from hold."""

from datetime import timedelta

from sqlalchemy import func, select, update

from maildesk.model import Event, Person, Recount, Ticket
from maildesk.vocabulary import EventKind
from tests.clocks.watched import ANNA, DAY, HOUR, KARI, Make, answers, later, told_of, writes
from tests.desk import MONDAY, SETTINGS, TestDesk, text_of


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

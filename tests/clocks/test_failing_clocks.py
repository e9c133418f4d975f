"""Deadlines and reminders that fail by a fault of ours: kept, tried again later and later, told once when the fault is
gone; the operator hears of it once, and once when it is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from maildesk.desk.clocks import firing, recounting
from maildesk.desk.clocks.deadlines import reconcile
from maildesk.desk.timers import Timekeeper, recount_all
from maildesk.desk.watchmen import Watchmen, look_around
from maildesk.mail import Letter
from maildesk.model import Deadline, Recount, Reminder, Ticket
from maildesk.notify import reminders
from maildesk.vocabulary import DeadlineState, EventKind, NoticeKind, Status
from tests.clocks.watched import ROUND_THE_CLOCK
from tests.desk import TestDesk, mail, text_of

ANNA, BOB, CARL, OPS = "anna@acme.example", "bob@acme.example", "carl@acme.example", "ops@acme.example"
KARI, LEE = "kari@customer.example", "lee@other.example"
SETTINGS = f"""{ROUND_THE_CLOCK}
[reminders]
warn_at = []
"""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDesk]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = TestDesk(tmp_path, url, SETTINGS)
    for sender, title in ((KARI, "Printer"), (LEE, "Scanner")):
        made.receive(mail(sender, subject=title, proven=True), recipients=("support@acme.example",))
    made.run()
    yield made
    made.close()


def later(desk: TestDesk, by: timedelta) -> list[tuple[str, str]]:
    """Who hears of which tickets."""
    desk.clock.forward(by)
    return sorted((one.recipient, named(one)) for one in desk.run() if one.kind == NoticeKind.REMINDER)


def named(letter: Letter) -> str:
    """The tickets of a letter by their titles."""
    return "+".join(title for title in ("Printer", "Scanner") if title in text_of(letter))


def breaks_letters_about(patch: pytest.MonkeyPatch, desk: TestDesk, *titles: str, only_to: str = "") -> None:
    real = reminders._row

    def fails(session: Any, post: Any, due: Any, to: Any, now: datetime) -> Any:
        if due.ticket.subject in titles and only_to in to.address:
            raise ZeroDivisionError("a fault in the letter")
        return real(session, post, due, to, now)

    patch.setattr(reminders, "_row", fails)


def breaks_the_clocks_of(patch: pytest.MonkeyPatch, title: str) -> None:
    real = firing.fire

    def fails(shot: firing.Firing, due: list[Deadline]) -> None:
        if shot.ticket.subject == title:
            raise ZeroDivisionError("a fault in the clocks")
        real(shot, due)

    patch.setattr(firing, "fire", fails)


def watching(desk: TestDesk) -> Watchmen:
    return Watchmen(desk.store, desk.post, desk.clock, desk.clock.now(), dict)


def alarms(desk: TestDesk, watchmen: Watchmen) -> list[str]:
    look_around(watchmen)
    return [" ".join(text_of(one).split()) for one in desk.run() if one.kind == NoticeKind.ALARM]


def waiting(desk: TestDesk, table: type[Reminder] | type[Recount]) -> list[int]:
    """How often each was tried in vain."""
    with desk.look() as session:
        return list(session.scalars(select(table.attempts).order_by(table.id)))


BOTH = "Printer+Scanner"


def test_a_letter_that_fails_stops_no_other(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        breaks_letters_about(patch, desk, "Printer", "Scanner", only_to=ANNA)
        assert later(desk, 4 * HOUR) == [(BOB, BOTH), (CARL, BOTH)]
        assert waiting(desk, Reminder) == [1, 1] and later(desk, MINUTE / 2) == []
    assert later(desk, MINUTE / 4) == []
    # Each by itself, as nobody knows which of them it was.
    assert later(desk, MINUTE / 4) == [(ANNA, "Printer"), (ANNA, "Scanner")]
    assert waiting(desk, Reminder) == [] and later(desk, HOUR) == []


def test_one_that_fails_for_good_keeps_no_other_back(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        breaks_letters_about(patch, desk, "Printer")
        assert later(desk, 4 * HOUR) == []
        assert later(desk, MINUTE) == [(ANNA, "Scanner"), (BOB, "Scanner"), (CARL, "Scanner")]
        assert waiting(desk, Reminder) == [2, 2, 2]
        # Later and later: a daemon that begins anew knows of it.
        desk.timekeeper = Timekeeper(desk.store, desk.post, desk.clock)
        assert later(desk, 4 * MINUTE) == [] and waiting(desk, Reminder) == [2, 2, 2]
        assert later(desk, MINUTE) == [] and waiting(desk, Reminder) == [3, 3, 3]
        # What is new goes out at once: both tickets are six hours late, and one of them can be told.
        assert later(desk, 2 * HOUR) == [] and later(desk, MINUTE)[:1] == [(ANNA, "Scanner")]
    told = later(desk, 5 * HOUR)
    assert told == [(ANNA, "Printer"), (BOB, "Printer"), (CARL, "Printer")]
    assert waiting(desk, Reminder) == [] and later(desk, HOUR) == []


def test_the_operator_is_told_of_reminders_once_and_on_recovery(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchmen = watching(desk)
    with monkeypatch.context() as patch:
        breaks_letters_about(patch, desk, "Printer", only_to=ANNA)
        later(desk, 4 * HOUR)
        (told,) = alarms(desk, watchmen)
        assert "2 deadlines or reminders could not be dealt with" in told
        later(desk, MINUTE)
        later(desk, 5 * MINUTE)
        assert alarms(desk, watchmen) == []
    assert later(desk, HOUR) == [(ANNA, "Printer")]
    (over,) = alarms(desk, watchmen)
    assert "is over" in over and alarms(desk, watching(desk)) == []


def test_a_fault_of_one_ticket_is_its_own(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    watchmen = watching(desk)
    with monkeypatch.context() as patch:
        breaks_the_clocks_of(patch, "Printer")
        assert later(desk, 4 * HOUR) == [(who, "Scanner") for who in (ANNA, BOB, CARL)]
        (told,) = alarms(desk, watchmen)
        assert "A deadline or reminder could not be dealt with" in told
        assert later(desk, MINUTE) == [] and waiting(desk, Recount) == [2]
        # It was read again without a fault in between, and still has not fired.
        recounting.list_again(desk.store, desk.settings, desk.clock.now())
        assert later(desk, MINUTE) == [] and waiting(desk, Recount) == [2] and alarms(desk, watchmen) == []
        assert later(desk, 4 * MINUTE) == [] and waiting(desk, Recount) == [3]
    assert later(desk, 15 * MINUTE) == [(who, "Printer") for who in (ANNA, BOB, CARL)]
    assert desk.events(1).count(EventKind.BREACHED) == 1 and waiting(desk, Recount) == []
    (over,) = alarms(desk, watchmen)
    assert "is over" in over


def test_clocks_that_could_not_be_read_again_are_read_later(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """New rules: a fault while they are put to use leaves no ticket with the old ones."""
    desk.run()
    with desk.store.begin() as session:
        for ticket in (1, 2):
            session.add(Recount(ticket_id=ticket))

    def fails(session: Any, settings: Any, ticket: Any) -> Any:
        if ticket.subject == "Printer":
            raise ZeroDivisionError("a fault in the rules")
        return reconcile(session, settings, ticket)

    with monkeypatch.context() as patch:
        patch.setattr("maildesk.desk.timers.reconcile", fails)
        desk.run()
        assert waiting(desk, Recount) == [1]
    desk.clock.forward(MINUTE)
    desk.run()
    with desk.look() as session:
        assert session.scalar(select(func.count()).select_from(Recount)) == 0


def test_who_reads_all_clocks_again_is_told_of_those_alone(desk: TestDesk) -> None:
    """One that failed, and is over since, is none of them: how many are done could never become all."""
    now = desk.clock.now()
    with desk.store.begin() as session:
        session.execute(update(Ticket).where(Ticket.id == 1).values(status=Status.CLOSED))
        session.execute(update(Deadline).where(Deadline.ticket_id == 1).values(state=DeadlineState.DROPPED))
        session.add(Recount(ticket_id=1, attempts=1, failed_at=now, next_at=now + HOUR))
    told: list[tuple[int, int]] = []
    assert recount_all(desk.timekeeper, lambda done, total: told.append((done, total))) == (1, 0)
    assert told == [(1, 1)]

"""Several daemons on one PostgreSQL: each mail is one ticket, each letter goes once, whoever dies or stops."""

import random
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from maildesk.desk import find
from maildesk.ingest import inbox
from maildesk.ingest.process import process_inbox
from maildesk.model import Ticket
from maildesk.notify import claims
from maildesk.notify.fate import taken
from maildesk.vocabulary import InboundState, OutboundState
from tests.desk import TestDesk, mail
from tests.kills.ledger import Found
from tests.office import Office
from tests.servers.sink import Sink


@pytest.mark.parametrize("count", [2, 3])
def test_they_share_the_work(tmp_path: Path, postgres_url: str, sink: Sink, count: int) -> None:
    office = Office(tmp_path, postgres_url, sink, count)
    with office.at_work(60):
        pass
    assert each_once(sink)
    assert min(office.workers()) > 0, f"one of them did nothing: {office.workers()}"
    for daemon in office.daemons:
        assert "Traceback" not in daemon.log


def test_one_of_two_is_killed(tmp_path: Path, postgres_url: str, sink: Sink) -> None:
    """The other goes on at once with what was not begun; what the dead one held comes when its lease has run out."""
    sink.delay("dot", 0.02)
    office = Office(tmp_path, postgres_url, sink, 2)
    dead, alive = office.daemons
    with office.at_work(60):
        sink.await_mails(20)
        dead.kill()
        office.look()
        sink.await_mails(len(sink.mails) + 20)
        # Leases are ended by hand only while nobody holds one.
        assert alive.stop() == 0
        office.ledger.bury()
        for daemon in office.daemons:
            daemon.start()


def test_told_to_stop_at_random_moments(tmp_path: Path, sink: Sink) -> None:
    """SIGTERM again and again: code 0, nothing left in hand or on the wire, nothing lost or doubled."""
    chance = seeded()
    sink.delay("dot", 0.02)
    office = Office(tmp_path, "sqlite", sink)
    (daemon,) = office.daemons
    with office.at_work(60):
        for _ in range(8):
            time.sleep(chance.uniform(0, 1.2))
            assert daemon.stop() == 0, daemon.log[-2000:]
            assert office.ledger.found() == Found(0, frozenset())
            daemon.start()
            daemon.await_ready()
    assert each_once(sink)
    assert "Traceback" not in daemon.log


def test_two_are_told_to_stop_in_turns(tmp_path: Path, postgres_url: str, sink: Sink) -> None:
    chance = seeded()
    sink.delay("dot", 0.02)
    office = Office(tmp_path, postgres_url, sink, 2)
    with office.at_work(60):
        for turn in range(6):
            daemon = office.daemons[turn % 2]
            time.sleep(chance.uniform(0, 1.2))
            assert daemon.stop() == 0, daemon.log[-2000:]
            daemon.start()
            daemon.await_ready()
    assert each_once(sink)


def test_who_comes_back_after_its_lease_changes_nothing(tmp_path: Path, postgres_url: str) -> None:
    """A daemon slept (a suspended machine) with a mail in hand; another has taken the mail meanwhile."""
    sleeper, other = (TestDesk(tmp_path / name, postgres_url) for name in ("sleeper", "other"))
    other.blobs = sleeper.blobs
    other.desk = replace(other.desk, blobs=sleeper.blobs)
    sleeper.receive(mail("kari@customer.example", proven=True), recipients=("support@acme.example",))
    with sleeper.store.begin() as session:
        in_hand = inbox.claim(session, sleeper.clock.now(), 16)
    other.clock.forward(inbox.LEASE)
    assert other.run() == []
    other.clock.forward(timedelta(seconds=1))
    assert sorted(letter.kind for letter in other.run()) == ["new_ticket", "new_ticket", "received"]
    sleeper.clock.moment = other.clock.now()
    with sleeper.store.begin() as session:
        # Its last attempt, as it thinks: it may not hold what another has done.
        late = replace(in_hand[0], attempts=inbox.MOST_ATTEMPTS)
        assert inbox.put_back(session, late, "late") is InboundState.NEW
    assert sleeper.run() == []
    assert [(row.state, row.attempts) for row in (sleeper.inbound(1),)] == [("done", 2)]
    assert len(sleeper.tickets()) == 1
    for desk in (sleeper, other):
        desk.close()


def test_a_letter_whose_sender_slept_is_settled_by_the_other(tmp_path: Path, postgres_url: str) -> None:
    sleeper, other = (TestDesk(tmp_path / name, postgres_url) for name in ("sleeper", "other"))
    sleeper.receive(mail("kari@customer.example", proven=True), recipients=("support@acme.example",))
    process_inbox(sleeper.desk)
    with sleeper.store.begin() as session:
        on_the_wire = claims.claim(session, sleeper.clock.now(), 16)
    other.clock.forward(claims.LEASE)
    assert other.run() == []
    other.clock.forward(timedelta(seconds=1))
    assert len(other.run()) == len(on_the_wire) == 3
    with sleeper.store.begin() as session:
        late = [claims.settle(session, one, taken("late"), sleeper.clock.now()) for one in on_the_wire]
    assert late == [False] * 3
    assert {(row.state, row.relay_id) for row in sleeper.outbox()} == {(OutboundState.SENT, "")}
    for desk in (sleeper, other):
        desk.close()


def seeded() -> random.Random:
    """The seed is shown where a test fails."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    return random.Random(seed)


def each_once(sink: Sink) -> bool:
    return len(sink.mails) == len({received.data for received in sink.mails})


def test_a_ticket_is_what_it_is_when_the_lock_is_ours(postgres_url: str, tmp_path: Path) -> None:
    """Read before the lock, changed by another daemon in between: the change must not be lost."""
    desk = TestDesk(tmp_path, postgres_url)
    desk.receive(mail("kari@customer.example"), recipients=("support@acme.example",))
    desk.run()
    with desk.store.begin() as session:
        before = session.get_one(Ticket, 1)
        assert before.status == "new"
        with desk.store.begin() as other:
            other.execute(update(Ticket).values(status="closed"))
        assert find.ticket_to_change(session, 1).status == "closed"
    desk.close()

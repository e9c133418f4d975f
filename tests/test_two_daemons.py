"""Several daemons on one PostgreSQL share the work: each mail is one ticket, each letter goes once, whoever dies or stops."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.blobs import FileBlobs
from maildesk.ingest import inbox
from maildesk.ingest.process import process_inbox
from maildesk.notify import claims
from maildesk.notify.fate import taken
from maildesk.vocabulary import OutboundState
from tests.desk import TestDesk, mail
from tests.kills.ledger import Found, Ledger
from tests.kills.oracle import Evidence, Oracle, Verdict
from tests.kills.stream import SCRIPTS, People, request
from tests.postman import Posting, Postmen
from tests.running import RunningDaemon, await_quiet
from tests.servers.sink import Sink

pytestmark = pytest.mark.timeout(300)


class Office:
    """Daemons on one database, with one relay, one data folder, and the people of the killing test."""

    def __init__(self, folder: Path, url: str, sink: Sink, count: int) -> None:
        data = folder / "data"
        self.daemons = [RunningDaemon(folder / str(n), sink.port, url=url, data=data) for n in range(count)]
        self.ledger = Ledger(url, data)
        self.windows: Counter[str] = Counter()
        self.requests: list[tuple[int, Posting]] = []
        self._sink = sink
        self._blobs = FileBlobs(data / "raw")

    @contextmanager
    def at_work(self, mails: int) -> Iterator[None]:
        """All are started, mail goes to each in turn; at the end all is done and was done once."""
        with ExitStack() as stack:
            for daemon in self.daemons:
                daemon.start()
                stack.callback(lambda daemon=daemon: daemon.alive and daemon.kill())
            for daemon in self.daemons:
                daemon.await_ready()
            self.postmen = Postmen([daemon.port for daemon in self.daemons], 2 * len(self.daemons))
            stack.callback(self.postmen.close)
            people = People(self._sink, self.postmen.post)
            stack.callback(people.close)
            for number in range(mails):
                self.requests.append((number, request(number)))
                self.postmen.post(self.requests[-1][1])
            yield
            scripts = [SCRIPTS[number % len(SCRIPTS)] for number in range(mails)]
            due = sum(bool(script.anna) + bool(script.customer) for script in scripts)
            await_quiet(lambda: self.postmen.idle and len(people.answers) == due and self.ledger.is_quiet(), "rest", 120)
            self._judge(people)

    def look(self) -> None:
        """After a kill or a stop: which letters may have gone."""
        self.windows.update(self.ledger.found().transmitting)

    def workers(self) -> list[int]:
        """How many mails each daemon has processed."""
        return [daemon.log.count("maildesk.ingest.process inbound=") for daemon in self.daemons]

    def _judge(self, people: People) -> None:
        verdict = Verdict(len(self.requests) + len(people.answers), 0)
        evidence = Evidence(self.requests, people.answers, self._sink.mails, self.windows, self._blobs)
        with self.ledger.read() as session:
            Oracle(session, evidence, verdict).judge()
        assert verdict.good, "\n".join([str(verdict), *verdict.faults[:20]])


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
    """SIGTERM again and again: code 0 within 30 s, nothing left in hand or on the wire, nothing lost or doubled."""
    chance = seeded()
    sink.delay("dot", 0.02)
    office = Office(tmp_path, "sqlite", sink, 1)
    (daemon,) = office.daemons
    with office.at_work(60):
        for _ in range(12):
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
        assert inbox.put_back(session, in_hand[0], "late") and not session.dirty
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

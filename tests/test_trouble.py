"""Trouble of the house: database locked, full or away, disk full. Clients hear 4xx, nothing is lost, it heals alone."""

import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from maildesk.errors import Deferred
from maildesk.store import Store
from tests.dialogue import Talk
from tests.kills import stream
from tests.listening import listening
from tests.office import Office
from tests.postman import deliver
from tests.running import RunningDaemon, await_quiet, mailbox, running
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres, start_postgres
from tests.servers.servers import ServerMissing, wait_until
from tests.servers.sink import Sink

TROUBLE = "451 4.3.0 not kept because of trouble on our side, try again later"


def test_the_database_is_locked(tmp_path: Path, sink: Sink) -> None:
    """By another process, for longer than anybody waits."""
    office = Office(tmp_path, "sqlite", sink)
    (daemon,) = office.daemons
    with office.at_work(12):
        sink.await_mails(4)
        other = sqlite3.connect(daemon.data / "maildesk.db", isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")
        office.send(4)
        wait_until(lambda: office.postmen.replies.get("451", 0) >= 1, "the client hears 451", said=lambda: daemon.log)
        other.execute("ROLLBACK")
        other.close()
    assert "Traceback" not in daemon.log


def test_no_writer_waits_for_ever_behind_other_writers(tmp_path: Path) -> None:
    """While the database is locked, each story of the daemon waits its time; a client's mail does not wait for all."""
    store = Store("sqlite", tmp_path, busy_seconds=0.1)
    go = threading.Event()

    def write() -> None:
        with store.begin():
            begun.set()
            go.wait(20)

    begun = threading.Event()
    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(20)
    with pytest.raises(Deferred, match="others write"), store.begin():
        pass
    go.set()
    thread.join()
    with store.begin():
        pass
    store.close()


def test_the_database_is_full(tmp_path: Path) -> None:
    """SQLITE_FULL rolls back by itself: what was acknowledged stays, what was not comes again."""
    pages: list[int] = [1_000_000]
    with listening(tmp_path, "lmtp") as desk:

        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages[0]}").fetchall()

        event.listen(desk.store.engine, "connect", limit)
        pages[0] = 60
        desk.store.engine.dispose()
        replies = [_send(desk.address, number) for number in range(400)]
        kept = replies.count("250")
        assert 0 < kept < 400 and set(replies) == {"250", "451"}
        assert len(desk.inbox()) == kept
        pages[0] = 1_000_000
        desk.store.engine.dispose()
        assert {_send(desk.address, number) for number in range(400)} == {"250"}
        assert sorted(desk.mails()) == sorted(stream.request(number).mail for number in range(400))


def test_the_disk_is_full_for_raw_mail(tmp_path: Path, sink: Sink) -> None:
    """A file may not grow beyond 1 MB, and the log of SQLite does not: the large mail is put off, small ones are taken
    meanwhile.
    """
    large = replace(stream.request(1), mail=stream.request(1).mail + (b"x" * 70 + b"\r\n") * 20_000)
    with running(RunningDaemon(tmp_path, sink.port)) as daemon:
        with _smaller_files(daemon, 1_000_000), Talk(f"127.0.0.1:{daemon.port}", hello="LHLO") as talk:
            assert deliver(talk, large) == TROUBLE
            assert deliver(talk, stream.request(2)).startswith("250")
            assert list((daemon.data / "raw" / "tmp").iterdir()) == []
        with Talk(f"127.0.0.1:{daemon.port}", hello="LHLO") as talk:
            assert deliver(talk, large).startswith("250")
        raws = {path.read_bytes() for path in (daemon.data / "raw").rglob("*") if path.is_file()}
        assert raws == {large.mail, stream.request(2).mail}


def test_the_disk_is_full_for_the_database(tmp_path: Path, sink: Sink) -> None:
    """No page can be written, and no line of the log."""
    office = Office(tmp_path, "sqlite", sink)
    (daemon,) = office.daemons
    with office.at_work(16):
        sink.await_mails(6)
        with _smaller_files(daemon, 4096):
            office.send(4)
            wait_until(
                lambda: office.postmen.replies.get("451", 0) >= 4, "the client hears 451", said=lambda: daemon.log
            )


@pytest.fixture
def own_postgres(server_folder: Path) -> Iterator[Postgres]:
    """One that may be killed."""
    try:
        started = start_postgres(server_folder / "postgres-to-kill")
    except ServerMissing as missing:
        pytest.skip(f"server missing: {missing}")
    yield started
    started.stop()


@pytest.mark.server
def test_postgres_crashes_under_load(tmp_path: Path, own_postgres: Postgres, sink: Sink) -> None:
    """Twice. What was in hand comes again when its lease has run out; no letter is sent twice."""
    url = own_postgres.new_database()
    own_postgres.keep_commits(url)
    sink.delay("dot", 0.02)
    office = Office(tmp_path, url, sink)
    with office.at_work(60):
        for count in (20, 60):
            sink.await_mails(count)
            own_postgres.crash()
            wait_until(lambda: office.postmen.idle or sum(office.postmen.replies.values()) > 0, "somebody notices")
            own_postgres.start_again()
    assert own_postgres.server.process.poll() is None


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_the_same_mail_by_imap_and_lmtp_at_once(
    tmp_path: Path, sink: Sink, dovecot: Dovecot, store: str, request: pytest.FixtureRequest
) -> None:
    """On PostgreSQL by two daemons, one of which has the mailbox."""
    url = "sqlite" if store == "sqlite" else request.getfixturevalue("postgres_url")
    user = dovecot.user()
    more = mailbox(dovecot.port, user)
    threads: list[threading.Thread] = []

    def append(mail: bytes) -> None:
        threads.append(threading.Thread(target=dovecot.append, args=(user, mail)))
        threads[-1].start()

    office = Office(tmp_path, url, sink, 1 if store == "sqlite" else 2, more=more, posted=append)
    with office.at_work(24):
        for thread in threads:
            thread.join()
        await_quiet(lambda: not dovecot.mails(user), "the mailbox is empty")
    assert len(dovecot.mails(user, "Maildesk")) == 24
    assert office.ledger.sources() == {"lmtp": 24 + len(office.answers), "imap:support": 24}


def _send(address: str, number: int) -> str:
    """The code of the reply."""
    with Talk(address, hello="LHLO") as talk:
        return deliver(talk, stream.request(number))[:3]


@contextmanager
def _smaller_files(daemon: RunningDaemon, size: int) -> Iterator[None]:
    """No file of the daemon may grow beyond so many bytes (EFBIG), as on a full disk."""
    soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (soft, hard))

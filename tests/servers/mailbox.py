"""What a test of the IMAP intake needs: a spool in a folder, settings, a lock, and a watcher in a thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from maildesk.blobs import FileBlobs
from maildesk.clock import SystemClock
from maildesk.ingest.accept import Intake
from maildesk.ingest.imap import MailboxWatcher
from maildesk.ingest.imap.collect import Collector
from maildesk.ingest.imap.finish import Finisher
from maildesk.ingest.imap.ledger import Ledger
from maildesk.ingest.imap.session import Session
from maildesk.locks import MailboxLock
from maildesk.model import Arrival, Base, Inbound, MailboxMail
from maildesk.store import Store
from tests.servers.dovecot import Dovecot


@dataclass(frozen=True)
class Settings:
    """A table [[imap]] with its password in the clear."""

    user: str
    port: int
    host: str = "127.0.0.1"
    tls: str = "none"
    password: str = "test"
    token: Callable[[], str] | None = None
    name: str = "support"
    folder: str = "INBOX"
    processed: str = "Maildesk"
    first_sync: str = "all"
    ca_file: str | Path | None = None
    poll: timedelta = timedelta(seconds=30)


class HandSetClock(SystemClock):
    """The system's clock, put forward by hand."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


class Desk:
    """The spool, and watchers that fill it."""

    def __init__(self, folder: Path, url: str = "sqlite") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.clock = HandSetClock()
        self.store = Store(url, folder)
        Base.metadata.create_all(self.store.engine)
        self.blobs = FileBlobs(folder / "raw")
        self.intake = Intake(self.store, self.blobs, lambda: None)

    def watcher(self, settings: Settings, largest: int = 40_000_000) -> MailboxWatcher:
        lock = MailboxLock(self.store, self.folder, settings.name)
        return MailboxWatcher(settings, self.intake, self.store, self.clock, lock, lambda seconds: 0.05, largest)

    def fetch(self, settings: Settings, largest: int = 40_000_000) -> int:
        """One look, as `run --once` takes it."""
        watcher = self.watcher(settings, largest)
        try:
            return watcher.fetch_once()
        finally:
            watcher.close()

    def look(self, settings: Settings) -> int:
        """A single look, with whatever it raises."""
        ledger = Ledger(self.store, self.clock, settings.name, settings.folder)
        collector = Collector(settings, self.intake, ledger, self.clock, 40_000_000)
        try:
            with closing(Session(settings)) as session:
                collector.collect(session, Finisher(session, settings.name, settings.processed), threading.Event())
        finally:
            collector.close()
        return collector.kept

    @contextmanager
    def watching(self, settings: Settings) -> Iterator[MailboxWatcher]:
        """A watcher in its thread, which must end within seconds when it is told to."""
        watcher, stop = self.watcher(settings), threading.Event()
        thread = threading.Thread(target=watcher.run, args=(stop,), name=f"imap-{settings.name}")
        thread.start()
        try:
            yield watcher
        finally:
            stop.set()
            # Its poll, half a minute away or more, would end it too.
            thread.join(25)
            assert not thread.is_alive()

    def rows(self) -> list[Inbound]:
        with self.store.read() as session:
            return list(session.scalars(select(Inbound).order_by(Inbound.id)).all())

    def raws(self) -> list[bytes]:
        """The bytes of what was kept, sorted."""
        return sorted(self.blobs.read(row.raw_sha256) for row in self.rows())

    def sources(self) -> set[str]:
        with self.store.read() as session:
            return set(session.scalars(select(Arrival.source)).all())

    def ledger(self) -> dict[int, str]:
        """State by UID."""
        with self.store.read() as session:
            return {row.uid: row.state for row in session.scalars(select(MailboxMail)).all()}

    def spooled(self) -> list[Path]:
        """Unfinished files; none may stay."""
        return list(self.intake.spool.iterdir())

    def close(self) -> None:
        self.intake.close()
        self.store.close()


def plain(dovecot: Dovecot, user: str) -> Settings:
    return Settings(user=user, port=dovecot.port)


def with_tls(dovecot: Dovecot, user: str) -> Settings:
    return replace(plain(dovecot, user), port=dovecot.tls_port, tls="implicit", ca_file=dovecot.ca_file)


def mail(number: int, size: int = 0) -> bytes:
    """A mail with CRLF line ends, as a server keeps it."""
    head = (
        f"Message-ID: <m{number}@customer.example>\r\nFrom: kari@customer.example\r\nTo: support@acme.example\r\n"
        f"Date: Mon, 7 Sep 2026 10:00:00 +0200\r\nSubject: Printer {number}\r\n\r\nIt is on fire.\r\n"
    )
    return head.encode() + (b"x" * 76 + b"\r\n") * (size // 78)

"""A real listener with a real store for tests, and faults to give it."""

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from maildesk.blobs import Blob, FileBlobs
from maildesk.ingest.accept import Intake
from maildesk.ingest.listener import Listener
from maildesk.ingest.ours import IsOurs, own_addresses
from maildesk.ingest.reception import ListenerLimits
from maildesk.model import Arrival, Base, Inbound
from maildesk.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OURS = own_addresses(["support@acme.example", "network@acme.example"], "+")


class StoppedClock:
    def now(self) -> datetime:
        return NOON


class FaultyBlobs(FileBlobs):
    """Files that can be full, broken by a fault of ours, or slow until `go` is set."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.fault: Exception | None = None
        self.go = threading.Event()
        self.go.set()
        self.begun = threading.Event()

    def keep(self, data: bytes) -> Blob:
        self.begun.set()
        assert self.go.wait(60)
        if self.fault is not None:
            raise self.fault
        return super().keep(data)

    def keep_file(self, path: Path) -> Blob:
        if self.fault is not None:
            raise self.fault
        return super().keep_file(path)


class FullDisk(FileBlobs):
    """A disk without room, as the operating system tells it."""

    def _make_room(self, folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@dataclass(slots=True)
class Listening:
    """A listener on `address`; what it has kept can be looked at."""

    address: str
    listener: Listener
    store: Store
    blobs: FileBlobs
    nudges: list[None] = field(default_factory=list)

    def inbox(self) -> list[Inbound]:
        with self.store.read() as session:
            return list(session.scalars(select(Inbound).order_by(Inbound.id)))

    def arrivals(self) -> list[tuple[str, str]]:
        with self.store.read() as session:
            found = session.execute(select(Arrival.source, Arrival.recipient).order_by(Arrival.id))
            return [(source, recipient) for source, recipient in found]

    def mails(self) -> list[bytes]:
        return [self.blobs.read(row.raw_sha256) for row in self.inbox()]

    def spooled(self) -> list[Path]:
        """Unfinished files."""
        return list(self.blobs.spool.iterdir())


@contextmanager
def listening(
    folder: Path,
    protocol: Literal["lmtp", "smtp"],
    *,
    address: str = "127.0.0.1:0",
    is_ours: IsOurs = OURS,
    limits: ListenerLimits | None = None,
    blobs: Callable[[Path], FileBlobs] = FileBlobs,
) -> Iterator[Listening]:
    store = Store("sqlite", folder, busy_seconds=2.0)
    Base.metadata.create_all(store.engine)
    raw = blobs(folder / "raw")
    nudges: list[None] = []
    intake = Intake(store, raw, lambda: nudges.append(None))
    limits = limits or ListenerLimits(disk_reserve=0)
    listener = Listener(intake, address, protocol, is_ours, limits, StoppedClock(), "desk.acme.example")
    try:
        yield Listening(listener.start(), listener, store, raw, nudges)
    finally:
        listener.close()
        intake.close()
        store.close()

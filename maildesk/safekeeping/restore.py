"""The story of bringing a desk back: the backup is looked through first, then its mails, then its rows at one stroke.

Until the rows are there the desk is as it was: a restore that was cut short is simply begun again. It starts nothing,
sends nothing, and is refused while a daemon runs.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from maildesk.clock import Clock
from maildesk.errors import Deferred, Refused
from maildesk.foundation import Foundation, lay_foundation
from maildesk.locks import DaemonLock
from maildesk.migrate import upgrade
from maildesk.model import Inbound, Outbound, Ticket
from maildesk.safekeeping.archive import Manifest, raw_members
from maildesk.safekeeping.backup import verify
from maildesk.safekeeping.desk_copy import sqlite_file
from maildesk.safekeeping.into_store import fill_store
from maildesk.safekeeping.returning import Returned, make_ready
from maildesk.safekeeping.snapshot import Tell, opened, take_snapshot
from maildesk.settings_file import Configuration
from maildesk.store import Store


@dataclass(frozen=True, slots=True)
class Restored:
    """`before`: the file that has the desk that was there, if one was."""

    manifest: Manifest
    returned: Returned
    before: Path | None


def bring_back(configuration: Configuration, file: Path, clock: Clock, tell: Tell, *, force: bool = False) -> Restored:
    """Restores `file` into the configured desk; with `force` in place of one that has mail, which is saved first.

    Raises Refused for a damaged backup, a desk that is not empty, or while a daemon runs; Deferred where database or
    disk cannot take it now. Then the desk is as it was.
    """
    now = clock.now()
    configuration.data.mkdir(mode=0o750, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="restore-", dir=configuration.data) as name:
        folder = Path(name)
        looked = verify(file, folder, tell)
        returned = _prepare(looked.database, looked.manifest, now)
        with _alone(configuration, clock) as foundation:
            before = _make_way(foundation, folder, now, force)
            _keep_mails(foundation, file, looked.manifest.mails, tell)
            fill_store(foundation.store, looked.database, tell)
            upgrade(foundation.store)
    return Restored(looked.manifest, returned, before)


def _prepare(database: Path, manifest: Manifest, now: datetime) -> Returned:
    """Brings the copy to this version's shape first: what is refused is refused before anything is touched."""
    with closing(Store(f"sqlite:///{database}", database.parent)) as store:
        upgrade(store)
    with opened(database) as rows:
        rows.execute("PRAGMA journal_mode=DELETE").fetchall()
        return make_ready(rows, manifest.made_at, now)


@contextmanager
def _alone(configuration: Configuration, clock: Clock) -> Iterator[Foundation]:
    """The desk that is there, or an empty one, with no daemon on it."""
    try:
        foundation = lay_foundation(configuration, clock)
    except Deferred as trouble:
        file = sqlite_file(configuration)
        if file is None or not file.exists():
            raise
        raise Refused(f"{file} cannot be opened ({trouble.reason}); move it away, then restore again") from trouble
    with closing(foundation.store):
        lock = DaemonLock(foundation.store, configuration.data)
        try:
            if not lock.acquire() or not lock.alone:
                raise Refused("a maildesk runs on this desk; stop it first (systemctl stop maildesk)")
            yield foundation
        finally:
            lock.release()


def _make_way(foundation: Foundation, folder: Path, now: datetime, force: bool) -> Path | None:
    """Saves the desk that is there, unless it is empty. Raises Refused without `force`."""
    with foundation.store.read() as session:
        counts = [session.scalar(select(func.count(column))) or 0 for column in (Ticket.id, Inbound.id, Outbound.id)]
    if not any(counts):
        return None
    if not force:
        found = "{} tickets, {} mails and {} letters".format(*counts)
        raise Refused(
            f"this desk is not empty ({found}): to replace it, use --force, which saves its database first; or name "
            "another data folder or database"
        )
    saved = foundation.configuration.data / f"before-restore-{now:%Y%m%dT%H%M%SZ}.db"
    (folder / "before").mkdir()
    os.replace(take_snapshot(foundation.configuration, folder / "before", lambda *_: None), saved)
    saved.chmod(0o600)
    return saved


def _keep_mails(foundation: Foundation, file: Path, mails: int, tell: Tell) -> None:
    """A mail without a row is harmless, and one that is there already stays the same."""
    for number, path in enumerate(raw_members(file, foundation.blobs.spool), 1):
        try:
            foundation.blobs.keep_file(path)
        finally:
            path.unlink(missing_ok=True)
        tell("mails", number, mails)

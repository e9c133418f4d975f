"""Who of several daemons does a thing that only one may do at a time: the holder of a lock that ends with its process.

PostgreSQL: an advisory lock on a connection of its own; it is lost with the connection, and `acquire` finds out.
SQLite: a lock on a file in the data folder. A lock saves double work only: what is done twice must be harmless.
"""

import fcntl
import hashlib
import os
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from maildesk.store import Store, our_trouble


class MailboxLock:
    """The right to watch one mailbox. Use from one thread."""

    def __init__(self, store: Store, folder: Path, mailbox: str) -> None:
        self._lock = _FileLock(folder, mailbox) if store.is_sqlite else _AdvisoryLock(store, mailbox)

    def acquire(self) -> bool:
        """True where the lock is ours, also when it was before. Raises Deferred where nobody can tell."""
        return self._lock.acquire()

    def release(self) -> None:
        """Lets others have it. Harmless where it was not ours."""
        self._lock.release()


class _AdvisoryLock:
    def __init__(self, store: Store, mailbox: str) -> None:
        self._store = store
        self._key = _key_of(f"mailbox {mailbox}")
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        with our_trouble():
            if self._connection is not None and _is_alive(self._connection):
                return True
            self.release()
            connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}):
                self._connection = connection
                return True
            connection.close()
            return False

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _give_up(connection)


class _FileLock:
    #: flock is per open file, so two watchers of one process exclude each other too.
    def __init__(self, folder: Path, mailbox: str) -> None:
        # The name of a mailbox may hold anything; the name of a file may not.
        self._path = folder / f"imap-{hashlib.sha256(mailbox.encode()).hexdigest()[:16]}.lock"
        self._handle: int | None = None
        self._guard = threading.Lock()

    def acquire(self) -> bool:
        with self._guard:
            if self._handle is not None:
                return True
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            self._handle = handle
            return True

    def release(self) -> None:
        with self._guard:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


class DaemonLock:
    """The right to be a daemon of this desk. SQLite: one at a time. PostgreSQL: any number, each knows if it was alone.

    Who comes first while no other is alive may end all leases at once: their holders are dead. Until `settle_in` nobody
    else can come in.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self.alone = False
        self._file = _FileLock(folder, "the daemon itself") if store.is_sqlite else None
        self._store = store
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """False where another daemon has the data folder. Raises Deferred where the database is away."""
        if self._file is not None:
            self.alone = self._file.acquire()
            return self.alone
        with our_trouble():
            connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self.alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _DAEMONS}))
            if not self.alone:
                connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), {"key": _DAEMONS})
            self._connection = connection
        return True

    def settle_in(self) -> None:
        """From now on others may come."""
        if self.alone and self._connection is not None:
            with our_trouble():
                self._connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), {"key": _DAEMONS})
                self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _DAEMONS})

    def hold_on(self) -> None:
        """Takes the place again where the database was away: who starts then would think that he is alone."""
        if self._file is not None or (self._connection is not None and _is_alive(self._connection)):
            return
        if self._connection is not None:
            _give_up(self._connection)
            self._connection = None
        with our_trouble():
            connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("SELECT pg_advisory_lock_shared(:key)"), {"key": _DAEMONS})
            self._connection = connection

    def release(self) -> None:
        if self._file is not None:
            self._file.release()
        if self._connection is not None:
            _give_up(self._connection)
            self._connection = None


def _is_alive(connection: Connection) -> bool:
    try:
        connection.scalar(text("SELECT 1"))
    except DBAPIError:
        return False
    return True


def _give_up(connection: Connection) -> None:
    if not connection.invalidated:
        with suppress(DBAPIError):
            # By word first: the server notices a closed connection only a moment later.
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
    with suppress(DBAPIError):
        # Not back into the pool: the lock goes with the connection, whatever state it is in.
        connection.invalidate()
        connection.close()


def _key_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"maildesk {name}".encode()).digest()[:8], signed=True)


_DAEMONS = _key_of("daemons")

"""The database: SQLite or PostgreSQL, and the only two doors to it, `begin` (write) and `read`.

SQLite: WAL, synchronous=FULL (a commit survives loss of power), foreign keys, and BEGIN IMMEDIATE for writers,
because a deferred transaction that turns into a writer is refused at once whatever the timeout. Writers of one
process queue at a lock of our own, which is fairer and faster than SQLite's sleeping busy handler; other processes
meet the busy timeout.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    CursorResult,
    Engine,
    Table,
    Update,
    bindparam,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from maildesk.errors import Deferred
from maildesk.model import Base

BUSY_SECONDS = 10.0
#: Also a file that is broken or none of SQLite's: an operator can put the backup there, and mail waits until then.
_SQLITE_TROUBLE = {"BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN", "PERM", "NOTADB", "CORRUPT"}

#: The pages of indexes that every mail touches go to the database file once in so many pages of the log (16 MB), which
#: costs a fifth less than SQLite's own 4 MB.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "wal_autocheckpoint=4000")

_Row = TypeVar("_Row", bound=Base)


class Store:
    """Opens transactions on one database. `url` is "sqlite" (a file in `folder`) or a SQLAlchemy URL."""

    def __init__(self, url: str, folder: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        if url == "sqlite":
            folder.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{folder / 'maildesk.db'}"
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, busy_seconds) if self.is_sqlite else _postgres_engine(url)
        self._busy_seconds = busy_seconds
        self._writer = threading.Lock() if self.is_sqlite else None
        # Nothing is written behind the back of a query: who needs an id or a row flushes.
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        event.listen(self._sessions, "loaded_as_persistent", _hold)
        event.listen(self._sessions, "pending_to_persistent", _hold)
        event.listen(self._sessions, "detached_to_persistent", _hold)
        self._reader = sessionmaker(self.engine.execution_options(maildesk_reading=True), expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One write transaction: committed at the end of the block, rolled back when it raises.

        Raises Deferred where the database cannot be reached, is locked or is full: nothing of the block happened.
        """
        with self._turn(), our_trouble(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One read transaction, which no writer waits for."""
        with our_trouble(), self._reader() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A writer's turn on SQLite. Our queue is no more patient than SQLite's: with the database locked by others,
        each of our writers waits there in turn, and a client with a mail must not wait for all of them.
        """
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=self._busy_seconds):
            raise Deferred("the database cannot take it now (others write)", everyone=True)
        try:
            yield
        finally:
            self._writer.release()


def _hold(session: Session, row: object) -> None:
    """Keeps what a transaction has seen until its end: the session alone would forget it and ask again."""
    session.info.setdefault("held", []).append(row)


def moved(session: Session, statement: Update) -> bool:
    """Runs an UPDATE that takes one row from one state to the next; says whether it was still there to be taken."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1


def insert_once(session: Session, table: type[_Row], **values: object) -> _Row | None:
    """Inserts a row and returns it; None where one with the same unique key stands already.

    Whoever writes that key right now is waited for, so two daemons end with one row.
    """
    once = _once(table, session.get_bind().dialect.name, tuple(values))
    # Past the session, which takes three times as long over it.
    written = session.connection().execute(once, values).first()
    return None if written is None else _in_session(session, row_of(table, written._asdict()))


def row_of(table: type[_Row], values: Mapping[str, object]) -> _Row:
    """A row with these values, in no session: nobody is to hear of each of them."""
    row = table()
    inspect(row).dict.update(values)
    return row


def write_now(session: Session, row: _Row) -> None:
    """Writes a new row by itself, for its number, after all that was changed before: what a flush does, in half the
    time."""
    session.flush()
    table, values = type(row), inspect(row).dict
    for name, blank in _blanks(table):
        values.setdefault(name, blank)
    given = {name: values[name] for name, _ in _blanks(table)}
    values["id"] = session.connection().execute(_one_more(table), given).scalar_one()
    _in_session(session, row)


@lru_cache
def _one_more(table: type[Base]) -> ReturningInsert[Any]:
    rows = cast(Table, table.__table__)
    return rows.insert().returning(rows.c.id)


@lru_cache
def _blanks(table: type[Base]) -> tuple[tuple[str, object], ...]:
    """All columns but the number, each with what stands there where nothing is said."""
    columns = [column for column in cast(Table, table.__table__).columns if not column.primary_key]
    return tuple(
        (one.name, one.default.arg if isinstance(one.default, ScalarElementColumnDefault) else None) for one in columns
    )


def _in_session(session: Session, row: _Row) -> _Row:
    """A row as it stands in the database, as the session would have it if it had asked for it."""
    make_transient_to_detached(row)
    session.add(row)
    return row


@lru_cache
def _once(table: type[Base], dialect: str, columns: tuple[str, ...]) -> ReturningInsert[Any]:
    """The statement for these columns of a table, put together once."""
    insert = sqlite_dialect.insert if dialect == "sqlite" else postgresql.insert
    given: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in columns}
    columns_of = cast(Table, table.__table__)
    return insert(columns_of).values(given).on_conflict_do_nothing().returning(columns_of)


@contextmanager
def our_trouble() -> Iterator[None]:
    """Turns a database that is away, locked or full into Deferred; a broken statement stays an error of ours."""
    try:
        yield
    except DBAPIError as error:
        if _is_trouble(error):
            raise Deferred(f"the database cannot take it now ({_cause(error)})", everyone=True) from error
        raise


def _is_trouble(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    original = error.orig
    if isinstance(original, sqlite3.DatabaseError):
        return getattr(original, "sqlite_errorname", "_").split("_")[1] in _SQLITE_TROUBLE
    state = getattr(original, "sqlstate", None)
    if type(original).__name__ == "OperationalError" and state is None:
        return True  # no connection
    # PostgreSQL classes: 08 connection, 40 serialization and deadlock, 53 resources, 55 locked, 57 shutdown, 58 system.
    return bool(state) and str(state)[:2] in {"08", "25", "40", "53", "55", "57", "58"}


def _cause(error: DBAPIError) -> str:
    """The kind of trouble, without statement, values or address: this text is shown to strangers' servers."""
    return getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__


def _sqlite_engine(url: str, busy_seconds: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": busy_seconds, "check_same_thread": False, "isolation_level": None},
        pool_size=16,
        max_overflow=16,
        # Parameters are words of mails: they never enter a log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("maildesk_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=8,
        max_overflow=16,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
        hide_parameters=True,
    )

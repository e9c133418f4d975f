"""Puts all rows of one SQLite file into the configured database, in one transaction, in place of what is there.

SQLite to SQLite goes by its online backup, which other processes that have the database open live through. It decides
nothing about the rows.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, create_engine, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from maildesk.errors import Deferred, Refused
from maildesk.model import Base
from maildesk.safekeeping.snapshot import Tell, opened, sqlite_trouble
from maildesk.store import Store, our_trouble

_GROUP: Final = 1000
_PAGES_AT_ONCE: Final = 2000
#: Seconds that others may keep the database to themselves.
PATIENCE: Final = 30.0


def fill_store(store: Store, file: Path, tell: Tell) -> None:
    """`file` is at the newest revision, and so is a PostgreSQL database. What was there is gone afterwards; where this
    raises, nothing has changed. Raises Deferred where the database is away or busy."""
    if store.is_sqlite:
        _fill_sqlite(Path(store.url.database or ""), file, tell)
        return
    source = create_engine(f"sqlite:///{file}", hide_parameters=True)
    try:
        with our_trouble(), source.connect() as rows, store.engine.begin() as target:
            _fill_postgresql(rows, target, tell)
    except (DataError, IntegrityError) as error:
        raise Refused(f"PostgreSQL does not take a row of the backup ({type(error.orig).__name__})") from error
    finally:
        source.dispose()


def _fill_sqlite(file: Path, new: Path, tell: Tell) -> None:
    end = time.monotonic() + PATIENCE

    def progress(code: int, left: int, all_: int) -> None:
        # SQLite's own loop waits for ever.
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise Deferred("the database is in use by another program; end it first", everyone=True)
        tell("database", all_ - left, all_)

    with opened(new) as source, sqlite_trouble(), closing(sqlite3.connect(file, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target, pages=_PAGES_AT_ONCE, progress=progress, sleep=0.05)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _fill_postgresql(source: Connection, target: Connection, tell: Tell) -> None:
    tables = Base.metadata.sorted_tables
    names = ", ".join(f'"{table.name}"' for table in tables)
    target.execute(text(f"TRUNCATE {names}"))
    constraints = list(_references(target))
    # A ticket may follow a later one, so references are looked at when all rows are there.
    for table, name in constraints:
        target.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" DEFERRABLE INITIALLY DEFERRED'))
    copied = 0
    for one in tables:
        for group in source.execute(select(one)).mappings().partitions(_GROUP):
            target.execute(one.insert(), [_storable(row) for row in group])
            copied += len(group)
            tell("rows", copied, 0)
        _continue_numbers(source, target, one)
    target.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, name in constraints:
        target.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" NOT DEFERRABLE'))


def _references(target: Connection) -> Iterator[tuple[str, str]]:
    look = inspect(target)
    for table in Base.metadata.tables:
        for key in look.get_foreign_keys(table):
            yield table, str(key["name"])


def _storable(row: Any) -> dict[str, Any]:
    """PostgreSQL's text has no NUL."""
    return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in row.items()}


def _continue_numbers(source: Connection, target: Connection, table: Table) -> None:
    if "id" not in table.columns:
        return
    given = source.execute(text("SELECT max(seq) FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    last = source.execute(text(f'SELECT max(id) FROM "{table.name}"')).scalar()
    following = max(given.scalar() or 0, last or 0) + 1
    target.execute(
        text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :number, false)"),
        {"table": table.name, "number": following},
    )

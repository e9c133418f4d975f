"""Copies the desk's tables into an SQLite file of its own, from one moment, and leaves the desk as it is.

An SQLite file that nobody has open is read without any lock (immutable), because even a reader would leave files beside
it; if it changed meanwhile, it is copied again. With its log beside it, it is read under SQLite's own locks, as a
daemon may be at work. PostgreSQL gives one snapshot to a transaction that may only read.

For a rehearsal the copy begins at the revision of the desk and is upgraded then: the rehearsal of an upgrade, too.
Letters that were written before are copied without their bytes, which nobody reads again there. A `whole` copy, for a
backup, has them, and stays at the desk's own revision.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    NullPool,
    Table,
    create_engine,
    event,
    inspect,
    literal,
    make_url,
    select,
)
from sqlalchemy.types import NullType

from maildesk.errors import Refused
from maildesk.migrate import current_revision, pending, upgrade
from maildesk.model import UtcDateTime
from maildesk.settings_file import Configuration
from maildesk.store import Store, our_trouble

#: Hears how many rows have been copied.
Progress = Callable[[int], None]

_GROUP: Final = 2000
_LEFT_EMPTY: Final = frozenset({("outbound", "raw")})


def copy_desk(configuration: Configuration, folder: Path, progress: Progress, *, whole: bool = False) -> Store:
    """The desk as it is now, in `folder`; an empty one where there is none yet.

    Raises Deferred and Refused as `lay_foundation` does.
    """
    url = configuration.settings.store.url
    file = sqlite_file(configuration)
    if file is None:
        return _copy_from(_postgres(url, configuration.data), folder / "copy", progress, whole)
    if not file.exists():
        copy = Store("sqlite", folder / "copy")
        upgrade(copy)
        return copy
    return _copy_from_file(file, folder, progress, whole)


def _copy_from_file(file: Path, folder: Path, progress: Progress, whole: bool) -> Store:
    before = _state(file)
    if not _log_of(file).exists():
        copy = _copy_from(_sqlite(file, "mode=ro&immutable=1"), folder / "copy", progress, whole)
        if _state(file) == before:
            return copy
        # Somebody has opened it meanwhile, and what was read may be of two moments.
        copy.close()
    return _copy_from(_sqlite(file, "mode=ro"), folder / "again", progress, whole)


def _copy_from(desk: Engine, folder: Path, progress: Progress, whole: bool) -> Store:
    copy = Store("sqlite", folder)
    try:
        with our_trouble(), _one_moment(desk) as source:
            # Refuses what is newer than this maildesk, or is somebody else's.
            pending(source)
            revision = current_revision(source)
            if revision:
                upgrade(copy, revision)
                _copy_rows(source, copy, progress, frozenset() if whole else _LEFT_EMPTY)
        if not (whole and revision):
            upgrade(copy)
    except BaseException:
        copy.close()
        raise
    finally:
        desk.dispose()
    return copy


def _copy_rows(source: Connection, copy: Store, progress: Progress, left_empty: frozenset[tuple[str, str]]) -> None:
    tables = _tables(source, set(inspect(copy.engine).get_table_names()) - {"alembic_version"})
    copied = 0
    with copy.begin() as session:
        target = session.connection()
        # A ticket may follow a later one, so references are looked at when all are there.
        target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in tables:
            rows = source.execute(select(*(_source_of(table, column, left_empty) for column in table.columns)))
            for group in rows.mappings().partitions(_GROUP):
                target.execute(table.insert(), [dict(row) for row in group])
                copied += len(group)
                progress(copied)


def _tables(source: Connection, names: set[str]) -> list[Table]:
    """The tables as the source has them, whatever its revision, in the order of their references."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def as_stored(_inspector: Any, _table: Table, column: dict[str, Any]) -> None:
        if source.dialect.name == "sqlite":
            # From SQLite to SQLite each value goes as it is.
            column["type"] = NullType()
        elif isinstance(column["type"], DateTime):
            column["type"] = UtcDateTime()

    found.reflect(source, only=sorted(names))
    return found.sorted_tables


def _source_of(table: Table, column: Column[Any], left_empty: frozenset[tuple[str, str]]) -> Any:
    if (table.name, column.name) in left_empty:
        return literal(b"").label(column.name)
    return column


@contextmanager
def _one_moment(desk: Engine) -> Iterator[Connection]:
    with desk.connect() as connection:
        if desk.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        yield connection.execution_options(yield_per=_GROUP)


def _sqlite(file: Path, how: str) -> Engine:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True, isolation_level=None)

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _postgres(url: str, data: Path) -> Engine:
    try:
        engine = Store(url, data).engine
    except ModuleNotFoundError as error:
        raise Refused("this installation cannot speak to PostgreSQL; install maildesk[postgres]") from error
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sqlite_file(configuration: Configuration) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    url = configuration.settings.store.url
    if url == "sqlite":
        return configuration.data / "maildesk.db"
    parts = make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None


def _log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _state(file: Path) -> tuple[bool, int, int]:
    """What differs once somebody has written, or may be about to."""
    now = file.stat()
    return _log_of(file).exists(), now.st_size, now.st_mtime_ns

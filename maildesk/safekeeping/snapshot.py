"""Puts the database of a desk at work into one SQLite file, from one moment, and changes nothing of it.

SQLite: its online backup. The reader holds one transaction, so writers go on meanwhile and none of what they write
makes the copy begin anew (sqlite.org/backup.html: only a source that is not read already is read again). PostgreSQL:
the tables, from one snapshot (desk_copy.py). The file stays at the desk's own revision, so that a backup from before an
upgrade is of use to the maildesk before it.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from maildesk.errors import Deferred, Refused
from maildesk.safekeeping.desk_copy import copy_desk, sqlite_file
from maildesk.settings_file import Configuration

#: Hears in a few words what is going on, how much of it is done, and of how much (0: nobody knows).
Tell = Callable[[str, int, int], None]

_PAGES_AT_ONCE: Final = 2000


def take_snapshot(configuration: Configuration, folder: Path, tell: Tell) -> Path:
    """The file, in `folder`. Raises Refused where there is no desk yet, or one of somebody else."""
    file = sqlite_file(configuration)
    if file is None:
        with closing(copy_desk(configuration, folder, lambda rows: tell("rows", rows, 0), whole=True)):
            pass
        copy = folder / "copy" / "maildesk.db"
    elif file.exists():
        copy = folder / "maildesk.db"
        _copy_file(file, copy, tell)
    else:
        raise Refused(f"there is no desk yet: {file} is not there")
    with opened(copy) as database:
        database.execute("PRAGMA journal_mode=DELETE").fetchall()
        if not revision_of(database):
            raise Refused("there is no desk yet: the database is empty")
        look_over(database)
    return copy


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """An SQLite file that is there already. Raises Deferred for what SQLite has against it."""
    with sqlite_trouble(), closing(_connect(file)) as connection:
        yield connection


def revision_of(database: sqlite3.Connection) -> str:
    """The revision of its tables (maildesk/migrate.py); "" where it has none of ours."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return ""
    row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def look_over(database: sqlite3.Connection) -> None:
    """Raises Refused for a database that is not whole, or has rows that refer to nothing."""
    found = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if found != "ok":
        raise Refused(f"the database is damaged ({found}); `maildesk check` says more")
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise Refused(f"the database is damaged: a row of table {broken[0]} refers to one that is not there")


@contextmanager
def sqlite_trouble() -> Iterator[None]:
    """Turns what SQLite raises by itself into Deferred, without values."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or type(error).__name__
        raise Deferred(f"the database cannot be read or written now ({name})", everyone=True) from error


def _copy_file(file: Path, copy: Path, tell: Tell) -> None:
    with opened(file) as source, closing(sqlite3.connect(copy)) as target:
        source.execute("BEGIN")
        # BEGIN alone reads nothing yet.
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(
            target, pages=_PAGES_AT_ONCE, progress=lambda _code, left, all_: tell("database", all_ - left, all_)
        )


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)

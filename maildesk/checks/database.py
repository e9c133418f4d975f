"""Is the database whole, durable and of the right shape? It is only read: nothing is made, moved or upgraded."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from maildesk.checks.finding import Finding, fail, ok, warn
from maildesk.errors import Deferred, Refused
from maildesk.migrate import pending
from maildesk.settings_file import Configuration
from maildesk.store import Store

BUSY_SECONDS: Final = 5.0
#: The oldest PostgreSQL that the tests run with.
OLDEST_TRIED: Final = 15
_FULL: Final = 2

#: Words of PostgreSQL and of its client library, and what to do.
_REMEDIES: Final = (
    ("password authentication", "correct user and password in store.url"),
    ("no password supplied", "write the password into store.url, or into ~/.pgpass of the user maildesk runs as"),
    ("pg_hba.conf", "let this user and host in: pg_hba.conf on the database server"),
    ("role", "make the user on the database server: createuser"),
    ("does not exist", "make the database on the server: createdb, with the user of store.url as its owner"),
    ("resolve", "correct the host in store.url; if it is right, this machine's DNS does not work"),
    ("translate host", "correct the host in store.url; if it is right, this machine's DNS does not work"),
    ("refused", "nobody listens there: is PostgreSQL running, and are host and port in store.url right?"),
    ("timeout", "is a firewall between, and are host and port in store.url right?"),
)
_OTHERWISE: Final = "see whether the database works by itself (psql, sqlite3); its own log says more"
_BACKUP: Final = "stop maildesk, keep a copy of the file, and restore the newest backup"


def check_database(configuration: Configuration) -> Iterator[Finding]:
    url = configuration.settings.store.url
    file = _file_of(url, configuration.data)
    if file is not None and not file.exists():
        yield ok("database", f"{file} is not there yet and is made at the first start")
        return
    try:
        yield from _look(url, configuration.data)
    except ModuleNotFoundError:
        yield fail("database", "this installation cannot speak to PostgreSQL", "install maildesk[postgres]")
    except Refused as error:
        yield fail("database schema", error.reason, "see the words themselves; nothing was changed")
    except Deferred as error:
        yield _away(error.reason, error.__cause__)
    except (DBAPIError, sqlite3.Error) as error:
        found = str(getattr(error, "orig", error)).partition("\n")[0]
        yield fail("database", f"it cannot be read ({found})", _BACKUP if file else _OTHERWISE)


def _look(url: str, data: Path) -> Iterator[Finding]:
    store = Store(url, data, busy_seconds=BUSY_SECONDS)
    try:
        with store.read() as session:
            connection = session.connection()
            yield from _sqlite(connection) if store.is_sqlite else _postgres(connection)
            yield _schema(pending(connection))
    finally:
        store.close()


def _sqlite(connection: Connection) -> Iterator[Finding]:
    wrong = [line for line in _all(connection, "PRAGMA quick_check") if line != "ok"]
    if wrong:
        yield fail("database", f"{connection.engine.url.database} is damaged: {wrong[0]}", _BACKUP)
    else:
        yield ok("database", f"{connection.engine.url.database} is whole, SQLite {sqlite3.sqlite_version}")
    journal, synchronous = _one(connection, "PRAGMA journal_mode"), _one(connection, "PRAGMA synchronous")
    if journal != "wal":
        found = f"journal mode {journal}, not WAL: is the data folder on a network file system?"
        yield fail("database durability", found, "put desk.data on a disk of this machine, or use PostgreSQL")
    elif synchronous != _FULL:
        found = f"synchronous is {synchronous}: mail that was taken may be lost when power fails"
        yield fail("database durability", found, "install SQLite as the system brings it: this one ignores FULL")
    else:
        yield ok("database durability", "WAL, synchronous FULL")


def _postgres(connection: Connection) -> Iterator[Finding]:
    version = str(_one(connection, "SHOW server_version"))
    where = f"PostgreSQL {version}, database {connection.engine.url.database}"
    if int(str(_one(connection, "SHOW server_version_num"))) < OLDEST_TRIED * 10_000:
        yield warn(
            "database", f"{where}: older than what is tried with maildesk", f"upgrade to {OLDEST_TRIED} or newer"
        )
    else:
        yield ok("database", where)
    encoding = _one(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        remedy = "make the database anew: createdb --encoding=UTF8 --template=template0"
        yield fail("database encoding", f"{encoding}: most languages cannot be stored", remedy)
    off = [
        name
        for name in ("fsync", "synchronous_commit", "full_page_writes")
        if _one(connection, f"SHOW {name}") == "off"
    ]
    if off:
        found = f"{', '.join(off)} off: mail that was taken may be lost when power fails"
        yield warn("database durability", found, f"set {' and '.join(off)} to on in postgresql.conf")
    else:
        yield ok("database durability", "fsync, synchronous_commit and full_page_writes on")


def _schema(due: tuple[str, ...]) -> Finding:
    if due:
        return ok("database schema", f"{len(due)} changes are due ({', '.join(due)}); they run at the next start")
    return ok("database schema", "up to date")


def _away(reason: str, cause: BaseException | None) -> Finding:
    """A database that cannot be reached, in the words of its client library: they name host and user, no password."""
    words = " ".join(str(cause.orig).split()) if isinstance(cause, DBAPIError) else reason
    if any(broken in reason for broken in ("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return fail("database", f"it cannot be read ({words})", _BACKUP)
    remedy = next((remedy for sign, remedy in _REMEDIES if sign in words), _OTHERWISE)
    return fail("database", f"{reason}: {words}", remedy)


def _one(connection: Connection, statement: str) -> object:
    return connection.exec_driver_sql(statement).scalar()


def _all(connection: Connection, statement: str) -> list[str]:
    return [str(row[0]) for row in connection.exec_driver_sql(statement)]


def _file_of(url: str, data: Path) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    if url == "sqlite":
        return data / "maildesk.db"
    parts = make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None

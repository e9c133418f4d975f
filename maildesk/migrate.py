"""Brings the database to the shape this version of maildesk works with, and refuses one that is newer.

All steps that are due run in one transaction that also holds a lock: a crash leaves the old shape or the new one, and
of two daemons that start at once the second finds the work done. There is no way down: the backup is the way back.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from maildesk import places
from maildesk.errors import Refused
from maildesk.model import Base
from maildesk.store import Store, our_trouble

if TYPE_CHECKING:
    from alembic.config import Config

#: A number of our own among PostgreSQL's advisory locks; every version of maildesk must use the same.
ADVISORY_LOCK = 7_245_100_001
#: How long to wait for another daemon that migrates, or for its tables to be free.
LOCK_SECONDS = 60


def upgrade(store: Store, to: str = "head") -> tuple[str, ...]:
    """Runs what is due and returns the names of these revisions, none where the database was up to date.

    `to` is the last revision to be run, for the copy of an older database.

    Raises Refused for a database of a newer maildesk or of somebody else, Deferred where it is away or locked.
    """
    if _is_newest(store):
        return ()
    from alembic import command

    with our_trouble(), store.engine.connect() as connection:
        if store.is_sqlite:
            _let_tables_be_rebuilt(connection)
        with connection.begin():
            if not store.is_sqlite:
                _lock(connection)
            due = pending(connection)
            if due:
                command.upgrade(alembic_config(connection), to)
            if store.is_sqlite:
                _check_references(connection)
    return due


def pending(connection: Connection) -> tuple[str, ...]:
    """The revisions that are still to run, oldest first. Raises Refused as `upgrade` does. Changes nothing."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config(connection))
    known = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    current = current_revision(connection)
    if current is None:
        _refuse_foreign_tables(connection)
        return tuple(known)
    if current not in known:
        raise Refused(
            f"the database was made by a newer maildesk (revision {current}; this one knows up to {known[-1]}): "
            "install that version again, or restore the backup from before the upgrade"
        )
    return tuple(known[known.index(current) + 1 :])


def current_revision(connection: Connection) -> str | None:
    """The revision that the database has; None where it has no tables of ours yet."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def alembic_config(connection: Connection) -> "Config":
    """How alembic finds our migrations and works on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(places.migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _is_newest(store: Store) -> bool:
    """Asked first, by a reader who waits for nobody: nearly every command finds it so, and alembic stays unloaded."""
    steps = (places.migrations_folder() / "versions").glob("[0-9]*_*.py")
    newest = max((step.name.partition("_")[0] for step in steps), default="")
    with our_trouble(), store.engine.execution_options(maildesk_reading=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]


def _lock(connection: Connection) -> None:
    """Held to the end of the transaction. On SQLite BEGIN IMMEDIATE, with which a Store begins, does the same."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """SQLite changes a table by making it anew, which foreign keys would forbid; outside of a transaction only.

    The connection is not given back to the pool, so nothing else ever runs without foreign keys.
    """
    connection.detach()
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"a migration left {len(broken)} rows that refer to nothing, first in table {broken[0][0]}")


def _refuse_foreign_tables(connection: Connection) -> None:
    found = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
    if found:
        raise Refused(
            f"the database has a table {found[0]!r} that maildesk did not make: "
            "give maildesk a database of its own (store.url)"
        )

"""The migrations make exactly the model's tables, on both databases, whole or not at all, once."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from maildesk import migrate, places
from maildesk.errors import Deferred, Refused
from maildesk.model import Base
from maildesk.store import Store

#: A row of one table that refers to a row of another.
_PAINT = """
    name = sa.Column("name", sa.Text(), nullable=False)
    op.create_table("colour", sa.Column("id", sa.Integer(), primary_key=True), name)
    op.create_table("paint", sa.Column("colour_id", sa.Integer(), sa.ForeignKey("colour.id")))
    op.execute("INSERT INTO colour VALUES (7, 'red')")
    op.execute("INSERT INTO paint VALUES (7)")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = Store(url, tmp_path, busy_seconds=2.0)
    yield opened
    opened.close()


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, for a test to add a step to; answers the folder of the steps."""
    folder = tmp_path / "migrations"
    shutil.copytree(places.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(places, "migrations_folder", lambda: folder)
    return folder / "versions"


def test_migrations_make_the_model(store: Store) -> None:
    migrate.upgrade(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_second_upgrade_does_nothing(store: Store) -> None:
    assert migrate.upgrade(store)
    assert migrate.upgrade(store) == ()


def test_newer_database_is_refused(store: Store) -> None:
    migrate.upgrade(store)
    with store.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match=r"newer maildesk \(revision 9999"):
        migrate.upgrade(store)


def test_tables_of_somebody_else_are_refused(store: Store) -> None:
    with store.begin() as session:
        session.execute(text("CREATE TABLE ticket (id INTEGER)"))
    with pytest.raises(Refused, match="'ticket' that maildesk did not make"):
        migrate.upgrade(store)


def test_failed_step_leaves_the_old_shape(store: Store, planted: Path) -> None:
    migrate.upgrade(store)
    before = _shape(store)
    _plant(planted, "op.create_table('colour', sa.Column('id', sa.Integer()))\n    raise RuntimeError('halfway')")
    with pytest.raises(RuntimeError, match="halfway"):
        migrate.upgrade(store)
    assert _shape(store) == before


def test_killed_first_upgrade_leaves_nothing(store: Store, planted: Path) -> None:
    _plant(planted, "import os; os._exit(9)")
    killed = _upgrade_elsewhere(store, planted.parent)
    assert killed.wait(60) == 9
    assert _shape(store) == {}


def test_altered_table_keeps_what_refers_to_it(store: Store, planted: Path) -> None:
    """SQLite alters a table by making it anew; what refers to its rows must survive that."""
    _plant(planted, _PAINT)
    migrate.upgrade(store)
    _plant(planted, "with op.batch_alter_table('colour') as table:\n        table.alter_column('name', nullable=True)")
    assert migrate.upgrade(store) == ("9001",)
    with store.read() as session:
        assert session.execute(text("SELECT colour_id FROM paint")).scalar_one() == 7
    with pytest.raises(IntegrityError), store.begin() as session:
        session.execute(text("DELETE FROM colour"))


def test_step_that_breaks_references_is_taken_back(store: Store, planted: Path) -> None:
    """On SQLite only our own look finds it: foreign keys are off while tables are made anew."""
    _plant(planted, _PAINT)
    migrate.upgrade(store)
    _plant(planted, "op.execute('DELETE FROM colour')")
    with pytest.raises(RuntimeError if store.is_sqlite else IntegrityError):
        migrate.upgrade(store)
    with store.read() as session:
        assert session.execute(text("SELECT count(*) FROM colour")).scalar_one() == 1


def test_daemons_starting_together_share_one_upgrade(store: Store, planted: Path) -> None:
    """The slow step makes them meet; a second run of it would fail, because the table is there."""
    _plant(planted, "import time; time.sleep(0.5)\n    op.create_table('colour', sa.Column('id', sa.Integer()))")
    daemons = [_upgrade_elsewhere(store, planted.parent) for _ in range(3)]
    assert [daemon.wait(60) for daemon in daemons] == [0, 0, 0]
    assert "colour" in _shape(store)


def test_locked_database_is_trouble_for_later(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.2)
    with store.begin() as session:
        session.execute(
            text("SELECT 1" if store.is_sqlite else f"SELECT pg_advisory_xact_lock({migrate.ADVISORY_LOCK})")
        )
        with pytest.raises(Deferred):
            migrate.upgrade(store)
    assert migrate.upgrade(store)


def _shape(store: Store) -> dict[str, list[str]]:
    inspector = inspect(store.engine)
    return {table: [column["name"] for column in inspector.get_columns(table)] for table in inspector.get_table_names()}


def _plant(versions: Path, step: str) -> None:
    """Adds a step after the last one."""
    last = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    number = f"{max(int(last) + 1, 9000)}"
    (versions / f"{number}_planted.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {number!r}\ndown_revision = {last!r}\n\n\n"
        f"def upgrade() -> None:\n    {step}\n"
    )


def _upgrade_elsewhere(store: Store, migrations: Path) -> "subprocess.Popen[bytes]":
    """The upgrade as a second daemon would run it: a process of its own."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom maildesk import migrate, places\nfrom maildesk.store import Store\n"
        "places.migrations_folder = lambda: Path(sys.argv[2])\n"
        "migrate.upgrade(Store(sys.argv[1], Path('.')))\n"
    )
    url = store.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", program, url, str(migrations)])

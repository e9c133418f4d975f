"""A dry run copies the desk, beside a daemon and of either database, and leaves it as it is."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from maildesk import places
from maildesk.model import Outbound, Person, SigningKey, Ticket
from maildesk.safekeeping import desk_copy
from maildesk.safekeeping.desk_copy import copy_desk
from maildesk.settings_file import load_configuration
from maildesk.store import Store
from tests.rehearsal.foretold import everything_below
from tests.running import RunningDaemon, running
from tests.servers import servers
from tests.servers.sink import Sink
from tests.shell import DESK, Operator, mail_about


def test_beside_a_daemon_and_after_its_death(tmp_path: Path, sink: Sink, operator: Operator) -> None:
    """The daemon works on with its lock; what kill -9 leaves (a log that was never checkpointed) stays as it is."""
    config = tmp_path / "desk" / "maildesk.toml"
    sink.answer("rcpt", "451 4.3.0 later")
    with running(RunningDaemon(tmp_path / "desk", sink.port)) as daemon:
        assert operator.does("--config", config, "deliver", stdin=mail_about(1)).code == 0
        servers.wait_until(lambda: "fate=new" in daemon.log, "the mail is processed", 60)
        said = operator.does("--config", config, "run", "--dry-run")
        assert said.code == 0 and "letters wait from before" in said.out
        assert daemon.alive and daemon.ask("readyz").returncode == 0
        daemon.kill()
    files = [daemon.data / "maildesk.db", daemon.data / "maildesk.db-wal"]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    assert before[1][0]
    said = operator.does("--config", config, "run", "--dry-run")
    assert said.code == 0 and "letters wait from before" in said.out
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


def _all_rows(url: str, folder: Path) -> dict[str, Any]:
    """Every row with the transaction that wrote it, and where the sequences stand."""
    store = Store(url, folder)
    with store.read() as session:
        tables = inspect(session.connection()).get_table_names()
        rows: dict[str, Any] = {
            table: session.execute(text(f"SELECT xmin, t.*::text FROM {table} t ORDER BY 2")).all() for table in tables
        }
        rows["sequences"] = session.execute(text("SELECT * FROM pg_sequences ORDER BY sequencename")).all()
    store.close()
    return rows


def test_postgresql_is_only_read(operator: Operator, postgres_url: str) -> None:
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{postgres_url}"\n')
    operator.gets(mail_about(1))
    assert operator.does("deliver", stdin=mail_about(2, "A scanner")).code == 0
    rows, files = _all_rows(postgres_url, operator.folder), everything_below(operator.folder)
    said = operator.does("run", "--dry-run", "--json")
    assert said.code == 0
    assert [(mail["subject"], mail["ticket"]) for mail in said.documents] == [("A scanner", 2)]
    assert _all_rows(postgres_url, operator.folder) == rows
    assert everything_below(operator.folder) == files


def test_an_empty_postgresql_stays_empty(operator: Operator, postgres_url: str) -> None:
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{postgres_url}"\n')
    assert operator.does("run", "--dry-run").code == 0
    store = Store(postgres_url, operator.folder)
    assert inspect(store.engine).get_table_names() == []
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, operator: Operator) -> Iterator[Store]:
    """A desk with a database of either kind, and references in both directions of time."""
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{url}"\n')
    operator.gets(mail_about(1), mail_about(2))
    store = Store(url, operator.folder / "var")
    with store.begin() as session:
        session.get_one(Ticket, 1).merged_into_id = 2
        if not store.is_sqlite:
            # A server has a zone of its own.
            session.execute(text(f"ALTER DATABASE {store.url.database} SET timezone = 'Asia/Seoul'"))
    store.engine.dispose()
    yield store
    store.close()


def test_the_copy_is_the_desk(desk: Store, operator: Operator, stage: Path) -> None:
    """Every value of every row, but for the bytes of old letters."""
    # The last connection takes SQLite's log away.
    desk.engine.dispose()
    counts: list[int] = []
    copy = copy_desk(load_configuration(operator.folder / "maildesk.toml", {}), stage, counts.append)
    with desk.read() as real, copy.read() as copied:
        for table in SigningKey.metadata.sorted_tables:
            kept = [column for column in table.columns if (table.name, column.name) != ("outbound", "raw")]
            query = select(*kept).order_by(table.c.id)
            assert copied.execute(query).all() == real.execute(query).all()
        assert set(copied.scalars(select(Outbound.raw))) == {b""}
    assert counts and counts == sorted(counts)
    copy.close()
    shutil.rmtree(stage / "copy")


def test_an_older_desk_is_upgraded_in_the_copy_alone(
    desk: Store, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rehearsal of an upgrade: its step sees the rows as they are."""
    folder = tmp_path / "migrations"
    shutil.copytree(places.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.name[:4] for path in (folder / "versions").glob("[0-9]*.py"))
    (folder / "versions" / "9000_planted.py").write_text(
        f"from alembic import op\n\nrevision = '9000'\ndown_revision = {last!r}\n\n\n"
        "def upgrade() -> None:\n    op.execute(\"UPDATE ticket SET subject = subject || ' (upgraded)'\")\n"
    )
    monkeypatch.setattr(places, "migrations_folder", lambda: folder)
    desk.engine.dispose()
    stage = tmp_path / "elsewhere"
    copy = copy_desk(load_configuration(operator.folder / "maildesk.toml", {}), stage, lambda _: None)
    with desk.read() as real, copy.read() as copied:
        assert copied.scalar(select(Ticket.subject)) == "A printer (upgraded)"
        assert real.scalar(select(Ticket.subject)) == "A printer"
    copy.close()


def test_a_newer_desk_is_refused(desk: Store, operator: Operator) -> None:
    with desk.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said = operator.does("run", "--dry-run")
    assert said.code == 1 and "newer maildesk" in said.err


def test_a_file_that_changes_under_the_reader_is_copied_again(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was nobody's at first; then a daemon starts and writes."""
    operator.gets(mail_about(1))
    real = Store("sqlite", operator.folder / "var")
    real.engine.dispose()
    monkeypatch.setattr(desk_copy, "_GROUP", 1)
    written: list[int] = []

    def write(_rows: int) -> None:
        if not written:
            with real.begin() as session:
                session.scalars(select(Person)).first().name = "Somebody else"  # type: ignore[union-attr]
            written.append(1)

    copy = copy_desk(load_configuration(operator.folder / "maildesk.toml", {}), tmp_path / "copies", write)
    with copy.read() as copied:
        assert copied.scalars(select(Person)).first().name == "Somebody else"  # type: ignore[union-attr]
    copy.close()
    real.close()


def test_a_database_out_of_reach_is_trouble_for_later(operator: Operator) -> None:
    port = servers.free_port()
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "postgresql+psycopg://desk@127.0.0.1:{port}/desk"\n')
    assert operator.does("run", "--dry-run").code == 75
    operator.write("maildesk.toml", DESK)
    operator.write("var/maildesk.db", b"this is no database at all, whoever put it here" * 100)
    said = operator.does("run", "--dry-run")
    assert said.code == 75 and "SQLITE_NOTADB" in said.err

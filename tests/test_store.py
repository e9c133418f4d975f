"""The two doors to the database: who writes is alone and durable, and trouble is Deferred, without a word of a mail."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError, StatementError
from sqlalchemy.orm import Session

from maildesk.errors import Deferred
from maildesk.model import Base, Person, SigningKey
from maildesk.store import Store, insert_once, moved, write_now
from tests.servers.postgres import Postgres

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "kari-and-her-secret@customer.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite", tmp_path)


def opened(url: str, folder: Path) -> Iterator[Store]:
    store = Store(url, folder, busy_seconds=2.0)
    Base.metadata.create_all(store.engine)
    yield store
    store.close()


def person(address: str, made_at: datetime = NOW) -> Person:
    return Person(address=address, name="", language="", made_at=made_at)


def count(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def test_begin_commits_at_the_end(store: Store) -> None:
    with store.begin() as session:
        session.add(person("kari@customer.example"))
    assert count(store) == 1


def test_begin_takes_everything_back_when_it_raises(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.begin() as session:
        session.add(person("kari@customer.example"))
        session.flush()
        _ = 1 // 0
    assert count(store) == 0
    # The door is not left locked.
    with store.begin() as session:
        session.add(person("kari@customer.example"))
    assert count(store) == 1


def test_read_keeps_nothing(store: Store) -> None:
    with store.read() as session:
        session.add(person("kari@customer.example"))
        session.flush()
    assert count(store) == 0


def test_a_reader_sees_no_half_of_a_write_and_waits_for_none(store: Store) -> None:
    with store.begin() as session:
        session.add(person("kari@customer.example"))
        session.flush()
        with ThreadPoolExecutor(1) as other:
            assert other.submit(count, store).result(5) == 0
    assert count(store) == 1


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 2000)]
)
def test_pragmas_of_every_connection(sqlite_store: Store, pragma: str, value: object) -> None:
    with sqlite_store.read() as one, sqlite_store.read() as other:
        for session in (one, other):
            assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_writer_begins_immediate_and_a_reader_does_not(sqlite_store: Store) -> None:
    said: list[str] = []

    @event.listens_for(sqlite_store.engine, "before_cursor_execute")
    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    with sqlite_store.begin() as session:
        session.scalar(select(1))
    with sqlite_store.read() as session:
        session.scalar(select(1))
    assert [one for one in said if one.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]


def test_a_foreign_key_is_kept(store: Store) -> None:
    statement = text(
        "INSERT INTO participant (ticket_id, person_id, role, reason, added_at) VALUES (7, 7, 'cc', '', :at)"
    )
    with pytest.raises(IntegrityError), store.begin() as session:
        session.execute(statement, {"at": NOW if not store.is_sqlite else str(NOW)})


def test_two_threads_that_read_then_write_lose_nothing(store: Store) -> None:
    """The trap: two deferred transactions read, then both write, and one of them is refused at once."""
    with store.begin() as session:
        session.add(person("counter"))
    barrier = threading.Barrier(4)

    def add_letters(letters: int) -> None:
        barrier.wait()
        for _ in range(letters):
            with store.begin() as session:
                row = session.scalars(select(Person).with_for_update()).one()
                row.name = row.name + "x"

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(add_letters, 25) for _ in range(4)]:
            done.result(60)
    with store.read() as session:
        assert session.scalars(select(Person)).one().name == "x" * 100


def test_two_daemons_on_one_file_wait_for_each_other(sqlite_store: Store, tmp_path: Path) -> None:
    other = Store("sqlite", tmp_path, busy_seconds=30)
    with sqlite_store.begin() as session:
        session.add(person("counter"))

    def add_letters(store: Store) -> None:
        for _ in range(20):
            with store.begin() as session:
                row = session.scalars(select(Person)).one()
                row.name = row.name + "x"

    patient = Store("sqlite", tmp_path, busy_seconds=30)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(add_letters, store) for store in (patient, other)]:
            done.result(60)
    with sqlite_store.read() as session:
        assert session.scalars(select(Person)).one().name == "x" * 40
    other.close()
    patient.close()


def test_a_locked_database_is_deferred(sqlite_store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "maildesk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Deferred) as trouble, sqlite_store.begin() as session:
        session.add(person(SECRET))
    assert trouble.value.everyone
    assert trouble.value.reason == "the database cannot take it now (SQLITE_BUSY)"
    # Reading goes on.
    assert count(sqlite_store) == 0
    other.execute("ROLLBACK")
    other.close()
    with sqlite_store.begin() as session:
        session.add(person(SECRET))
    assert count(sqlite_store) == 1


def test_a_full_database_is_deferred_and_keeps_nothing_of_it(sqlite_store: Store) -> None:
    with sqlite_store.begin() as session:
        session.add(person("first@customer.example"))

    @event.listens_for(sqlite_store.engine, "checkout")
    def limit(connection: sqlite3.Connection, *_rest: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    with pytest.raises(Deferred) as trouble, sqlite_store.begin() as session:
        session.add(person("second@customer.example"))
        session.flush()
        session.add_all(SigningKey(secret=SECRET.encode() * 1000, made_at=NOW, signs_from=NOW) for _ in range(10))
    assert "SQLITE_FULL" in trouble.value.reason
    assert SECRET not in trouble.value.reason
    event.remove(sqlite_store.engine, "checkout", limit)
    sqlite_store.close()
    assert count(sqlite_store) == 1
    with sqlite_store.begin() as session:
        session.add(person("third@customer.example"))
    assert count(sqlite_store) == 2


def test_a_database_that_is_away_is_deferred(tmp_path: Path) -> None:
    away = Store("postgresql+psycopg://desk:secret-password@127.0.0.1:1/desk", tmp_path)
    for door in (away.begin, away.read):
        with pytest.raises(Deferred) as trouble, door() as session:
            session.scalar(select(1))
        assert "secret-password" not in trouble.value.reason
        assert trouble.value.everyone
    away.close()


def test_a_folder_that_cannot_be_written_is_deferred(tmp_path: Path) -> None:
    (tmp_path / "maildesk.db").mkdir()
    store = Store("sqlite", tmp_path)
    with pytest.raises(Deferred), store.begin() as session:
        session.scalar(select(1))
    store.close()


def test_a_connection_that_breaks_is_deferred_and_replaced(
    postgres: Postgres, postgres_url: str, tmp_path: Path
) -> None:
    store = next(opened(postgres_url, tmp_path))
    with pytest.raises(Deferred), store.begin() as session:
        session.add(person("kari@customer.example"))
        session.flush()
        postgres.disconnect_all(postgres_url)
        session.scalar(select(1))
    assert count(store) == 0
    store.close()


def test_a_fault_of_ours_stays_one_and_shows_no_value(store: Store) -> None:
    with store.begin() as session:
        session.add(person(SECRET))
    with pytest.raises(IntegrityError) as fault, store.begin() as session:
        session.add(person(SECRET))
    assert "hidden" in str(fault.value)
    with pytest.raises((ProgrammingError, StatementError)), store.read() as session:
        session.execute(text("SELECT nonsense FROM nowhere"))


@pytest.mark.parametrize(
    "moment",
    [NOW, datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1))), NOW.replace(microsecond=123456)],
)
def test_times_come_back_aware_and_in_utc(store: Store, moment: datetime) -> None:
    with store.begin() as session:
        session.add(person("kari@customer.example", moment))
    with store.read() as session:
        found = session.scalars(select(Person)).one()
    assert found.made_at == moment
    assert found.made_at.tzinfo is UTC
    assert found.undeliverable_since is None


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"), store.begin() as session:
        session.add(person("kari@customer.example", NOW.replace(tzinfo=None)))
    assert count(store) == 0


def test_moved_says_who_was_first(store: Store) -> None:
    with store.begin() as session:
        session.add(person("kari@customer.example"))
    statement = update(Person).where(Person.name == "").values(name="Kari")
    with store.begin() as session:
        assert moved(session, statement)
        assert not moved(session, statement)


def insert(session: Session, address: str, name: str) -> Person | None:
    return insert_once(session, Person, address=address, name=name, made_at=NOW)


def test_a_row_is_inserted_once_with_its_defaults(store: Store) -> None:
    with store.begin() as session:
        made = insert(session, "kari@customer.example", "Kari")
        assert made is not None and (made.name, made.hard_bounces, made.made_at) == ("Kari", 0, NOW)
        assert insert(session, "kari@customer.example", "another") is None
        # The row of this transaction is a row like any other.
        made.language = "nb"
    with store.begin() as session:
        assert insert(session, "kari@customer.example", "another") is None
        (row,) = session.scalars(select(Person))
        assert (row.name, row.language) == ("Kari", "nb")


def test_a_row_is_written_now_behind_all_that_was_changed(store: Store) -> None:
    with store.begin() as session:
        earlier = person("ola@customer.example")
        session.add(earlier)
        made = Person(address="kari@customer.example", name="Kari", made_at=NOW)
        write_now(session, made)
        assert earlier.id < made.id and (made.hard_bounces, made.away_until) == (0, None)
        assert session.get(Person, made.id) is made and made not in session.dirty
        made.language = "nb"
    with store.begin() as session:
        rows = session.execute(select(Person.name, Person.language, Person.hard_bounces).order_by(Person.id)).all()
        assert [tuple(row) for row in rows[1:]] == [("Kari", "nb", 0)]


def test_what_was_written_now_goes_with_its_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin() as session:
        write_now(session, person("kari@customer.example"))
        raise RuntimeError
    assert count(store) == 0


def test_two_that_insert_the_same_at_once_end_with_one_row(store: Store) -> None:
    with ThreadPoolExecutor(1) as other:
        with store.begin() as session:
            assert insert(session, "kari@customer.example", "first") is not None
            second = other.submit(in_another, store)
        # Not before the first one was committed could it know.
        assert second.result(5) is None
    assert count(store) == 1


def in_another(store: Store) -> Person | None:
    with store.begin() as session:
        return insert(session, "kari@customer.example", "second")

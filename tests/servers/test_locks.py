"""One holder at a time, on both databases; the lock ends with its connection or its process."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from maildesk.locks import DaemonLock, MailboxLock
from maildesk.store import Store
from tests.servers.postgres import Postgres
from tests.servers.servers import wait_until


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return "sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_one_holder_at_a_time(url: str, tmp_path: Path) -> None:
    one, two = Store(url, tmp_path), Store(url, tmp_path)
    first, second = MailboxLock(one, tmp_path, "support"), MailboxLock(two, tmp_path, "support")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert MailboxLock(two, tmp_path, "network").acquire()
    first.release()
    first.release()
    assert second.acquire()
    assert not first.acquire()
    second.release()
    one.close()
    two.close()


def test_a_lock_is_lost_with_its_connection(postgres: Postgres, postgres_url: str, tmp_path: Path) -> None:
    store = Store(postgres_url, tmp_path)
    first, second = MailboxLock(store, tmp_path, "support"), MailboxLock(store, tmp_path, "support")
    assert first.acquire()
    postgres.disconnect_all(postgres_url)
    # The server says that it ends a connection before it has.
    wait_until(second.acquire, "the lock of the dead")
    # The first notices, and does not think it is still its own.
    assert not first.acquire()
    second.release()
    assert first.acquire()
    first.release()
    store.close()


def _hold(url: str, folder: Path, held: Event) -> None:
    lock = MailboxLock(Store(url, folder), folder, "support")
    assert lock.acquire()
    held.set()
    multiprocessing.Event().wait(60)


def test_a_killed_holder_leaves_it(url: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(url, tmp_path, held))
    process.start()
    store = Store(url, tmp_path)
    lock = MailboxLock(store, tmp_path, "support")
    try:
        assert held.wait(60)
        assert not lock.acquire()
    finally:
        process.kill()
        process.join()
    # PostgreSQL notices a moment later that the connection has gone.
    wait_until(lock.acquire, "the lock")
    lock.release()
    store.close()


def test_who_is_alone_among_the_daemons(postgres_url: str, tmp_path: Path) -> None:
    store = Store(postgres_url, tmp_path)
    first, second, third = (DaemonLock(store, tmp_path) for _ in range(3))
    assert first.acquire() and first.alone
    first.settle_in()
    assert second.acquire() and not second.alone
    first.release()
    assert third.acquire() and not third.alone
    second.release()
    third.release()
    assert first.acquire() and first.alone
    first.release()
    store.close()


def test_nobody_comes_in_before_the_first_has_settled_in(postgres_url: str, tmp_path: Path) -> None:
    store = Store(postgres_url, tmp_path)
    first, second = DaemonLock(store, tmp_path), DaemonLock(store, tmp_path)
    assert first.acquire()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(second.acquire)
        with pytest.raises(TimeoutError):
            coming.result(0.5)
        first.settle_in()
        assert coming.result(10) and not second.alone
    first.release()
    second.release()
    store.close()


def test_one_daemon_on_a_sqlite_folder(tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path)
    first, second = DaemonLock(store, tmp_path), DaemonLock(store, tmp_path)
    assert first.acquire() and first.alone
    assert not second.acquire()
    first.release()
    assert second.acquire() and second.alone
    second.release()
    store.close()


def test_a_place_is_taken_again_after_the_database_was_away(
    postgres_url: str, postgres: Postgres, tmp_path: Path
) -> None:
    store = Store(postgres_url, tmp_path)
    first, second = DaemonLock(store, tmp_path), DaemonLock(store, tmp_path)
    assert first.acquire()
    first.settle_in()
    postgres.disconnect_all(postgres_url)
    first.hold_on()
    assert second.acquire() and not second.alone
    first.release()
    second.release()
    store.close()

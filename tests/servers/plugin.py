"""Fixtures that give a test a real server. Each worker starts its own, at the first use, and stops it at the end.

A server that is not installed skips the test with a reason that begins with "server missing:".
"""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.servers.dovecot import Dovecot, start_dovecot
from tests.servers.postfix import Postfix, start_postfix
from tests.servers.postgres import Postgres, start_postgres
from tests.servers.servers import Certificates, ServerMissing, make_certificates
from tests.servers.sink import Sink


class PostfixMaker(Protocol):
    def __call__(self, lmtp_port: int, relay_port: int, domain: str = "help.example", **settings: str) -> Postfix: ...


@contextmanager
def _skipping() -> Iterator[None]:
    try:
        yield
    except ServerMissing as missing:
        pytest.skip(f"server missing: {missing}")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder with a short path (unix sockets allow 107 bytes) that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="mdtest-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def certificates(server_folder: Path) -> Certificates:
    """A test authority and a certificate for localhost."""
    (server_folder / "tls").mkdir()
    with _skipping():
        return make_certificates(server_folder / "tls")


@pytest.fixture(scope="session")
def dovecot_maker(server_folder: Path, certificates: Certificates) -> Iterator[Callable[..., Dovecot]]:
    """Starts a Dovecot of your own: `dovecot_maker(extra="imap_capability = IMAP4rev1")`."""
    numbers = itertools.count(1)
    with ExitStack() as stack:

        def make(extra: str = "") -> Dovecot:
            with _skipping():
                dovecot = start_dovecot(server_folder / f"dovecot{next(numbers)}", certificates, extra)
            stack.callback(dovecot.stop)
            return dovecot

        yield make


@pytest.fixture(scope="session")
def dovecot(dovecot_maker: Callable[..., Dovecot]) -> Dovecot:
    """A Dovecot that all tests of the worker share; take a `dovecot.user()` of your own."""
    return dovecot_maker()


@pytest.fixture(scope="session")
def postfix(server_folder: Path) -> Iterator[PostfixMaker]:
    """Starts a Postfix: `postfix(lmtp_port=..., relay_port=...)`; stopped at the end of the session."""
    numbers = itertools.count(1)
    with ExitStack() as stack:

        def make(lmtp_port: int, relay_port: int, domain: str = "help.example", **settings: str) -> Postfix:
            with _skipping():
                folder = server_folder / f"postfix{next(numbers)}"
                started = start_postfix(folder, lmtp_port, relay_port, domain, **settings)
            stack.callback(started.stop)
            return started

        yield make


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[Postgres]:
    """The PostgreSQL cluster of this worker."""
    with _skipping():
        started = start_postgres(server_folder / "postgres")
    yield started
    started.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A new, empty database: postgresql+psycopg://..."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A scripted SMTP server that records what it is given."""
    with Sink() as started:
        yield started

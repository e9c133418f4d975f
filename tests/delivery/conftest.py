"""The outbox on both databases, and relays on scripted servers."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maildesk.model import Base
from maildesk.notify import claims
from maildesk.notify.relay import SmtpRelay
from maildesk.store import Store
from tests.delivery.asking import account
from tests.delivery.told_relay import ONCE, Desk
from tests.servers.servers import Certificates
from tests.servers.sink import Sink


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = Store(url, tmp_path, busy_seconds=2.0)
    Base.metadata.create_all(store.engine)
    yield Desk(store, tmp_path)
    store.close()


@pytest.fixture
def one_kind_at_most_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "AT_MOST_ONCE", frozenset({ONCE}))


@pytest.fixture
def open_relay(sink: Sink) -> Iterator[Callable[..., SmtpRelay]]:
    """Opens a relay on the sink, with changes to its account."""
    opened = []

    def make(**changes: Any) -> SmtpRelay:
        opened.append(SmtpRelay(account(sink, **changes)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def secure_sink(certificates: Certificates) -> Iterator[Callable[..., Sink]]:
    """Starts a sink with the test authority's certificate."""
    started = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert_file, certificates.key_file)

    def make(**options: Any) -> Sink:
        started.append(Sink(tls=context, **options).__enter__())
        return started[-1]

    yield make
    for one in started:
        one.__exit__(None, None, None)

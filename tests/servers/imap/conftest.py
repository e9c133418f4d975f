"""A desk that fetches, and a scripted server with three mails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.fake_imap import FakeImap
from tests.servers.imap.served import MAILS
from tests.servers.mailbox import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    started = Desk(tmp_path / "desk")
    yield started
    started.close()


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with FakeImap(MAILS) as started:
        yield started

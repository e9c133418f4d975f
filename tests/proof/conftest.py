"""The name server that all proofs ask."""

from collections.abc import Iterator

import pytest

from tests.proof.signed_mail import zones
from tests.servers.name_server import NameServer


@pytest.fixture
def dns() -> Iterator[NameServer]:
    with NameServer(zones()) as server:
        yield server

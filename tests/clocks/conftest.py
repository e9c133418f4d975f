"""Desks on a clock set by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clocks.watched import ROUND_THE_CLOCK, Make
from tests.desk import TestDesk


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    desks: list[TestDesk] = []

    def open_desk(settings: str = ROUND_THE_CLOCK, url: str = "sqlite", name: str = "") -> TestDesk:
        folder = tmp_path / (name or str(len(desks)))
        folder.mkdir()
        desks.append(TestDesk(folder, url, settings))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.close()

"""The desk that is attacked."""

from pathlib import Path

import pytest

from tests.attacked import Attacked


@pytest.fixture
def world(tmp_path: Path) -> Attacked:
    return Attacked(tmp_path)

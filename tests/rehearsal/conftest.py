"""Where a dry run is played."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_folder: Path) -> Iterator[Path]:
    """The folder for temporary folders, which is empty after every rehearsal; that of the servers is elsewhere."""
    assert server_folder.is_dir()
    folder = tmp_path / "stage"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    assert list(folder.iterdir()) == []

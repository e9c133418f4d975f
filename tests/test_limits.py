"""No mail takes more than two seconds of CPU or 256 MiB, whatever it does; `python -m tests.hostile` shows the costs.

The limits are those of the parsing worker, held by the kernel. Hostile mail from elsewhere is read too, where it is.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.floods import FLOODS, flood
from tests.hostile import HOSTILE, Measured, hostile_files


@pytest.fixture(scope="module")
def measured() -> Iterator[Measured]:
    measured = Measured()
    yield measured
    measured.close()


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood(measured: Measured, tmp_path: Path, name: str) -> None:
    path = tmp_path / "flood.eml"
    path.write_bytes(flood(name))
    assert measured.cost_of(path, name).fault == ""


def test_hostile_mail_and_innocent(measured: Measured) -> None:
    mails = hostile_files(HOSTILE, Path(__file__).parent / "mails")
    assert mails
    assert [cost for path in mails if (cost := measured.cost_of(path, path.stem)).fault] == []


def test_what_breaks_a_limit_is_named(measured: Measured, tmp_path: Path) -> None:
    innocent = tmp_path / "innocent"
    innocent.mkdir()
    (innocent / "one.eml").write_bytes(b"Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n")
    assert "the mail ends before" in measured.cost_of(innocent / "one.eml", "one").fault
    assert "No such file" in measured.cost_of(innocent / "two.eml", "two").fault

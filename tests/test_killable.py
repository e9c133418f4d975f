"""A process that may be killed never keeps us: not by its answer, and not by leaving our question unread."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maildesk.ingest.killable.process import Ended, Killable, TooLarge
from maildesk.ingest.pictures.previews import Drawers
from maildesk.ingest.sender_proof.examiners import Examiners
from maildesk.ingest.sender_proof.question import Asked, Means
from maildesk.ingest.workers import ParserDied, Parsers
from maildesk.mail import Ours

#: More than any pipe of Linux takes without a reader (pipe(7)).
MORE_THAN_A_PIPE = 3 << 20
NEVER_READS = "import time; time.sleep(600)"
ENDS_AT_ONCE = ""
READS_A_LITTLE_AND_ENDS = "import os; os.read(0, 1000)"
ECHOES = """\
from maildesk.ingest.killable import frames
answers = frames.begin()
while (frame := frames.receive()) is not None:
    frames.send(answers, frame)
"""
PATIENCE = 0.3


def started(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> Killable:
    (folder / "played.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return Killable("played")


def soon(seconds: float = PATIENCE) -> float:
    return time.monotonic() + seconds


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Killable]:
    process = started(tmp_path, NEVER_READS, monkeypatch)
    yield process
    process.kill()


def test_a_frame_larger_than_the_pipe_comes_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = started(tmp_path, ECHOES, monkeypatch)
    for data in (os.urandom(MORE_THAN_A_PIPE), b"", b"small"):
        process.send(data, soon(60))
        assert process.receive(soon(60), MORE_THAN_A_PIPE) == data
    process.send(b"1234", soon(60))
    with pytest.raises(TooLarge):
        process.receive(soon(60), 3)
    process.retire()
    assert process.ended() == 0


def test_a_frame_that_nobody_reads_is_given_up(silent: Killable) -> None:
    with pytest.raises(TimeoutError):
        silent.send(b"x" * MORE_THAN_A_PIPE, soon())
    assert silent.alive


def test_a_frame_that_is_too_late_is_not_begun(silent: Killable) -> None:
    with pytest.raises(TimeoutError):
        silent.send(b"x", soon(-1))


@pytest.mark.parametrize("source", [ENDS_AT_ONCE, READS_A_LITTLE_AND_ENDS])
def test_a_process_that_ends_is_known_to_have_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    process = started(tmp_path, source, monkeypatch)
    with pytest.raises(Ended):
        process.send(b"x" * MORE_THAN_A_PIPE, soon(60))
    assert process.ended() == 0
    # Nothing is left to be written that could fail now.
    process.retire()


@pytest.fixture
def never_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Whatever is started reads nothing; the processes."""
    real, played = subprocess.Popen, list["subprocess.Popen[bytes]"]()

    def start(_: list[str], **options: object) -> "subprocess.Popen[bytes]":
        played.append(real([sys.executable, "-c", NEVER_READS], **options))  # type: ignore[call-overload]
        return played[-1]

    monkeypatch.setattr("maildesk.ingest.killable.process.subprocess.Popen", start)
    yield played
    # None is left over: whoever gave up has ended it.
    assert [process.returncode for process in played] == [-9] * len(played)


Processes = list["subprocess.Popen[bytes]"]
MANY = tuple(f"desk{number:06}@acme.example" for number in range(MORE_THAN_A_PIPE // 20))


def test_a_parser_that_does_not_read_is_given_up(tmp_path: Path, never_read: Processes) -> None:
    mail = tmp_path / "mail"
    mail.write_bytes(b"Subject: Keyboard\r\n\r\nhello")
    parsers = Parsers(1, Ours(frozenset(MANY)), wall_seconds=PATIENCE)
    with pytest.raises(ParserDied, match="too_slow"):
        parsers.parse(mail)
    parsers.close()
    # And once more for its beginning.
    assert len(never_read) == 2


def test_a_drawer_that_does_not_read_is_given_up(never_read: Processes) -> None:
    drawers = Drawers(wall_seconds=PATIENCE)
    assert drawers.draw(b"x" * MORE_THAN_A_PIPE) is None
    drawers.close()
    assert len(never_read) == 1


def test_an_examiner_that_does_not_read_is_given_up(never_read: Processes) -> None:
    examiners = Examiners(Means(mx=True, own_addresses=MANY), count=1, wall_seconds=PATIENCE)
    asked = Asked("mail", datetime(2026, 3, 2, tzinfo=UTC), True, "192.0.2.1", "h.example", "kari@customer.example")
    assert "temperror" in examiners.submit(asked).result(60)
    examiners.close()
    assert len(never_read) == 1

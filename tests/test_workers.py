"""A mail may kill the process that parses it, and nothing else.

The dangerous mails are played: a stand-in for the worker does what the subject of the mail says.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.ingest import workers
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.question import Question, Wanted
from maildesk.ingest.workers import ParserDied, Parsers
from maildesk.mail import Ours
from maildesk.reason import because

STAND_IN = """\
import os, signal, sys, time
from maildesk.ingest import parsing_worker, parse

def parse_mail(raw, ours, envelope_from, with_html):
    if b"burn" in raw:
        while True: pass
    if b"toil" in raw:
        end = time.process_time() + 0.2
        while time.process_time() < end: pass
    if b"swell" in raw:
        return [bytearray(1 << 20) for _ in range(4000)]
    if b"sleep" in raw:
        time.sleep(600)
    if b"print" in raw:
        print("a library prints this")
    if b"evil" in raw:
        return Evil()
    if b"hostage" in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"crash" in raw:
        os.kill(os.getpid(), signal.SIGSEGV)
    return parse.parse_mail(raw, ours, envelope_from, with_html=with_html)

class Evil:
    def __reduce__(self):
        return print, ("taken over",)

def read_body_alone(raw, ours, subject, is_html):
    return parse_mail(raw, ours, None, is_html)

parsing_worker.parse_mail = parse_mail
parsing_worker.read_body_alone = read_body_alone
parsing_worker.main()
"""


@pytest.fixture
def parsers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parsers]:
    stand_in = tmp_path / "stand_in.py"
    stand_in.write_text(STAND_IN)
    real = subprocess.Popen

    def start(command: list[str], **options: object) -> "subprocess.Popen[bytes]":
        assert command[1:] == ["-m", "maildesk.ingest.parsing_worker"]
        return real([sys.executable, str(stand_in)], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("maildesk.ingest.killable.process.subprocess.Popen", start)
    parsers = Parsers(1, Ours(), cpu_seconds=0.6, memory=256 * workers.MIB)
    yield parsers
    parsers.close()


def write(folder: Path, subject: str) -> Path:
    path = folder / f"{subject}.eml"
    path.write_bytes(f"From: kari@customer.example\r\nSubject: {subject}\r\n\r\nhello".encode())
    return path


def worker_of(parsers: Parsers) -> workers._Worker | None:
    return parsers._idle.queue[-1]


def test_real_worker_reads_a_mail(tmp_path: Path) -> None:
    parsers = Parsers(1, Ours(frozenset({"kari@customer.example"})))
    try:
        mail = parsers.parse(write(tmp_path, "printer"))
        assert (mail.subject, mail.visible_text, mail.kind) == ("printer", "hello", "own")
    finally:
        parsers.close()


def test_what_comes_back_is_what_was_read() -> None:
    """All values of all the mails that we know: the unpickler lets through what a Mail is made of."""
    mails = sorted((Path(__file__).parent / "mails").glob("*.eml"))
    parsers = Parsers(1, Ours())
    try:
        futures = [parsers.submit(path) for path in mails]
        for path, future in zip(mails, futures, strict=True):
            assert future.result() == parse_mail(path.read_bytes(), Ours(), with_html=False), path.name
    finally:
        parsers.close()


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("burn", because("too_much_time")),
        ("swell", because("too_much_memory")),
        ("crash", because("parser_signal", 11)),
    ],
)
def test_of_a_mail_that_kills_its_worker_the_beginning_is_read(
    parsers: Parsers, tmp_path: Path, subject: str, reason: str
) -> None:
    mail = parsers.parse(write(tmp_path, subject))
    assert (mail.subject, mail.text) == (subject, "hello")
    assert mail.problems == (reason, because("only_beginning"))
    assert parsers.parse(write(tmp_path, "next")).problems == ()


@pytest.mark.parametrize(
    ("subject", "reason"),
    [("evil", because("parser_said", "builtins.print")), ("hostage", because("parser_signal", 9))],
)
def test_a_death_that_is_no_matter_of_size(parsers: Parsers, tmp_path: Path, subject: str, reason: str) -> None:
    """A mail that has taken its worker over is not read again; one whose worker was killed may be, in full."""
    with pytest.raises(ParserDied) as died:
        parsers.parse(write(tmp_path, subject))
    assert died.value.reason == reason
    assert parsers.parse(write(tmp_path, "next")).subject == "next"


@pytest.mark.parametrize("wanted", [Wanted.BODY, Wanted.HTML_BODY, Wanted.DOCUMENT])
def test_what_is_shown_has_the_same_limits(parsers: Parsers, tmp_path: Path, wanted: Wanted) -> None:
    path = write(tmp_path, "burn")
    document = parsers.ask(Question(str(path), wanted, subject="Re: [#7] printer")).result()
    assert document["problems"] == ["reading the mail took too much processor time", "only its beginning was read"]
    assert document["text"].endswith("hello")
    assert document["ticket_numbers"] == ([] if wanted is Wanted.DOCUMENT else [7])


def test_a_file_that_is_too_large_for_memory(parsers: Parsers, tmp_path: Path) -> None:
    path = write(tmp_path, "printer")
    with path.open("ab") as file:
        file.truncate(2 << 30)
    mail = parsers.parse(path)
    assert mail.subject == "printer" and mail.problems[0] == because("too_much_memory")


def test_a_pipe_is_no_file(parsers: Parsers, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        parsers.parse(tmp_path / "pipe")


def test_killing_waits_for_nobody(parsers: Parsers, tmp_path: Path) -> None:
    futures = [parsers.submit(write(tmp_path, "sleep")), parsers.submit(write(tmp_path, "next"))]
    while not parsers._busy:
        time.sleep(0.01)
    parsers.kill()
    with pytest.raises(ParserDied):
        futures[0].result(60)
    assert futures[1].cancelled()


def test_a_mail_that_takes_too_long(parsers: Parsers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = workers._Worker.ask
    patience = {"": 0.2, because("too_slow"): 60.0}
    monkeypatch.setattr(
        workers._Worker, "ask", lambda worker, question, _: ask(worker, question, patience[question.after])
    )
    mail = parsers.parse(write(tmp_path, "sleep"))
    assert mail.problems == (because("too_slow"), because("only_beginning"))


def test_every_mail_has_its_own_cpu_time(parsers: Parsers, tmp_path: Path) -> None:
    for _ in range(5):
        assert parsers.parse(write(tmp_path, "toil")).subject == "toil"


def test_what_a_library_prints_does_no_harm(
    parsers: Parsers, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert parsers.parse(write(tmp_path, "print")).subject == "print"
    parsers.close()
    assert "a library prints this" in capfd.readouterr().err


def test_a_worker_killed_from_outside_is_replaced(parsers: Parsers, tmp_path: Path) -> None:
    parsers.parse(write(tmp_path, "first"))
    worker = worker_of(parsers)
    assert worker
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.ended()
    assert parsers.parse(write(tmp_path, "second")).subject == "second"


def test_a_worker_ignores_the_signals_of_the_group(parsers: Parsers, tmp_path: Path) -> None:
    parsers.parse(write(tmp_path, "first"))
    worker = worker_of(parsers)
    assert worker
    os.kill(worker._process.pid, signal.SIGTERM)
    os.kill(worker._process.pid, signal.SIGINT)
    assert parsers.parse(write(tmp_path, "second")).subject == "second"
    assert worker_of(parsers) is worker


def test_a_fat_worker_is_retired(parsers: Parsers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FAT", 1)
    parsers.parse(write(tmp_path, "first"))
    assert worker_of(parsers) is None
    assert parsers.parse(write(tmp_path, "second")).subject == "second"


def test_answers_belong_to_their_mails(parsers: Parsers, tmp_path: Path) -> None:
    futures = [parsers.submit(write(tmp_path, f"mail {number}")) for number in range(30)]
    assert [future.result().subject for future in futures] == [f"mail {number}" for number in range(30)]


def test_a_missing_file_is_no_fault_of_the_worker(parsers: Parsers, tmp_path: Path) -> None:
    parsers.parse(write(tmp_path, "first"))
    worker = worker_of(parsers)
    with pytest.raises(OSError, match="No such file"):
        parsers.parse(tmp_path / "missing.eml")
    assert worker_of(parsers) is worker


def test_the_worker_ends_with_the_daemon(tmp_path: Path) -> None:
    path = write(tmp_path, "printer")
    program = (
        "import os; from pathlib import Path\n"
        "from maildesk.ingest.workers import Parsers; from maildesk.mail import Ours\n"
        f"parsers = Parsers(1, Ours()); parsers.parse(Path({str(path)!r}))\n"
        "print(parsers._idle.queue[-1]._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    root = str(Path(__file__).parent.parent)
    daemon = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=False)
    assert daemon.returncode == -signal.SIGKILL
    pid = int(daemon.stdout)
    deadline = time.monotonic() + 60
    while running(pid):
        assert time.monotonic() < deadline, "the worker outlives the daemon"
        time.sleep(0.02)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_large_attachment_stays_in_the_raw_mail(tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    head = b"Subject: x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    path.write_bytes(head + b"QUJD" * 1_000_000)
    parsers = Parsers(1, Ours())
    try:
        part = parsers.parse(path).attachments[0]
        assert (part.size, part.data, part.filename) == (3_000_000, b"", "a.pdf")
    finally:
        parsers.close()

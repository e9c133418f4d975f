"""What the operating system sees: everything is synced before 250 is sent, and a large mail takes little memory."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dialogue import MAIL, Talk
from tests.servers.servers import ServerMissing, program

SUPPORT = "support@acme.example"
_SERVER = [sys.executable, "-m", "tests.servers.serve_lmtp"]
_CALLS = "trace=fsync,fdatasync,link,linkat,rename,renameat,recvfrom,recv,read,sendto,send,write"
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>")


@contextmanager
def _serving(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(60)


def _calls(trace: str) -> list[str]:
    """The system calls in the order in which they ended, as `name(arguments) = result`."""
    begun: dict[str, str] = {}
    calls = []
    for line in trace.splitlines():
        pid, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith(_UNFINISHED):
            begun[pid] = call.removesuffix(_UNFINISHED)
        elif resumed := _RESUMED.match(call):
            calls.append(begun.pop(pid) + call[resumed.end() :])
        else:
            calls.append(call)
    return calls


def _between(calls: list[str], first: str, last: str) -> list[list[str]]:
    """The calls from each that contains `first` to the next that contains `last`."""
    parts: list[list[str]] = []
    inside = False
    for call in calls:
        if first in call:
            parts.append([])
            inside = True
        elif inside and last in call:
            inside = False
        elif inside:
            parts[-1].append(call)
    assert not inside
    return parts


def _synced(calls: list[str]) -> list[str]:
    return [found[1] for call in calls if (found := re.match(r"f(?:data)?sync\(\d+<(.+)>\) += 0", call))]


def test_everything_is_synced_before_250(tmp_path: Path) -> None:
    try:
        strace = program("strace")
    except ServerMissing as missing:
        pytest.skip(f"server missing: {missing}")
    trace = tmp_path / "trace"
    watched = [strace, "-f", "-y", "-s", "100000", "-e", _CALLS, "-o", str(trace), *_SERVER, str(tmp_path / "desk")]
    with _serving(watched) as (_, address), Talk(address, hello="LHLO") as talk:
        for number in range(20):
            talk.envelope(SUPPORT)
            talk.say(MAIL.replace(b"Printer", b"Printer %d" % number) + b"LAST-LINE\r\n.\r\n")
            assert talk.hear().startswith("250 2.0.0 kept")
    parts = _between(_calls(trace.read_text()), r"LAST-LINE\r\n.\r\n", '"250 2.0.0 kept as inbox')
    assert len(parts) == 20
    for part in parts:
        synced = _synced(part)
        named = [re.findall(r'"([^"]+)"', call) for call in part if call.startswith(("link", "rename"))]
        ((made, blob),) = [(old, new) for old, new in named if "/raw/" in new]
        folder, wal = str(Path(blob).parent), str(tmp_path / "desk" / "maildesk.db-wal")
        assert {made, folder, wal} <= set(synced), f"{synced} of {part}"
        # The row is made durable last: a row without its mail cannot be.
        assert max(synced.index(made), synced.index(folder)) < len(synced) - 1 - synced[::-1].index(wal)


def test_a_large_mail_takes_little_memory(tmp_path: Path) -> None:
    with _serving([*_SERVER, str(tmp_path / "desk")]) as (process, address), Talk(address, hello="LHLO") as talk:
        assert talk.send(MAIL, SUPPORT)[0].startswith("250")
        before = _memory(process)
        line = b"QUJD" * 19 + b"\r\n"
        assert talk.send(MAIL + line * (36_000_000 // len(line)), SUPPORT)[0].startswith("250")
        assert _memory(process) - before < 20 << 20


def _memory(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("memory\n")
    process.stdin.flush()
    return int(process.stdout.readline())

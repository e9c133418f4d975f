"""Measures the memory of the running daemon with its parsing worker: idle, with a 25 MB attachment, after many mails.

    python -m bench.memory [--mails 2000]

Prints a markdown table of MiB: the resident memory of all its processes (shared pages counted once, as PSS), and the
highest seen while the large mail was taken, read and sent on.
"""

import argparse
import base64
import os
import smtplib
import tempfile
import threading
import time
from pathlib import Path

from tests.desk import mail
from tests.running import RunningDaemon, running
from tests.servers.sink import Sink

_ATTACHMENT = 25_000_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--mails", type=int, default=2000)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sink() as sink,
        running(RunningDaemon(Path(folder), sink.port)) as daemon,
    ):
        rows = measure(daemon, sink, given.mails)
    print("| | MiB |\n|---|---|")
    for name, size in rows:
        print(f"| {name} | {size:.0f} |")


def measure(daemon: RunningDaemon, sink: Sink, mails: int) -> list[tuple[str, float]]:
    rows = []
    bring(daemon, sink, [mail("first@customer.example")])
    rows.append(("idle, after the first mail", memory(daemon)))
    peak = Peak(daemon)
    bring(daemon, sink, [large_mail()])
    rows.append(("highest with a 25 MB attachment", peak.stop()))
    rows.append(("after it", memory(daemon)))
    for part in (0, 1):
        bring(daemon, sink, [mail(f"a{part}.{n}@customer.example") for n in range(mails // 2)])
        rows.append((f"after {mails // 2 * (part + 1)} more mails", memory(daemon)))
    return rows


def bring(daemon: RunningDaemon, sink: Sink, mails: list[bytes]) -> None:
    """By LMTP, and waits until their letters are sent."""
    before = len(sink.mails)
    with smtplib.LMTP("127.0.0.1", daemon.port, local_hostname="bench.example") as client:
        for raw in mails:
            client.sendmail("a@customer.example", ["support@acme.example"], raw)
    # Two agents and one acknowledgement each.
    sink.await_mails(before + 3 * len(mails), 600)
    time.sleep(1)


def large_mail() -> bytes:
    """One attachment that nothing can shrink."""
    head = mail("large@customer.example").partition(b"Content-Type:")[0].replace(b"MIME-Version: 1.0\r\n", b"")
    encoded = base64.encodebytes(os.urandom(_ATTACHMENT)).replace(b"\n", b"\r\n")
    return (
        head
        + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain'
        + b"\r\n\r\nLook at this.\r\n--x\r\nContent-Type: application/octet-stream\r\n"
        + b'Content-Disposition: attachment; filename="large.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + encoded
        + b"--x--\r\n"
    )


class Peak:
    """Looks at the memory fifty times a second."""

    def __init__(self, daemon: RunningDaemon) -> None:
        self._daemon = daemon
        self._highest = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        self._stopped.set()
        self._thread.join()
        return self._highest

    def _watch(self) -> None:
        while not self._stopped.wait(0.02):
            self._highest = max(self._highest, memory(self._daemon))


def memory(daemon: RunningDaemon) -> float:
    """MiB of the daemon and its children."""
    return sum(_proportional(pid) for pid in _tree(daemon.pid)) / 1024


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()

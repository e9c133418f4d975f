"""Has mails examined by processes that may be killed, several at once: the DNS of strangers may be slow. What takes too
long or ends its process is "temperror": nothing is known, and the mail goes on.
"""

import importlib.util
import logging
import os
import queue
import select
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from maildesk.config import Settings
from maildesk.errors import Refused
from maildesk.ingest.sender_proof.question import LENGTH, Asked, Means

log = logging.getLogger(__name__)

_COUNT: Final = 4
_WALL_SECONDS: Final = 8.0
_LARGEST_ANSWER: Final = 1 << 16
_PIECE: Final = 1 << 12
#: What the extra brings.
_LIBRARIES: Final = ("dkim", "dns", "publicsuffixlist", "spf")


def means_of(settings: Settings) -> Means | None:
    """How this desk examines; None where it believes its mail server alone. Raises Refused without the extra `mx`."""
    auth = settings.auth
    if not auth.mx and not auth.pinned_domains:
        return None
    if missing := [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]:
        raise Refused(f"auth.mx and auth.pinned_domains need {', '.join(missing)}; install maildesk[mx]")
    return Means(
        auth.mx,
        auth.pinned_domains,
        auth.trusted_arc_sealers,
        auth.nameservers,
        tuple(sorted(settings.own_addresses)),
        settings.desk.subaddress,
    )


class Examiners:
    """A few processes, each started when it is first needed and replaced when it died. Thread-safe."""

    def __init__(self, means: Means | None, count: int = _COUNT, wall_seconds: float = _WALL_SECONDS) -> None:
        """Without `means` nothing is ever examined, and no process started."""
        self._means = means
        self._wall_seconds = wall_seconds
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="examiner")
        self._idle: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def submit(self, asked: Asked) -> "Future[str]":
        """What was found, a little later; "" where there is nothing to ask. The future raises nothing."""
        if self._means is None or not (self._means.pinned_domains or asked.from_world):
            nothing: Future[str] = Future()
            nothing.set_result("")
            return nothing
        return self._threads.submit(self._examine, asked, self._means)

    def close(self) -> None:
        """Ends all processes after the mails in hand. May be called twice."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            _end(self._idle.get())

    def _examine(self, asked: Asked, means: Means) -> str:
        process = self._idle.get()
        try:
            process = process or _start(means)
            return _ask(process, asked, time.monotonic() + self._wall_seconds)
        except OSError as death:
            # BrokenPipeError, TimeoutError, or an answer cut short.
            log.warning("mail=%s not examined: %s", Path(asked.path).name, death)
            _end(process)
            process = None
            return "maildesk; dmarc=temperror (examining took too much)"
        finally:
            self._idle.put(process)


def _start(means: Means) -> "subprocess.Popen[bytes]":
    package = Path(__file__).resolve().parents[3]
    known = os.environ.get("PYTHONPATH")
    process = subprocess.Popen(
        [sys.executable, "-m", "maildesk.ingest.sender_proof.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{known}" if known else str(package)},
        # A Ctrl-C at the terminal is for the daemon.
        start_new_session=True,
    )
    _send(process, means.to_json())
    return process


def _ask(process: "subprocess.Popen[bytes]", asked: Asked, deadline: float) -> str:
    _send(process, asked.to_json())
    assert process.stdout is not None
    answers = process.stdout.fileno()
    size = LENGTH.unpack(_receive(answers, LENGTH.size, deadline))[0]
    if size > _LARGEST_ANSWER:
        raise OSError("the answer is too large")
    return _receive(answers, size, deadline).decode("ascii", "replace")


def _send(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(LENGTH.pack(len(data)) + data)
    process.stdin.flush()


def _receive(answers: int, size: int, deadline: float) -> bytes:
    poll = select.poll()
    poll.register(answers, select.POLLIN)
    received = bytearray()
    while len(received) < size:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError("it took too long")
        piece = os.read(answers, min(size - len(received), _PIECE))
        if not piece:
            raise OSError("it ended the process")
        received += piece
    return bytes(received)


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    process.kill()
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.close()
    except BrokenPipeError:
        # It died with a question unread; nothing is left to be flushed to.
        process.kill()
    process.stdout.close()
    process.wait()

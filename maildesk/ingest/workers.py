"""Parses mails in processes that may be killed: a mail that eats CPU, memory or time takes its worker along, no more.

A worker is started when it is first needed, replaced when it died, and retired when a large mail has left it fat. What
comes back is read by an unpickler that knows only the values of a Mail.
"""

import io
import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from maildesk.ingest.parsing_worker import LENGTH, OUT_OF_MEMORY
from maildesk.mail import Mail, Ours

MIB: Final = 1 << 20
#: A worker that holds more than this between two mails is retired.
FAT: Final = 96 * MIB
_LARGEST_ANSWER: Final = 64 * MIB
_PIECE: Final = 1 << 16
_VALUES: Final = frozenset(
    {
        *(("maildesk.mail", name) for name in ("Address", "Part", "FailedRecipient", "Bounce", "Forward", "Mail")),
        ("maildesk.vocabulary", "MailKind"),
        ("datetime", "datetime"),
        ("datetime", "timezone"),
        ("datetime", "timedelta"),
    }
)


class ParserDied(Exception):
    """The worker ended over this mail. The text says why and is fit to be stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Parsers:
    """`count` workers. Thread-safe; `submit` lets the next mail be parsed while the last one is stored."""

    def __init__(
        self,
        count: int,
        ours: Ours,
        *,
        with_html: bool = False,
        cpu_seconds: float = 10,
        memory: int = 512 * MIB,
        wall_seconds: float = 30,
    ) -> None:
        """Limits are for one mail; `memory` is a worker's address space in bytes; `with_html` as in parse_mail."""
        self._setting = pickle.dumps((ours, with_html, cpu_seconds, memory), protocol=5)
        self._wall_seconds = wall_seconds
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="parser")

    def parse(self, path: Path, envelope_from: str | None = None) -> Mail:
        """Reads the raw mail in `path`. Raises ParserDied, or OSError where the file cannot be read."""
        return self.submit(path, envelope_from).result()

    def submit(self, path: Path, envelope_from: str | None = None) -> "Future[Mail]":
        """The same, later; mails are begun in the order in which they were submitted."""
        return self._threads.submit(self._parse, path, envelope_from)

    def close(self) -> None:
        """Ends all workers after the mails in hand. Nothing may be submitted afterwards. May be called twice."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            worker = self._idle.get()
            if worker is not None:
                worker.retire()

    def _parse(self, path: Path, envelope_from: str | None) -> Mail:
        worker = self._idle.get()
        try:
            if worker is None or not worker.alive:
                worker = _Worker(self._setting)
            answer, resident = worker.ask((os.fspath(path), envelope_from), self._wall_seconds)
            if resident > FAT:
                worker.retire()
                worker = None
        except BaseException:
            if worker is not None:
                worker.kill()
            worker = None
            raise
        finally:
            self._idle.put(worker)
        if isinstance(answer, str):
            raise OSError(answer)
        return answer


class _Worker:
    """One process and the two pipes to it."""

    def __init__(self, setting: bytes) -> None:
        package = Path(__file__).resolve().parents[2]
        known = os.environ.get("PYTHONPATH")
        paths = f"{package}{os.pathsep}{known}" if known else str(package)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "maildesk.ingest.parsing_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            # A Ctrl-C at the terminal is for the daemon.
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests = self._process.stdin
        self._answers = self._process.stdout.fileno()
        self._lock = threading.Lock()
        self._send(setting)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: tuple[str, str | None], wall_seconds: float) -> tuple[Mail | str, int]:
        """One mail. Raises ParserDied; then the worker is of no use any more."""
        with self._lock:
            deadline = time.monotonic() + wall_seconds
            self._send(pickle.dumps(request, protocol=5))
            size = LENGTH.unpack(self._receive(LENGTH.size, deadline))[0]
            if size > _LARGEST_ANSWER:
                raise ParserDied("the parser's answer is too large")
            answer: tuple[Mail | str, int] = _Values(io.BytesIO(self._receive(size, deadline))).load()
            return answer

    def retire(self) -> None:
        """Lets the worker end by itself."""
        self._close_pipes()
        self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self._close_pipes()
        self._process.wait()

    def _send(self, data: bytes) -> None:
        try:
            self._requests.write(LENGTH.pack(len(data)) + data)
            self._requests.flush()
        except BrokenPipeError:
            raise ParserDied(self._cause()) from None

    def _receive(self, size: int, deadline: float) -> bytes:
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        received = bytearray()
        while len(received) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise ParserDied("reading the mail took too long")
            piece = os.read(self._answers, min(size - len(received), _PIECE))
            if not piece:
                raise ParserDied(self._cause())
            received += piece
        return bytes(received)

    def _cause(self) -> str:
        code = self._process.wait()
        if code == -signal.SIGPROF:
            return "reading the mail took too much processor time"
        if code == OUT_OF_MEMORY:
            return "reading the mail took too much memory"
        return f"the parser was killed by signal {-code}" if code < 0 else f"the parser ended with code {code}"

    def _close_pipes(self) -> None:
        assert self._process.stdout is not None
        try:
            self._requests.close()
        except BrokenPipeError:
            # It died with a request unread; there is nothing left to be flushed to.
            self._process.kill()
        self._process.stdout.close()


class _Values(pickle.Unpickler):
    """Builds the values of a Mail and nothing else, whatever a worker that a mail has taken over may send."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _VALUES:
            raise ParserDied(f"the parser answered with {module}.{name}")
        return super().find_class(module, name)

"""The parent's side: one process, the two pipes to it, and how it is ended."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from maildesk.ingest.killable.frames import LENGTH

_PIECE: Final = 1 << 16


class Ended(OSError):
    """The process has ended, whatever the reason."""


class TooLarge(OSError):
    """It announced an answer that nobody waits for."""


class Killable:
    """`python -m MODULE`, started now, from this very maildesk. For one thread at a time, but for `stop`."""

    def __init__(self, module: str) -> None:
        package = Path(__file__).resolve().parents[3]
        known = os.environ.get("PYTHONPATH")
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{known}" if known else str(package)},
            # A Ctrl-C at the terminal is for the daemon.
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._questions = self._process.stdin
        self._answers = self._process.stdout
        # A process that does not read must not keep us.
        os.set_blocking(self._questions.fileno(), False)
        self.pid = self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, data: bytes, deadline: float) -> None:
        """One frame. `deadline` is of time.monotonic. Raises Ended or TimeoutError, and is then of no use any more."""
        left = memoryview(LENGTH.pack(len(data)) + data)
        descriptor = self._questions.fileno()
        try:
            while left:
                _wait(descriptor, select.POLLOUT, deadline)
                left = left[os.write(descriptor, left) :]
        except BrokenPipeError:
            raise Ended("it ended the process") from None

    def receive(self, deadline: float, largest: int) -> bytes:
        """The next frame. `deadline` is of time.monotonic. Raises Ended, TooLarge or TimeoutError."""
        size = LENGTH.unpack(self._read(LENGTH.size, deadline))[0]
        if size > largest:
            raise TooLarge("the answer is too large")
        return self._read(size, deadline)

    def ended(self) -> int:
        """The exit code, once it has ended."""
        return self._process.wait()

    def stop(self) -> None:
        """From another thread: whoever waits for an answer learns that it ended."""
        self._process.kill()

    def kill(self) -> None:
        """Ends it now."""
        self._process.kill()
        self.retire()

    def retire(self) -> None:
        """Lets it end by itself, as it does when nothing more is asked."""
        self._questions.close()
        self._answers.close()
        self._process.wait()

    def _read(self, size: int, deadline: float) -> bytes:
        descriptor = self._answers.fileno()
        received = bytearray()
        while len(received) < size:
            _wait(descriptor, select.POLLIN, deadline)
            piece = os.read(descriptor, min(size - len(received), _PIECE))
            if not piece:
                raise Ended("it ended the process")
            received += piece
        return bytes(received)


def _wait(descriptor: int, until: int, deadline: float) -> None:
    """Until it can be read or written. Raises TimeoutError."""
    poll = select.poll()
    poll.register(descriptor, until)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError("it took too long")

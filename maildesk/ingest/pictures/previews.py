"""Has previews of pictures drawn by a process that may be killed. A picture that cannot be drawn has none: never an
error, the file itself is kept anyway.
"""

import logging
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

LENGTH: Final = struct.Struct(">I")
WIDTH: Final = struct.Struct(">H")

log = logging.getLogger(__name__)

#: By what they are, not by what they say.
DRAWN: Final = frozenset(
    f"image/{name}" for name in ("apng", "avif", "bmp", "gif", "heic", "heif", "jpeg", "png", "tiff", "webp")
)
_WALL_SECONDS: Final = 10.0
_LARGEST_ANSWER: Final = 4 << 20
_PIECE: Final = 1 << 16


class Drawn(NamedTuple):
    """A small picture; `width` in pixels."""

    width: int
    jpeg: bytes


class Drawers:
    """One process, started when it is first needed and replaced when it died. Thread-safe."""

    def __init__(self, wall_seconds: float = _WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def draw(self, data: bytes) -> Drawn | None:
        """A small picture of the picture, or None."""
        with self._lock:
            process = self._process or self._start()
            self._process = process
            try:
                answer = self._ask(process, data)
            except OSError as death:
                # BrokenPipeError, TimeoutError, or an answer cut short.
                log.warning("a picture of %d bytes has no preview: %s", len(data), death)
                self._end(process.kill)
                return None
            return Drawn(WIDTH.unpack_from(answer)[0], answer[WIDTH.size :]) if answer else None

    def close(self) -> None:
        """Ends the process. May be called twice."""
        with self._lock:
            self._end(lambda: None)

    def _end(self, kill: Callable[[], None]) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        kill()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.close()
        except BrokenPipeError:
            # It died with a picture unread; nothing is left to be flushed to.
            process.kill()
        process.stdout.close()
        process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        package = Path(__file__).resolve().parents[2]
        known = os.environ.get("PYTHONPATH")
        return subprocess.Popen(
            [sys.executable, "-m", "maildesk.ingest.pictures.drawing_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{known}" if known else str(package)},
            # A Ctrl-C at the terminal is for the daemon.
            start_new_session=True,
        )

    def _ask(self, process: "subprocess.Popen[bytes]", data: bytes) -> bytes:
        assert process.stdin is not None and process.stdout is not None
        deadline = time.monotonic() + self._wall_seconds
        process.stdin.write(LENGTH.pack(len(data)) + data)
        process.stdin.flush()
        answers = process.stdout.fileno()
        size = LENGTH.unpack(_receive(answers, LENGTH.size, deadline))[0]
        if size > _LARGEST_ANSWER:
            raise OSError("the answer is too large")
        return _receive(answers, size, deadline)


def _receive(answers: int, size: int, deadline: float) -> bytes:
    poll = select.poll()
    poll.register(answers, select.POLLIN)
    received = bytearray()
    while len(received) < size:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError("drawing took too long")
        piece = os.read(answers, min(size - len(received), _PIECE))
        if not piece:
            raise OSError("drawing ended the process")
        received += piece
    return bytes(received)

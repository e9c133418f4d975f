"""Has previews of pictures drawn by a process that may be killed. A picture that cannot be drawn has none: never an
error, the file itself is kept anyway.
"""

import logging
import struct
import threading
import time
from typing import Final, NamedTuple

from maildesk.ingest.killable.process import Killable

WIDTH: Final = struct.Struct(">H")

log = logging.getLogger(__name__)

#: By what they are, not by what they say.
DRAWN: Final = frozenset(
    f"image/{name}" for name in ("apng", "avif", "bmp", "gif", "heic", "heif", "jpeg", "png", "tiff", "webp")
)
_WALL_SECONDS: Final = 10.0
_LARGEST_ANSWER: Final = 4 << 20


class Drawn(NamedTuple):
    """A small picture; `width` in pixels."""

    width: int
    jpeg: bytes


class Drawers:
    """One process, started when it is first needed and replaced when it died. Thread-safe."""

    def __init__(self, wall_seconds: float = _WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._process: Killable | None = None
        self._lock = threading.Lock()

    def draw(self, data: bytes) -> Drawn | None:
        """A small picture of the picture, or None."""
        with self._lock:
            process = self._process = self._process or Killable("maildesk.ingest.pictures.drawing_worker")
            try:
                deadline = time.monotonic() + self._wall_seconds
                process.send(data, deadline)
                answer = process.receive(deadline, _LARGEST_ANSWER)
            except OSError as death:
                # It ended, took too long, or said too much.
                log.warning("a picture of %d bytes has no preview: %s", len(data), death)
                process.kill()
                self._process = None
                return None
            return Drawn(WIDTH.unpack_from(answer)[0], answer[WIDTH.size :]) if answer else None

    def close(self) -> None:
        """Ends the process. May be called twice."""
        with self._lock:
            if self._process is not None:
                self._process.retire()
            self._process = None

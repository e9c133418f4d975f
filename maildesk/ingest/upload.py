"""One mail while it comes in: in memory while it is small, then in a file of the spool, let go once it is too large.

It never makes anything durable (Intake does) and never raises for a full disk: the client is still sending, and the
answer comes at the end.
"""

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from maildesk.blobs import Blob
from maildesk.errors import Deferred
from maildesk.ingest.accept import Intake
from maildesk.ingest.inbox import Arrived, Kept
from maildesk.ingest.turns import HEAD_BYTES

#: A mail up to so many bytes stays in memory; a larger one is written in pieces of this size.
IN_MEMORY = 256 << 10

Describe = Callable[[Blob, str], Arrived]


class Upload:
    """`add` is called by the reader, `write`, `keep` and `discard` may run in other threads and may touch the disk."""

    def __init__(self, spool: Path, most: int) -> None:
        self._spool = spool
        self.limit = most
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()
        self._gone = False
        self._trouble = ""
        self.size = 0
        #: The first bytes, for whoever wants to know whose mail it is.
        self.head = b""

    @property
    def too_large(self) -> bool:
        return self.size > self.limit

    def add(self, data: bytes) -> bool:
        """Takes the next bytes; True where so much is waiting that `write` (or `discard`) is due."""
        self.size += len(data)
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        if self._gone:
            return False
        self._pieces.append(data)
        self._waiting += len(data)
        return self._waiting > IN_MEMORY or self.too_large

    def write(self) -> None:
        """Moves what is waiting into the spool file."""
        if self.too_large:
            self.discard()
            return
        with self._lock:
            if self._gone:
                return
            try:
                self._write()
            except OSError as error:
                self._trouble = f"the disk did not take the mail ({error.strerror})"
                self._remove()

    def keep(self, intake: Intake, describe: Describe) -> Kept:
        """Hands the whole mail to the intake. Raises Deferred where it was not kept."""
        if self._path is not None:
            self.write()
        if self._trouble:
            raise Deferred(self._trouble, everyone=True)
        if self._path is None:
            return intake.keep(b"".join(self._pieces), describe)
        self._close()
        return intake.keep_file(self._path, describe)

    def discard(self) -> None:
        """Forgets the mail and removes its file, if it is still there."""
        with self._lock:
            self._remove()

    def _write(self) -> None:
        if self._file is None:
            handle, name = tempfile.mkstemp(dir=self._spool)
            self._path, self._file = Path(name), os.fdopen(handle, "wb", buffering=0)
        waiting = memoryview(b"".join(self._pieces))
        while waiting:
            waiting = waiting[self._file.write(waiting) :]
        self._pieces, self._waiting = [], 0

    def _remove(self) -> None:
        self._gone = True
        self._pieces, self._waiting = [], 0
        self._close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

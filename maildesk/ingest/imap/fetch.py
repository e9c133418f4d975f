"""Brings the bytes of mails from the server, small ones many at a time, the others in chunks into a file.

A mail that makes the server fail, or that it lists and does not hand out, becomes a suspect: the others proceed.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import Final

from maildesk.blobs import deferred_trouble
from maildesk.clock import Clock
from maildesk.errors import Deferred
from maildesk.ingest.imap.session import Listed, Session
from maildesk.ingest.imap.suspects import Suspects
from maildesk.ingest.imap.wire import CHUNK

#: One FETCH brings at most so many mails and bytes.
_GROUP: Final = 50
_GROUP_BYTES: Final = 4 << 20


class Without(Enum):
    """Why there are no bytes."""

    GONE = auto()  # a person was faster
    NOTHING = auto()  # listed, but not handed out
    TOO_LARGE = auto()


class Fetcher:
    """`largest` is the limit of one mail in bytes; `spool` is the folder for files that are not finished."""

    def __init__(self, suspects: Suspects, clock: Clock, spool: Path, largest: int) -> None:
        self._suspects = suspects
        self._clock = clock
        self._spool = spool
        self._largest = largest

    def measure(self, session: Session, uids: list[int]) -> dict[int, Listed]:
        """Sizes of many at once; a mail that has gone is missing."""
        with self._accusing(uids):
            return session.list(uids) if uids else {}

    def fetch_group(self, session: Session, uids: list[int], listed: Mapping[int, Listed]) -> dict[int, bytes]:
        """The whole bytes of small mails. What does not agree with its stated size is missing: fetch it alone."""
        with self._accusing(uids):
            bodies = session.chunks(uids)
        return {uid: body for uid, body in bodies.items() if uid in listed and len(body) == listed[uid].size > 0}

    def fetch_alone(self, session: Session, uid: int) -> Path | Without:
        """One mail as a file in the spool, which is the caller's to remove."""
        with self._failing(uid):
            listed = session.list([uid]).get(uid)
            if listed is None:
                return Without.NOTHING if session.uids(uid, uid) else Without.GONE
        if listed.size > self._largest:
            return Without.TOO_LARGE
        with deferred_trouble(), tempfile.NamedTemporaryFile(dir=self._spool, delete=False) as file:
            path = Path(file.name)
            try:
                size = self._write(session, uid, listed.size, file)
            except BaseException:
                path.unlink()
                raise
        if 0 < size <= self._largest or listed.size == 0:
            return path
        path.unlink()
        return Without.TOO_LARGE if size else Without.NOTHING

    def _write(self, session: Session, uid: int, stated: int, file: "tempfile._TemporaryFileWrapper[bytes]") -> int:
        """Writes the mail in parts; returns how many bytes there were, or came until the limit was passed.

        The stated size is not trusted: a mail has ended where a part is empty, or short with the stated size reached.
        """
        offset = 0
        while offset <= self._largest:
            with self._failing(uid):
                part = session.chunks([uid], offset).get(uid, b"")
            file.write(part)
            offset += len(part)
            if not part or (offset == stated and len(part) < CHUNK):
                break
        return offset

    @contextmanager
    def _accusing(self, uids: list[int]) -> Iterator[None]:
        try:
            yield
        except Deferred:
            self._suspects.accuse(uids)
            raise

    @contextmanager
    def _failing(self, uid: int) -> Iterator[None]:
        try:
            yield
        except Deferred:
            self._suspects.failed(uid, self._clock.now())
            raise


def groups(uids: Iterable[int], small: Mapping[int, Listed]) -> Iterator[list[int]]:
    """Mails for one FETCH each, in their order; one that is not small is alone."""
    group: list[int] = []
    size = 0
    for uid in uids:
        more = small[uid].size if uid in small else _GROUP_BYTES + 1
        if group and (len(group) == _GROUP or size + more > _GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(uid)
        size += more
    if group:
        yield group

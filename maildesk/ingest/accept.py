"""T1, the promise: a mail is durable, bytes and row, before anybody says so (RFC 5321 6.1).

Every way in comes through `Intake`: LMTP, SMTP, IMAP, pipe and import. Mails that arrive at the same moment share one
commit, which is what makes an fsync per acknowledgement affordable. The rows themselves are written in arrivals.py.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from maildesk.blobs import Blob, Blobs
from maildesk.errors import Deferred
from maildesk.ingest import arrivals
from maildesk.ingest.digest import ContentDigest, digest_of
from maildesk.ingest.inbox import Arrived, Kept
from maildesk.ingest.turns import HEAD_BYTES, author_of
from maildesk.store import Store

log = logging.getLogger(__name__)

#: One commit takes at most so many mails.
LARGEST_GROUP = 50
_CHUNK = 1 << 20

#: Describes the arrival of a mail whose bytes are durable, given its content digest.
Describe = Callable[[Blob, str], Arrived]


class _Written(NamedTuple):
    """A mail whose bytes are durable, and its first ones."""

    blob: Blob
    digest: str
    head: bytes


class Intake:
    """The one door into the spool. Thread-safe. `nudge` is called after each commit that brought something new."""

    def __init__(self, store: Store, blobs: Blobs, nudge: Callable[[], None]) -> None:
        self._store = store
        self._blobs = blobs
        self._nudge = nudge
        self._waiting: queue.SimpleQueue[tuple[Arrived, Future[Kept]] | None] = queue.SimpleQueue()
        self._committer = threading.Thread(target=self._commit_groups, name="intake-commit", daemon=True)
        self._committer.start()

    @property
    def spool(self) -> Path:
        """A folder for a mail that is still coming in; hand the finished file to `keep_file`."""
        return self._blobs.spool

    def keep(self, data: bytes, describe: Describe) -> Kept:
        """Makes a mail in memory durable and returns its spool row; blocks until the commit.

        Raises Deferred when it was not kept: then nothing may be acknowledged, and the sender comes again.
        """
        return self._line_up(self._write_down(data), describe).result()

    def keep_in_order(self, mails: Iterable[tuple[bytes, Describe]], hands: Executor) -> list[Kept]:
        """The same for mails that stand in an order: `hands` make their bytes durable side by side, and their rows come
        in that order. Where the bytes of one cannot be kept, none behind it comes in before it.
        """
        described = [(hands.submit(self._write_down, data), describe) for data, describe in mails]
        lined_up: list[Future[Kept]] = []
        try:
            for written, describe in described:
                lined_up.append(self._line_up(written.result(), describe))
        finally:
            wait([written for written, _ in described])
            wait(lined_up)
        return [one.result() for one in lined_up]

    def keep_file(self, path: Path, describe: Describe) -> Kept:
        """The same for a large mail in a file below `spool`; the file is taken over."""
        digest = ContentDigest()
        head = b""
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                head = head or chunk[:HEAD_BYTES]
                digest.feed(chunk)
        return self._line_up(_Written(self._blobs.keep_file(path), digest.hexdigest(), head), describe).result()

    def close(self) -> None:
        """Commits what is waiting and ends. Nothing may be kept afterwards."""
        self._waiting.put(None)
        self._committer.join()

    def _write_down(self, data: bytes) -> _Written:
        return _Written(self._blobs.keep(data), digest_of(data), data[:HEAD_BYTES])

    def _line_up(self, written: _Written, describe: Describe) -> Future[Kept]:
        future: Future[Kept] = Future()
        arrived = replace(describe(written.blob, written.digest), author=author_of(written.head))
        self._waiting.put((arrived, future))
        return future

    def _commit_groups(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, ended = self._gather(first)
            self._commit(group)
            if ended:
                return

    def _gather(self, first: tuple[Arrived, Future[Kept]]) -> tuple[list[tuple[Arrived, Future[Kept]]], bool]:
        group = [first]
        while len(group) < LARGEST_GROUP:
            try:
                another = self._waiting.get_nowait()
            except queue.Empty:
                break
            if another is None:
                return group, True
            group.append(another)
        return group, False

    def _commit(self, group: list[tuple[Arrived, Future[Kept]]]) -> None:
        try:
            kept = self._write([arrived for arrived, _ in group])
        except Exception as error:
            self._after_failure(group, error)
            return
        for (_, future), row in zip(group, kept, strict=True):
            future.set_result(row)
        if any(row.fresh for row in kept):
            self._nudge()

    def _write(self, group: list[Arrived]) -> list[Kept]:
        try:
            with self._store.begin() as session:
                return arrivals.accept(session, group)
        except IntegrityError:
            # Another daemon kept the same mail between our look and our insert. The second look finds it.
            with self._store.begin() as session:
                return arrivals.accept(session, group)

    def _after_failure(self, group: list[tuple[Arrived, Future[Kept]]], error: Exception) -> None:
        if len(group) > 1 and not isinstance(error, Deferred):
            # One of them cannot be stored. Alone, each gets its own answer.
            for one in group:
                self._commit([one])
            return
        if not isinstance(error, Deferred):
            log.exception("intake digest=%s not kept", group[0][0].digest)
            error = Deferred("the mail could not be kept")
        for _, future in group:
            future.set_exception(error)

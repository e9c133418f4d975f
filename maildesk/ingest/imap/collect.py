"""One look through a folder: list, fetch, keep in its order, and only then move. Nothing is decided about a mail here.

The cursor never passes a mail that is on the server and not in the ledger, so whatever goes wrong on the way is made
good by the next look.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from maildesk.blobs import Blob
from maildesk.clock import Clock
from maildesk.ingest.accept import Describe, Intake
from maildesk.ingest.imap import beginning
from maildesk.ingest.imap.fetch import Fetcher, Without, groups
from maildesk.ingest.imap.finish import Finisher
from maildesk.ingest.imap.ledger import TOO_LARGE, UNREADABLE, Ledger
from maildesk.ingest.imap.session import Folder, Listed, MailboxSettings, Session
from maildesk.ingest.imap.suspects import Suspects
from maildesk.ingest.imap.wire import CHUNK
from maildesk.ingest.inbox import Arrived

log = logging.getLogger(__name__)

#: So many mails are listed, and the cursor moved behind them, at once.
_SLICE: Final = 500
#: So many mails are kept at the same time; one commit serves them all.
_KEEPERS: Final = 16
#: One MOVE takes so many of what an earlier run left behind.
_LEFT_BEHIND: Final = 200


@dataclass(slots=True)
class _Look:
    """What belongs to one look: the connection, how to finish a mail, and the folder as it was selected."""

    session: Session
    finisher: Finisher
    folder: Folder
    stop: threading.Event
    #: The first mail that stays open; the cursor stops there.
    first_open: int | None = None


class Collector:
    """Collects the mail of one mailbox. Not thread-safe; `close()` at the end."""

    def __init__(self, settings: MailboxSettings, intake: Intake, ledger: Ledger, clock: Clock, largest: int) -> None:
        #: How many mails were kept so far.
        self.kept = 0
        self._settings = settings
        self._intake = intake
        self._ledger = ledger
        self._clock = clock
        self._suspects = Suspects()
        self._fetcher = Fetcher(self._suspects, clock, intake.spool, largest)
        self._largest = largest
        self._keepers = ThreadPoolExecutor(_KEEPERS, thread_name_prefix=f"imap-{settings.name}-keep")

    def close(self) -> None:
        self._keepers.shutdown()

    @property
    def has_suspects(self) -> bool:
        return bool(self._suspects)

    def collect(self, session: Session, finisher: Finisher, stop: threading.Event) -> None:
        """Takes everything that is new, and counts it in `kept`. Raises Deferred; the next look goes on from there."""
        look = _Look(session, finisher, session.select(), stop)
        self._suspects.belong_to(look.folder.uidvalidity)
        first = beginning.first_uid(session, look.folder, self._ledger, self._settings)
        for uids in _slices(self._ledger.unfinished(look.folder.uidvalidity), _LEFT_BEHIND):
            self._finish(look, uids)
        for window in beginning.windows(look.folder, first):
            unseen = self._ledger.unseen(look.folder.uidvalidity, session.uids(*window))
            for uids in _slices(unseen, _SLICE):
                if not self._take(look, uids):
                    return
                self._move_cursor(look, uids)

    def _take(self, look: _Look, uids: list[int]) -> bool:
        """Keeps a slice of mails, suspects last. False where it was stopped on the way."""
        plain = [uid for uid in uids if uid not in self._suspects]
        listed = self._fetcher.measure(look.session, plain)
        small = {uid: one for uid, one in listed.items() if one.size < min(CHUNK, self._largest)}
        for group in groups(plain, small):
            if not self._take_group(look, group, small):
                return False
        return self._take_each(look, [uid for uid in uids if self._suspects.is_due(uid, self._clock.now())])

    def _take_group(self, look: _Look, group: list[int], small: Mapping[int, Listed]) -> bool:
        if look.stop.is_set():
            return False
        bodies = self._fetcher.fetch_group(look.session, group, small) if group[0] in small else {}
        for is_here, run in groupby(group, bodies.__contains__):
            if is_here:
                self._keep_group(look, {uid: bodies[uid] for uid in run})
            elif not self._take_each(look, run):
                return False
        return True

    def _take_each(self, look: _Look, uids: Iterable[int]) -> bool:
        for uid in uids:
            if look.stop.is_set():
                return False
            self._take_alone(look, uid)
        return True

    def _keep_group(self, look: _Look, bodies: dict[int, bytes]) -> None:
        # Where one was not kept, the others are in the ledger, and the next look finishes them.
        described = [(body, self._describe(look.folder, uid)) for uid, body in bodies.items()]
        self._intake.keep_in_order(described, self._keepers)
        self.kept += len(bodies)
        self._finish(look, list(bodies))

    def _take_alone(self, look: _Look, uid: int) -> None:
        """A mail by itself. One that cannot be had becomes, or stays, a suspect, and is given up in the end."""
        if self._suspects.is_exhausted(uid):
            self._leave(look, uid, UNREADABLE, "the server did not hand it out in many tries")
            return
        found = self._fetcher.fetch_alone(look.session, uid)
        if isinstance(found, Path):
            self._keep_file(look, uid, found)
        elif found is Without.TOO_LARGE:
            self._leave(look, uid, TOO_LARGE, f"it is larger than limits.message_size ({self._largest} bytes)")
        elif found is Without.NOTHING:
            log.warning("imap mailbox=%s uid=%d listed, but not handed out", self._settings.name, uid)
            self._suspects.failed(uid, self._clock.now())
            return
        self._suspects.clear(uid)

    def _keep_file(self, look: _Look, uid: int, path: Path) -> None:
        try:
            self._intake.keep_file(path, self._describe(look.folder, uid))
        finally:
            path.unlink(missing_ok=True)
        self.kept += 1
        self._finish(look, [uid])

    def _move_cursor(self, look: _Look, uids: list[int]) -> None:
        still_open = [uid for uid in uids if uid in self._suspects]
        if look.first_open is None and still_open:
            look.first_open = still_open[0]
        self._ledger.move_cursor(look.folder.uidvalidity, look.first_open or uids[-1] + 1)

    def _describe(self, folder: Folder, uid: int) -> Describe:
        def arrived(blob: Blob, digest: str) -> Arrived:
            return Arrived(
                digest=digest,
                raw_sha256=blob.sha256,
                size=blob.size,
                source=f"imap:{self._settings.name}",
                received_at=self._clock.now(),
                place=self._ledger.place(folder.uidvalidity, uid),
            )

        return arrived

    def _finish(self, look: _Look, uids: Sequence[int]) -> None:
        if uids and look.finisher.finish(uids, look.folder):
            self._ledger.finish(look.folder.uidvalidity, uids)

    def _leave(self, look: _Look, uid: int, state: str, reason: str) -> None:
        self._ledger.set_aside(look.folder.uidvalidity, [uid], state)
        log.error(
            "imap mailbox=%s uid=%d left in the mailbox: %s; to have it taken, move it out of the folder and back",
            self._settings.name,
            uid,
            reason,
        )
        self._suspects.clear(uid)


def _slices(uids: list[int], size: int) -> Iterator[list[int]]:
    return (uids[at : at + size] for at in range(0, len(uids), size))

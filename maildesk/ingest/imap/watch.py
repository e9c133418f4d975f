"""Watches one mailbox for as long as the daemon runs: lock, connect, collect, wait for news; after trouble, again.

One thread and one connection for each mailbox. Trouble is logged with its remedy, and tried again ever more seldom;
mail stays on the server meanwhile.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Final, Protocol

from maildesk.clock import Clock
from maildesk.errors import Deferred
from maildesk.ingest.accept import Intake
from maildesk.ingest.imap.collect import Collector
from maildesk.ingest.imap.finish import Finisher
from maildesk.ingest.imap.ledger import Ledger
from maildesk.ingest.imap.session import MailboxSettings, Session
from maildesk.store import Store

log = logging.getLogger(__name__)

FIRST_DELAY: Final = 1.0
LONGEST_DELAY: Final = 300.0
#: Between news and the next look: what comes together is taken together, and no server can drive us in circles.
_GATHER: Final = 0.1
LARGEST_MAIL: Final = 40_000_000
_MOST_LOOKS: Final = 4


class Lock(Protocol):
    """Held by the one daemon that watches a mailbox (maildesk/locks.py)."""

    def acquire(self) -> bool:
        """True where it is ours, also when it was before."""

    def release(self) -> None: ...


class MailboxWatcher:
    """`jitter` makes a delay in seconds a little different for everybody. `largest` is limits.message_size in bytes.
    `connect` logs in; a rehearsal does it with a session that only looks.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        intake: Intake,
        store: Store,
        clock: Clock,
        lock: Lock,
        jitter: Callable[[float], float],
        largest: int = LARGEST_MAIL,
        connect: Callable[[MailboxSettings], Session] = Session,
    ) -> None:
        self.name = settings.name
        self.last_success: datetime | None = None
        #: When the certificate ends that the server showed last; None where there was none.
        self.certificate_ends: datetime | None = None
        self._settings = settings
        self._clock = clock
        self._lock = lock
        self._jitter = jitter
        self._connect = connect
        ledger = Ledger(store, clock, settings.name, settings.folder)
        self._collector = Collector(settings, intake, ledger, clock, largest)
        self._failures = 0

    def run(self, stop: threading.Event) -> None:
        """Blocks until `stop` is set. Never raises."""
        try:
            while not stop.is_set():
                stop.wait(self._watch_until_trouble(stop))
        finally:
            self.close()

    def fetch_once(self) -> int:
        """One look; returns how many mails were kept. Raises Deferred. 0 where another daemon watches this mailbox.

        Where single mails made the server fail, it looks again, so that they do not hold up the others.
        """
        if not self._lock.acquire():
            log.info("imap mailbox=%s is watched by another daemon", self.name)
            return 0
        before = self._collector.kept
        try:
            self._look_again_over_suspects()
        finally:
            self._lock.release()
        return self._collector.kept - before

    def close(self) -> None:
        self._collector.close()

    def _watch_until_trouble(self, stop: threading.Event) -> float:
        """Returns how long to rest, in seconds."""
        try:
            if not self._lock.acquire():
                return self._jitter(self._settings.poll.total_seconds())
            try:
                self._watch(stop)
            finally:
                self._lock.release()
            return 0.0
        except Deferred as trouble:
            delay = self._delay()
            log.warning("imap mailbox=%s retry_in=%.0fs: %s", self.name, delay, trouble.reason)
        except Exception:
            delay = self._delay()
            log.exception("imap mailbox=%s retry_in=%.0fs: a fault of ours", self.name, delay)
        return delay

    def _look_again_over_suspects(self) -> None:
        looks = 1
        while True:
            try:
                with closing(self._connect(self._settings)) as session:
                    finisher = Finisher(session, self.name, self._settings.processed)
                    self._collect(session, finisher, threading.Event())
                return
            except Deferred:
                if looks == _MOST_LOOKS or not self._collector.has_suspects:
                    raise
            looks += 1

    def _watch(self, stop: threading.Event) -> None:
        with closing(self._connect(self._settings)) as session:
            finisher = Finisher(session, self.name, self._settings.processed)
            log.info("imap mailbox=%s folder=%s connected", self.name, self._settings.folder)
            self.certificate_ends = session.certificate_ends()
            # The lock is asked for again each time: where its connection broke, another daemon may have it.
            while not stop.is_set() and self._lock.acquire():
                self._collect(session, finisher, stop)
                session.wait(self._settings.poll.total_seconds(), stop)
                stop.wait(_GATHER)

    def _collect(self, session: Session, finisher: Finisher, stop: threading.Event) -> None:
        before = self._collector.kept
        try:
            self._collector.collect(session, finisher, stop)
        finally:
            if count := self._collector.kept - before:
                log.info("imap mailbox=%s mails=%d kept", self.name, count)
        self.last_success = self._clock.now()
        self._failures = 0

    def _delay(self) -> float:
        self._failures += 1
        return self._jitter(min(FIRST_DELAY * 2 ** min(self._failures - 1, 30), LONGEST_DELAY))

"""One attempt at one letter: from the lease to the outcome. It settles nothing.

Nothing is begun after a stop, after trouble that meets every letter, or late in the lease.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from maildesk.blobs import Blobs
from maildesk.clock import Clock
from maildesk.errors import Deferred, Refused
from maildesk.model import Outbound
from maildesk.notify import claims
from maildesk.notify.claims import Claimed
from maildesk.notify.fate import Fate, fate_of, not_begun, taken
from maildesk.notify.relay import Relay
from maildesk.store import Store

log = logging.getLogger(__name__)

#: A letter that waited longer in its group goes back: on the wire it may take account.LONGEST_SEND; both fit the lease.
LATEST_START = timedelta(minutes=4)

Tell = Callable[[Session, Outbound, str], None]


@dataclass
class PostOffice:
    """What delivery needs, and how the relay fared lately.

    `tell(session, row, reason)` is called for each letter refused or given up, in the transaction that says so;
    `jitter` gives a number from 0 up to 1. At most `group` letters are in the named window at once (claims.py).
    """

    store: Store
    blobs: Blobs
    relay: Relay
    clock: Clock
    jitter: Callable[[], float]
    tell: Tell
    group: int = 16
    stop: threading.Event = field(default_factory=threading.Event)
    #: The envelope sender of a letter, by its id in the outbox and the sender it was enqueued with.
    comes_back_to: Callable[[int, str], str] = lambda _letter, sender: sender
    #: Called for each letter that the relay took, in the transaction that says so.
    delivered: Callable[[Session, Claimed], None] = lambda _session, _letter: None
    #: Called while letters are on their way: a slow relay is no hanging story.
    beat: Callable[[], None] = lambda: None
    #: Seconds a stop waits for the letters that are on the wire.
    grace: float = 25.0
    #: Why no letter can be sent at present; empty when all is well.
    trouble: str = ""
    troubles: int = 0
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    claimed: Claimed
    fate: Fate
    #: Trouble that would have met every letter.
    trouble: str = ""


class Carrier:
    """Makes attempts until `halt` is set, which it does itself where trouble would meet every letter. Thread-safe."""

    def __init__(self, post: PostOffice, halt: threading.Event) -> None:
        self._post = post
        self._halt = halt

    def attempt(self, claimed: Claimed) -> Outcome:
        """Never raises: a fault of ours is an outcome too, and logged."""
        try:
            return self._try(claimed)
        except Exception as error:
            log.exception("letter=%d failed by a fault of ours", claimed.outbound_id)
            return self._failed(claimed, Deferred(f"a fault of ours ({type(error).__name__})"))

    def _try(self, claimed: Claimed) -> Outcome:
        post = self._post
        if self._halt.is_set() or post.stop.is_set():
            return Outcome(claimed, not_begun())
        if post.clock.now() > claimed.lease_until - claims.LEASE + LATEST_START:
            return Outcome(claimed, not_begun("waited too long for its turn"))
        try:
            letter = claims.letter_of(claimed, post.blobs)
            ours = self._crossed(claimed)
            if ours is None:
                return Outcome(claimed, not_begun())
            claimed = ours
            sender = post.comes_back_to(claimed.outbound_id, letter.envelope_from)
            return Outcome(claimed, taken(post.relay.send(replace(letter, envelope_from=sender))))
        except (Deferred, Refused) as error:
            return self._failed(claimed, error)

    def _crossed(self, claimed: Claimed) -> Claimed | None:
        """A letter of AT_MOST_ONCE enters the named window alone, now."""
        if claimed.transmitting:
            return claimed
        with self._post.store.begin() as session:
            return claims.cross(session, claimed)

    def _failed(self, claimed: Claimed, error: Deferred | Refused) -> Outcome:
        post = self._post
        fate = fate_of(error, claimed.attempts, post.clock.now(), post.jitter(), at_most_once=claimed.at_most_once)
        if isinstance(error, Deferred) and error.everyone:
            self._halt.set()
            return Outcome(claimed, fate, trouble=error.reason)
        return Outcome(claimed, fate)

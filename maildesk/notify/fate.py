"""Says what becomes of a letter after an attempt to send it. The table of threats and promises, without any doing.

the attempt                          letters that may come twice     letters of AT_MOST_ONCE
the relay took it                    sent                            sent
refused                              refused                         refused
later, for this letter               waiting, or refused after       the same
                                     five days of its own waits
later, for everybody                 waiting, not counted            the same
not begun                            waiting, not counted            the same
nobody said what became of it        waiting: sent again             uncertain
"""

from dataclasses import dataclass
from datetime import datetime

from maildesk.errors import Deferred, Refused
from maildesk.notify.backoff import rest_after, wait_after
from maildesk.notify.replies import Unanswered
from maildesk.reason import because, together
from maildesk.vocabulary import OutboundState


@dataclass(frozen=True, slots=True)
class Fate:
    """The next state of a letter. `next_at` None keeps the old time; `counted` says if the attempt was its own."""

    state: OutboundState
    reason: str = ""
    next_at: datetime | None = None
    relay_id: str = ""
    counted: bool = True
    possible_duplicate: bool = False


def taken(relay_id: str) -> Fate:
    """The relay took the letter, under the name it gave, if any."""
    return Fate(OutboundState.SENT, relay_id=relay_id)


def not_begun(reason: str = "") -> Fate:
    """Nothing was tried: due as before."""
    return Fate(OutboundState.WAITING, reason, counted=False)


def fate_of(error: Deferred | Refused, attempts: int, now: datetime, jitter: float, *, at_most_once: bool) -> Fate:
    """What becomes of a letter whose attempt number `attempts` (from 1) ended with this error."""
    if isinstance(error, Refused):
        return Fate(OutboundState.REFUSED, error.reason)
    if isinstance(error, Unanswered) and at_most_once:
        return Fate(OutboundState.UNCERTAIN, error.reason)
    if error.everyone:
        # Behind the others that are due, in case the trouble was this letter's alone.
        return Fate(OutboundState.WAITING, error.reason, next_at=now + rest_after(1), counted=False)
    wait = wait_after(attempts, jitter)
    if wait is None:
        return Fate(OutboundState.REFUSED, together(because("given_up_at_last"), because("said", error.reason)))
    return Fate(
        OutboundState.WAITING,
        error.reason,
        next_at=now + wait,
        possible_duplicate=isinstance(error, Unanswered),
    )

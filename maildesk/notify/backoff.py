"""Says how long a letter waits after an attempt that failed for now, and when to give up. It reads no clock.

The clock of giving up is the sum of a letter's own waits: a relay or a daemon that is away for a week costs no letter
its chances (RFC 5321 4.5.4.1 asks for at least four to five days).
"""

from datetime import timedelta

GIVE_UP_AFTER = timedelta(days=5)
#: Up to a fifth is added to each wait, so that letters deferred together do not come back together.
SPREAD = 0.2

_FIRST = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60, 120, 120))
_LATER = timedelta(hours=4)


def wait_after(attempts: int, jitter: float) -> timedelta | None:
    """The wait after so many failed attempts of a letter's own (from 1); None when it is time to give up.

    `jitter` is a random number from 0 up to, not including, 1.
    """
    waited = sum((_wait(attempt) for attempt in range(1, attempts)), timedelta())
    if waited >= GIVE_UP_AFTER:
        return None
    return _wait(attempts) * (1 + SPREAD * jitter)


def wait_without_end(attempts: int) -> timedelta:
    """The same for what is never given up."""
    return _wait(attempts)


def rest_after(troubles: int) -> timedelta:
    """How long all letters rest after so many troubles of the relay itself in a row (from 1): 5 s to a minute."""
    return timedelta(seconds=min(60, 5 * 2 ** min(troubles - 1, 4)))


def _wait(attempt: int) -> timedelta:
    return _FIRST[attempt - 1] if attempt <= len(_FIRST) else _LATER

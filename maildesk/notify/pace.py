"""How fast automatic letters to outsiders may leave, all together: what is over the pace waits its turn, a flood is
silenced."""

import threading
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
#: A flood may push an acknowledgement so far into the future and no further.
LONGEST_WAIT = timedelta(minutes=10)


class Pace:
    """At most `per_minute` turns in any minute, in this process; `given` are those of its last life, oldest first."""

    def __init__(self, per_minute: int, given: Iterable[datetime] = ()) -> None:
        self._per_minute = per_minute
        self._turns: deque[datetime] = deque(given, maxlen=per_minute)
        self._lock = threading.Lock()

    def turn(self, now: datetime) -> datetime | None:
        """When the next letter may leave; None where the queue is longer than LONGEST_WAIT."""
        with self._lock:
            full = len(self._turns) == self._per_minute
            at = max(now, self._turns[0] + MINUTE) if full else now
            if at - now > LONGEST_WAIT:
                return None
            self._turns.append(at)
            return at

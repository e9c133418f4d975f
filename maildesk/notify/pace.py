"""How fast automatic letters to outsiders may leave, all together: what is over the pace waits its turn, a flood is
silenced."""

import threading
from collections import deque
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
#: A flood may push an acknowledgement so far into the future and no further.
LONGEST_WAIT = timedelta(minutes=10)


class Pace:
    """At most `per_minute` turns in any minute. In memory: a restart forgets, the budgets per address do not."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._turns: deque[datetime] = deque(maxlen=per_minute)
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

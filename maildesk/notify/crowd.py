"""Has somebody written so much within an hour that agents are not to get a letter for each of his mails any more?"""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
#: Writers that are remembered; whoever wrote longest ago is forgotten first.
MOST_REMEMBERED: Final = 10_000


class Crowd:
    """The mails of each writer that agents were told of one by one. In memory: a restart forgets, and tells more."""

    def __init__(self, per_hour: int) -> None:
        self._per_hour = per_hour
        self._told: OrderedDict[int, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def has_room(self, writer: int, now: datetime) -> bool:
        """Is this mail of the person to be told by itself? Counts it where it is."""
        with self._lock:
            told = self._told.setdefault(writer, deque(maxlen=self._per_hour))
            self._told.move_to_end(writer)
            if len(self._told) > MOST_REMEMBERED:
                self._told.popitem(last=False)
            if len(told) == self._per_hour and now - told[0] < HOUR:
                return False
            told.append(now)
            return True

"""The sign of life of a running daemon: a file in its data folder, touched while every one of its stories comes round.

One story that hangs lets the file grow old, however busy the others are: a silently stuck daemon is the worst kind.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path

from maildesk.clock import Clock

_NAME = "heartbeat"
#: A story may be at work for so long before the daemon counts as stuck.
LONGEST_ROUND = 60.0


class Pulse:
    """`names` are the stories that must come round. Thread-safe."""

    def __init__(self, data: Path, names: Iterable[str]) -> None:
        self._file = data / _NAME
        self._came_round = dict.fromkeys(names, time.monotonic())

    def beat(self, name: str) -> None:
        """One story has looked at its rows."""
        now = time.monotonic()
        self._came_round[name] = now
        if all(now - before < LONGEST_ROUND for before in self._came_round.values()):
            self._file.touch()

    def end(self) -> None:
        """The daemon ends of its own will."""
        self._file.unlink(missing_ok=True)


def heartbeat_age(data: Path, clock: Clock) -> float | None:
    """Seconds since the last sign of life; None where there is none."""
    try:
        touched = os.stat(data / _NAME).st_mtime
    except FileNotFoundError:
        return None
    return clock.now().timestamp() - touched

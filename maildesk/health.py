"""The sign of life of a running daemon: a file in its data folder, touched while every one of its stories comes round.

One story that hangs lets the file grow old, however busy the others are: a silently stuck daemon is the worst kind.
A story with much to do is no such story: it beats while it works.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from maildesk.clock import Clock

log = logging.getLogger(__name__)

_NAME = "heartbeat"
#: Seconds between two touches of the file.
_INTERVAL = 1.0
#: A story may be at work for so long before the daemon counts as stuck.
LONGEST_ROUND = 60.0


class Pulse:
    """`names` are the stories that must come round; `alive` is called with each sign of life. Thread-safe."""

    def __init__(self, data: Path, names: Iterable[str], alive: Callable[[], object] = lambda: None) -> None:
        self._file = data / _NAME
        self._alive = alive
        self._came_round = dict.fromkeys(names, time.monotonic())
        self._touched = float("-inf")
        self._begun = False

    def begin(self) -> None:
        """The daemon is up. What is done once and then ends gives no sign of life, whichever stories it runs."""
        self._begun = True
        for name in self._came_round:
            self.beat(name)

    def beat(self, name: str) -> None:
        """One story has looked at its rows, or goes on with them. Never raises: a story does not end by its pulse."""
        now = time.monotonic()
        self._came_round[name] = now
        if not self._begun or now - self._touched < _INTERVAL:
            return
        if all(now - before < LONGEST_ROUND for before in self._came_round.values()):
            self._touched = now
            try:
                self._file.touch()
            except OSError as error:
                log.error("heartbeat not written: %s", error.strerror)
            self._alive()

    def end(self) -> None:
        """The daemon ends of its own will."""
        self._file.unlink(missing_ok=True)


def is_at_work(data: Path, clock: Clock) -> tuple[bool, str]:
    """Is the daemon alive, every story of it? With a word for people."""
    age = heartbeat_age(data, clock)
    if age is None:
        return False, "no heartbeat\n"
    return (True, "ready\n") if age <= LONGEST_ROUND else (False, f"the last sign of life is {age:.0f} seconds old\n")


def heartbeat_age(data: Path, clock: Clock) -> float | None:
    """Seconds since the last sign of life; None where there is none. Raises OSError where nobody can tell."""
    try:
        touched = os.stat(data / _NAME).st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return None
    return clock.now().timestamp() - touched

"""The sign of life a running daemon leaves in its data folder: a file touched by every story that comes round."""

import os
from pathlib import Path

from maildesk.clock import Clock, SystemClock

_NAME = "heartbeat"


def beat(data: Path) -> None:
    """The stories come round: processing and delivery both looked at their rows."""
    (data / _NAME).touch()


def silence(data: Path) -> None:
    """The daemon ends of its own will."""
    (data / _NAME).unlink(missing_ok=True)


def heartbeat_age(data: Path, clock: Clock | None = None) -> float | None:
    """Seconds since the last sign of life; None where there is none."""
    try:
        touched = os.stat(data / _NAME).st_mtime
    except FileNotFoundError:
        return None
    return (clock or SystemClock()).now().timestamp() - touched

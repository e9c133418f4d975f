"""A clock that runs as the machine's does, from a Thursday morning on, and leaps when it is told to."""

from datetime import UTC, datetime, timedelta

from maildesk.clock import SystemClock

#: Nine o'clock in Oslo, on a working day: deadlines come near whenever somebody looks on.
THURSDAY = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


class LeapingClock:
    """Never goes back."""

    def __init__(self, begin: datetime = THURSDAY) -> None:
        self._real = SystemClock()
        self._ahead = begin - self._real.now()

    def now(self) -> datetime:
        return self._real.now() + self._ahead

    def leap(self, to: datetime) -> None:
        """It is `to` now. Raises ValueError for a moment that is over."""
        if to < self.now():
            raise ValueError(f"{to} is over")
        self._ahead += to - self.now()

    def forward(self, by: timedelta) -> None:
        """So much later."""
        self.leap(self.now() + by)

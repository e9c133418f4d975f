"""What one row of a table of speed says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Mails or letters per second on the wall, and milliseconds of CPU (user + system) for each."""

    per_second: float
    cpu_ms: float

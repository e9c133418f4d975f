"""For how long was a service there? Of the whole time, nights included: who is on the night train needs it too."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.figures.period import Period
from maildesk.desk.figures.rows import OutageRow


@dataclass(frozen=True, slots=True)
class Availability:
    service: str
    #: Incidents in the period.
    outages: int
    #: Overlapping ones count once.
    down: timedelta
    #: 0 to 1.
    share: float
    #: One of them is not over.
    still_down: bool


def availability(rows: Iterable[OutageRow], period: Period, now: datetime) -> tuple[Availability, ...]:
    """Of every service with an outage in the period, as far as that is over; the worst first."""
    begin, end = period.begin, min(period.end, now)
    services: dict[str, list[OutageRow]] = {}
    for row in rows:
        if row.begin < end and (row.end is None or row.end > begin):
            services.setdefault(row.service, []).append(row)
    found = (_of_one(service, outages, begin, end) for service, outages in services.items())
    return tuple(sorted(found, key=lambda one: (one.share, one.service)))


def _of_one(service: str, outages: list[OutageRow], begin: datetime, end: datetime) -> Availability:
    down, reached = timedelta(), begin
    for row in sorted(outages, key=lambda one: one.begin):
        over = min(row.end or end, end)
        down += max(over - max(row.begin, reached), timedelta())
        reached = max(reached, over)
    share = 1 - down / (end - begin)
    return Availability(service, len(outages), down, share, any(row.end is None for row in outages))

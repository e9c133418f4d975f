"""When was the last time of day that a daily duty falls due? Pure; the day it belongs to is the key of its chore."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def last_due(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The newest moment not after `now` at which a clock in `zone` showed `at`, aware, in that zone.

    A time that a day has twice counts once, the first; one that it has not falls as much later as the clock was put
    forward (PEP 495).
    """
    today = now.astimezone(zone).date()
    due = datetime.combine(today, at, tzinfo=zone)
    # Compared as moments: two times of one zone would be compared by their faces.
    if due.timestamp() <= now.timestamp():
        return due
    return datetime.combine(today - timedelta(days=1), at, tzinfo=zone)

"""When a daily duty falls due, in the zone of the desk."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.daily import last_due

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("now", "at", "zone", "due"),
    [
        # Winter: Oslo is one hour ahead.
        ("2026-03-02T06:29", "07:30", "Europe/Oslo", "2026-03-01T06:30"),
        ("2026-03-02T06:30", "07:30", "Europe/Oslo", "2026-03-02T06:30"),
        ("2026-03-02T23:30", "07:30", "Europe/Oslo", "2026-03-02T06:30"),
        ("2026-03-03T00:30", "07:30", "Asia/Seoul", "2026-03-02T22:30"),
        ("2026-03-02T12:00", "07:30", "America/New_York", "2026-03-01T12:30"),
        # The clock goes from 02:00 to 03:00 on 29 March: 02:30 is not there, and falls due at 03:30.
        ("2026-03-29T01:29", "02:30", "Europe/Oslo", "2026-03-28T01:30"),
        ("2026-03-29T01:30", "02:30", "Europe/Oslo", "2026-03-29T01:30"),
        # The clock goes from 03:00 back to 02:00 on 25 October: the first 02:30 counts, the second is the same day's.
        ("2026-10-25T00:30", "02:30", "Europe/Oslo", "2026-10-25T00:30"),
        ("2026-10-25T01:30", "02:30", "Europe/Oslo", "2026-10-25T00:30"),
        ("2028-02-29T07:30", "07:30", "UTC", "2028-02-29T07:30"),
    ],
)
def test_last_due(now: str, at: str, zone: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = last_due(moment, time.fromisoformat(at), ZoneInfo(zone))
    assert found.astimezone(UTC) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_each_day_is_due_once() -> None:
    """Minute by minute over both nights of a year in which the clock is changed."""
    for month, day in ((3, 28), (10, 24)):
        start = int(datetime(2026, month, day, tzinfo=UTC).timestamp())
        dues = [
            last_due(datetime.fromtimestamp(start + 60 * minute, UTC), time(2, 30), OSLO) for minute in range(3 * 1440)
        ]
        days = [due.date() for due in dues]
        assert days == sorted(days) and len(set(days)) == len({due.timestamp() for due in dues}) == 4

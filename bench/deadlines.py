"""Deadlines in working time, beside businesstimedelta: the same hours, the same holidays, the same moments.

4 hours and 3 business days from moments all over a year, in Europe/Oslo with the public holidays of Norway. The peer
adds hours alone; its answers are held against ours, and those that differ are counted.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

from maildesk.calendars import Calendar, due_after, is_open, worktime_between
from maildesk.durations import BusinessDuration
from maildesk.worktime import parse_week
from scripts.peers import peer

OSLO = ZoneInfo("Europe/Oslo")
FOUR_HOURS = timedelta(hours=4)
THREE_DAYS = BusinessDuration(3)

Deadline = Callable[[datetime], object]


def office() -> Calendar:
    return Calendar(parse_week("Mon-Fri 08:00-16:00"), OSLO, "NO")


def moments(count: int) -> list[datetime]:
    chance, first = random.Random(1), datetime(2026, 1, 1, tzinfo=UTC)
    return [first + timedelta(seconds=chance.randrange(365 * 86_400)) for _ in range(count)]


def business_time_delta() -> Callable[[datetime], datetime] | None:
    """4 hours by the peer; None where it does not install."""
    folder = peer("businesstimedelta")
    if folder is None:
        return None
    sys.path.append(str(folder))
    from datetime import time as clock_time

    import holidays

    peers, pytz = import_module("businesstimedelta"), import_module("pytz")
    workday = peers.WorkDayRule(clock_time(8), clock_time(16), working_days=[0, 1, 2, 3, 4], tz=pytz.timezone(OSLO.key))
    free = peers.HolidayRule(holidays.country_holidays("NO"), tz=pytz.timezone(OSLO.key))
    rules = peers.Rules([workday, free])
    four = peers.BusinessTimeDelta(rules, hours=4)

    def later(moment: datetime) -> datetime:
        due: datetime = moment + four
        return due.astimezone(UTC)

    return later


def cost_of(deadline: Deadline, starts: list[datetime]) -> float:
    """CPU microseconds for each."""
    before = time.process_time()
    for start in starts:
        deadline(start)
    return (time.process_time() - before) / len(starts) * 1_000_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=100_000, help="deadlines in each round")
    options.add_argument("--peer-count", type=int, default=2_000, help="of them for the peer, which is slow")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many")
    given = options.parse_args()
    starts = moments(given.count)
    calendar = office()
    # Its holidays and years are counted once in the life of a daemon.
    first = cost_of(lambda start: due_after(calendar, start, FOUR_HOURS), starts[:1])
    ours: dict[str, Deadline] = {
        "maildesk, 4 hours": lambda start: due_after(calendar, start, FOUR_HOURS),
        "maildesk, 3 business days": lambda start: due_after(calendar, start, THREE_DAYS),
        "maildesk, time between two moments": lambda start: worktime_between(calendar, start, starts[0]),
        "maildesk, open or not": lambda start: is_open(calendar, start),
    }
    theirs = business_time_delta()
    print("| deadlines | CPU us each | a second | CPU beside businesstimedelta |\n|---|---|---|---|")
    beside = (
        statistics.median(cost_of(theirs, starts[: given.peer_count]) for _ in range(given.rounds)) if theirs else 0
    )
    for name, deadline in ours.items():
        report(name, statistics.median(cost_of(deadline, starts) for _ in range(given.rounds)), beside)
    if theirs:
        report("businesstimedelta, 4 hours", beside, beside)
        others = sum(theirs(one) != due_after(calendar, one, FOUR_HOURS) for one in starts[: given.peer_count])
        print(f"\nOf {given.peer_count} deadlines of the peer {others} differ from ours.")
    print(f"\nThe first deadline of all, with the import of the holidays: {first / 1000:.0f} ms.")


def report(name: str, cost: float, beside: float) -> None:
    print(f"| {name} | {cost:.1f} | {1_000_000 / cost:,.0f} | {f'{cost / beside:.4f}' if beside else ''} |", flush=True)


if __name__ == "__main__":
    main()

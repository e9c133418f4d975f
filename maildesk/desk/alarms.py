"""Is something wrong with the desk itself? What a watchman sees, and whether that is trouble. It looks at nothing.

what           is trouble when                                                  over when
mailbox        nothing was fetched for silent_after                             a fetch succeeds
spool          a mail waits longer than spool_after to be processed             none does
outbox         a letter that was tried waits longer than outbox_after           none does
login          a login or a secret of OAuth ends within expires_within          it ends later, or was renewed
certificate    a server's certificate ends within expires_within                it ends later
report         a digest or a report could not be made, by a fault of ours       each is made, dropped or overtaken
clock          a deadline or a reminder failed, by a fault of ours              none waits to be tried again

The daemon's own downtime is no trouble of a mailbox: its silence is counted from the start at the earliest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Alarm(StrEnum):
    MAILBOX = "mailbox"
    SPOOL = "spool"
    OUTBOX = "outbox"
    LOGIN = "login"
    CERTIFICATE = "certificate"
    REPORT = "report"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Trouble:
    """`name`: which mailbox or server, "" where there is one alone. `at`: since when, or when it ends. `count`: how
    many mails or letters wait."""

    alarm: Alarm
    name: str
    at: datetime
    count: int = 0

    @property
    def key(self) -> str:
        return f"{self.alarm}:{self.name}"[:100]


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of [watch]; None: not watched."""

    silent_after: timedelta | None
    spool_after: timedelta | None
    outbox_after: timedelta | None
    expires_within: timedelta | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the oldest does."""

    oldest: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to be seen now. `fetched`: by mailbox, None where never; `ends`: what ends, by kind and name."""

    fetched: Mapping[str, datetime | None]
    spool: Waiting | None
    outbox: Waiting | None
    ends: Mapping[tuple[Alarm, str], datetime]
    reports: Waiting | None = None
    clocks: Waiting | None = None


def troubles(seen: Seen, patience: Patience, started: datetime, now: datetime) -> list[Trouble]:
    """All that is wrong now, in the order of the table."""
    return [
        *_silent(seen.fetched, patience.silent_after, started, now),
        *_waiting(Alarm.SPOOL, seen.spool, patience.spool_after, now),
        *_waiting(Alarm.OUTBOX, seen.outbox, patience.outbox_after, now),
        *_ending(seen.ends, patience.expires_within, now),
        *_failing(Alarm.REPORT, seen.reports),
        *_failing(Alarm.CLOCK, seen.clocks),
    ]


def _silent(
    fetched: Mapping[str, datetime | None], limit: timedelta | None, started: datetime, now: datetime
) -> Iterable[Trouble]:
    for name, last in fetched.items():
        since = max(last, started) if last else started
        if limit and now - since > limit:
            yield Trouble(Alarm.MAILBOX, name, since)


def _waiting(alarm: Alarm, waiting: Waiting | None, limit: timedelta | None, now: datetime) -> Iterable[Trouble]:
    if waiting and limit and now - waiting.oldest > limit:
        yield Trouble(alarm, "", waiting.oldest, waiting.count)


def _failing(alarm: Alarm, failing: Waiting | None) -> Iterable[Trouble]:
    """A fault of ours is trouble at once."""
    if failing:
        yield Trouble(alarm, "", failing.oldest, failing.count)


def _ending(ends: Mapping[tuple[Alarm, str], datetime], limit: timedelta | None, now: datetime) -> Iterable[Trouble]:
    for (alarm, name), end in ends.items():
        if limit and end - now < limit:
            yield Trouble(alarm, name, end)

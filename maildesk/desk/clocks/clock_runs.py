"""What happened to a ticket, as its clocks see it, and from when to when each of them ran.

A clock may run several times on one ticket; each run has a number that stays its own. Events come in their order, which
is that of their numbers: two of them may bear the same time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from maildesk.vocabulary import Status

OVER: Final = frozenset({Status.RESOLVED, Status.CLOSED})
#: Ours to act, or nobody's but ours to speak of.
_WITH_US: Final = frozenset({Status.NEW, Status.OPEN, Status.ON_HOLD})


class Turn(NamedTuple):
    """From `at` on the ticket stood so, by this event."""

    event: int
    at: datetime
    status: Status


class Heard(NamedTuple):
    """The requester wrote; `at` is when his mail was received."""

    event: int
    at: datetime
    message: int


class Told(NamedTuple):
    """A human answer reached the requester; `at` is when its letter was delivered."""

    event: int
    at: datetime


class Asked(NamedTuple):
    """The newest question that the requester has not answered, or what he was told last.

    `days`: working days until he is reminded first, where the agent said so.
    """

    event: int
    at: datetime
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """The life of a ticket. `turns` begins with its opening; `heard` has all mails of the requester, the first too.

    `imported`: history that was silently taken over; nobody promised anything about it.
    """

    opened_at: datetime
    turns: tuple[Turn, ...]
    heard: tuple[Heard, ...] = ()
    told: tuple[Told, ...] = ()
    asked: Asked | None = None
    #: When the newest reminder to the requester said that his ticket would be closed.
    closing_told: datetime | None = None
    #: Nobody can be answered: the requester has no address.
    unanswerable: bool = False
    imported: bool = False
    #: Since when it is nobody's, how often it was given to somebody, and when first.
    unowned_since: datetime | None = None
    given: int = 0
    given_at: datetime | None = None
    away_until: datetime | None = None
    resume_at: datetime | None = None
    planned_at: datetime | None = None
    closures: int = 0
    ended_by_hand_at: datetime | None = None

    @property
    def status(self) -> Status:
        return self.turns[-1].status

    @property
    def ended(self) -> bool:
        return self.status in OVER


class Stretch(NamedTuple):
    """The clock ran; `end` None: it runs."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock. The last of its stretches is open while it runs, and also where what it waited for was
    done: so it can be said when it would have been due."""

    cycle: int
    stretches: tuple[Stretch, ...]
    done_at: datetime | None = None

    @property
    def started_at(self) -> datetime:
        return self.stretches[0].start


def first_response(lived: Lived) -> Iterator[Run]:
    """Receipt to the first delivered answer of a human; to the end, where there was none."""
    if lived.imported or lived.unanswerable:
        return
    answered = min((one.at for one in lived.told), default=None)
    yield Run(0, (Stretch(lived.opened_at, None),), answered or _first_end(lived))


def next_responses(lived: Lived) -> Iterator[Run]:
    """After the first answer: the oldest unanswered mail of the requester to the next one, or to the end."""
    if lived.unanswerable:
        return
    spoken, waits = False, None
    for moment in _in_order(lived):
        if isinstance(moment, Heard):
            waits = waits or (moment if spoken else None)
        elif isinstance(moment, Told) or moment.status in OVER:
            spoken = True
            if waits is not None:
                yield Run(waits.message, (Stretch(waits.at, None),), max(moment.at, waits.at))
            waits = None
    if waits is not None:
        yield Run(waits.message, (Stretch(waits.at, None),))


def resolutions(lived: Lived) -> Iterator[Run]:
    """Receipt, or a reopening, to the solution; it stands while the requester or somebody else is to act."""
    if lived.imported:
        return
    lives: list[list[Turn]] = [[]]
    for turn in lived.turns:
        if lives[-1] and lives[-1][-1].status in OVER:
            if turn.status in OVER:
                continue
            lives.append([])
        lives[-1].append(turn)
    for cycle, turns in enumerate(lives):
        yield _life(cycle, turns)


def _life(cycle: int, turns: list[Turn]) -> Run:
    runs = [Stretch(now.at, after.at) for now, after in pairwise(turns) if now.status in (Status.NEW, Status.OPEN)]
    last = turns[-1]
    if last.status in OVER:
        return Run(cycle, tuple(_joined([*(runs or [Stretch(turns[0].at, last.at)]), Stretch(last.at, None)])), last.at)
    if last.status in (Status.NEW, Status.OPEN):
        runs.append(Stretch(last.at, None))
    return Run(cycle, tuple(_joined(runs or [Stretch(turns[0].at, turns[0].at)])))


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches that touch are one."""
    joined = stretches[:1]
    for stretch in stretches[1:]:
        if joined[-1].end == stretch.start:
            joined[-1] = Stretch(joined[-1].start, stretch.end)
        else:
            joined.append(stretch)
    return joined


def updates(lived: Lived) -> Iterator[Run]:
    """The last answer, or the moment from which it was our turn again, to the next word from us."""
    if lived.unanswerable:
        return
    spoken, ours = False, False
    since: Turn | Told | None = None
    for moment in _in_order(lived):
        if isinstance(moment, Heard):
            continue
        if since is not None and (isinstance(moment, Told) or moment.status not in _WITH_US):
            yield Run(since.event, (Stretch(since.at, None),), max(moment.at, since.at))
            since = None
        if isinstance(moment, Told):
            spoken = True
            since = moment if ours else None
        else:
            ours = moment.status in _WITH_US
            since = since or (moment if ours and spoken else None)
    if since is not None:
        yield Run(since.event, (Stretch(since.at, None),))


def unassigned(lived: Lived) -> Iterator[Run]:
    """From its opening, or from being given back, until somebody has it."""
    if lived.imported:
        return
    end = lived.given_at or _first_end(lived)
    yield Run(0, (Stretch(lived.opened_at, None),), end)
    if lived.given and lived.unowned_since is not None:
        over = lived.turns[-1].at if lived.ended else None
        yield Run(lived.given, (Stretch(lived.unowned_since, None),), over and max(over, lived.unowned_since))


def _in_order(lived: Lived) -> list[Turn | Heard | Told]:
    """All that happened. Of one event the new status comes before the letter that it brought."""
    moments: list[Turn | Heard | Told] = [*lived.turns, *lived.heard, *lived.told]
    return sorted(moments, key=lambda one: one.event)


def _first_end(lived: Lived) -> datetime | None:
    return next((turn.at for turn in lived.turns if turn.status in OVER), None)

"""Which deadlines should a ticket have now? The whole set, from what has happened to it (drawn in docs/clocks.md).

Nothing is counted on: pauses, answers and bounces are read from the events each time, so a change of policy, calendar
or priority is the same question asked again. It never looks at the clock on the wall, nor at what was told already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from maildesk.calendars import Calendar, add_worktime, due_after, worktime_between
from maildesk.config import ReminderSettings
from maildesk.desk.clocks.clock_runs import (
    Asked,
    Lived,
    Run,
    Stretch,
    first_response,
    next_responses,
    resolutions,
    unassigned,
    updates,
)
from maildesk.desk.clocks.policy import Promise, Span
from maildesk.durations import BusinessDuration
from maildesk.vocabulary import DeadlineLevel, Metric, Status

_WARNINGS: Final = (DeadlineLevel.WARN1, DeadlineLevel.WARN2, DeadlineLevel.WARN3)
#: A plan is remembered this many days before at the most.
_LONGEST_AHEAD: Final = 14
_RUNS: Final = {
    Metric.FIRST_RESPONSE: first_response,
    Metric.NEXT_RESPONSE: next_responses,
    Metric.RESOLUTION: resolutions,
    Metric.PROMISE: updates,
    Metric.UNASSIGNED: unassigned,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row that a ticket should have. `paused`: the clock stands, and `due_at` would be if it ran on from there."""

    metric: Metric
    level: DeadlineLevel
    cycle: int
    started_at: datetime
    due_at: datetime
    paused: bool = False
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the clocks of a ticket go by."""

    promises: Mapping[Metric, Promise]
    calendar: Calendar
    reminders: ReminderSettings
    #: Real time from the end of a ticket to the letter that asks for a rating; None: there is none.
    survey_after: timedelta | None


def wanted_deadlines(lived: Lived, rules: Rules) -> tuple[Wanted, ...]:
    """Every row of every clock of a ticket: those that run, those that stand, and those whose matter is done."""
    return (
        *_promised(lived, rules),
        *_waiting(lived, rules),
        *_dates(lived, rules.calendar),
        *_survey(lived, rules.survey_after),
    )


def _promised(lived: Lived, rules: Rules) -> Iterator[Wanted]:
    for metric, promise in rules.promises.items():
        for run in _RUNS[metric](lived):
            yield from _rungs(metric, run, promise.span, rules)


def _rungs(metric: Metric, run: Run, span: Span, rules: Rules) -> Iterator[Wanted]:
    """The ladder of one run: warnings, the deadline, the escalation."""
    calendar, reminders = rules.calendar, rules.reminders
    straight = due_after(calendar, run.started_at, span)
    whole = worktime_between(calendar, run.started_at, straight)
    shares = [*zip(_WARNINGS, reminders.warn_at, strict=False), (DeadlineLevel.DUE, 1.0)]
    for level, share in (*shares, (DeadlineLevel.ESCALATED, reminders.escalate_at)):
        moment, paused = moment_of(calendar, run.stretches, whole * share)
        if level is DeadlineLevel.DUE and len(run.stretches) == 1 and not paused:
            # Days end at the time of the day they began, which is not always the end of so much working time.
            moment = straight
        yield Wanted(metric, level, run.cycle, run.started_at, moment, paused and run.done_at is None, run.done_at)


def moment_of(calendar: Calendar, stretches: tuple[Stretch, ...], span: timedelta) -> tuple[datetime, bool]:
    """When so much working time has run in these stretches, and whether the clock stands before that.

    Where it stands, the moment is the one at which it would come if it ran on from the end of its last stretch.
    """
    left = span
    for stretch in stretches[:-1]:
        assert stretch.end is not None, "only the last stretch is open"
        worked = worktime_between(calendar, stretch.start, stretch.end)
        if left <= worked:
            return add_worktime(calendar, stretch.start, left), False
        left -= worked
    last = stretches[-1]
    moment = add_worktime(calendar, last.start, left)
    return moment, last.end is not None and moment > last.end


def _waiting(lived: Lived, rules: Rules) -> Iterator[Wanted]:
    """The question to the requester: asked again, and at last closed (behaviour 8)."""
    asked = lived.asked
    if asked is None or lived.status is not Status.PENDING:
        return
    # Nobody is reminded while he is away, and nobody's time runs out then.
    start = max(asked.at, lived.away_until or asked.at)
    calendar, reminders = rules.calendar, rules.reminders
    for level, span in zip(_WARNINGS, reminders.requester, strict=False):
        yield Wanted(Metric.WAITING, level, asked.event, asked.at, _later(calendar, start, span, asked, reminders))
    if reminders.close is not None:
        due = _later(calendar, start, reminders.close, asked, reminders)
        # Never before the date that he was told.
        due = max(due, lived.closing_told) if lived.closing_told else due
        yield Wanted(Metric.WAITING, DeadlineLevel.DUE, asked.event, asked.at, due)


def _later(calendar: Calendar, start: datetime, span: Span, asked: Asked, reminders: ReminderSettings) -> datetime:
    """When a span is over that the agent's own time of the first reminder puts off, or brings nearer."""
    if asked.days is None:
        return due_after(calendar, start, span)
    first = due_after(calendar, start, BusinessDuration(asked.days))
    return due_after(calendar, first, between(reminders.requester[0], span)) if reminders.requester else first


def between(earlier: Span, later: Span) -> Span:
    """From one span after a moment to another one after it; a day where hours and days cannot be compared."""
    if isinstance(earlier, BusinessDuration) and isinstance(later, BusinessDuration):
        return BusinessDuration(later.days - earlier.days)
    if isinstance(earlier, timedelta) and isinstance(later, timedelta):
        return later - earlier
    return BusinessDuration(1)


def _dates(lived: Lived, calendar: Calendar) -> Iterator[Wanted]:
    since = lived.turns[-1].at
    if lived.resume_at is not None and lived.status in (Status.ON_HOLD, Status.PENDING):
        cycle = int(lived.resume_at.timestamp())
        yield Wanted(Metric.RESUME, DeadlineLevel.DUE, cycle, since, lived.resume_at)
    if lived.planned_at is not None and not lived.ended:
        cycle = int(lived.planned_at.timestamp())
        before = _working_day_before(calendar, lived.planned_at)
        yield Wanted(Metric.PLANNED, DeadlineLevel.WARN1, cycle, lived.opened_at, before)
        yield Wanted(Metric.PLANNED, DeadlineLevel.DUE, cycle, lived.opened_at, lived.planned_at)


def _working_day_before(calendar: Calendar, moment: datetime) -> datetime:
    """The same time on the last working date before."""
    local = moment.astimezone(calendar.zone)
    earlier = (local - timedelta(days=days) for days in range(1, _LONGEST_AHEAD))
    return next((day for day in earlier if calendar.spans_on(day.date())), local - timedelta(days=1))


def _survey(lived: Lived, after: timedelta | None) -> Iterator[Wanted]:
    ended = lived.ended_by_hand_at
    if after is not None and ended is not None:
        yield Wanted(Metric.SURVEY, DeadlineLevel.DUE, lived.closures, ended, ended + after)

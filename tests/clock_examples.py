"""Reads the examples of docs/clocks.md that tell what happened to a ticket, and says anew when each stage is due.

An example has its clock and what is promised, or the date, the happenings, a row for each day as in the other drawings
("#": the clock runs; where a date is waited for, at night, too), and the stages. The office works Mon-Fri 08:00-16:00
in Oslo.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.calendars import Calendar, is_open
from maildesk.config import ReminderSettings
from maildesk.desk.clocks.clock_runs import Asked, Heard, Lived, Told, Turn
from maildesk.desk.clocks.policy import Promise
from maildesk.desk.sla import Rules, Wanted, wanted_deadlines
from maildesk.durations import parse_business_duration, parse_duration
from maildesk.vocabulary import DeadlineLevel, Metric, Status
from maildesk.worktime import parse_week
from tests.clock_drawings import PAGE

OFFICE: Final = Calendar(parse_week("Mon-Fri 08:00-16:00"), ZoneInfo("Europe/Oslo"))

_EXAMPLE: Final = re.compile(r"^```clock\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SCALE: Final = " " * 16 + "".join(f"{hour:<6}" for hour in range(0, 25, 3)).rstrip()
_HALF_HOUR: Final = timedelta(minutes=30)
_STATUS: Final = {
    "opened": Status.NEW,
    "taken": Status.OPEN,
    "answered": Status.PENDING,
    "requester wrote": Status.OPEN,
    "on hold": Status.ON_HOLD,
    "solved": Status.RESOLVED,
}


@dataclass(frozen=True)
class Example:
    text: str
    metric: Metric
    span: str
    happenings: tuple[tuple[datetime, str], ...]
    days: tuple[date, ...]

    @property
    def lived(self) -> Lived:
        life = Lived(self.happenings[0][0], ())
        for event, (at, word) in enumerate(self.happenings):
            status = _STATUS[word]
            life = replace(life, turns=(*life.turns, Turn(event, at, status)), asked=None)
            if word in ("opened", "requester wrote"):
                life = replace(life, heard=(*life.heard, Heard(event, at, event)))
            if word == "solved":
                life = replace(life, ended_by_hand_at=at, closures=life.closures + 1)
            if word == "answered":
                life = replace(life, told=(*life.told, Told(event, at)), asked=Asked(event, at))
        until = _time(self.span[4:]) if self.metric in (Metric.RESUME, Metric.PLANNED) else None
        return replace(life, planned_at=until) if self.metric is Metric.PLANNED else replace(life, resume_at=until)

    @property
    def waits_for_a_date(self) -> bool:
        return self.metric in (Metric.RESUME, Metric.PLANNED, Metric.SURVEY)

    @property
    def wanted(self) -> list[Wanted]:
        """The stages of the last run."""
        promised = bool(self.span) and not self.waits_for_a_date
        spans = {self.metric: Promise(parse_business_duration(self.span), "")} if promised else {}
        survey = parse_duration(self.span) if self.metric is Metric.SURVEY else None
        rows = [one for one in wanted_deadlines(self.lived, Rules(spans, OFFICE, ReminderSettings(), survey))]
        mine = [one for one in rows if one.metric is self.metric]
        return [one for one in mine if one.cycle == mine[-1].cycle]


def examples() -> list[Example]:
    return [_read(found[1]) for found in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))]


def _read(text: str) -> Example:
    head, story, drawing, _ = (part.splitlines() for part in text.split("\n\n"))
    metric, _, span = head[0].partition(" ")
    happenings = tuple((_time(line[4:20]), line[20:].strip()) for line in story)
    return Example(text, Metric(metric), span, happenings, tuple(date.fromisoformat(row[4:14]) for row in drawing[1:]))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE.zone).astimezone(UTC)


def told_anew(example: Example) -> str:
    """The same example, drawn from what is counted."""
    story = [f"{_said(at)}  {word}" for at, word in example.happenings]
    rows = [f"{day:%a} {day}  {''.join(_signs(example, day))}" for day in example.days]
    stages = [f"{one.level:<10} {_said(one.due_at)}{' if it ran on' if one.paused else ''}" for one in example.wanted]
    done = example.wanted[-1].done_at
    ends = [f"{'done':<10} {_said(done)}"] if done else []
    parts = [[f"{example.metric} {example.span}".strip()], story, [_SCALE, *rows], [*stages, *ends]]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _signs(example: Example, day: date) -> Iterator[str]:
    (due,) = [one for one in example.wanted if one.level is DeadlineLevel.DUE]
    at, end = (_time(f"{one} 00:00") for one in (day, day + timedelta(days=1)))
    while at < end:
        counts = due.started_at <= at < min(due.due_at, due.done_at or due.due_at) and _runs(example, at)
        closed = not is_open(OFFICE, at)
        yield "#" if counts and (not closed or example.waits_for_a_date) else "." if closed else "-"
        at += _HALF_HOUR


def _runs(example: Example, at: datetime) -> bool:
    """By the words of the page alone: a solution waits for nobody but us."""
    status = next(turn.status for turn in reversed(example.lived.turns) if turn.at <= at)
    return example.metric is not Metric.RESOLUTION or status in (Status.NEW, Status.OPEN)


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE.zone):%a %Y-%m-%d %H:%M}"

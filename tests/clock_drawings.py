"""Reads the drawings of docs/clocks.md, and draws them anew from what maildesk counts.

A drawing has its calendar (`hours`, `zone`, `holidays`, `days off`), a question with its answer, and a row for each
day: a sign for half an hour of real time, "." closed, "-" at work, "#" at work and counted. Above them is a scale.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from maildesk.calendars import Calendar, due_after, is_open
from maildesk.config import read_settings
from maildesk.desk.clocks.opening_hours import calendar_of_desk
from maildesk.durations import BusinessDuration, parse_business_duration

PAGE: Final = Path(__file__).parents[1] / "docs" / "clocks.md"

_DRAWING: Final = re.compile(r"^```working time\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_QUESTION: Final = re.compile(r"(.+) from \w{3} (\S+ \S+) is \w{3} (\S+ \S+)")
_HALF_HOUR: Final = timedelta(minutes=30)
_SCALE: Final = " " * 16 + "".join(f"{hour:<6}" for hour in range(0, 25, 3)).rstrip()


@dataclass(frozen=True)
class Drawing:
    """As it stands on the page: facts, the question and its answer in the zone's own time, the rows of days."""

    text: str
    facts: dict[str, str]
    span: str
    start: datetime
    due: datetime
    rows: list[str]

    @property
    def calendar(self) -> Calendar:
        days = [day.strip() for day in self.facts.get("days off", "").split(",") if day.strip()]
        text = f"""
            [desk]
            address = "support@acme.example"
            timezone = "{self.facts["zone"]}"
            [hours]
            week = "{self.facts["hours"]}"
            holidays = "{self.facts.get("holidays", "")}"
            days_off = {days}
        """
        return calendar_of_desk(read_settings(text, {}, "a drawing"))


def drawings() -> list[Drawing]:
    return [_read(found[1]) for found in _DRAWING.finditer(PAGE.read_text(encoding="utf-8"))]


def _read(text: str) -> Drawing:
    head, _, rest = text.partition("\n\n")
    body, _, sentence = rest.strip().rpartition("\n\n")
    facts = {name.strip(): value.strip() for name, value in (line.split("  ", 1) for line in head.splitlines())}
    question = _QUESTION.fullmatch(sentence)
    assert question is not None, f"this asks nothing: {sentence}"
    start, due = (datetime.fromisoformat(one) for one in question.group(2, 3))
    return Drawing(text, facts, question[1], start, due, body.splitlines()[1:])


def drawn(drawing: Drawing) -> str:
    """The same drawing, with answer and rows as they are counted."""
    calendar = drawing.calendar
    start = drawing.start.replace(tzinfo=calendar.zone).astimezone(UTC)
    due = due_after(calendar, start, parse_business_duration(drawing.span))
    head = drawing.text.partition("\n\n")[0]
    days = [date.fromisoformat(row.split()[1]) for row in drawing.rows]
    rows = [f"{day:%a} {day}  {''.join(_signs(calendar, day, start, due))}" for day in days]
    said = f"{drawing.span} from {_moment(start, calendar)} is {_moment(due, calendar)}"
    return "\n".join([head, "", _SCALE, *rows, "", said, ""])


def _signs(calendar: Calendar, day: date, start: datetime, due: datetime) -> Iterator[str]:
    at, end = (_midnight(calendar, one) for one in (day, day + timedelta(days=1)))
    while at < end:
        yield "." if not is_open(calendar, at) else "#" if start <= at < due else "-"
        at += _HALF_HOUR


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=calendar.zone).astimezone(UTC)


def _moment(moment: datetime, calendar: Calendar) -> str:
    return f"{moment.astimezone(calendar.zone):%a %Y-%m-%d %H:%M}"


def is_of_hours(drawing: Drawing) -> bool:
    """Is the span made of hours, each of which is drawn?"""
    return not isinstance(parse_business_duration(drawing.span), BusinessDuration)

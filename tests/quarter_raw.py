"""The rows of a quarter as they lie in the database, and the slow questions that its figures are compared with: each
walks everything, and shares no code with the desk."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.model import Deadline, Event, Inbound, Outage, Outbound, Person, Ticket, TicketLink, TicketTag
from tests.quarter import END

OSLO, SEOUL = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Seoul")
PROMISES = ("first_response", "next_response", "resolution", "promise")


@dataclass
class Raw:
    """All rows as they are, and the time of the digest."""

    tickets: dict[int, dict[str, Any]]
    events: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    tagged: set[int]
    outages: list[dict[str, Any]]
    explained: set[int]
    people: dict[int, str]

    def agent(self, ticket: dict[str, Any]) -> str:
        return self.people[ticket["agent_id"]] if ticket["agent_id"] else ""

    def history(self, ticket: int) -> list[dict[str, Any]]:
        return self._histories[ticket]

    def __post_init__(self) -> None:
        self._histories: dict[int, list[dict[str, Any]]] = {number: [] for number in self.tickets}
        for event in sorted(self.events, key=lambda one: one["id"]):
            self._histories[event["ticket_id"]].append(event)


def raw_rows(session: Session) -> Raw:
    def all_of(table: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in session.execute(select(table.__table__)).mappings()]

    return Raw(
        {row["id"]: row for row in all_of(Ticket)},
        all_of(Event),
        all_of(Deadline),
        all_of(Inbound),
        all_of(Outbound),
        {row["ticket_id"] for row in all_of(TicketTag) if row["word"] == "outage"},
        all_of(Outage),
        {row["ticket_id"] for row in all_of(TicketLink) if row["kind"] == "problem"},
        {row["id"]: row["name"] for row in all_of(Person)},
    )


def is_over(status: str) -> bool:
    return status in ("resolved", "closed")


def stood_open(raw: Raw, ticket: int, moment: datetime) -> bool:
    """Walks the whole life of a ticket."""
    if raw.tickets[ticket]["opened_at"] >= moment:
        return False
    status = "new"
    for event in raw.history(ticket):
        if event["at"] < moment:
            status = event["status"]
    return not is_over(status)


def worked(queue: str, begin: datetime, end: datetime) -> timedelta:
    """Day by day; the first of January is the one holiday of this quarter."""
    zone, first, last = (SEOUL, 9, 18) if queue == "seoul" else (OSLO, 8, 16)
    total, day = timedelta(), begin.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        if day.weekday() < 5 and day != date(2026, 1, 1):
            opens = datetime.combine(day, time(first), tzinfo=zone).astimezone(UTC)
            closes = datetime.combine(day, time(last), tzinfo=zone).astimezone(UTC)
            total += max(min(closes, end) - max(opens, begin), timedelta())
        day += timedelta(days=1)
    return total


def decided(raw: Raw, begin: datetime, end: datetime) -> list[tuple[str, str, bool]]:
    """(promise, priority, kept) of each that was kept, or ran out, in this time."""
    found = []
    for row in raw.deadlines:
        if row["level"] != "due" or row["state"] == "dropped" or row["metric"] not in PROMISES:
            continue
        kept = row["done_at"] is not None and row["done_at"] <= row["due_at"]
        broken = row["done_at"] is not None and row["done_at"] > row["due_at"]
        broken = broken or (row["done_at"] is None and row["state"] != "paused" and row["due_at"] < END)
        at = row["done_at"] if kept else row["due_at"]
        if (kept or broken) and begin <= at < end:
            found.append((row["metric"], raw.tickets[row["ticket_id"]]["priority"], kept))
    return found

"""A quarter of a desk, played in seconds: eight agents in two zones, thousands of tickets, arrivals by hour of day.

Rows are written as the verbs of the desk write them, in the order of time; the statuses follow the desk's own table,
the deadlines its own rules. Only the mail around it is left out. The same seed gives the same quarter.
"""

import heapq
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update

from maildesk.desk.clocks.clock_runs import Heard, Lived, Told, Turn
from maildesk.desk.clocks.opening_hours import calendar_of_queue
from maildesk.desk.clocks.policy import Matter, promises_for
from maildesk.desk.sla import Rules, wanted_deadlines
from maildesk.desk.tickets import happen
from maildesk.model import Deadline, Event, Inbound, Outage, Outbound, Person, Ticket, TicketLink, TicketTag
from maildesk.vocabulary import (
    DeadlineState,
    EventKind,
    Happening,
    InboundState,
    NoticeKind,
    OutboundState,
    Priority,
    Status,
    TicketType,
)
from tests.desk import TestDesk
from tests.quarter_rare import play_what_is_rare

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
#: Oslo puts its clocks forward on 29 March; Seoul has no summer time.
END = datetime(2026, 4, 1, tzinfo=UTC)
_PEOPLE = 900
_AGENTS = ("anna", "bob", "cato", "dina", "eun", "gyu", "hana", "ines")
SETTINGS = """
[desk]
name = "Acme Support"
address = "support@acme.example"
timezone = "Europe/Oslo"
[auth]
trusted_authserv_ids = ["mx.acme.example"]
[[queue]]
name = "oslo"
address = "oslo@acme.example"
[[queue]]
name = "seoul"
address = "seoul@acme.example"
timezone = "Asia/Seoul"
hours = "Mon-Fri 09:00-18:00"
[hours]
week = "Mon-Fri 08:00-16:00"
holidays = "NO"
[sla.urgent]
first_response = "1h"
resolution = "8h"
[sla.high]
first_response = "2h"
next_response = "4h"
resolution = "2 business days"
[sla.normal]
first_response = "4h"
next_response = "8h"
resolution = "5 business days"
""" + "".join(
    f"""
[[agent]]
email = "{name}@acme.example"
name = "{name.title()}"
timezone = "{"Asia/Seoul" if at > 3 else "Europe/Oslo"}"
languages = ["{("en", "nb", "en", "nb", "ko", "ko", "ko", "en")[at]}"]
manager = {"true" if at in (0, 1, 4) else "false"}
"""
    for at, name in enumerate(_AGENTS)
)
#: How much comes in each hour of the day on the wall: a morning, a lunch, an afternoon, a thin night.
_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 9, 22, 26, 24, 18, 12, 17, 20, 16, 10, 6, 4, 3, 3, 2, 2, 1)
_MATTERS = (
    ("VPN drops", "vpn", "login"),
    ("Printer prints nothing", "print", ""),
    ("Cannot log in", "", "login"),
    ("Invoice is wrong", "", "invoice"),
    ("New laptop", "", ""),
    ("=SUM(A1) in my sheet", "", ""),
)
_CAUSES = ("certificate", "Certificate", "user error", "", "", "cable")


class Quarter:
    """Plays `count` tickets; `write` puts the rows into a desk."""

    def __init__(self, desk: TestDesk, count: int = 5000, seed: int = 7) -> None:
        self.desk = desk
        self.count = count
        self.chance = random.Random(seed)
        self.agents = list(desk.post.team)
        self.tickets: list[Ticket] = []
        tables = (Event, Inbound, Outbound, TicketTag, TicketLink, Outage)
        self.rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in tables}
        self._queue: list[tuple[datetime, int, str, int]] = []
        self._order = 0

    def play(self) -> None:
        for at in self._arrivals():
            self._plan(at, "open", 0)
        while self._queue:
            at, _, what, number = heapq.heappop(self._queue)
            if at < END:
                getattr(self, f"_{what}")(at, number)
        play_what_is_rare(self.tickets, self.rows, END)

    def write(self) -> None:
        """In one transaction; the clock then stands at the end of the quarter."""
        first = len(self.agents) + 1
        people = [
            {"id": first + n, "address": f"person{n}@customer.example", "name": f"Person {n}", "made_at": BEGIN}
            for n in range(_PEOPLE)
        ]
        columns = [column.key for column in Ticket.__table__.columns if column.key != "merged_into_id"]
        # When all of them are there.
        merged = [{"id": one.id, "merged_into_id": one.merged_into_id} for one in self.tickets if one.merged_into_id]
        tickets = [{key: getattr(ticket, key) for key in columns} for ticket in self.tickets]
        with self.desk.store.begin() as session:
            session.execute(insert(Person), people)
            session.execute(insert(Inbound), self.rows[Inbound])
            session.execute(insert(Ticket), tickets)
            session.execute(update(Ticket), merged)
            for table in (Event, Outbound, TicketTag, TicketLink, Outage):
                session.execute(insert(table), self.rows[table])
            session.execute(insert(Deadline), list(self._deadlines()))
        self.desk.clock.moment = END

    def _arrivals(self) -> Iterator[datetime]:
        zones = (ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Seoul"))
        made = 0
        while made < self.count:
            day = BEGIN + timedelta(days=self.chance.randrange((END - BEGIN).days))
            hour = self.chance.choices(range(24), _BY_HOUR)[0]
            zone = self.chance.choices(zones, (3, 2))[0]
            local = datetime(day.year, day.month, day.day, hour, self.chance.randrange(60), tzinfo=zone)
            # At weekends one in ten.
            if BEGIN <= local < END and (local.weekday() < 5 or self.chance.random() < 0.1):
                made += 1
                yield local.astimezone(UTC)

    def _plan(self, at: datetime, what: str, number: int) -> None:
        self._order += 1
        heapq.heappush(self._queue, (at, self._order, what, number))

    def _after(self, at: datetime, low: float, high: float, what: str, number: int) -> None:
        """Hours later, more often soon than late."""
        hours = low + (high - low) * self.chance.random() ** 3
        self._plan(at + timedelta(hours=hours), what, number)

    def _open(self, at: datetime, _: int) -> None:
        chance = self.chance
        seoul = at.hour >= 15 or at.hour < 7
        queue = ("seoul" if seoul else "oslo") if chance.random() < 0.8 else ""
        subject, service, category = chance.choice(_MATTERS)
        ticket = Ticket(
            **{"id": len(self.tickets) + 1, "subject": subject, "status": Status.NEW, "queue": queue},
            **{"service": service, "category": category, "language": "en", "opened_at": at, "closures": 0},
            **{"impact": "medium", "urgency": "medium", "type": TicketType.INCIDENT if service else TicketType.REQUEST},
            **{"priority": chance.choices(list(Priority), (1, 3, 12, 2))[0], "watching": "", "token_epoch": 0},
            **{"priority_reason": "", "assigned_reason": "", "resolution": "", "cause": "", "rating_comment": ""},
            requester_id=len(self.agents) + 1 + chance.randrange(_PEOPLE),
        )
        self.tickets.append(ticket)
        self._receive(at, "new")
        self._record(ticket, EventKind.OPENED, at)
        if chance.random() < 0.9:
            promised = at + timedelta(hours=chance.choice((2, 4, 30)))
            self._record(ticket, EventKind.PROMISED, at, promised.isoformat())
        if service and chance.random() < 0.02:
            self.rows[TicketTag].append({"ticket_id": ticket.id, "word": "outage"})
            self._after(at, 0.3, 6, "solve", ticket.id)
        self._after(at, 0.02, 3, "assign", ticket.id)

    def _assign(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        ticket.agent_id = self.chance.choice(self.agents[4:] if ticket.queue == "seoul" else self.agents[:4])
        happen(ticket, Happening.TAKEN, at)
        self._record(ticket, EventKind.ASSIGNED, at)
        self._after(at, 0.05, 40, "answer", number)

    def _answer(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        happen(ticket, Happening.AGENT_ANSWERED, at)
        ticket.first_response_at = ticket.first_response_at or at
        self._write_letter(ticket, NoticeKind.ANSWER, at, self._record(ticket, EventKind.ANSWERED, at))
        roll = self.chance.random()
        if roll < 0.35:
            self._after(at, 0.2, 60, "ask_again", number)
        elif roll < 0.9:
            self._after(at, 0.1, 150, "solve", number)
        elif roll < 0.95:
            self._after(at, 0.1, 20, "hold", number)

    def _ask_again(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        self._receive(at, "reply")
        if ticket.status in (Status.RESOLVED, Status.CLOSED):
            happen(ticket, Happening.REOPENED, at)
            self._record(ticket, EventKind.REOPENED, at)
        else:
            happen(ticket, Happening.REQUESTER_WROTE, at)
        self._record(ticket, EventKind.CUSTOMER_ANSWERED, at)
        self._after(at, 0.05, 30, "answer", number)

    def _hold(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        if happen(ticket, Happening.PUT_ON_HOLD, at):
            self._record(ticket, EventKind.ON_HOLD, at)
            if self.chance.random() < 0.7:
                self._after(at, 10, 200, "solve", number)

    def _solve(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        happening = self.chance.choice((Happening.SOLVED, Happening.CLOSED))
        if ticket.status in (Status.RESOLVED, Status.CLOSED):
            return
        happen(ticket, happening, at)
        ticket.cause, ticket.resolution = self.chance.choice(_CAUSES), "Done."
        ticket.closures += 1
        ticket.rating, ticket.rating_comment, ticket.rated_at, ticket.asked_at = None, "", None, at
        kind = EventKind.SOLVED if happening is Happening.SOLVED else EventKind.CLOSED
        self._write_letter(ticket, NoticeKind.CLOSED, at, self._record(ticket, kind, at))
        roll = self.chance.random()
        if roll < 0.3:
            self._after(at, 0.1, 90, "rate", number)
        elif roll < 0.38:
            self._after(at, 1, 200, "ask_again", number)
        elif happening is Happening.SOLVED:
            self._after(at, 24, 24 * 7, "close", number)

    def _rate(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        self._receive(at, "rating")
        if ticket.resolved_at is not None:
            ticket.rating = self.chance.choices((1, 2, 3, 4, 5), (1, 1, 2, 8, 12))[0]
            ticket.rating_comment, ticket.rated_at = "Too slow." if ticket.rating < 3 else "", at
            self._record(ticket, EventKind.RATED, at, f"{ticket.rating} of 5")

    def _close(self, at: datetime, number: int) -> None:
        ticket = self.tickets[number - 1]
        if ticket.status == Status.RESOLVED:
            happen(ticket, Happening.CLOSED, at)
            self._record(ticket, EventKind.CLOSED, at)

    def _record(self, ticket: Ticket, kind: EventKind, at: datetime, text: str = "") -> int:
        events = self.rows[Event]
        number = len(events) + 1
        events.append(
            {"id": number, "ticket_id": ticket.id, "at": at, "kind": kind, "text": text, "status": ticket.status}
        )
        return number

    def _receive(self, at: datetime, disposition: str) -> None:
        digest = f"{len(self.rows[Inbound]):064d}"
        row = {"digest": digest, "raw_sha256": "0" * 64, "size": 1000, "source": "lmtp", "envelope_from": ""}
        self.rows[Inbound].append({**row, "received_at": at, "state": InboundState.DONE, "disposition": disposition})

    def _write_letter(self, ticket: Ticket, kind: NoticeKind, at: datetime, event: int) -> None:
        number = len(self.rows[Outbound]) + 1
        to = f"person{ticket.requester_id - len(self.agents) - 1}@customer.example"
        row = {"effect_key": f"quarter:{number}", "kind": kind, "ticket_id": ticket.id, "event_id": event}
        row |= {"recipient": to, "mailbox": to, "envelope_from": "", "message_id": f"q{number}@acme.example"}
        row |= {"automatic": False, "raw": b"", "state": OutboundState.SENT, "made_at": at, "next_at": at}
        self.rows[Outbound].append({**row, "sent_at": at, "bounced_at": None})

    def _deadlines(self) -> Iterator[dict[str, Any]]:
        """What the desk's rules make of each ticket, as it was at the end of the quarter."""
        events: dict[int, list[dict[str, Any]]] = {}
        for event in self.rows[Event]:
            events.setdefault(event["ticket_id"], []).append(event)
        settings = self.desk.settings
        for ticket in self.tickets:
            matter = Matter(ticket.queue, TicketType(ticket.type), Priority(ticket.priority), "p@customer.example")
            calendar = calendar_of_queue(settings, ticket.queue)
            rules = Rules(promises_for(settings, matter), calendar, settings.reminders, None)
            for wanted in wanted_deadlines(_lived(ticket, events[ticket.id]), rules):
                state = DeadlineState.PAUSED if wanted.paused else DeadlineState.WAITING
                if wanted.done_at is not None:
                    state = DeadlineState.DONE
                elif not wanted.paused and wanted.due_at < END:
                    state = DeadlineState.FIRED
                row = {"ticket_id": ticket.id, "metric": wanted.metric, "level": wanted.level, "cycle": wanted.cycle}
                row |= {"started_at": wanted.started_at, "due_at": wanted.due_at, "next_at": wanted.due_at}
                yield {**row, "state": state, "done_at": wanted.done_at, "fired_at": None}


def _lived(ticket: Ticket, events: list[dict[str, Any]]) -> Lived:
    turns, heard, told = [Turn(0, ticket.opened_at, Status.NEW)], [], []
    for event in events:
        if event["status"] != turns[-1].status:
            turns.append(Turn(event["id"], event["at"], Status(event["status"])))
        if event["kind"] in (EventKind.OPENED, EventKind.CUSTOMER_ANSWERED):
            heard.append(Heard(event["id"], event["at"], event["id"]))
        if event["kind"] == EventKind.ANSWERED:
            told.append(Told(event["id"], event["at"]))
    return Lived(ticket.opened_at, tuple(turns), tuple(heard), tuple(told))

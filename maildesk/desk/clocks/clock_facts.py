"""What the clocks of a ticket need to know, read from its events and letters in two questions. Decides nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from maildesk.desk.clocks.clock_runs import OVER, Asked, Heard, Lived, Told, Turn
from maildesk.model import Event, Inbound, Message, Outbound, Person, Ticket, Undoable
from maildesk.notify.headers import can_be_reached
from maildesk.vocabulary import Direction, EventKind, NoticeKind, OutboundState, Status

_HEARD: Final = frozenset({EventKind.OPENED, EventKind.CUSTOMER_ANSWERED})
_ASKED: Final = frozenset({EventKind.ANSWERED, EventKind.ASKED})
_GIVEN: Final = frozenset({EventKind.TAKEN, EventKind.ASSIGNED})
_BY_HAND: Final = frozenset({EventKind.SOLVED, EventKind.CLOSED})
_DAYS: Final = re.compile(r"[0-9]{1,3}", re.ASCII)


@dataclass
class _Reading:
    """The events of a ticket, read from the first to the last."""

    turns: list[Turn]
    heard: list[Heard] = field(default_factory=list)
    asked: Asked | None = None
    closing_told: datetime | None = None
    imported: bool = False
    given: int = 0
    given_at: datetime | None = None
    unowned_since: datetime | None = None
    ended_by_hand_at: datetime | None = None

    def read(self, event: Any) -> None:
        incoming = event.direction == Direction.IN
        # A mail counts from its receipt, however late it was read.
        at = event.written_at if incoming and event.written_at else event.at
        # On history that was taken over nobody was promised anything.
        silent = bool(event.silent)
        if event.kind == EventKind.OPENED:
            self.imported = silent
        if event.kind in _HEARD and event.about_id is not None and not silent:
            self.heard.append(Heard(event.id, at, event.about_id))
        self._turn(event.id, at, event.kind, event.status)
        self._asked(event.id, event.at, event.kind, event.text)
        self._owner(event.at, event.kind)

    def _turn(self, event: int, at: datetime, kind: str, word: str) -> None:
        status = Status(word or self.turns[-1].status)
        if status is self.turns[-1].status:
            return
        self.turns.append(Turn(event, max(at, self.turns[-1].at), status))
        self.ended_by_hand_at = at if status in OVER and kind in _BY_HAND else None

    def _asked(self, event: int, at: datetime, kind: str, text: str) -> None:
        pending = self.turns[-1].status is Status.PENDING
        if pending and (kind in _ASKED or self.asked is None):
            days = int(text) if kind == EventKind.ASKED and _DAYS.fullmatch(text) else None
            self.asked, self.closing_told = Asked(event, at, days), None
        elif not pending:
            self.asked, self.closing_told = None, None
        elif kind == EventKind.REMINDED:
            self.closing_told = datetime.fromisoformat(text.partition(" ")[2])

    def _owner(self, at: datetime, kind: str) -> None:
        if kind in _GIVEN:
            self.given += 1
            self.given_at = self.given_at or at
            self.unowned_since = None
        elif kind in (EventKind.PASSED, EventKind.OFFERED):
            self.unowned_since = at


def lived_of(session: Session, ticket: Ticket) -> Lived:
    """The life of a ticket so far. What was not flushed is not seen."""
    reading = _Reading([Turn(0, ticket.opened_at, Status.NEW)])
    for event in session.execute(_EVENTS, {"ticket": ticket.id}).all():
        reading.read(event)
    requester = session.get_one(Person, ticket.requester_id)
    letters: Iterable[Row[Any]] = session.execute(_LETTERS, {"ticket": ticket.id, "recipient": requester.address})
    return Lived(
        opened_at=ticket.opened_at,
        turns=tuple(reading.turns),
        heard=tuple(reading.heard),
        told=tuple(Told(letter.event_id, letter.sent_at) for letter in letters),
        asked=reading.asked,
        closing_told=reading.closing_told,
        unanswerable=not can_be_reached(requester.address),
        imported=reading.imported,
        unowned_since=reading.unowned_since if ticket.agent_id is None else None,
        given=reading.given,
        given_at=reading.given_at,
        away_until=requester.away_until,
        resume_at=ticket.resume_at,
        planned_at=ticket.planned_at,
        closures=ticket.closures,
        ended_by_hand_at=reading.ended_by_hand_at,
    )


_EVENTS = (
    select(
        Event.id,
        Event.at,
        Event.kind,
        Event.status,
        Event.text,
        Event.about_id,
        Message.at.label("written_at"),
        Message.direction,
        Inbound.silent,
    )
    .outerjoin(Message, Message.id == Event.about_id)
    .outerjoin(Inbound, Inbound.id == Event.inbound_id)
    .outerjoin(Undoable, Undoable.inbound_id == Event.inbound_id)
    # What an agent took back did not happen; how the ticket stands since then, the taking back itself says.
    .where(Event.ticket_id == bindparam("ticket"), Undoable.undone_at.is_(None))
    .order_by(Event.id)
)
#: A human's words that were delivered, and did not come back.
_LETTERS = (
    select(Outbound.event_id, Outbound.sent_at)
    .where(
        Outbound.ticket_id == bindparam("ticket"),
        Outbound.recipient == bindparam("recipient"),
        Outbound.kind.in_([NoticeKind.ANSWER, NoticeKind.CLOSED]),
        Outbound.automatic.is_(False),
        Outbound.state == OutboundState.SENT,
        Outbound.bounced_at.is_(None),
        Outbound.event_id.is_not(None),
    )
    .order_by(Outbound.event_id)
)

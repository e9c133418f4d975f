"""The verbs of the desk: each changes rows and writes the event that says so. They send nothing; the stories
announce."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session, object_session

from maildesk.conversation import own_conversation
from maildesk.desk import find, skills
from maildesk.desk.clues import conversation_of
from maildesk.desk.lifecycle import next_status
from maildesk.desk.logos import is_logo, may_be_logo
from maildesk.desk.trust import Trust
from maildesk.filenames import stored_name
from maildesk.mail import Mail
from maildesk.model import Attachment, Event, Message, Outage, Participant, Person, Ticket, TicketLink
from maildesk.reason import because
from maildesk.store import insert_once, row_of, write_now
from maildesk.vocabulary import (
    Direction,
    EventKind,
    Happening,
    Level,
    Priority,
    Role,
    Standing,
    Status,
    TicketType,
)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, when, and by which mail; what every event has to say."""

    session: Session
    actor: Person | None
    inbound_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a new ticket starts with."""

    subject: str
    queue: str
    service: str
    language: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """Where a message comes from: the mail, when it counts as written, why it is here, and how far it is believed."""

    mail: Mail
    raw_sha256: str
    written_at: datetime
    placed_by: str
    trust: Trust
    #: The participant whose reply address somebody else used, if so.
    via: int | None = None


def new_ticket(requester: Person, report: Report) -> Ticket:
    """A new matter, plain in all that the report does not say; it stands nowhere before it is opened."""
    return Ticket(
        subject=report.subject,
        status=Status.NEW,
        priority=Priority.NORMAL,
        impact=Level.MEDIUM,
        urgency=Level.MEDIUM,
        type=TicketType.REQUEST,
        queue=report.queue,
        service=report.service,
        language=report.language,
        requester_id=requester.id,
        opened_at=report.opened_at,
    )


def open_ticket(hand: Hand, ticket: Ticket) -> None:
    """Gives it its number, and puts its requester on it. Its event is the caller's, who knows the message."""
    write_now(hand.session, ticket)
    hand.session.connection().execute(
        _ADD_PARTICIPANT,
        {
            "ticket_id": ticket.id,
            "person_id": ticket.requester_id,
            "role": Role.REQUESTER,
            "reason": because("wrote_it"),
            "added_at": hand.now,
        },
    )


def watch(ticket: Ticket, queues: list[str]) -> None:
    """These queues were written to as well: they watch, beside the one whose ticket it is."""
    watching = [name for name in ticket.watching.split(",") if name]
    new = [name for name in queues if name not in (ticket.queue, *watching)]
    # What stays as it is is not set: the session would look the row through for what changed.
    if new:
        ticket.watching = ",".join(dict.fromkeys([*watching, *new]))


def link(hand: Hand, ticket: Ticket, other: int, kind: str) -> None:
    """Ticket stands in `kind` to the other one, which is said once."""
    insert_once(hand.session, TicketLink, ticket_id=ticket.id, other_id=other, kind=kind)
    if kind == "follows":
        ticket.follows_id = other


def take_in(hand: Hand, ticket: Ticket, author: Person, text: str, direction: Direction, source: Source) -> Message:
    """Puts a mail's words on the ticket as a message, with its attachments."""
    mail, trust = source.mail, source.trust
    message = Message(
        ticket_id=ticket.id,
        inbound_id=hand.inbound_id,
        author_id=author.id,
        direction=direction,
        at=source.written_at,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to[0] if mail.in_reply_to else "",
        conversation=conversation_of(mail.thread_index) or _ours(ticket, direction),
        via_id=source.via,
        text=text,
        public=direction is not Direction.NOTE,
        placed_by=source.placed_by,
        verified=trust.may_act and source.via is None,
        doubt=trust.reason if trust.standing in (Standing.FAILED, Standing.STRANGER) else "",
    )
    write_now(hand.session, message)
    if mail.attachments:
        files = _attachments(hand.session, mail, message.id, source.raw_sha256, ticket.requester_id)
        hand.session.connection().execute(_ADD_ATTACHMENTS, files)
    return message


def _ours(ticket: Ticket, direction: Direction) -> str:
    """A mail without a Thread-Index gets that of our letters, which its writer's program may give back."""
    return own_conversation(ticket.id, ticket.opened_at, outside=True) if direction is Direction.IN else ""


def write_down(hand: Hand, ticket: Ticket, author: Person, text: str, direction: Direction, placed_by: str) -> Message:
    """Puts words on the ticket that are no mail of their own; nobody proved them."""
    message = Message(
        ticket_id=ticket.id,
        inbound_id=hand.inbound_id,
        author_id=author.id,
        direction=direction,
        at=hand.now,
        message_id="",
        text=text,
        public=direction is not Direction.NOTE,
        placed_by=placed_by,
        verified=False,
    )
    write_now(hand.session, message)
    return message


def record(hand: Hand, ticket: Ticket, kind: EventKind, text: str = "", about: Message | None = None) -> Event:
    """Writes down what happened. Append only: what is returned is a copy of the row."""
    values = {
        "ticket_id": ticket.id,
        "inbound_id": hand.inbound_id,
        "about_id": about.id if about else None,
        "actor_id": hand.actor.id if hand.actor else None,
        "at": hand.now,
        "kind": kind,
        "text": text,
        "status": ticket.status,
    }
    event_id = hand.session.connection().execute(_ADD_EVENT, values).scalar_one()
    return row_of(Event, {"id": event_id, **values})


def happen(ticket: Ticket, happening: Happening, now: datetime) -> bool:
    """Moves the ticket through its life; False where this cannot happen now."""
    after = next_status(happening, Status(ticket.status))
    if after is None:
        return False
    if after in (Status.RESOLVED, Status.CLOSED):
        ticket.resolved_at = ticket.resolved_at or now
        ticket.closed_at = now if after is Status.CLOSED and ticket.status != Status.CLOSED else ticket.closed_at
        _end_outages(ticket, now)
    elif ticket.resolved_at or ticket.closed_at:
        ticket.resolved_at = ticket.closed_at = None
    if after != ticket.status:
        ticket.status = after
    return True


def _end_outages(ticket: Ticket, now: datetime) -> None:
    """What nobody ended ends with its ticket, and stays ended when that is opened again."""
    session = object_session(ticket)
    going_on = select(Outage).where(Outage.ticket_id == ticket.id, Outage.end_at.is_(None))
    for outage in session.scalars(going_on) if session is not None else ():
        outage.end_at = max(now, outage.begin_at)


def answered(hand: Hand, ticket: Ticket, message: Message) -> Event:
    """An agent answered the requester."""
    happen(ticket, Happening.AGENT_ANSWERED, hand.now)
    ticket.first_response_at = ticket.first_response_at or hand.now
    return record(hand, ticket, EventKind.ANSWERED, about=message)


def assign(hand: Hand, ticket: Ticket, agent: Person, reason: str) -> Event:
    """Gives the ticket to an agent; to himself is `taken`."""
    ticket.agent_id = agent.id
    ticket.assigned_reason, ticket.assigned_at = reason, hand.now
    happen(ticket, Happening.TAKEN, hand.now)
    if hand.actor is not None and hand.actor.id == agent.id:
        return record(hand, ticket, EventKind.TAKEN, reason)
    return given(hand, ticket, agent, reason)


def given(hand: Hand, ticket: Ticket, agent: Person, reason: str) -> Event:
    """Writes down to whom it was given, and why."""
    return record(hand, ticket, EventKind.ASSIGNED, f"{(agent.name or agent.address).replace(':', '')}: {reason}")


def finish(hand: Hand, ticket: Ticket, happening: Happening, solution: str, about: Message | None) -> Event:
    """Resolves or closes the ticket with its solution; the rating of an earlier closure stays in its event."""
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        ticket.closures += 1
        ticket.rating, ticket.rating_comment, ticket.rated_at = None, "", None
    happen(ticket, happening, hand.now)
    ticket.resolution = solution or ticket.resolution
    if hand.actor is not None and hand.actor.id != ticket.requester_id:
        skills.learn_from_solution(hand.session, ticket, hand.now)
    kind = EventKind.SOLVED if happening is Happening.SOLVED else EventKind.CLOSED
    return record(hand, ticket, kind, solution, about)


def reopen(hand: Hand, ticket: Ticket, reason: str) -> Event:
    """Our turn again."""
    happen(ticket, Happening.REOPENED, hand.now)
    return record(hand, ticket, EventKind.REOPENED, reason)


def rate(hand: Hand, ticket: Ticket, score: int, comment: str) -> Event:
    """The requester's word on the closure: 1 (very poor) to 5 (very good). `rated_at` stays when he changes it."""
    if ticket.rated_at is None:
        skills.learn_from_rating(hand.session, ticket, score, hand.now)
    ticket.rating, ticket.rating_comment, ticket.rated_at = score, comment, ticket.rated_at or hand.now
    return record(hand, ticket, EventKind.RATED, f"{score}/5" + (f": {comment}" if comment else ""))


def _attachments(
    session: Session, mail: Mail, message_id: int, raw_sha256: str, requester: int
) -> list[dict[str, object]]:
    return [
        {
            "message_id": message_id,
            "part_index": part.index,
            "raw_sha256": raw_sha256,
            "filename": stored_name(part.filename),
            "content_type": part.content_type,
            "true_type": part.true_type,
            "size": part.size,
            "sha256": part.sha256,
            "inline": part.inline,
            "content_id": part.content_id,
            "logo": part.folded
            or (may_be_logo(part) and is_logo(part, find.sightings(session, part.sha256), requester)),
        }
        for part in mail.attachments
    ]


# Rows that nobody looks at again in the same transaction need no object of their own.
_ADD_PARTICIPANT = cast(Table, Participant.__table__).insert()
_ADD_EVENT = cast(Table, Event.__table__).insert().returning(Event.id)
_ADD_ATTACHMENTS = cast(Table, Attachment.__table__).insert()

"""Every question the desk asks the database. Reads only; each answer is rows or plain facts, nothing is decided
here."""

from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from maildesk.desk.logos import Sighting
from maildesk.model import (
    Attachment,
    Deadline,
    Event,
    Inbound,
    Message,
    Participant,
    Person,
    Suggestion,
    Ticket,
)
from maildesk.reason import because
from maildesk.vocabulary import DeadlineLevel, Direction, EventKind, Metric


def person(session: Session, address: str) -> Person | None:
    """Whoever has this address (any case)."""
    return session.scalar(_PERSON, {"address": address.lower()})


def person_to_change(session: Session, address: str) -> Person | None:
    """The same, locked until the end of the transaction: what is counted of him is counted by one at a time."""
    locked = _PERSON.with_for_update().execution_options(populate_existing=True)
    return session.scalar(locked, {"address": address.lower()})


def ticket_to_change(session: Session, number: int) -> Ticket:
    """The ticket, locked until the end of the transaction (SQLite has one writer anyway), as it is now.

    It may have been read before the lock was ours, and another daemon may have changed it in between.
    """
    return session.scalars(_TICKET_TO_CHANGE, {"ticket": number}).one()


def living_ticket_to_change(session: Session, number: int) -> Ticket:
    """The same; where it was merged meanwhile, the ticket that it leads to."""
    ticket = ticket_to_change(session, number)
    seen = {ticket.id}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in seen:
        ticket = ticket_to_change(session, ticket.merged_into_id)
        seen.add(ticket.id)
    return ticket


def was_doubted(session: Session, ticket: int, person: Person) -> bool:
    """Was an agent of this ticket told that the person cannot be reached, since that began?"""
    told = select(Event.id).where(
        Event.ticket_id == ticket,
        Event.kind == EventKind.DOUBTFUL,
        Event.text == person.address,
        Event.at >= person.undeliverable_since,
    )
    return session.scalar(told.limit(1)) is not None


def messages_since(session: Session, ticket: int, author: int, since: datetime) -> int:
    """How many messages one author has put on a ticket since then."""
    return session.connection().scalar(_MESSAGES_SINCE, {"ticket": ticket, "author": author, "since": since}) or 0


def copy_of(session: Session, message_id: str, ticket: int, text: str) -> int | None:
    """A message on this ticket with the same Message-ID and the same words: a list's or a gateway's second copy."""
    if not message_id:
        return None
    return session.connection().scalar(_COPY, {"message_id": message_id, "ticket": ticket, "text": text})


def writer_at(session: Session, address: str) -> Person | None:
    """Who writes from this address: whoever has it, or of whom an agent said that it is his as well."""
    known = person(session, address)
    return session.get(Person, known.same_as_id) if known and known.same_as_id else known


def stands_anywhere(session: Session, person: int) -> bool:
    """Does he stand on any ticket?"""
    return session.scalar(select(Participant.id).where(Participant.person_id == person).limit(1)) is not None


def last_via(session: Session, ticket: int, address: str = "") -> Message | None:
    """The newest mail on a ticket that came by the reply address of somebody else; from this address, where named."""
    found = select(Message).join(Person, Person.id == Message.author_id)
    found = found.where(Message.ticket_id == ticket, Message.via_id.is_not(None), Person.same_as_id.is_(None))
    found = found.where(Person.address == address) if address else found
    return session.scalar(found.order_by(Message.id.desc()).limit(1))


def suggestions(session: Session, ticket: int) -> list[Suggestion]:
    """Who was named by somebody unproven and is not taken in, the first first."""
    return list(session.scalars(select(Suggestion).where(Suggestion.ticket_id == ticket).order_by(Suggestion.id)))


def requester_of(session: Session, ticket: int) -> int | None:
    """Whose ticket it is."""
    return session.scalar(select(Ticket.requester_id).where(Ticket.id == ticket))


def people_on(session: Session, ticket: int) -> set[int]:
    """Who stands on a ticket."""
    return set(session.connection().scalars(_PEOPLE_ON, {"ticket": ticket}))


def participants(session: Session, ticket: int) -> list[Person]:
    """Those who stand on a ticket, the first first."""
    found = select(Person).join(Participant, Participant.person_id == Person.id)
    return list(session.scalars(found.where(Participant.ticket_id == ticket).order_by(Participant.id)))


def addresses_on(session: Session, ticket: int) -> set[str]:
    """The addresses of those who stand on a ticket."""
    found = select(Person.address).join(Participant, Participant.person_id == Person.id)
    return set(session.scalars(found.where(Participant.ticket_id == ticket)))


def sightings(session: Session, sha256: str) -> list[Sighting]:
    """Where the newest files of these bytes came from; few are enough, however often they came."""
    found = session.connection().execute(_SIGHTINGS, {"sha256": sha256})
    return [Sighting(requester, logo) for requester, logo in found]


def logos_of(session: Session, inbound_id: int) -> set[int]:
    """Which files of this mail are logos, by their index."""
    return set(session.connection().scalars(_LOGOS, {"inbound": inbound_id}))


def last_public_answer(session: Session, ticket: int) -> str:
    """The words of the newest answer that the requester got, or nothing."""
    found = (
        select(Message.text)
        .where(Message.ticket_id == ticket, Message.direction == "out", Message.public)
        .order_by(Message.id.desc())
    )
    return session.scalar(found.limit(1)) or ""


def question_to(session: Session, ticket: Ticket) -> str:
    """The newest answer, where its present requester got it: who was made the requester later reads nothing older."""
    named = select(Participant.added_at).where(
        Participant.ticket_id == ticket.id,
        Participant.person_id == ticket.requester_id,
        Participant.reason.startswith(because("named_by", ""), autoescape=True),
    )
    since = session.scalar(named)
    found = select(Message.text, Message.at).where(
        Message.ticket_id == ticket.id, Message.direction == "out", Message.public
    )
    last = session.execute(found.order_by(Message.id.desc()).limit(1)).first()
    return last.text if last is not None and (since is None or last.at >= since) else ""


def leads_to(session: Session, number: int) -> int | None:
    """The ticket under this number, or the one that it was merged into; None where there is none."""
    seen: set[int] = set()
    ticket = session.get(Ticket, number)
    while ticket is not None and ticket.merged_into_id is not None and ticket.id not in seen:
        seen.add(ticket.id)
        ticket = session.get(Ticket, ticket.merged_into_id)
    return ticket.id if ticket is not None else None


def last_words_of_requester(session: Session, ticket: Ticket) -> Message | None:
    """The newest message of its present requester that is surely his: of nobody who only had his letter, and of nobody
    who was the requester before (threats 3.3)."""
    his = (Message.author_id == ticket.requester_id, Message.via_id.is_(None), Message.doubt == "")
    found = select(Message).where(Message.ticket_id == ticket.id, Message.direction == "in", *his)
    return session.scalar(found.order_by(Message.id.desc()).limit(1))


def was_reminded(session: Session, ticket: int, since: int) -> bool:
    """Was the requester asked again, since this event?"""
    told = select(Event.id).where(Event.ticket_id == ticket, Event.kind == EventKind.REMINDED, Event.id > since)
    return session.scalar(told.limit(1)) is not None


def closing_of(session: Session, ticket: int, cycle: int) -> datetime | None:
    """When a ticket will be closed that waits for its requester since this event."""
    found = select(Deadline.due_at).where(
        Deadline.ticket_id == ticket,
        Deadline.metric == Metric.WAITING,
        Deadline.level == DeadlineLevel.DUE,
        Deadline.cycle == cycle,
    )
    return session.scalar(found)


def inbound(session: Session, inbound_id: int) -> Inbound:
    return session.scalars(select(Inbound).where(Inbound.id == inbound_id)).one()


# Asked for every mail, and therefore put together once; columns alone are asked for past the session, in a third of the
# time.
_PERSON = select(Person).where(Person.address == bindparam("address"))
_TICKET_TO_CHANGE = (
    select(Ticket).where(Ticket.id == bindparam("ticket")).with_for_update().execution_options(populate_existing=True)
)
_PEOPLE_ON = select(Participant.person_id).where(Participant.ticket_id == bindparam("ticket"))
_MESSAGES_SINCE = select(func.count()).where(
    Message.ticket_id == bindparam("ticket"),
    Message.author_id == bindparam("author"),
    Message.at >= bindparam("since"),
)
_COPY = (
    select(Message.id)
    .where(
        Message.message_id == bindparam("message_id"),
        Message.ticket_id == bindparam("ticket"),
        Message.text == bindparam("text"),
    )
    .limit(1)
)
# What an agent's answer leaves behind, because he only quotes it, is no logo.
_CALLED_LOGO = and_(Attachment.logo, Message.direction == Direction.IN)
_SIGHTINGS = (
    select(Ticket.requester_id, _CALLED_LOGO)
    .join(Message, Message.id == Attachment.message_id)
    .join(Ticket, Ticket.id == Message.ticket_id)
    .where(Attachment.sha256 == bindparam("sha256"))
    .order_by(Attachment.id.desc())
    .limit(50)
)
_LOGOS = (
    select(Attachment.part_index)
    .join(Message, Message.id == Attachment.message_id)
    .where(Message.inbound_id == bindparam("inbound"), Attachment.logo)
)


def proven_before(session: Session, message_id: str, inbound_id: int) -> bool:
    """Was another mail under this Message-ID proven by its own signature?"""
    found = select(Inbound.id).where(
        Inbound.message_id == message_id, Inbound.id != inbound_id, Inbound.proof.contains("dkim=pass")
    )
    return session.scalar(found.limit(1)) is not None

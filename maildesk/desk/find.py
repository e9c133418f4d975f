"""Every question the desk asks the database. Reads only; each answer is rows or plain facts, nothing is decided
here."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from maildesk.desk.match import Candidates, Clues, Reference, TicketFacts
from maildesk.model import Inbound, Message, Outbound, Participant, Person, Ticket
from maildesk.vocabulary import OutboundState, Status


def candidates(session: Session, clues: Clues) -> Candidates:
    """All that the clues of a mail point to."""
    references = _references(session, clues.message_ids)
    numbers = {tag.ticket for tag in clues.tags} | set(clues.numbers) | {known.ticket for known in references.values()}
    return Candidates(_tickets(session, numbers), references)


def person(session: Session, address: str) -> Person | None:
    """Whoever has this address (any case)."""
    return session.scalar(_PERSON, {"address": address.lower()})


def ticket_to_change(session: Session, number: int) -> Ticket:
    """The ticket, locked until the end of the transaction (SQLite has one writer anyway), as it is now.

    It may have been read before the lock was ours, and another daemon may have changed it in between.
    """
    locked = select(Ticket).where(Ticket.id == number).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one()


def letter_about(session: Session, message_id: str) -> Outbound | None:
    """Our letter with this Message-ID, by our own or by the relay's queue id."""
    if not message_id:
        return None
    return session.scalar(
        select(Outbound).where(or_(Outbound.message_id == message_id, Outbound.relay_id == message_id)).limit(1)
    )


def automatic_letters(session: Session, address: str, since: datetime) -> list[tuple[str, datetime]]:
    """(kind, time) of the automatic letters to this address since then, except those that never left."""
    found = session.execute(_AUTOMATIC_LETTERS, {"address": address, "since": since})
    return [(kind, made_at) for kind, made_at in found]


def letters_since(session: Session, ticket: int, address: str, since: datetime) -> int:
    """How many letters one person got about a ticket since then."""
    count = select(func.count()).where(
        Outbound.recipient == address, Outbound.made_at >= since, Outbound.ticket_id == ticket
    )
    return session.scalar(count) or 0


def messages_since(session: Session, ticket: int, author: int, since: datetime) -> int:
    """How many messages one author has put on a ticket since then."""
    count = select(func.count()).where(Message.ticket_id == ticket, Message.author_id == author, Message.at >= since)
    return session.scalar(count) or 0


def copy_of(session: Session, message_id: str, ticket: int, text: str) -> int | None:
    """A message on this ticket with the same Message-ID and the same words: a list's or a gateway's second copy."""
    if not message_id:
        return None
    found = select(Message.id).where(
        Message.message_id == message_id, Message.ticket_id == ticket, Message.text == text
    )
    return session.scalar(found.limit(1))


def requester_of(session: Session, ticket: int) -> int | None:
    """Whose ticket it is."""
    return session.scalar(select(Ticket.requester_id).where(Ticket.id == ticket))


def people_on(session: Session, ticket: int) -> set[int]:
    """Who stands on a ticket."""
    return set(session.scalars(select(Participant.person_id).where(Participant.ticket_id == ticket)))


def addresses_on(session: Session, ticket: int) -> set[str]:
    """The addresses of those who stand on a ticket."""
    found = select(Person.address).join(Participant, Participant.person_id == Person.id)
    return set(session.scalars(found.where(Participant.ticket_id == ticket)))


def last_public_answer(session: Session, ticket: int) -> str:
    """The words of the newest answer that the requester got, or nothing."""
    found = (
        select(Message.text)
        .where(Message.ticket_id == ticket, Message.direction == "out", Message.public)
        .order_by(Message.id.desc())
    )
    return session.scalar(found.limit(1)) or ""


def inbound(session: Session, inbound_id: int) -> Inbound:
    return session.scalars(select(Inbound).where(Inbound.id == inbound_id)).one()


def _references(session: Session, message_ids: Iterable[str]) -> dict[str, Reference]:
    wanted = [message_id for message_id in message_ids if message_id]
    if not wanted:
        return {}
    came_in = session.execute(_KNOWN_MAILS, {"wanted": wanted})
    known = {message_id: Reference(message_id, ticket, None) for message_id, ticket in came_in}
    # Our own letters are believed more, so they stand over a mail that reuses one of their ids.
    for message_id, relay_id, ticket, to in session.execute(_KNOWN_LETTERS, {"wanted": wanted}):
        if ticket is not None:
            for name in {message_id, relay_id} & set(wanted):
                known[name] = Reference(name, ticket, to)
    return known


def _tickets(session: Session, numbers: Iterable[int]) -> dict[int, TicketFacts]:
    facts: dict[int, TicketFacts] = {}
    wanted = {number for number in numbers if number > 0}
    while wanted:
        rows = session.scalars(_TICKETS, {"numbers": list(wanted)}).all()
        people = _people(session, [row.id for row in rows])
        facts.update({row.id: _facts(row, people.get(row.id, set())) for row in rows})
        wanted = {row.merged_into_id for row in rows if row.merged_into_id} - facts.keys()
    return facts


def _people(session: Session, numbers: list[int]) -> dict[int, set[int]]:
    people: dict[int, set[int]] = {}
    for ticket, person_id in session.execute(_PEOPLE, {"numbers": numbers}):
        people.setdefault(ticket, set()).add(person_id)
    return people


def _facts(row: Ticket, people: set[int]) -> TicketFacts:
    return TicketFacts(
        number=row.id,
        status=Status(row.status),
        closed_at=row.closed_at,
        epoch=row.token_epoch,
        requester=row.requester_id,
        people=frozenset(people),
        merged_into=row.merged_into_id,
    )


# Asked for every mail, and therefore put together once.
_PERSON = select(Person).where(Person.address == bindparam("address"))
_TICKETS = select(Ticket).where(Ticket.id.in_(bindparam("numbers", expanding=True)))
_PEOPLE = select(Participant.ticket_id, Participant.person_id).where(
    Participant.ticket_id.in_(bindparam("numbers", expanding=True))
)
_KNOWN_MAILS = (
    select(Message.message_id, Message.ticket_id)
    .where(Message.message_id.in_(bindparam("wanted", expanding=True)))
    .order_by(Message.id.desc())
)
_KNOWN_LETTERS = (
    select(Outbound.message_id, Outbound.relay_id, Outbound.ticket_id, Person.id)
    .join(Person, Person.address == Outbound.recipient)
    .where(
        or_(
            Outbound.message_id.in_(bindparam("wanted", expanding=True)),
            Outbound.relay_id.in_(bindparam("wanted", expanding=True)),
        )
    )
)
_AUTOMATIC_LETTERS = select(Outbound.kind, Outbound.made_at).where(
    Outbound.recipient == bindparam("address"),
    Outbound.made_at >= bindparam("since"),
    Outbound.automatic,
    Outbound.state.not_in([OutboundState.REFUSED, OutboundState.DROPPED]),
)

"""Looks up, once, all that the clues of a mail point to. Reads only; match.py decides."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.orm import Session

from maildesk.desk.clues import Clues
from maildesk.desk.match import Candidates, Reference, TicketFacts
from maildesk.desk.reply_subject import is_answer
from maildesk.model import Message, Outbound, Participant, Person, Ticket
from maildesk.vocabulary import Status

#: Where a letter sent through Amazon's relay says it is from.
_AMAZON = ".amazonses.com"


def candidates(session: Session, clues: Clues, writer: int | None = None) -> Candidates:
    """All that the clues of a mail of this person point to."""
    references = _references(session, clues.message_ids)
    talked = _conversation(session, clues.conversation)
    named = {tag.ticket for tag in clues.tags} | {*clues.numbers, *clues.lines, *talked} | clues.roots
    tickets = _tickets(session, named | {known.ticket for known in references.values()})
    matters = clues.numbers or (is_answer(clues.subject) and not references and not clues.tags)
    standing = session.connection().execute(_OF_WRITER, {"person": writer}).all() if matters and writer else ()
    return Candidates(tickets, references, talked, tuple((number, subject) for number, subject in standing))


def _references(session: Session, message_ids: Iterable[str]) -> dict[str, Reference]:
    wanted = [message_id for message_id in message_ids if message_id]
    if not wanted:
        return {}
    relayed = {name: message_id for message_id in wanted if (name := _relay_name(message_id))}
    letters = session.connection().execute(_KNOWN_LETTERS, {"wanted": [*wanted, *relayed]}).all()
    came_in = session.connection().execute(_KNOWN_MAILS, {"wanted": wanted}).all()
    # What is believed more stands over what is believed less: anybody may reuse an id.
    known = [
        *(Reference(relayed.get(name, name), ticket, to, of_relay=True) for _, name, ticket, to in letters if ticket),
        *(Reference(message_id, ticket, None) for message_id, ticket in came_in),
        *(Reference(message_id, ticket, to) for message_id, _, ticket, to in letters if ticket),
    ]
    return {one.message_id: one for one in known if one.message_id in wanted}


def _relay_name(message_id: str) -> str:
    """How a relay that gives letters an id of its own calls it in its 250: Amazon leaves out the domain there."""
    return message_id.partition("@")[0] if message_id.endswith(_AMAZON) else message_id


def _conversation(session: Session, conversation: str) -> tuple[int, ...]:
    if not conversation:
        return ()
    return tuple(dict.fromkeys(session.connection().scalars(_CONVERSATION, {"conversation": conversation})))


def _tickets(session: Session, numbers: Iterable[int]) -> dict[int, TicketFacts]:
    facts: dict[int, TicketFacts] = {}
    wanted = {number for number in numbers if number > 0}
    while wanted:
        rows = session.connection().execute(_TICKETS, {"numbers": list(wanted)}).all()
        people = _people(session, [row.id for row in rows])
        facts.update({row.id: _facts(row, people.get(row.id, set())) for row in rows})
        wanted = {row.merged_into_id for row in rows if row.merged_into_id} - facts.keys()
    return facts


def _people(session: Session, numbers: list[int]) -> dict[int, set[int]]:
    people: dict[int, set[int]] = {}
    for ticket, person_id in session.connection().execute(_PEOPLE, {"numbers": numbers}).all():
        people.setdefault(ticket, set()).add(person_id)
    return people


def _facts(row: Any, people: set[int]) -> TicketFacts:
    return TicketFacts(
        number=row.id,
        status=Status(row.status),
        closed_at=row.closed_at,
        epoch=row.token_epoch,
        requester=row.requester_id,
        people=frozenset(people),
        merged_into=row.merged_into_id,
        subject=row.subject,
    )


# Asked for every mail, and therefore put together once.
_TICKETS = select(
    Ticket.id,
    Ticket.status,
    Ticket.closed_at,
    Ticket.token_epoch,
    Ticket.requester_id,
    Ticket.merged_into_id,
    Ticket.subject,
).where(Ticket.id.in_(bindparam("numbers", expanding=True)))
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
        ),
    )
)
_CONVERSATION = (
    select(Message.ticket_id)
    # The second condition is what the index stands on.
    .where(Message.conversation == bindparam("conversation"), Message.conversation != text("''"))
    .order_by(Message.id.desc())
    .limit(50)
)
_OF_WRITER = (
    select(Ticket.id, Ticket.subject)
    .join(Participant, Participant.ticket_id == Ticket.id)
    .where(Participant.person_id == bindparam("person"))
    .order_by(Ticket.id.desc())
    .limit(200)
)

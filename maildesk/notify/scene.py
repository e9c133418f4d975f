"""A ticket as its letters see it, read once for each event."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.model import Attachment, Event, Message, Outbound, Participant, Person, Ticket
from maildesk.vocabulary import Direction, Role

#: Enough of a thread for any client; compose keeps fewer in the head of a letter.
_LAST_IDS = 10


@dataclass(frozen=True, slots=True)
class Scene:
    """The event's ticket with its people, and the message the event speaks of (or the last one)."""

    event: Event
    ticket: Ticket
    requester: Person
    participants: tuple[Person, ...]
    owner: Person | None
    message: Message | None
    author: Person | None
    files: tuple[Attachment, ...]


def scene_of(session: Session, event: Event) -> Scene:
    """Everything the letters about one event may say."""
    ticket = session.get_one(Ticket, event.ticket_id)
    message = session.get(Message, event.about_id) if event.about_id else _last_words(session, ticket.id)
    on_it = select(Person).join(Participant, Participant.person_id == Person.id)
    people = on_it.where(Participant.ticket_id == ticket.id, Participant.role != Role.WATCHER)
    return Scene(
        event=event,
        ticket=ticket,
        requester=session.get_one(Person, ticket.requester_id),
        participants=tuple(session.scalars(people.order_by(Participant.id))),
        owner=session.get(Person, ticket.agent_id) if ticket.agent_id else None,
        message=message,
        author=session.get(Person, message.author_id) if message else None,
        files=_files(session, message),
    )


def thread_of(session: Session, ticket: int, recipient: str, outside: bool) -> list[str]:
    """The Message-IDs this person's client knows of the ticket, oldest first: our letters to him, and outside also the
    mails that came in, the newest of them last, because that is what a letter answers."""
    mine = (
        select(Outbound.message_id)
        .where(Outbound.ticket_id == ticket, Outbound.recipient == recipient)
        .order_by(Outbound.id.desc())
        .limit(_LAST_IDS)
    )
    ids = list(reversed(session.scalars(mine).all()))
    if outside:
        theirs = (
            select(Message.message_id)
            .where(Message.ticket_id == ticket, Message.direction == Direction.IN, Message.message_id != "")
            .order_by(Message.id.desc())
            .limit(_LAST_IDS)
        )
        ids += reversed(session.scalars(theirs).all())
    return ids


def _last_words(session: Session, ticket: int) -> Message | None:
    newest = select(Message).where(Message.ticket_id == ticket).order_by(Message.id.desc())
    return session.scalar(newest.limit(1))


def _files(session: Session, message: Message | None) -> tuple[Attachment, ...]:
    if message is None:
        return ()
    found = select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id)
    return tuple(session.scalars(found))

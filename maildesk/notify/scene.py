"""A ticket as its letters see it, read once for the events of one mail."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from maildesk.model import Attachment, Event, Message, Outbound, Participant, Person, Ticket
from maildesk.vocabulary import Direction, EventKind, Role

#: Enough of a thread for any client; compose keeps fewer in the head of a letter.
_LAST_MAILS = 10
_LAST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket with its people, the message that is spoken of (or the last one), and who got which letters."""

    ticket: Ticket
    requester: Person
    participants: tuple[Person, ...]
    owner: Person | None
    message: Message | None
    author: Person | None
    files: tuple[Attachment, ...]
    #: (recipient, Message-ID) of the newest letters, oldest first.
    letters: tuple[tuple[str, str], ...]
    #: Message-IDs of the newest mails that came in, oldest first.
    mails: tuple[str, ...]

    def thread(self, recipient: str, *, outside: bool) -> list[str]:
        """The Message-IDs this person's client knows, oldest first: our letters to him, and outside also the mails that
        came in, the newest of them last, because that is what a letter answers."""
        mine = [message_id for to, message_id in self.letters if to == recipient]
        return [*mine, *self.mails] if outside else mine


def scene_of(session: Session, event: Event) -> Scene:
    """Everything the letters about one event may say."""
    ticket = session.get_one(Ticket, event.ticket_id)
    requester = session.get_one(Person, ticket.requester_id)
    message = session.get(Message, event.about_id) if event.about_id else _last_words(session, ticket.id)
    # To a new ticket nobody has come yet, and nothing was sent: no need to ask.
    new = event.kind == EventKind.OPENED
    participants = (requester,) if new else tuple(session.scalars(_PARTICIPANTS, {"ticket": ticket.id}))
    letters = () if new else _letters(session, ticket.id)
    mails = (message.message_id,) if new and message else tuple(session.scalars(_MAILS, {"ticket": ticket.id}))
    return Scene(
        ticket=ticket,
        requester=requester,
        participants=participants,
        owner=session.get(Person, ticket.agent_id) if ticket.agent_id else None,
        message=message,
        author=session.get(Person, message.author_id) if message else None,
        files=tuple(session.scalars(_FILES, {"message": message.id})) if message else (),
        letters=letters,
        mails=tuple(name for name in reversed(mails) if name),
    )


def _letters(session: Session, ticket: int) -> tuple[tuple[str, str], ...]:
    newest_first = session.execute(_LETTERS, {"ticket": ticket}).all()
    return tuple((to, message_id) for to, message_id in reversed(newest_first))


def _last_words(session: Session, ticket: int) -> Message | None:
    return session.scalar(_LAST_WORDS, {"ticket": ticket})


_PARTICIPANTS = (
    select(Person)
    .join(Participant, Participant.person_id == Person.id)
    .where(Participant.ticket_id == bindparam("ticket"), Participant.role != Role.WATCHER)
    .order_by(Participant.id)
)
_LAST_WORDS = select(Message).where(Message.ticket_id == bindparam("ticket")).order_by(Message.id.desc()).limit(1)
_FILES = select(Attachment).where(Attachment.message_id == bindparam("message")).order_by(Attachment.id)
_LETTERS = (
    select(Outbound.recipient, Outbound.message_id)
    .where(Outbound.ticket_id == bindparam("ticket"))
    .order_by(Outbound.id.desc())
    .limit(_LAST_LETTERS)
)
_MAILS = (
    select(Message.message_id)
    .where(Message.ticket_id == bindparam("ticket"), Message.direction == Direction.IN, Message.message_id != "")
    .order_by(Message.id.desc())
    .limit(_LAST_MAILS)
)

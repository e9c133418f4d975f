"""A ticket as its letters see it, read once for the events of one mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.model import Attachment, Event, Message, Outbound, Participant, Person, Suggestion, Ticket, TicketLink
from maildesk.notify.audience import TO_CUSTOMERS
from maildesk.notify.before import Before, before, due_at_of
from maildesk.notify.compose import FIRST_REFERENCES, LAST_REFERENCES
from maildesk.reason import because
from maildesk.vocabulary import Direction, EventKind, OutboundState, Role

#: Enough of a thread for any client; compose keeps fewer in the head of a letter.
_LAST_MAILS = 10


#: The events whose letters to agents say what is still to be decided about the ticket.
_TO_DECIDE = frozenset({EventKind.OPENED, EventKind.CUSTOMER_ANSWERED, EventKind.THIRD_PERSON_WROTE})


class Joined(NamedTuple):
    """When somebody was taken in on a ticket, and why."""

    at: datetime
    reason: str


class Told(NamedTuple):
    """A letter that somebody got, or will; `outside`: in the thread of those outside."""

    to: str
    message_id: str
    outside: bool


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
    #: The first and the newest letters to each person, oldest first.
    letters: tuple[Told, ...]
    #: Message-IDs of the newest mails that came in, oldest first.
    mails: tuple[str, ...]
    #: Of Outlook, in which the first mail was that names one; "" where none does. It stays for all letters.
    conversation: str
    #: Those who were taken in, by their id; the requester only where he was made it later.
    joined: Mapping[int, Joined] = field(default_factory=dict)
    #: Who was named by somebody unproven, and waits for an agent's word.
    suggested: tuple[Address, ...] = ()
    #: The participant whose reply address the author used.
    via: Person | None = None
    #: The ticket that a new one follows or speaks of.
    related: int | None = None
    #: (number, subject) of open tickets that a new one is like (desk/alike.py).
    alike: tuple[tuple[int, str], ...] = ()
    #: When the newest answer was written, where a letter repeats it.
    answered_at: datetime | None = None
    #: What was before the message; read when a letter is to say it.
    before: Callable[[], Before] = Before

    def is_new(self, person: Person) -> bool:
        """Was he taken in, and has got no letter yet?"""
        return person.id in self.joined and all(one.to != person.address for one in self.letters)

    @property
    def since(self) -> Mapping[int, datetime]:
        """Since when each person on the ticket is; the requester from its beginning."""
        begin = datetime.min.replace(tzinfo=UTC)
        return {
            person.id: self.joined[person.id].at if person.id in self.joined else begin for person in self.participants
        }

    def thread(self, recipient: str, *, outside: bool) -> list[str]:
        """The Message-IDs this person's client knows, oldest first: our letters to him, and outside also the mails that
        came in, the newest of them last, because that is what a letter answers. Never those of the other side: an agent
        who needs help himself has two threads."""
        mine = [one.message_id for one in self.letters if one.to == recipient and one.outside is outside]
        return [*mine, *self.mails] if outside else mine


def scene_of(session: Session, event: Event) -> Scene:
    """Everything the letters about one event may say."""
    ticket = session.get_one(Ticket, event.ticket_id)
    requester = session.get_one(Person, ticket.requester_id)
    message = session.get(Message, event.about_id) if event.about_id else _last_words(session, ticket.id)
    # About a new ticket nothing was sent yet: no need to ask.
    new = event.kind == EventKind.OPENED
    # Most tickets have nothing of all this: one look, and what is not there is not asked for.
    there = session.connection().execute(_THERE, {"ticket": ticket.id, "message": message.id if message else 0}).one()
    standing = session.connection().execute(_PARTICIPANTS, {"ticket": ticket.id}).all()
    people = _people(session, [person for person, *_ in standing])
    decide = event.kind in _TO_DECIDE
    links = session.connection().execute(_LINKED, {"ticket": ticket.id}).all() if new and there.links else ()
    letters = () if new else letters_about(session, ticket.id)
    mails = [message.message_id] if new and message else _mails(session, ticket.id)
    return Scene(
        ticket=ticket,
        requester=requester,
        participants=people,
        owner=session.get(Person, ticket.agent_id) if ticket.agent_id else None,
        message=message,
        author=session.get(Person, message.author_id) if message else None,
        files=tuple(session.scalars(_FILES, {"message": message.id})) if message and there.files else (),
        letters=letters,
        mails=tuple(name for name in reversed(mails) if name),
        conversation=there.conversation or "",
        joined={
            person: Joined(at, reason)
            for person, role, at, reason in standing
            # Also who was made the requester later (desk/errands/on_behalf.py).
            if role != Role.REQUESTER or reason.startswith(because("named_by", ""))
        },
        suggested=_suggested(session, ticket.id) if decide and there.suggestions else (),
        via=session.get(Person, message.via_id) if message and message.via_id else None,
        alike=tuple((number, subject) for kind, number, subject in links if kind == "alike"),
        related=ticket.follows_id or next((number for kind, number, _ in links if kind != "alike"), None),
        answered_at=None
        if event.about_id or decide
        else session.connection().scalar(_ANSWERED_AT, {"ticket": ticket.id}),
        before=cache(partial(before, session, ticket, message, there.due_at, new=new)),
    )


def letters_about(session: Session, ticket: int) -> tuple[Told, ...]:
    """The first and the newest letters about a ticket to each person, oldest first; none that was taken back."""
    found = session.connection().execute(_LETTERS, {"ticket": ticket})
    return tuple(Told(to, message_id, kind in TO_CUSTOMERS) for to, message_id, kind in found)


def _people(session: Session, numbers: list[int]) -> tuple[Person, ...]:
    """These people, in this order. Mostly there is the requester alone, whom the session knows."""
    if len(numbers) > 1:
        # Asked for once, whom it does not know: it keeps them until the end of the transaction.
        session.scalars(_PEOPLE, {"people": numbers}).all()
    return tuple(session.get_one(Person, number) for number in numbers)


def _suggested(session: Session, ticket: int) -> tuple[Address, ...]:
    # Without their names, which are the words of whoever named them.
    return tuple(Address("", address) for address in session.connection().scalars(_SUGGESTED, {"ticket": ticket}))


def _last_words(session: Session, ticket: int) -> Message | None:
    return session.scalar(_LAST_WORDS, {"ticket": ticket})


_PARTICIPANTS = (
    select(Participant.person_id, Participant.role, Participant.added_at, Participant.reason)
    .where(Participant.ticket_id == bindparam("ticket"), Participant.role != Role.WATCHER)
    .order_by(Participant.id)
)
_PEOPLE = select(Person).where(Person.id.in_(bindparam("people", expanding=True)))
_CONVERSATION = (
    select(Message.conversation)
    .where(Message.ticket_id == bindparam("ticket"), Message.direction == Direction.IN, Message.conversation != "")
    .order_by(Message.id)
    .limit(1)
)
_THERE = select(
    exists().where(Attachment.message_id == bindparam("message")).label("files"),
    exists().where(Suggestion.ticket_id == bindparam("ticket")).label("suggestions"),
    exists().where(TicketLink.ticket_id == bindparam("ticket")).label("links"),
    due_at_of(bindparam("ticket")).scalar_subquery().label("due_at"),
    _CONVERSATION.scalar_subquery().label("conversation"),
)
_SUGGESTED = select(Suggestion.address).where(Suggestion.ticket_id == bindparam("ticket")).order_by(Suggestion.id)
_LINKED = (
    select(TicketLink.kind, Ticket.id, Ticket.subject)
    .join(Ticket, Ticket.id == TicketLink.other_id)
    .where(TicketLink.ticket_id == bindparam("ticket"))
    .order_by(TicketLink.id)
)
_ANSWERED_AT = (
    select(Message.at)
    .where(Message.ticket_id == bindparam("ticket"), Message.direction == Direction.OUT, Message.public)
    .order_by(Message.id.desc())
    .limit(1)
)
_LAST_WORDS = select(Message).where(Message.ticket_id == bindparam("ticket")).order_by(Message.id.desc()).limit(1)
_FILES = select(Attachment).where(Attachment.message_id == bindparam("message")).order_by(Attachment.id)
_TO_THE_SAME = (Outbound.recipient, Outbound.kind.in_(TO_CUSTOMERS))
_COUNTED = (
    select(
        Outbound.id,
        Outbound.recipient,
        Outbound.message_id,
        Outbound.kind,
        func.row_number().over(partition_by=_TO_THE_SAME, order_by=Outbound.id).label("nth"),
        func.row_number().over(partition_by=_TO_THE_SAME, order_by=Outbound.id.desc()).label("from_the_end"),
    )
    .where(Outbound.ticket_id == bindparam("ticket"), Outbound.state != OutboundState.DROPPED)
    .subquery()
)
_LETTERS = (
    select(_COUNTED.c.recipient, _COUNTED.c.message_id, _COUNTED.c.kind)
    .where(or_(_COUNTED.c.nth <= FIRST_REFERENCES, _COUNTED.c.from_the_end <= LAST_REFERENCES))
    .order_by(_COUNTED.c.id)
)


def _mails(session: Session, ticket: int) -> list[str]:
    return list(session.connection().scalars(_MAILS, {"ticket": ticket}))


_MAILS = (
    select(Message.message_id)
    .where(Message.ticket_id == bindparam("ticket"), Message.direction == Direction.IN, Message.message_id != "")
    .order_by(Message.id.desc())
    .limit(_LAST_MAILS)
)

"""Our letters as the desk asks for them: which there were, to whom, when, and which did not arrive. It sends none."""

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from maildesk.mail import mailbox_of
from maildesk.model import Outbound, Person
from maildesk.store import moved
from maildesk.vocabulary import OutboundState


def letter_about(session: Session, message_id: str) -> Outbound | None:
    """Our letter with this Message-ID, by our own or by the relay's queue id."""
    if not message_id:
        return None
    return session.scalar(
        select(Outbound).where(or_(Outbound.message_id == message_id, Outbound.relay_id == message_id)).limit(1)
    )


def letters_of(session: Session, ticket: int, recipients: list[str], begin: datetime, end: datetime) -> list[Outbound]:
    """The letters about a ticket to one of these (lower case) that were made in this time."""
    found = select(Outbound).where(Outbound.ticket_id == ticket, Outbound.recipient.in_(recipients))
    return list(session.scalars(found.where(Outbound.made_at >= begin, Outbound.made_at < end).limit(3)))


def mark_bounced(session: Session, outbound_id: int, now: datetime, reason: str) -> bool:
    """A letter will not arrive, whatever the outbox thinks of it; False where that is known already."""
    unknown = update(Outbound).where(Outbound.id == outbound_id, Outbound.bounced_at.is_(None))
    return moved(session, unknown.values(bounced_at=now, error=reason))


def first_arrived(session: Session, letter: Outbound) -> tuple[int, datetime] | None:
    """(id, time) of the first letter of a human on this ticket to the same person, of those that did not come back."""
    arrived = select(Outbound.id, Outbound.made_at).where(
        Outbound.ticket_id == letter.ticket_id,
        Outbound.recipient == letter.recipient,
        Outbound.automatic.is_(False),
        Outbound.bounced_at.is_(None),
        Outbound.state.not_in([OutboundState.REFUSED, OutboundState.DROPPED]),
    )
    found = session.execute(arrived.order_by(Outbound.id).limit(1)).first()
    return (found.id, found.made_at) if found else None


def automatic_letters(session: Session, address: str, since: datetime) -> list[tuple[str, datetime]]:
    """(kind, time) of the automatic letters to this mailbox since then, except those that never left.

    Whoever asks this acts on the answer, and holds the person until then: of two daemons each would see room for one.
    (SQLite has one writer anyway.)
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_HOLD_PERSON, {"address": address})
    found = session.connection().execute(_AUTOMATIC_LETTERS, {"mailbox": mailbox_of(address), "since": since})
    return [(kind, made_at) for kind, made_at in found]


def letters_since(session: Session, ticket: int, address: str, since: datetime) -> int:
    """How many letters one person got about a ticket since then."""
    count = select(func.count()).where(
        Outbound.mailbox == mailbox_of(address),
        Outbound.recipient == address,
        Outbound.made_at >= since,
        Outbound.ticket_id == ticket,
    )
    return session.scalar(count) or 0


# Put together once.
_HOLD_PERSON = select(Person.id).where(Person.address == bindparam("address")).with_for_update()
_AUTOMATIC_LETTERS = select(Outbound.kind, Outbound.made_at).where(
    Outbound.mailbox == bindparam("mailbox"),
    Outbound.made_at >= bindparam("since"),
    Outbound.automatic,
    Outbound.state != OutboundState.REFUSED,
    Outbound.state != OutboundState.DROPPED,
)

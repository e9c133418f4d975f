"""Which open tickets may be about the same matter as a new one? Agents are shown them; nothing is merged by itself.

The same screenshot is the strongest sign; then a subject of nearly the same words, of which fewer are enough where the
requester is the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from maildesk.desk import tickets
from maildesk.desk.likeness import likeness, words_of
from maildesk.desk.tickets import Hand
from maildesk.mail import Part
from maildesk.model import Attachment, Message, Ticket
from maildesk.vocabulary import Status

_OVER: Final = (Status.RESOLVED, Status.CLOSED)
#: What is older is rarely the same matter, however it is called.
_LATELY: Final = timedelta(days=14)
#: So many of the newest open tickets are looked at, all of them among the last so many: the cost has a bound, however
#: many tickets are over. And so many are shown.
_LOOKED_AT: Final = 200
_AMONG: Final = 1000
_SHOWN: Final = 3
_OF_ANYBODY: Final = 0.6
_OF_THE_SAME: Final = 0.34


def link_alike(hand: Hand, ticket: Ticket, files: Sequence[Part]) -> None:
    """Writes down which tickets a new one is like."""
    pictures = [part for part in files if part.true_type.startswith("image/")]
    for number in alike_tickets(hand.session, ticket, pictures, hand.now):
        tickets.link(hand, ticket, number, "alike")


def alike_tickets(session: Session, ticket: Ticket, pictures: Sequence[Part], now: datetime) -> list[int]:
    """The numbers of at most three tickets, the likeliest first."""
    found = dict.fromkeys(_with_same_picture(session, ticket.id, pictures, now))
    own = words_of(ticket.subject)
    scores = []
    lately = {"new": ticket.id, "first": ticket.id - _AMONG, "since": now - _LATELY}
    for number, subject, requester in session.connection().execute(_NEWEST, lately).all():
        words = words_of(subject)
        # Most have no word in common.
        score = 0.0 if own.isdisjoint(words) else likeness(own, words)
        if score >= (_OF_THE_SAME if requester == ticket.requester_id else _OF_ANYBODY):
            scores.append((-score, -number))
    return list(dict.fromkeys([*found, *(-number for _, number in sorted(scores))]))[:_SHOWN]


def _with_same_picture(session: Session, ticket: int, pictures: Sequence[Part], now: datetime) -> list[int]:
    if not pictures:
        return []
    seen = {"pictures": [part.sha256 for part in pictures], "new": ticket, "since": now - _LATELY}
    return list(session.connection().scalars(_SAME_PICTURE, seen))


# For every new ticket, and therefore put together once.
_IS_OPEN = and_(*(Ticket.status != over for over in _OVER))
_NEWEST = (
    select(Ticket.id, Ticket.subject, Ticket.requester_id)
    .where(Ticket.id < bindparam("new"), Ticket.id >= bindparam("first"))
    .where(_IS_OPEN, Ticket.opened_at >= bindparam("since"))
    .order_by(Ticket.id.desc())
    .limit(_LOOKED_AT)
)
_SAME_PICTURE = (
    select(Message.ticket_id)
    .join(Attachment, Attachment.message_id == Message.id)
    .join(Ticket, Ticket.id == Message.ticket_id)
    .where(Attachment.sha256.in_(bindparam("pictures", expanding=True)), Attachment.logo.is_(False))
    .where(Ticket.id < bindparam("new"), _IS_OPEN, Message.at >= bindparam("since"))
    .order_by(Message.ticket_id.desc())
    .limit(_SHOWN)
    .distinct()
)

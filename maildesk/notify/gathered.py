"""Tells agents of very many mails of one sender together: each mail is on its ticket, and one letter says how many.

untold        what it means                                  leaves by
a row         an agent is to hear of this mail, not yet      its writer's first such row is GATHER old -> told
no row        told, in the letter of the same transaction    (stays)
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from maildesk.clock import Clock
from maildesk.mail import Address
from maildesk.model import Event, Person, Ticket, Untold
from maildesk.notify.desk_notice import agents_language, desk_notice, tell
from maildesk.notify.post import Post
from maildesk.store import Store
from maildesk.tokens import TagKind
from maildesk.vocabulary import EventKind, NoticeKind

log = logging.getLogger(__name__)

#: An agent hears of a flood so often, and of any mail in it no later.
GATHER: Final = timedelta(minutes=15)
#: Tickets that one letter names.
MOST_ROWS: Final = 20
#: Letters to agents that another mail of the same sender may share.
SHARED: Final = frozenset({NoticeKind.NEW_TICKET, NoticeKind.CUSTOMER_ANSWER})
_WRITTEN: Final = frozenset({EventKind.OPENED, EventKind.CUSTOMER_ANSWERED, EventKind.THIRD_PERSON_WROTE})


@dataclass(frozen=True, slots=True)
class GatheredRow:
    """A ticket as the letter shows it; `address` takes the agent's answer to it."""

    number: int
    title: str
    address: str


def is_one_of_many(post: Post, event: Event, now: datetime) -> bool:
    """Has its writer had his letters for this hour? Asked once for each event."""
    if event.kind not in _WRITTEN or event.actor_id is None:
        return False
    return not post.crowd.has_room(event.actor_id, now)


def tell_later(session: Session, event: Event, person: int, now: datetime) -> None:
    """This agent is to hear of the mail together with others of its writer."""
    session.add(Untold(author_id=event.actor_id, ticket_id=event.ticket_id, person_id=person, at=now))


def tell_gathered(store: Store, post: Post, clock: Clock) -> int:
    """Enqueues the letters that are due; returns how many. Cheap where there are none."""
    now = clock.now()
    with store.read() as session:
        oldest = session.scalar(select(Untold.at).order_by(Untold.id).limit(1))
    if oldest is None or now - oldest < GATHER:
        return 0
    with store.begin() as session:
        pairs = select(Untold.author_id, Untold.person_id).group_by(Untold.author_id, Untold.person_id)
        due = session.execute(pairs.having(func.min(Untold.at) <= now - GATHER)).all()
        return sum(_tell(session, post, author, person, now) for author, person in due)


def _tell(session: Session, post: Post, author: int, person: int, now: datetime) -> bool:
    # Whoever takes the rows away tells of them: another daemon finds none.
    mine = delete(Untold).where(Untold.author_id == author, Untold.person_id == person)
    taken = sorted((row.id, row.ticket_id) for row in session.execute(mine.returning(Untold.id, Untold.ticket_id)))
    to = post.team.get(person)
    if not taken or to is None:
        return False
    tickets = list(dict.fromkeys(ticket for _, ticket in taken))
    facts = {
        "sender": _address(session.get_one(Person, author)),
        "count": len(taken),
        "rows": _rows(session, post, tickets[:MOST_ROWS], person),
        "more": max(0, len(tickets) - MOST_ROWS),
    }
    # Not by the rows: SQLite gives their numbers again.
    key = f"{NoticeKind.GATHERED}:a{author}:p{person}:{now.isoformat()}"
    language = agents_language(post, to.address)
    answer = post.letter_address(person, now)
    notice = desk_notice(post, NoticeKind.GATHERED, key, _address(to), facts, now, language=language, reply_to=answer)
    log.info("person=%d mails=%d tickets=%d of author=%d told together", person, len(taken), len(tickets), author)
    return tell(session, post, notice, now)


def _rows(session: Session, post: Post, tickets: Sequence[int], person: int) -> tuple[GatheredRow, ...]:
    found = session.scalars(select(Ticket).where(Ticket.id.in_(tickets)).order_by(Ticket.id))
    return tuple(
        GatheredRow(one.id, one.subject, post.address(TagKind.REPLY, one.id, one.token_epoch, person)) for one in found
    )


def _address(person: Person) -> Address:
    return Address(person.name, person.address)

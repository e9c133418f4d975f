"""A letter did not arrive: what follows for the letter, for its address, and for the deadline it was to keep.

Nobody is shut out by it: whoever writes is served, and what an agent answers goes out in any case.
"""

import logging
import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from maildesk.desk import find, our_letters, tickets
from maildesk.desk.failures import Failure, failure_of
from maildesk.desk.tickets import Hand
from maildesk.mail import FailedRecipient
from maildesk.model import Event, Message, Outbound, Person, Ticket
from maildesk.notify.announce import announce
from maildesk.notify.audience import TO_CUSTOMERS
from maildesk.notify.post import Post, Said
from maildesk.notify.why import in_words
from maildesk.reason import because
from maildesk.vocabulary import EventKind

log = logging.getLogger(__name__)

#: A letter is written in the same moment as the answer it brings.
_SAME_MOMENT: Final = timedelta(minutes=1)
_REFUSED: Final = re.compile(r"(?:RCPT|after the dot): 5[0-9][0-9] (5\.[0-9]{1,3}\.[0-9]{1,3})\b", re.ASCII)


def came_back(hand: Hand, letter: Outbound, failure: Failure, reason: str, hard_bounces: int) -> tuple[Event, ...]:
    """A believed report about a letter to somebody outside. Of several reports on one letter only the first counts.

    After `hard_bounces` letters the address gets no more automatic mail, until he writes or an agent says otherwise.
    """
    assert letter.ticket_id is not None
    # The row may have been changed for another letter of this transaction, and is about to be read again.
    hand.session.flush()
    ticket = find.ticket_to_change(hand.session, letter.ticket_id)
    told = f"{letter.recipient}: {reason}"
    if failure is Failure.DELAYED:
        return (tickets.record(hand, ticket, EventKind.DELAYED, told),)
    if not our_letters.mark_bounced(hand.session, letter.id, hand.now, reason):
        return ()
    flagged = _flag(hand, ticket, letter, hard_bounces) if failure is Failure.HARD else []
    withdrawn = _withdraw(hand, ticket, letter)
    undelivered = tickets.record(hand, ticket, EventKind.UNDELIVERED, told, _words_of(hand.session, letter))
    return (*flagged, *withdrawn, undelivered)


def tell_refused(session: Session, post: Post, letter: Outbound, reason: str, now: datetime) -> None:
    """The relay refused a letter, or it was given up: the agents of its ticket learn it; never the requester."""
    if letter.ticket_id is None or letter.kind not in TO_CUSTOMERS:
        # About a letter to one of ours nobody is written to: that letter might fail too, and so on.
        log.error("letter=%d kind=%s not delivered: %s", letter.id, letter.kind, in_words(reason, "en"))
        return
    found = _REFUSED.match(reason)
    status = found[1] if found else ""
    failure = failure_of(FailedRecipient(letter.recipient, status, "failed", bool(found), reason))
    limit = post.settings.limits.hard_bounces
    announce(session, post, came_back(Hand(session, None, None, now), letter, failure, reason, limit), Said(), now)


def is_there_again(person: Person) -> None:
    """He wrote, or an agent knows better: his address is as good as any."""
    person.hard_bounces, person.undeliverable_since = 0, None


def release(hand: Hand, ticket: Ticket) -> Event:
    """An agent says that the people of a ticket can be reached again."""
    people = find.participants(hand.session, ticket.id)
    for person in people:
        is_there_again(person)
    return tickets.record(hand, ticket, EventKind.RELEASED, ", ".join(person.address for person in people))


def doubts(hand: Hand, ticket: Ticket, message: Message | None) -> list[Event]:
    """Whom the agent's letter may not reach, told to him once for each time it began. Without `message` it is not even
    sent there."""
    unsure = [person for person in find.participants(hand.session, ticket.id) if person.undeliverable_since]
    return [
        tickets.record(hand, ticket, EventKind.DOUBTFUL, person.address, message)
        for person in unsure
        if not find.was_doubted(hand.session, ticket.id, person)
    ]


def _flag(hand: Hand, ticket: Ticket, letter: Outbound, most: int) -> list[Event]:
    person = find.person_to_change(hand.session, letter.recipient)
    if person is None:
        return []
    person.hard_bounces += 1
    if person.hard_bounces < most or person.undeliverable_since is not None:
        return []
    person.undeliverable_since = hand.now
    return [
        tickets.record(hand, ticket, EventKind.SUPPRESSED, because("came_back", person.address, person.hard_bounces))
    ]


def _withdraw(hand: Hand, ticket: Ticket, letter: Outbound) -> list[Event]:
    """The first response is the first answer that arrived (behaviour 8): without this one it is the next, or none."""
    counted = ticket.first_response_at
    if counted is None or letter.automatic or letter.made_at - counted > _SAME_MOMENT:
        return []
    if hand.session.get_one(Person, ticket.requester_id).address != letter.recipient:
        return []
    first = our_letters.first_arrived(hand.session, letter)
    if first is not None and first[0] < letter.id:
        return []
    ticket.first_response_at = first[1] if first else None
    said = because("did_not_arrive", letter.id, counted.isoformat())
    return [tickets.record(hand, ticket, EventKind.RESPONSE_WITHDRAWN, said)]


def _words_of(session: Session, letter: Outbound) -> Message | None:
    """The message that the letter was to bring."""
    found = re.fullmatch(r"\w+:event([0-9]+):p[0-9]+", letter.effect_key, re.ASCII)
    cause = session.get(Event, int(found[1])) if found else None
    return session.get(Message, cause.about_id) if cause and cause.about_id else None

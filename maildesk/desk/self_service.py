"""A requester serves himself by one word: `status`, `close`, `reopen`, `stop`, `start`, in his language.

Only where the mail is proven, or came to his own reply address; else it is a mail like any other, and nobody is locked
out. The answer goes to his registered address, within the budgets of automatic mail: two machines end after a few.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from maildesk.desk import find, our_letters, tickets, undelivered
from maildesk.desk.case import Case, Outcome
from maildesk.desk.words.self_words import word_of
from maildesk.mail import Address
from maildesk.model import Deadline, Event, Person, Ticket
from maildesk.notify.headers import can_be_reached
from maildesk.notify.self_service import OwnTicket, SelfAnswer
from maildesk.reason import because
from maildesk.tokens import TagKind, tagged_address
from maildesk.vocabulary import (
    DeadlineLevel,
    DeadlineState,
    Direction,
    Disposition,
    EventKind,
    Happening,
    MailKind,
    Metric,
    SelfService,
    Status,
)

#: Tickets that one letter names.
MOST_ROWS: Final = 20
_OPEN: Final = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
_ENDED: Final = (Status.RESOLVED, Status.CLOSED)
_ANSWERS: Final = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)


def serve(case: Case) -> Outcome | None:
    """None: the mail says more than one word, or is not believed, or there is nothing that the word could mean."""
    wanted = _wanted(case)
    if wanted is None:
        return None
    word, language = wanted
    author = case.author()
    case.session.flush()
    undelivered.is_there_again(author)
    ticket = _meant(case, author, word)
    if word in (SelfService.CLOSE, SelfService.REOPEN) and ticket is None:
        if case.place.ticket is not None:
            return None
        # Which one? He sees them all, and answers a letter about the one he means.
        word = SelfService.STATUS
    events = _do(case, author, word, ticket)
    answer = _answer(case, author, word, ticket, language) if _may_answer(case, author) else None
    number = ticket.id if ticket else case.place.ticket
    return Outcome(Disposition.COMMAND, because("says_requester", word), number, tuple(events), self_answer=answer)


def _wanted(case: Case) -> tuple[SelfService, str] | None:
    mail, tag = case.mail, case.place.tag
    if case.delivery.silent or mail.kind is not MailKind.HUMAN or mail.attachments or not case.trust.may_act:
        return None
    if tag is not None and tag.kind is not TagKind.REPLY:
        return None
    return word_of(mail.visible_text, mail.subject)


def _meant(case: Case, author: Person, word: SelfService) -> Ticket | None:
    """His own ticket that the mail answers; else the only one it can be about. Where it names another, none."""
    if case.place.ticket is not None:
        ticket = find.ticket_to_change(case.session, case.place.ticket)
        return ticket if ticket.requester_id == author.id and _fits(ticket, word) else None
    if word is not SelfService.CLOSE:
        return None
    own = _own(case, author)
    if len(own) != 1 or case.place.linked not in (None, own[0].id):
        return None
    return find.ticket_to_change(case.session, own[0].id)


def _fits(ticket: Ticket, word: SelfService) -> bool:
    return ticket.status in _ENDED if word is SelfService.REOPEN else True


def _do(case: Case, author: Person, word: SelfService, ticket: Ticket | None) -> list[Event]:
    if word is SelfService.STOP:
        author.quiet_since = author.quiet_since or case.now
    elif word is SelfService.START:
        author.quiet_since = None
    elif word is SelfService.CLOSE and ticket is not None and ticket.status != Status.CLOSED:
        return _close(case, author, ticket)
    elif word is SelfService.REOPEN and ticket is not None:
        hand = case.hand(author)
        message = case.take_in(ticket, author, case.mail.visible_text or case.mail.subject, Direction.IN)
        tickets.reopen(hand, ticket, because("requester_says_so"))
        return [tickets.record(hand, ticket, EventKind.CUSTOMER_ANSWERED, because("reopened"), message)]
    return []


def _close(case: Case, author: Person, ticket: Ticket) -> list[Event]:
    """His agents hear of it; he himself by the answer to his mail. What was solved is only closed: one closure."""
    hand, session = case.hand(author), case.session
    message = case.take_in(ticket, author, case.mail.visible_text or case.mail.subject, Direction.IN)
    if ticket.status == Status.RESOLVED:
        tickets.happen(ticket, Happening.CLOSED, case.now)
        tickets.record(hand, ticket, EventKind.CHANGED, f"status: {Status.RESOLVED} -> {Status.CLOSED}")
        return []
    # What was heard before the end waits for no answer.
    heard = tickets.record(hand, ticket, EventKind.CUSTOMER_ANSWERED, because("closed"), message)
    return [tickets.finish(hand, ticket, Happening.CLOSED, find.last_public_answer(session, ticket.id), None), heard]


def _may_answer(case: Case, author: Person) -> bool:
    if not case.mail.may_answer or not can_be_reached(author.address):
        return False
    limits = case.settings.limits
    today = our_letters.automatic_letters(case.session, author.address, case.now - timedelta(days=1))
    hour = sum(made_at >= case.now - timedelta(hours=1) for _, made_at in today)
    return hour < limits.auto_per_hour and len(today) < limits.auto_per_day


def _answer(case: Case, author: Person, word: SelfService, ticket: Ticket | None, language: str) -> SelfAnswer:
    own = _own(case, author) if word is SelfService.STATUS else []
    about = ticket if word in (SelfService.CLOSE, SelfService.REOPEN) else None
    known = [language, author.language, about.language if about else "", case.mail.language]
    desk = case.settings.desk
    reply_to = ""
    if about is not None:
        kind = TagKind.REPLY
        epoch, person = about.token_epoch, author.id
        reply_to = tagged_address(desk.address, desk.subaddress, case.secrets[0], kind, about.id, person, epoch, 0)
    return SelfAnswer(
        word=word,
        to=Address(author.name, author.address),
        language=next(filter(None, known), ""),
        rows=tuple(_row(case, one) for one in own[:MOST_ROWS]),
        more=max(0, len(own) - MOST_ROWS),
        reply_to=reply_to,
        inbound_id=case.delivery.inbound_id,
        message_id=case.mail.message_id,
        ticket=about.id if about else None,
    )


def _own(case: Case, author: Person) -> list[Ticket]:
    found = select(Ticket).where(
        Ticket.requester_id == author.id, Ticket.status.in_(_OPEN), Ticket.merged_into_id.is_(None)
    )
    return list(case.session.scalars(found.order_by(Ticket.id)))


def _row(case: Case, ticket: Ticket) -> OwnTicket:
    """With the time by which he was promised to hear of us, where there is one."""
    until = select(Deadline.due_at).where(
        Deadline.ticket_id == ticket.id,
        Deadline.metric.in_(_ANSWERS),
        Deadline.level == DeadlineLevel.DUE,
        Deadline.state == DeadlineState.WAITING,
        Deadline.due_at > case.now,
    )
    return OwnTicket(
        ticket.id,
        case.clean(ticket.subject),
        Status(ticket.status),
        ticket.opened_at,
        case.session.scalar(until.order_by(Deadline.due_at).limit(1)),
    )

"""What happens when somebody asks for help, or answers: a new ticket, a message on his ticket, or a rating."""

import re
from datetime import timedelta

from maildesk.config import QueueSettings
from maildesk.desk import find, tickets, undelivered
from maildesk.desk.acknowledge import Acknowledgement, SenderFacts, may_acknowledge
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.feedback import Rating, read_rating
from maildesk.desk.participants import take_named
from maildesk.desk.tickets import Report
from maildesk.model import Person, Ticket
from maildesk.tokens import TagKind, base_address, subaddress_of
from maildesk.vocabulary import (
    Cause,
    Direction,
    Disposition,
    EventKind,
    Happening,
    MailKind,
    NoticeKind,
    Standing,
    Status,
)

#: So many mails of one person on one ticket within an hour, each answered, are no conversation but a loop.
MOST_IN_AN_HOUR = 20
RATING_MAY_CHANGE = timedelta(days=7)
#: Whatever follows, a number of points that is none among it.
_RATING = re.compile(r"r[0-9]{1,9}-p[0-9]", re.ASCII)
_TOO_LATE = "a rating that was not asked for, or too late"


def take_request(case: Case) -> Outcome:
    """A human mail of anybody but an agent at work (behaviour 4: nobody is locked out)."""
    pressed = _pressed(case)
    if case.place.ticket is None:
        late = pressed is not None and not pressed.comment
        return Outcome(Disposition.IGNORED, _TOO_LATE, case.place.linked) if late else open_new(case)
    ticket = find.ticket_to_change(case.session, case.place.ticket)
    author = case.author()
    _is_there_again(case, author)
    if case.delivery.release is None and _is_loop(case, ticket, author):
        reason = f"more than {MOST_IN_AN_HOUR} mails each way in an hour: a loop?"
        return Outcome(Disposition.HELD, reason, ticket.id, held=Held(Cause.LOOP))
    return _rated(case, ticket, author, pressed) or _answered(case, ticket, author)


def open_new(case: Case) -> Outcome:
    """A new ticket; acknowledged where that is safe."""
    author = case.author()
    _is_there_again(case, author)
    hand = case.hand(author)
    acknowledgement = _acknowledgement(case, author)
    reason = f"{case.place.reason}; {acknowledgement.reason}"
    ticket = tickets.open_ticket(hand, author, _report(case))
    if case.place.linked:
        tickets.link(hand, ticket, case.place.linked, case.place.link)
    message = case.take_in(ticket, author, case.mail.visible_text, Direction.IN)
    author.language = author.language or ticket.language
    tickets.watch(ticket, [queue.name for queue in _queues(case)])
    events = [tickets.record(hand, ticket, EventKind.OPENED, reason, message), *take_named(case, ticket, author)]
    if acknowledgement.send:
        events.append(tickets.record(hand, ticket, EventKind.ACKNOWLEDGED, acknowledgement.reason, message))
    elif acknowledgement.silenced:
        events.append(tickets.record(hand, ticket, EventKind.SILENCED, acknowledgement.reason, message))
    return Outcome(Disposition.NEW, reason, ticket.id, tuple(events))


def _is_there_again(case: Case, author: Person) -> None:
    """Whoever writes can be reached again, but a From line alone does not prove that he wrote (threats T16)."""
    if case.trust.may_act and case.mail.kind is MailKind.HUMAN:
        undelivered.is_there_again(author)


def _is_loop(case: Case, ticket: Ticket, author: Person) -> bool:
    """Mail and letters have gone to and fro too often: two machines that do not say what they are (threats T23).

    One busy person alone is no loop: without letters of ours to him nothing goes round.
    """
    hour_ago = case.now - timedelta(hours=1)
    if find.messages_since(case.session, ticket.id, author.id, hour_ago) < MOST_IN_AN_HOUR:
        return False
    return find.letters_since(case.session, ticket.id, author.address, hour_ago) >= MOST_IN_AN_HOUR


def _answered(case: Case, ticket: Ticket, author: Person) -> Outcome:
    if find.copy_of(case.session, case.mail.message_id, ticket.id, case.clean(case.mail.visible_text)):
        return Outcome(Disposition.DUPLICATE, "the same words under the same Message-ID stand here", ticket.id)
    hand = case.hand(author)
    message = case.take_in(ticket, author, case.mail.visible_text, Direction.IN)
    tickets.watch(ticket, [queue.name for queue in _queues(case)])
    take_named(case, ticket, author)
    if not _speaks_for_requester(case, ticket, author):
        event = tickets.record(hand, ticket, EventKind.THIRD_PERSON_WROTE, case.trust.reason, message)
        return Outcome(Disposition.REPLY, f"{case.place.reason}; from a third person", ticket.id, (event,))
    over = ticket.status in (Status.RESOLVED, Status.CLOSED)
    if over:
        tickets.reopen(hand, ticket, "the requester answered")
    else:
        tickets.happen(ticket, Happening.REQUESTER_WROTE, case.now)
    event = tickets.record(hand, ticket, EventKind.CUSTOMER_ANSWERED, "reopened" if over else "", message)
    return Outcome(Disposition.REPLY, case.place.reason, ticket.id, (event,))


def _speaks_for_requester(case: Case, ticket: Ticket, author: Person) -> bool:
    """A participant, or the holder of a participant's signed address (his phone, his second address; threats 3.3)."""
    tag = case.place.tag
    if tag is not None:
        # An agent's own address makes nobody a customer (threats 3.2).
        return tag.person in find.people_on(case.session, tag.ticket)
    return case.trust.standing is not Standing.STRANGER and author.id in find.people_on(case.session, ticket.id)


def _pressed(case: Case) -> Rating | None:
    """A button of the rating question, with what its presser wrote below the number."""
    tag = case.place.tag
    if tag is None or tag.kind is not TagKind.RATE:
        return None
    words = case.clean(case.mail.visible_text)
    number = read_rating(words)
    return Rating(tag.score, number.comment if number else words.strip())


def _rated(case: Case, ticket: Ticket, author: Person, pressed: Rating | None) -> Outcome | None:
    """The answer to the rating question: by a button, or by a number, a thumb or a word. None: it is no rating."""
    rating = pressed or _written(case, ticket, author)
    if rating is None:
        return None
    if _may_rate(case, ticket):
        event = tickets.rate(case.hand(author), ticket, rating.score, rating.comment)
        return Outcome(Disposition.RATING, f"{rating.score} of 5", ticket.id, (event,))
    # A number alone opens no ticket again; words beside it are an answer.
    return None if rating.comment else Outcome(Disposition.IGNORED, _TOO_LATE, ticket.id)


def _written(case: Case, ticket: Ticket, author: Person) -> Rating | None:
    """A rating in the words of the requester, once the matter has ended; before that a number is an answer.

    A From line and a number in the subject are nobody's word: the mail must be believed, or answer a letter to him.
    """
    ended = ticket.status in (Status.RESOLVED, Status.CLOSED)
    believed = case.trust.may_act or (
        case.place.addressed == ticket.requester_id and case.trust.standing is Standing.UNPROVEN
    )
    if not ended or not believed or author.id != ticket.requester_id or case.agent is not None:
        return None
    return read_rating(case.clean(case.mail.visible_text))


def _may_rate(case: Case, ticket: Ticket) -> bool:
    """Only the requester was asked, so only his button counts; agents cannot rate (behaviour 11)."""
    tag = case.place.tag
    if case.agent is not None or (tag is not None and tag.person != ticket.requester_id):
        return False
    if ticket.status not in (Status.RESOLVED, Status.CLOSED) or ticket.resolved_at is None:
        return False
    if ticket.rated_at is not None:
        return case.now - ticket.rated_at <= RATING_MAY_CHANGE
    return case.now - ticket.resolved_at <= case.settings.feedback.window


def _report(case: Case) -> Report:
    queue = next(iter(_queues(case)), None)
    return Report(
        subject=case.clean(case.mail.subject).strip()[:400],
        queue=queue.name if queue else "",
        service=queue.service if queue else "",
        language=case.mail.language or case.settings.desk.languages[0],
        opened_at=case.written_at,
    )


def _queues(case: Case) -> list[QueueSettings]:
    """Our queues the mail was sent to: by its envelope first, then by its To and Cc."""
    own, separator = case.settings.own_addresses, case.settings.desk.subaddress
    bases = dict.fromkeys(base for name in _sent_to(case) if (base := base_address(name, own, separator)))
    return [queue for base in bases if (queue := case.settings.queue_of(base))]


def _sent_to(case: Case) -> list[str]:
    return [*case.delivery.recipients, *(address.address for address in (*case.mail.to, *case.mail.cc))]


def _claims_to_rate(case: Case) -> bool:
    """Sent to a button of the rating question that is not genuine, or not any more?"""
    own, separator = case.settings.own_addresses, case.settings.desk.subaddress
    said = [subaddress_of(name, own, separator) for name in _sent_to(case)]
    return case.place.tag is None and any(map(_RATING.match, said))


def _acknowledgement(case: Case, author: Person) -> Acknowledgement:
    if case.delivery.silent:
        return Acknowledgement(False, "not acknowledged: imported")
    if _claims_to_rate(case):
        return Acknowledgement(False, "not acknowledged: a rating with a signature that is not ours")
    today = find.automatic_letters(case.session, author.address, case.now - timedelta(days=1))
    facts = SenderFacts(
        standing=case.trust.standing,
        address=author.address,
        may_answer=case.mail.may_answer,
        may_answer_reason=case.mail.kind_reason,
        acknowledged_today=any(kind == NoticeKind.RECEIVED for kind, _ in today),
        undeliverable=author.undeliverable_since is not None,
        automatic_hour=sum(made_at >= case.now - timedelta(hours=1) for _, made_at in today),
        automatic_day=len(today),
    )
    limits = case.settings.limits
    return may_acknowledge(facts, limits.auto_per_hour, limits.auto_per_day)

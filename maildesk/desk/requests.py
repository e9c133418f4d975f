"""What happens when somebody asks for help, or answers: a new ticket, a message on his ticket, or a rating."""

import re
from dataclasses import replace
from datetime import timedelta

from maildesk.config import QueueSettings
from maildesk.desk import find, our_letters, rated, self_service, tickets, triage, undelivered, workforce
from maildesk.desk.acknowledge import Acknowledgement, SenderFacts, may_acknowledge, refusal
from maildesk.desk.alike import link_alike
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.errands.on_behalf import Behalf, note_down, on_behalf
from maildesk.desk.participants import take_named
from maildesk.desk.tickets import Hand, Report
from maildesk.model import Event, Message, Person, Ticket
from maildesk.reason import because, together
from maildesk.tokens import base_address, subaddress_of
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
#: Whatever follows, a number of points that is none among it.
_RATING = re.compile(r"r[0-9]{1,9}-p[0-9]", re.ASCII)


def take_request(case: Case) -> Outcome:
    """A human mail of anybody but an agent at work (behaviour 4: nobody is locked out)."""
    served = self_service.serve(case)
    if served is not None:
        return served
    pressed = rated.pressed(case)
    if case.place.ticket is None:
        late = pressed is not None and not pressed.comment
        return Outcome(Disposition.IGNORED, rated.TOO_LATE, case.place.linked) if late else open_new(case)
    ticket = find.living_ticket_to_change(case.session, case.place.ticket)
    author = case.author()
    _is_there_again(case, author)
    if case.delivery.release is None and _is_loop(case, ticket, author):
        return Outcome(Disposition.HELD, because("loop", MOST_IN_AN_HOUR), ticket.id, held=Held(Cause.LOOP))
    return rated.take_rating(case, ticket, author, pressed) or _answered(case, ticket, author)


def open_new(case: Case) -> Outcome:
    """A new ticket; acknowledged where that is safe."""
    behalf = on_behalf(case)
    writer = case.author()
    _is_there_again(case, writer)
    # An agent who writes for a customer gets the letter about the new ticket as all others do.
    author = behalf.person if behalf else writer
    hand = case.hand(author)
    acknowledgement = _acknowledgement(case, author, behalf)
    instead = because("for_somebody", author.address) if behalf else ""
    reason = together(case.place.reason, acknowledgement.reason, instead)
    queues = _queues(case)
    found = triage.judge(case, tuple(queue.name for queue in queues))
    ticket = tickets.new_ticket(author, _report(case, behalf.subject if behalf else case.mail.subject))
    triage.put_on(ticket, found, case.settings)
    tickets.open_ticket(hand, ticket)
    _link_to_others(case, hand, ticket)
    message = case.take_in(ticket, author, behalf.text if behalf else _first_words(case), Direction.IN)
    above = note_down(case, ticket, message, behalf, writer) if behalf else ""
    _note_language(author, ticket)
    tickets.watch(ticket, [queue.name for queue in queues])
    triage.write_down(replace(hand, actor=None), ticket, found)
    if not case.delivery.silent:
        reason = together(reason, workforce.assign_automatically(hand, case.settings, ticket, found.tags))
    events = [tickets.record(hand, ticket, EventKind.OPENED, reason, message)]
    events += [] if behalf else take_named(case, ticket, author)
    events += _acknowledged(hand, ticket, acknowledgement, message)
    return Outcome(Disposition.NEW, reason, ticket.id, tuple(events), above=above)


def _link_to_others(case: Case, hand: Hand, ticket: Ticket) -> None:
    """To the ticket that the mail claimed to be about, and to those that look like this one."""
    if case.place.linked:
        tickets.link(hand, ticket, case.place.linked, case.place.link)
    if not case.delivery.silent:
        link_alike(hand, ticket, case.mail.attachments)


def _acknowledged(hand: Hand, ticket: Ticket, acknowledgement: Acknowledgement, message: Message) -> list[Event]:
    if not acknowledgement.send and not acknowledgement.silenced:
        return []
    kind = EventKind.ACKNOWLEDGED if acknowledgement.send else EventKind.SILENCED
    return [tickets.record(hand, ticket, kind, acknowledgement.reason, message)]


def _note_language(author: Person, ticket: Ticket) -> None:
    if not author.language:
        author.language = ticket.language


def _first_words(case: Case) -> str:
    """What a mail passes on is what it is about, and stands nowhere else yet."""
    return case.mail.text if case.mail.forward is not None else case.mail.visible_text


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
    return our_letters.letters_since(case.session, ticket.id, author.address, hour_ago) >= MOST_IN_AN_HOUR


def _answered(case: Case, ticket: Ticket, author: Person) -> Outcome:
    if find.copy_of(case.session, case.mail.message_id, ticket.id, case.clean(case.mail.visible_text)):
        return Outcome(Disposition.DUPLICATE, because("same_words"), ticket.id)
    hand = case.hand(author)
    message = case.take_in(ticket, author, case.mail.visible_text, Direction.IN)
    tickets.watch(ticket, [queue.name for queue in _queues(case)])
    take_named(case, ticket, author)
    if not _speaks_for_requester(case, ticket, author):
        event = tickets.record(hand, ticket, EventKind.THIRD_PERSON_WROTE, case.trust.reason, message)
        reason = together(case.place.reason, because("of_a_third_person"))
        return Outcome(Disposition.REPLY, reason, ticket.id, (event,))
    over = ticket.status in (Status.RESOLVED, Status.CLOSED)
    if over:
        tickets.reopen(hand, ticket, because("requester_answered"))
    else:
        tickets.happen(ticket, Happening.REQUESTER_WROTE, case.now)
    workforce.stand_in(hand, case.settings, ticket)
    event = tickets.record(hand, ticket, EventKind.CUSTOMER_ANSWERED, because("reopened") if over else "", message)
    events = (event, *(rated.ask_why(case, ticket, author) if over else ()))
    return Outcome(Disposition.REPLY, case.place.reason, ticket.id, events)


def _speaks_for_requester(case: Case, ticket: Ticket, author: Person) -> bool:
    """A participant, or the holder of a participant's signed address (his phone, his second address; threats 3.3)."""
    tag = case.place.tag
    if tag is not None:
        # An agent's own address makes nobody a customer (threats 3.2).
        return tag.person in find.people_on(case.session, tag.ticket)
    return case.trust.standing is not Standing.STRANGER and author.id in find.people_on(case.session, ticket.id)


def _report(case: Case, subject: str) -> Report:
    queue = next(iter(_queues(case)), None)
    return Report(
        subject=case.clean(subject).strip()[:400],
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


def _acknowledgement(case: Case, author: Person, behalf: Behalf | None) -> Acknowledgement:
    if case.delivery.silent:
        return refusal(because("imported"))
    if _claims_to_rate(case):
        return refusal(because("rating_not_ours"))
    if behalf is not None and behalf.passed_on:
        return refusal(because("passed_by_colleague"))
    if author.quiet_since is not None:
        return refusal(because("wants_none"))
    today = our_letters.automatic_letters(case.session, author.address, case.now - timedelta(days=1))
    facts = SenderFacts(
        standing=Standing.UNPROVEN if behalf else case.trust.standing,
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

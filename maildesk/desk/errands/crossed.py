"""Has something happened on the ticket that an agent had not seen when he answered? Then his answer waits, he is shown
what is new, and says `send`, or writes another one (behaviour 10).

What he had seen is the letter he answers, and all that was said before his own last answer.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.desk import our_letters, tickets
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.held import holding
from maildesk.desk.words.command_words import Verb
from maildesk.mail import Address, Release
from maildesk.model import Event, Inbound, Message, Outbound, Person, Ticket
from maildesk.notify.post import News
from maildesk.reason import because, together
from maildesk.vocabulary import Cause, Disposition, EventKind, InboundState, NoticeKind

#: What others do that an answer may have to take into account.
_NEWS = (
    EventKind.CUSTOMER_ANSWERED,
    EventKind.ANSWERED,
    EventKind.SOLVED,
    EventKind.CLOSED,
)
#: What shows that an agent knew all that was said before.
_HIS_ANSWERS = (EventKind.ANSWERED, EventKind.SOLVED, EventKind.CLOSED)
#: Letters that show an agent what was said until then; of the others he may have learnt nothing.
_SHOWS = (
    NoticeKind.NEW_TICKET,
    NoticeKind.CUSTOMER_ANSWER,
    NoticeKind.NOTE,
    NoticeKind.ASSIGNED,
    NoticeKind.OFFERED,
    NoticeKind.NUDGE,
    NoticeKind.MERGED,
    NoticeKind.CROSSED,
    NoticeKind.LOW_RATING,
)
#: What was held will be obeyed, and answered by a receipt of its own.
_WITH_ORDERS = because("with_commands")
_SEND = frozenset({"send", "#send", "보내기", "보내세요", "발송"})


def news_for(case: Case, ticket: Ticket, author: Person, *, sends: bool = False) -> tuple[News, ...]:
    """What happened since the letter he answers; empty where nothing did, or where nobody can know what he had read."""
    seen = _seen(case, ticket, author)
    if seen is None:
        return ()
    found = (
        select(Event)
        .where(Event.ticket_id == ticket.id, Event.id > seen, Event.kind.in_(_NEWS), Event.actor_id.is_not(None))
        .where(Event.actor_id != author.id)
        .order_by(Event.id)
    )
    # An end brings the words of the answer before it: they are told once.
    events = {event.about_id or -event.id: event for event in case.session.scalars(found)}
    news = [_news_of(case.session, event, sends) for event in events.values()]
    return tuple(one for one in news if one is not None)


def hold_crossed(case: Case, ticket: Ticket, author: Person, news: tuple[News, ...], *, orders: bool) -> Outcome:
    """Keeps the whole mail until he has seen the news; `orders`: it brings commands, too."""
    reason = together(because("changed_since", len(news)), _WITH_ORDERS if orders else "")
    event = tickets.record(case.hand(author), ticket, EventKind.CROSSED, reason)
    return Outcome(Disposition.HELD, reason, ticket.id, (event,), held=Held(Cause.CROSSED, author.id), news=news)


def says_send(text: str) -> bool:
    """Is this, without a `#`, the one word that lets a held answer go?"""
    return text.strip().casefold().rstrip(".!") in _SEND


def is_asked(case: Case) -> bool:
    """Does one of his answers wait for his word, or does he answer the letter that asked for it, maybe once more?"""
    number, writer = case.place.ticket, case.writer
    if number and writer and held_for(case.session, number, writer.id):
        return True
    letters = (our_letters.letter_about(case.session, one) for one in case.mail.in_reply_to)
    return any(letter is not None and letter.kind in (NoticeKind.CROSSED, NoticeKind.PREVIEW) for letter in letters)


def held_for(session: Session, ticket: int, author: int) -> list[int]:
    """The mails of this agent about this ticket that wait for his word, oldest first."""
    waiting = select(Inbound.id).where(
        Inbound.state == InboundState.HELD,
        Inbound.cause.in_([Cause.CROSSED, Cause.PREVIEW]),
        Inbound.held_for_id == author,
        Inbound.ticket_id == ticket,
    )
    return list(session.scalars(waiting.order_by(Inbound.id)))


def set_aside_older(session: Session, ticket: int, author: int) -> None:
    """He has written another answer instead of those that wait."""
    for inbound_id in held_for(session, ticket, author):
        holding.put_aside(session, inbound_id, because("another_answer"))


def _news_of(session: Session, event: Event, sends: bool) -> News | None:
    """None for an answer that was taken back."""
    person = session.get_one(Person, event.actor_id)
    message = session.get(Message, event.about_id) if event.about_id else None
    if message is not None and message.withdrawn_at is not None:
        return None
    by_agent = event.kind in _HIS_ANSWERS
    if sends and not by_agent and (message is None or not message.verified):
        # A From line may hold an answer once; whoever says `send` then is not stopped by the next one.
        return None
    return News(Address(person.name, person.address), by_agent, event.at, message.text if message else "")


def _seen(case: Case, ticket: Ticket, author: Person) -> int | None:
    """The id of the last event he knew of; None where no letter about the ticket ever went to him."""
    answered = _letter_answered(case, ticket)
    if answered is None:
        newest = select(func.max(Outbound.event_id)).where(Outbound.ticket_id == ticket.id, Outbound.kind.in_(_SHOWS))
        answered = case.session.scalar(newest.where(Outbound.recipient == author.address))
    if answered is None:
        return None
    on_ticket = select(func.max(Event.id)).where(Event.ticket_id == ticket.id)
    # The letter shows the words of the mail that caused it, which may be an event behind its own: "#assign bob".
    mail = select(Event.inbound_id).where(Event.id == answered).scalar_subquery()
    own = on_ticket.where(Event.actor_id == author.id, Event.kind.in_(_HIS_ANSWERS))
    shown = case.session.scalar(on_ticket.where(Event.inbound_id == mail))
    return max(answered, shown or 0, case.session.scalar(own) or 0)


def _letter_answered(case: Case, ticket: Ticket) -> int | None:
    for message_id in (*case.mail.in_reply_to, *reversed(case.mail.references)):
        letter = our_letters.letter_about(case.session, message_id)
        if letter is not None and letter.ticket_id == ticket.id and letter.kind in _SHOWS:
            return letter.event_id
    return None


def _read(wanted: Wanted) -> Deed:
    author = wanted.case.writer
    waiting = held_for(wanted.case.session, wanted.ticket.id, author.id) if author else []
    if not waiting:
        wanted.wrong(wanted.commands[0], "no answer of yours waits on this ticket")

    def send(author: Person) -> list[Event]:
        release = Release(author.address, wanted.ticket.id)
        holding.let_go(wanted.case.session, waiting[-1], release)
        wanted.receipt.follows = _brings_orders(wanted.case.session, waiting[-1])
        for older in waiting[:-1]:
            holding.put_aside(wanted.case.session, older, because("later_answer_sent"))
        return [tickets.record(wanted.case.hand(author), wanted.ticket, EventKind.SENT_ANYWAY)]

    return send


def _brings_orders(session: Session, inbound_id: int) -> bool:
    """Only what ends a matter is shown beforehand, and that is a command."""
    shown = select(Event).where(
        Event.inbound_id == inbound_id, Event.kind.in_([EventKind.CROSSED, EventKind.PREVIEWED])
    )
    return any(one.kind == EventKind.PREVIEWED or _WITH_ORDERS in one.text for one in session.scalars(shown))


ERRAND = Errand(frozenset({Verb.SEND}), _read)

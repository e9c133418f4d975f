"""Finds the stored reasons that `maildesk why` and `#why` show, of a ticket or Message-ID. It decides nothing anew.

What it says are reasons (maildesk.reason); the words are chosen where somebody reads them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from maildesk.model import Arrival, Deadline, Event, Inbound, Message, Outbound, Person, Question, Ticket
from maildesk.notify.happened import event_in_words
from maildesk.notify.why import in_words
from maildesk.reason import because, together
from maildesk.vocabulary import Cause, QuestionKind

#: Digits that a ticket's number may have, so that every database can hold it.
_MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that was decided: when, about what, how, and why; all but the time as reasons are stored."""

    at: datetime | None
    what: str
    decision: str
    reason: str = ""
    #: (kind, text) where it is an event.
    event: tuple[str, str] | None = None


_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LET_GO: Final = because("let_it_go")
_WHAT_NOW: Final = {
    Cause.UNPROVEN_AGENT: together(because("waits_for_agent"), _LET_GO),
    Cause.UNCONFIRMED: together(because("no_word_of_agent"), _LET_GO),
    Cause.NO_TICKET: because("name_its_ticket"),
    Cause.CODE_MAIL: together(because("code_could_be_used"), _LET_GO),
    Cause.STRANGE_ANSWER: together(because("in_wrong_hands"), _LET_GO),
    Cause.OWN_NAME: together(because("nobody_but_us"), _LET_GO),
    Cause.LOOP: together(because("machines"), _LET_GO),
    Cause.FAILED: because("try_again"),
    Cause.CROSSED: together(because("shown_news"), because("send_lets_go")),
    Cause.PREVIEW: together(because("shown_incidents"), because("send_lets_go")),
    Cause.BLOCKED: because("unblock"),
    Cause.TOO_MANY: because("others_first"),
}


def reasons_for(session: Session, what: str) -> list[Known]:
    """Every decision; none where nothing is known of it."""
    number = what.strip().removeprefix("#")
    if number.isdecimal() and len(number) <= _MOST_DIGITS and (reasons := _of_ticket(session, int(number))):
        return reasons
    # An argument that is no text in the terminal's encoding is no Message-ID of ours either.
    return _of_mail(session, what.strip().strip("<>").encode("utf-8", "replace").decode())


def for_operator(known: Known) -> dict[str, Any]:
    """One of them in English: `at`, `what`, `decision`, `reason`."""
    reason = event_in_words(*known.event) if known.event else in_words(known.reason, "en")
    return {
        "at": known.at,
        "what": in_words(known.what, "en"),
        "decision": in_words(known.decision, "en"),
        "reason": reason,
    }


def _of_ticket(session: Session, number: int) -> list[Known]:
    if session.get(Ticket, number) is None:
        return []
    mails = select(Inbound).where(Inbound.ticket_id == number).order_by(Inbound.id)
    reasons = [reason for row in session.scalars(mails) for reason in _received(session, row)]
    found = session.execute(
        select(Event, Person.address)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.ticket_id == number)
        .order_by(Event.id)
    )
    reasons += [_happened(event, actor or "maildesk") for event, actor in found]
    clocks = select(Deadline).where(Deadline.ticket_id == number).order_by(Deadline.due_at, Deadline.id)
    reasons += [_counted(row) for row in session.scalars(clocks)]
    letters = select(Outbound).options(defer(Outbound.raw)).where(Outbound.ticket_id == number).order_by(Outbound.id)
    reasons += [_sent(row) for row in session.scalars(letters)]
    return sorted(reasons, key=lambda reason: reason.at or _FIRST)


def _of_mail(session: Session, message_id: str) -> list[Known]:
    mails = select(Inbound).where(Inbound.message_id == message_id).order_by(Inbound.id)
    reasons = [reason for row in session.scalars(mails) for reason in _received(session, row)]
    letters = select(Outbound).options(defer(Outbound.raw)).where(Outbound.message_id == message_id)
    return reasons + [_sent(row) for row in session.scalars(letters)]


def _received(session: Session, row: Inbound) -> list[Known]:
    mail = because("mail_from", row.id, row.sender) if row.sender else because("mail_from_nobody", row.id)
    reasons = [
        Known(row.received_at, mail, because("accepted"), _ways(session, row)),
        *_believed(row),
        Known(row.received_at, because("the_mail", row.id), _decided(row), row.reason),
        *held_reasons(session, row),
    ]
    for message in session.scalars(select(Message).where(Message.inbound_id == row.id)):
        how = because("went_verified", message.direction)
        went = how if message.verified else because("went_unverified", message.direction)
        reasons.append(Known(message.at, because("the_message", message.id), went, message.placed_by))
    return reasons


def _ways(session: Session, row: Inbound) -> str:
    ways = session.scalars(select(Arrival).where(Arrival.inbound_id == row.id).order_by(Arrival.id))
    return together(
        *(
            because("came_by", way.source, way.recipient) if way.recipient else because("came_for_nobody", way.source)
            for way in ways
        )
    )


def _decided(row: Inbound) -> str:
    """What became of it; before that, where it stands."""
    if row.ticket_id:
        to = because("became_on", row.disposition, row.ticket_id)
        return to if row.disposition else because("in_state_on", row.state, row.ticket_id)
    return because("fate", row.disposition) if row.disposition else because("in_state", row.state)


def _believed(row: Inbound) -> list[Known]:
    """What was found out about its sender, by the rule that spoke; of what was settled before it was asked: nothing."""
    at, what = row.received_at, because("sender_of", row.id)
    standing, _, signals = row.trust.partition(": ")
    found = [Known(at, what, because("examined"), because("said", row.proof))] if row.proof else []
    return found + ([Known(at, what, because("standing", standing), signals)] if standing else [])


def held_reasons(session: Session, row: Inbound) -> list[Known]:
    """Why a mail was kept aside, who was asked about it, what he said, and what can still be done."""
    what = because("the_mail", row.id)
    reasons = []
    if row.cause:
        reasons.append(Known(row.received_at, what, because("cause", row.cause), _WHAT_NOW[Cause(row.cause)]))
    asked = select(Question, Person.address).join(Person, Person.id == Question.person_id)
    found = session.execute(asked.where(Question.inbound_id == row.id).order_by(Question.id))
    reasons += [_asked(question, address) for question, address in found]
    if row.released_by:
        to = because("to_ticket", row.released_to) if row.released_to else because("to_a_new_ticket")
        where = because("to_its_place") if row.released_to is None else to
        reasons.append(Known(row.received_at, what, because("released_by", row.released_by), where))
    return reasons


def _asked(question: Question, address: str) -> Known:
    waits = because("state_until", question.state, question.expires_at.isoformat())
    confirms = question.kind == QuestionKind.CONFIRM
    about = because("question_confirm", question.id, address)
    return Known(
        question.answered_at or question.asked_at,
        about if confirms else because("question_decide", question.id, address),
        because("decision", question.decision) if question.decision else waits,
        because("by_mail", question.answer_id) if question.answer_id else "",
    )


def _happened(event: Event, actor: str) -> Known:
    return Known(event.at, because("event_by", actor), because("said", event.kind), event=(event.kind, event.text))


def _counted(row: Deadline) -> Known:
    """At the time it is due; what became of it, and since when its clock runs."""
    fired = because("state_at", row.state, row.fired_at.isoformat()) if row.fired_at else ""
    done = because("done_at", row.done_at.isoformat()) if row.done_at else ""
    told = together(fired or because("in_state", row.state), done)
    since = because("runs_since", row.started_at.isoformat(), row.cycle)
    return Known(row.due_at, because("clock", row.metric, row.level), told, since)


def _sent(row: Outbound) -> Known:
    what = because("letter_to", row.id, row.kind, row.recipient)
    fate = because("after_attempts", row.state, row.attempts)
    return Known(row.made_at, what, fate, row.error or because("said", row.effect_key))

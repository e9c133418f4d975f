"""Finds the stored reasons that `maildesk why` and `#why` show, of a ticket or Message-ID, and says them in English.

It decides nothing anew.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from maildesk.model import Arrival, Deadline, Event, Inbound, Message, Outbound, Person, Question, Ticket
from maildesk.notify.happened import event_in_words
from maildesk.notify.why import in_words
from maildesk.vocabulary import Cause

#: Digits that a ticket's number may have, so that every database can hold it.
_MOST_DIGITS: Final = 18


_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LET_GO: Final = "`maildesk inbox release` lets it go, `drop` puts it aside"
_WHAT_NOW: Final = {
    Cause.UNPROVEN_AGENT: f"waits for the agent's own word; {_LET_GO}",
    Cause.UNCONFIRMED: f"the agent did not answer in seven days; {_LET_GO}",
    Cause.NO_TICKET: "`maildesk inbox release ID --as ticket N` says which ticket is meant",
    Cause.CODE_MAIL: f"who holds the ticket's address could use the code in our name; {_LET_GO}",
    Cause.STRANGE_ANSWER: f"a one-time address in wrong hands, or not proven; {_LET_GO}",
    Cause.OWN_NAME: f"nobody but maildesk writes from this address; {_LET_GO}",
    Cause.LOOP: f"two machines may be answering each other; {_LET_GO}",
    Cause.FAILED: "`maildesk inbox retry` tries again when the cause is gone",
    Cause.CROSSED: "the agent was shown what had happened meanwhile; `send` from him, or `release`, lets it go",
    Cause.PREVIEW: "the agent was shown whom it would answer; `send` from him, or `release`, lets it go",
    Cause.BLOCKED: "`maildesk inbox unblock` lets later mail in, `release` this one",
    Cause.TOO_MANY: "what waits for this agent is to be decided first; `release` lets this one go",
}


def reasons_for(session: Session, what: str) -> list[dict[str, Any]]:
    """Every decision with `at`, `what`, `decision`, `reason`; none where nothing is known of it."""
    number = what.strip().removeprefix("#")
    if number.isdecimal() and len(number) <= _MOST_DIGITS and (reasons := _of_ticket(session, int(number))):
        return reasons
    # An argument that is no text in the terminal's encoding is no Message-ID of ours either.
    return _of_mail(session, what.strip().strip("<>").encode("utf-8", "replace").decode())


def _of_ticket(session: Session, number: int) -> list[dict[str, Any]]:
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
    for event, actor in found:
        reasons.append(
            _reason(event.at, f"event by {actor or 'maildesk'}", event.kind, event_in_words(event.kind, event.text))
        )
    clocks = select(Deadline).where(Deadline.ticket_id == number).order_by(Deadline.due_at, Deadline.id)
    reasons += [_counted(row) for row in session.scalars(clocks)]
    letters = select(Outbound).options(defer(Outbound.raw)).where(Outbound.ticket_id == number).order_by(Outbound.id)
    reasons += [_sent(row) for row in session.scalars(letters)]
    return sorted(reasons, key=lambda reason: reason["at"] or _FIRST)


def _of_mail(session: Session, message_id: str) -> list[dict[str, Any]]:
    mails = select(Inbound).where(Inbound.message_id == message_id).order_by(Inbound.id)
    reasons = [reason for row in session.scalars(mails) for reason in _received(session, row)]
    letters = select(Outbound).options(defer(Outbound.raw)).where(Outbound.message_id == message_id)
    return reasons + [_sent(row) for row in session.scalars(letters)]


def _received(session: Session, row: Inbound) -> list[dict[str, Any]]:
    ways = session.scalars(select(Arrival).where(Arrival.inbound_id == row.id).order_by(Arrival.id))
    came = "; ".join(f"{way.source} for {way.recipient or 'nobody named'}" for way in ways)
    decided = f"{row.disposition or row.state}" + (f" on ticket {row.ticket_id}" if row.ticket_id else "")
    reasons = [
        _reason(row.received_at, f"mail {row.id} from {row.sender or 'nobody'}", "accepted", came),
        *_believed(row),
        _reason(row.received_at, f"mail {row.id}", decided, in_words(row.reason, "en")),
    ]
    reasons += held_reasons(session, row)
    for message in session.scalars(select(Message).where(Message.inbound_id == row.id)):
        verified = "verified" if message.verified else "not verified"
        placed = in_words(message.placed_by, "en")
        reasons.append(_reason(message.at, f"message {message.id}", f"{message.direction}, {verified}", placed))
    return reasons


def _believed(row: Inbound) -> list[dict[str, Any]]:
    """What was found out about its sender, by the rule that spoke; of what was settled before it was asked: nothing."""
    at, what = row.received_at, f"sender of mail {row.id}"
    standing, _, signals = row.trust.partition(": ")
    found = [_reason(at, what, "examined", row.proof)] if row.proof else []
    return found + ([_reason(at, what, standing, signals)] if standing else [])


def held_reasons(session: Session, row: Inbound) -> list[dict[str, Any]]:
    """Why a mail was kept aside, who was asked about it, what he said, and what can still be done."""
    what = f"mail {row.id}"
    reasons = []
    if row.cause:
        reasons.append(_reason(row.received_at, what, f"cause {row.cause}", _WHAT_NOW[Cause(row.cause)]))
    asked = select(Question, Person.address).join(Person, Person.id == Question.person_id)
    for question, address in session.execute(asked.where(Question.inbound_id == row.id).order_by(Question.id)):
        decided = question.decision or f"{question.state}, until {question.expires_at}"
        by = f"by mail {question.answer_id}" if question.answer_id else ""
        about = f"question {question.id} to {address}: {question.kind}"
        reasons.append(_reason(question.answered_at or question.asked_at, about, decided, by))
    if row.released_by:
        where = {None: "where it belongs by itself", 0: "a new ticket"}
        to = where.get(row.released_to, f"ticket {row.released_to}")
        reasons.append(_reason(row.received_at, what, f"released by {row.released_by}", f"to {to}"))
    return reasons


def _counted(row: Deadline) -> dict[str, Any]:
    """At the time it is due; what became of it, and since when its clock runs."""
    told = f"{row.state} at {row.fired_at:%Y-%m-%d %H:%M} UTC" if row.fired_at else row.state
    done = f"; done at {row.done_at:%Y-%m-%d %H:%M} UTC" if row.done_at else ""
    since = f"since {row.started_at:%Y-%m-%d %H:%M} UTC, run {row.cycle}"
    return _reason(row.due_at, f"clock {row.metric}, {row.level}", told + done, since)


def _sent(row: Outbound) -> dict[str, Any]:
    fate = f"{row.state} after {row.attempts} attempts"
    return _reason(row.made_at, f"letter {row.id} {row.kind} to {row.recipient}", fate, row.error or row.effect_key)


def _reason(at: datetime | None, what: str, decision: str, reason: str) -> dict[str, Any]:
    return {"at": at, "what": what, "decision": decision, "reason": reason}

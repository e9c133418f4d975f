"""Whom we ask how we did, and when: once for each end of a ticket, and nobody again within a while (behaviour 11).

The question stands in the closing letter, or in a letter of its own later (desk/clocks/firing.py). It reads no answer.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.config import Settings
from maildesk.desk.case import Case
from maildesk.desk.errands.unwanted import TAG as SPAM
from maildesk.model import Event, Inbound, Person, Ticket, TicketTag
from maildesk.notify.headers import can_be_reached
from maildesk.vocabulary import EventKind, Status

OVER: Final = (Status.RESOLVED, Status.CLOSED)
_BY_HAND: Final = (EventKind.SOLVED, EventKind.CLOSED)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """All that speaks against the question; each name is a reason as it is written down."""

    not_over: bool = False
    merged: bool = False
    spam: bool = False
    ended_by_itself: bool = False
    imported: bool = False
    asked_already: bool = False
    rated_already: bool = False
    asked_lately: bool = False
    an_agent: bool = False
    unreachable: bool = False
    wants_no_automatic_mail: bool = False

    @property
    def reason(self) -> str:
        """The first that holds, in words; nothing where he may be asked."""
        return next((field.name.replace("_", " ") for field in fields(self) if getattr(self, field.name)), "")


def was_asked(ticket: Ticket) -> bool:
    """Since the ticket ended this time?"""
    return ticket.asked_at is not None and ticket.resolved_at is not None and ticket.asked_at >= ticket.resolved_at


def ask_in_closing_letter(case: Case, ticket: Ticket) -> None:
    """Puts the question into the letter that tells of the end, which is on the ticket already."""
    feedback = case.settings.feedback
    if not feedback.with_closure or feedback.survey_after is not None or case.delivery.silent:
        return
    if not why_not(case.session, case.settings, ticket, case.now).reason:
        ticket.asked_at = case.now


def why_not(session: Session, settings: Settings, ticket: Ticket, now: datetime) -> WhyNot:
    """What speaks against asking the requester of this ticket now. He is locked: of two letters only one asks."""
    session.flush()
    requester = session.scalars(_HELD.where(Person.id == ticket.requester_id)).one()
    return WhyNot(
        not_over=ticket.status not in OVER,
        merged=ticket.merged_into_id is not None,
        spam=session.scalar(_SPAM.where(TicketTag.ticket_id == ticket.id)) is not None,
        ended_by_itself=not _was_ended_by_hand(session, ticket),
        imported=_was_ended_in_silence(session, ticket),
        asked_already=was_asked(ticket),
        rated_already=ticket.rating is not None,
        asked_lately=_was_asked_since(session, requester, now, settings),
        an_agent=settings.agent_of(requester.address) is not None,
        unreachable=requester.undeliverable_since is not None or not can_be_reached(requester.address),
        wants_no_automatic_mail=requester.quiet_since is not None,
    )


def _was_ended_by_hand(session: Session, ticket: Ticket) -> bool:
    """A person said that it is done; nobody closed it in silence, and no date passed."""
    return session.scalar(_LAST_END.where(Event.ticket_id == ticket.id)) in _BY_HAND


def _was_ended_in_silence(session: Session, ticket: Ticket) -> bool:
    ended = _ENDED_BY.where(Event.ticket_id == ticket.id)
    return bool(session.scalar(ended))


def _was_asked_since(session: Session, requester: Person, now: datetime, settings: Settings) -> bool:
    asked = _ASKED.where(Ticket.requester_id == requester.id, Ticket.asked_at > now - settings.feedback.every)
    return session.scalar(asked) is not None


_HELD: Final = select(Person).with_for_update()
_SPAM: Final = select(TicketTag.id).where(TicketTag.word == SPAM).limit(1)
_ENDS: Final = (*_BY_HAND, EventKind.EXPIRED, EventKind.SPAM, EventKind.MERGED)
_LAST_END: Final = select(Event.kind).where(Event.kind.in_(_ENDS)).order_by(Event.id.desc()).limit(1)
_ENDED_BY: Final = (
    select(Inbound.silent)
    .join(Event, Event.inbound_id == Inbound.id)
    .where(Event.kind.in_(_BY_HAND))
    .order_by(Event.id.desc())
    .limit(1)
)
_ASKED: Final = select(Ticket.id).where(Ticket.asked_at.is_not(None)).limit(1)

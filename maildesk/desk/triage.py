"""Puts what the rules find in a new mail on its ticket, with the reasons; and what an agent says better later."""

from typing import cast

from sqlalchemy import Table

from maildesk.config import PrioritySettings, Settings
from maildesk.desk.case import Case
from maildesk.desk.priority import MailFacts, Triage, priority_of, triage_of
from maildesk.desk.tickets import Hand, record
from maildesk.desk.words.default_rules import DEFAULT_RULES
from maildesk.model import Ticket, TicketTag
from maildesk.reason import because, together
from maildesk.tokens import base_address
from maildesk.vocabulary import EventKind, Level, Priority, Standing


def judge(case: Case, queues: tuple[str, ...]) -> Triage:
    """What the operator's rules, and then ours, make of a mail that was sent to these queues."""
    settings = case.settings
    rules = (*settings.rule, *(DEFAULT_RULES if settings.priority.default_rules else ()))
    return triage_of(_facts(case, queues), rules, settings.priority)


def put_on(ticket: Ticket, found: Triage, settings: Settings) -> None:
    """The ticket is about what was found; its queue and service stay where no rule names others."""
    ticket.type, ticket.category = found.type, found.category
    ticket.impact, ticket.urgency = found.impact, found.urgency
    ticket.priority, ticket.priority_reason = found.priority, found.priority_reason
    queue = next((one for one in settings.queue if one.name.casefold() == found.queue.casefold()), None)
    if queue is not None:
        ticket.queue, ticket.service = queue.name, queue.service
    ticket.service = found.service or ticket.service


def write_down(hand: Hand, ticket: Ticket, found: Triage) -> None:
    """The tags, and the reasons for everything; nothing where no rule held."""
    if found.tags:
        tags = [{"ticket_id": ticket.id, "word": tag} for tag in found.tags]
        hand.session.connection().execute(_ADD_TAGS, tags)
    if found.reasons:
        record(hand, ticket, EventKind.TRIAGED, together(*found.reasons, because("priority_is", ticket.priority)))


def correct(
    ticket: Ticket,
    matrix: PrioritySettings,
    by: str,
    *,
    priority: Priority | None = None,
    impact: Level | None = None,
    urgency: Level | None = None,
) -> None:
    """What somebody (`by`, his name) says better: the priority itself, or what it follows from by the matrix."""
    ticket.impact, ticket.urgency = impact or ticket.impact, urgency or ticket.urgency
    ticket.priority = priority or priority_of(Level(ticket.impact), Level(ticket.urgency), matrix)
    ticket.priority_reason = because("by", by)


def _facts(case: Case, queues: tuple[str, ...]) -> MailFacts:
    mail, settings = case.mail, case.settings
    believed = mail.identity is not None and case.trust.standing is not Standing.FAILED
    sender = mail.identity if believed and mail.identity else ""
    organisation = settings.organisation_of(sender) if sender else None
    sent_to = (*case.delivery.recipients, *mail.delivered_to, *(one.address for one in (*mail.to, *mail.cc)))
    own, separator = settings.own_addresses, settings.desk.subaddress
    headers = mail.headers if case.trust.may_act else ()
    return MailFacts(
        subject=mail.subject,
        text=mail.visible_text,
        queues=frozenset(name.casefold() for name in queues),
        recipients=frozenset(base_address(one, own, separator) or one.lower() for one in sent_to),
        sender=sender,
        organisation=organisation.name if organisation else "",
        vip=organisation is not None and organisation.vip,
        headers=frozenset((name.casefold(), value.casefold()) for name, value in headers),
    )


_ADD_TAGS = cast(Table, TicketTag.__table__).insert()

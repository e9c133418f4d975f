"""What machines wrote, except delivery reports: out-of-office notes, receipts, monitoring. Recorded, never answered,
never a turn taken."""

import re
from dataclasses import replace
from typing import Final

from maildesk.desk import find, tickets
from maildesk.desk.absence import note_absence
from maildesk.desk.case import Case, Outcome
from maildesk.desk.requests import open_new
from maildesk.desk.workforce import hand_over_waiting, is_away
from maildesk.mail import Mail, Part
from maildesk.model import Event
from maildesk.reason import together
from maildesk.vocabulary import Direction, Disposition, EventKind, MailKind

_RECEIPTS: Final = ("message/disposition-notification", "message/feedback-report")
#: An answer to an invitation (RFC 5546 3.2.3, 3.2.7); an invitation itself is somebody's matter.
_CALENDAR_ANSWER: Final = re.compile(rb"^METHOD:(?:REPLY|COUNTER)\b", re.IGNORECASE | re.MULTILINE)
_CALENDAR_HEAD: Final = 4096


def take_automatic(case: Case) -> Outcome:
    """On the ticket it belongs to as a record; a machine's own report opens one (without acknowledgement)."""
    was_there = case.writer is not None and not is_away(case.writer, case.now)
    reason = together(case.mail.kind_reason, case.place.reason, note_absence(case))
    if case.place.ticket is not None:
        outcome = _noted(case, case.place.ticket, reason)
        return replace(outcome, events=(*outcome.events, *_offered_on(case, was_there)))
    if case.mail.kind is MailKind.OUT_OF_OFFICE and case.agent is not None:
        return Outcome(Disposition.AUTO, reason, events=tuple(_offered_on(case, was_there)))
    if case.mail.kind is MailKind.OUT_OF_OFFICE or case.agent is not None or _is_receipt(case.mail):
        return Outcome(Disposition.AUTO, reason)
    return open_new(case)


def _offered_on(case: Case, was_there: bool) -> list[Event]:
    """What waits for an agent who has just gone away; his further notes repeat nothing."""
    if case.agent is None or case.writer is None or not was_there or not is_away(case.writer, case.now):
        return []
    return hand_over_waiting(case.hand(case.writer), case.settings, case.writer)


def is_unread_report(case: Case) -> bool:
    """Sent to the return address of a letter, by somebody who takes no answer: a report in words nobody knows."""
    return case.returned is not None and not case.mail.may_answer


def _is_receipt(mail: Mail) -> bool:
    """Does it only say what became of another mail: that it was read, called spam, or that a meeting is accepted (RFC
    8098, RFC 5965)?"""
    return any(part.content_type in _RECEIPTS or _is_calendar_answer(part) for part in mail.attachments)


def _is_calendar_answer(part: Part) -> bool:
    return part.content_type == "text/calendar" and bool(_CALENDAR_ANSWER.search(part.data[:_CALENDAR_HEAD]))


def _noted(case: Case, number: int, reason: str) -> Outcome:
    ticket = find.ticket_to_change(case.session, number)
    author = case.author()
    message = case.take_in(ticket, author, case.mail.visible_text, Direction.NOTE)
    event = tickets.record(case.hand(author), ticket, EventKind.AUTOMATIC_NOTED, reason, message)
    return Outcome(Disposition.AUTO, reason, ticket.id, (event,))

"""What machines wrote: delivery reports, out-of-office notes, monitoring. Recorded, never answered, never a turn
taken."""

from maildesk.desk import find, tickets
from maildesk.desk.case import Case, Outcome
from maildesk.desk.requests import open_new
from maildesk.mail import FailedRecipient, Mail
from maildesk.model import Event, Outbound
from maildesk.vocabulary import Direction, Disposition, EventKind, MailKind

_RECEIPTS = ("message/disposition-notification", "message/feedback-report")


def take_automatic(case: Case) -> Outcome:
    """On the ticket it belongs to as a record; a machine's own report opens one (without acknowledgement)."""
    if case.place.ticket is not None:
        return _noted(case, case.place.ticket)
    if case.mail.kind is MailKind.OUT_OF_OFFICE or case.agent is not None or _is_receipt(case.mail):
        return Outcome(Disposition.AUTO, f"{case.mail.kind_reason}; {case.place.reason}")
    return open_new(case)


def take_bounce(case: Case) -> Outcome:
    """A delivery report counts only for a letter of ours and the address it went to (threats T16)."""
    report = case.mail.bounce
    letter = find.letter_about(case.session, report.message_id) if report else None
    if report is None or letter is None or letter.ticket_id is None:
        return Outcome(Disposition.BOUNCE, f"{case.mail.kind_reason}; about no letter of ours")
    failed = next((one for one in report.recipients if one.address.lower() == letter.recipient), None)
    if failed is None:
        return Outcome(Disposition.BOUNCE, "a report about an address our letter did not go to", letter.ticket_id)
    if case.settings.agent_of(letter.recipient):
        # Nobody is written to about a letter to one of ours: that letter would come back too, and so on.
        reason = f"letter {letter.id} did not reach our own {letter.recipient}: {failed.reason or failed.status}"
        return Outcome(Disposition.BOUNCE, reason, letter.ticket_id)
    event = _failed(case, letter, failed)
    return Outcome(Disposition.BOUNCE, f"about letter {letter.id} to {letter.recipient}", letter.ticket_id, (event,))


def _is_receipt(mail: Mail) -> bool:
    """Does it only say what became of another mail: that it was read, or called spam (RFC 8098, RFC 5965)?"""
    return any(part.content_type in _RECEIPTS for part in mail.attachments)


def _noted(case: Case, number: int) -> Outcome:
    ticket = find.ticket_to_change(case.session, number)
    author = case.author()
    message = case.take_in(ticket, author, case.mail.visible_text, Direction.NOTE)
    event = tickets.record(case.hand(author), ticket, EventKind.AUTOMATIC_NOTED, case.mail.kind_reason, message)
    return Outcome(Disposition.AUTO, f"{case.mail.kind_reason}; {case.place.reason}", ticket.id, (event,))


def _failed(case: Case, letter: Outbound, failed: FailedRecipient) -> Event:
    assert letter.ticket_id is not None
    ticket = find.ticket_to_change(case.session, letter.ticket_id)
    hand = case.hand(None)
    if not failed.permanent:
        return tickets.record(hand, ticket, EventKind.DELAYED, f"{letter.recipient}: {failed.reason or failed.status}")
    person = find.person(case.session, letter.recipient)
    if person is not None:
        person.undeliverable_since = person.undeliverable_since or case.now
    return tickets.record(hand, ticket, EventKind.UNDELIVERED, f"{letter.recipient}: {failed.reason or failed.status}")

"""Is a mail turned aside before anybody acts on it? Nobody outside is told, so nobody learns where the line is."""

import logging

from maildesk.desk import find, tickets
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.held.blocks import blocked_by
from maildesk.desk.speaker.code_mail import is_code_mail
from maildesk.model import Ticket
from maildesk.reason import because, together
from maildesk.vocabulary import Cause, Disposition, EventKind, MailKind

log = logging.getLogger(__name__)


def turned_aside(case: Case) -> Outcome | None:
    """A blocked sender's mail, or a stranger's verification code for a ticket; None for every other."""
    if case.delivery.release is not None:
        return None
    if sender := blocked_by(case.session, [one.address for one in case.mail.from_]):
        return Outcome(Disposition.IGNORED, because("blocked_sender", sender), held=Held(Cause.BLOCKED))
    return _held_code(case) if _is_trick(case) else None


def _is_trick(case: Case) -> bool:
    """Threats T1: whoever holds a signed address could use it to read such a mail in our name."""
    if case.place.ticket is None or case.agent is not None:
        return False
    if case.writer is not None and case.writer.id in find.people_on(case.session, case.place.ticket):
        return False
    answers = case.mail.kind is MailKind.HUMAN and bool(case.mail.in_reply_to or case.mail.references)
    return is_code_mail(case.mail.subject, case.mail.text, answers)


def _held_code(case: Case) -> Outcome:
    assert case.place.ticket is not None
    log.warning("security inbound=%d cause=%s ticket=%d", case.delivery.inbound_id, Cause.CODE_MAIL, case.place.ticket)
    sender, number = case.mail.identity, case.place.ticket
    reason = because("code_mail", sender, number) if sender else because("code_mail_unclear", number)
    ticket = case.session.get_one(Ticket, case.place.ticket)
    event = tickets.record(case.hand(None), ticket, EventKind.HELD, together(because("security"), reason))
    return Outcome(Disposition.HELD, reason, ticket.id, (event,), held=Held(Cause.CODE_MAIL))

"""Takes a delivery report: which letter of ours it speaks of, and whether it may be believed. Never answered.

It counts where it came to the letter's own signed return address, or where it names the letter's Message-ID and the
very address the letter went to. All others are forged, or about somebody else's mail (threats T16).
"""

from maildesk.desk import our_letters, undelivered
from maildesk.desk.case import Case, Outcome
from maildesk.desk.failures import Failure, failed_recipient, failure_of, reason_of
from maildesk.mail import Bounce
from maildesk.reason import because, together
from maildesk.vocabulary import Disposition


def take_bounce(case: Case) -> Outcome:
    """Told to the agents of the ticket, once for each letter."""
    report = case.mail.bounce or Bounce((), "")
    letter = case.returned or our_letters.letter_about(case.session, report.message_id)
    if letter is None:
        return Outcome(Disposition.BOUNCE, together(case.mail.kind_reason, because("about_no_letter")))
    failed = failed_recipient(report, letter.recipient, signed=case.returned is not None)
    if failed is None:
        return Outcome(Disposition.BOUNCE, because("about_another_address"), letter.ticket_id)
    failure, reason = failure_of(failed), reason_of(failed)
    if letter.ticket_id is None or case.settings.agent_of(letter.recipient):
        # Nobody is written to about a letter to one of ours: that letter would come back too, and so on.
        if failure is not Failure.DELAYED:
            our_letters.mark_bounced(case.session, letter.id, case.now, reason)
        said = together(because("own_not_reached", letter.id, letter.recipient), reason)
        return Outcome(Disposition.BOUNCE, said, letter.ticket_id)
    limit = case.settings.limits.hard_bounces
    events = undelivered.came_back(case.hand(None), letter, failure, reason, limit)
    again = "" if events else because("came_back_before")
    about = together(because("about_letter", letter.id, letter.recipient), again)
    return Outcome(Disposition.BOUNCE, about, letter.ticket_id, events)

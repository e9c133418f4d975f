"""What a mail did to the clocks of its tickets, and until when an answer is promised in the acknowledgement.

The promise is an event: months later it can be said whether it was kept.
"""

from datetime import datetime

from maildesk.desk import find, tickets
from maildesk.desk.case import Case, Outcome
from maildesk.desk.clocks.deadlines import needs_clocks, promised_answer, reconcile
from maildesk.model import Ticket
from maildesk.vocabulary import Disposition, EventKind


def keep_clocks(case: Case, outcome: Outcome) -> datetime | None:
    """Brings the deadlines of every ticket the mail was about to what they should be now, its changes flushed.

    Returns the time that the acknowledgement promises; None where there is none.
    """
    if case.delivery.silent:
        return None
    concerned = {event.ticket_id for event in outcome.events} | ({outcome.ticket} if outcome.ticket else set())
    clocked = [number for number in sorted(concerned) if _has_clocks(case, number, outcome)]
    for number in clocked:
        reconcile(case.session, case.settings, find.ticket_to_change(case.session, number))
    acknowledged = {one.ticket_id for one in outcome.events if one.kind == EventKind.ACKNOWLEDGED}
    return next((_promise(case, number) for number in clocked if number in acknowledged), None)


def _has_clocks(case: Case, number: int, outcome: Outcome) -> bool:
    ticket = case.session.get_one(Ticket, number)
    return needs_clocks(case.session, case.settings, ticket, new=outcome.disposition is Disposition.NEW)


def _promise(case: Case, number: int) -> datetime | None:
    promise = promised_answer(case.session, number)
    if promise is None or promise <= case.now:
        return None
    ticket = case.session.get_one(Ticket, number)
    tickets.record(case.hand(None), ticket, EventKind.PROMISED, promise.isoformat())
    return promise

"""Who is away, and until when: said by his own out-of-office note, ended by his next mail. It is nobody's turn taken:
no status and no clock is touched.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from maildesk.desk.case import Case
from maildesk.reason import because
from maildesk.vocabulary import MailKind, Standing

#: An agent who does not say when he returns is away so long.
WITHOUT_A_DATE: Final = timedelta(days=3)


def note_absence(case: Case) -> str:
    """Writes down that the writer is away, where his note may be believed; returns that as a reason, or nothing."""
    person = case.writer
    if case.mail.kind is not MailKind.OUT_OF_OFFICE or person is None or not _is_his(case):
        return ""
    zone = case.settings.zone_of(person.address)
    until = away_until(case.mail.away_until, case.now, zone)
    if until is None and case.agent is not None:
        # Nobody's reminders wait for a requester who names no day.
        until = max(case.now + WITHOUT_A_DATE, person.away_until or case.now)
    if until is None:
        return ""
    person.away_until = until
    return because("away", person.address, until.astimezone(zone).isoformat())


def is_back(case: Case) -> None:
    """Whoever writes is there. In the name of an agent that needs a proof, like all that he says."""
    if case.writer is None or case.writer.away_until is None:
        return
    if case.trust.may_act or (case.agent is None and case.trust.standing is Standing.UNPROVEN):
        case.writer.away_until = None


def away_until(day: date | None, now: datetime, zone: tzinfo) -> datetime | None:
    """The end of the day that a note names, which may be the last day away or that of the return; None where it is
    over, or none is named."""
    if day is None:
        return None
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return end if end > now else None


def _is_his(case: Case) -> bool:
    """Proven like any mail of his, or the answer to a letter that went to him alone: it tells his absence to us, and
    makes nobody act."""
    if case.trust.may_act:
        return True
    person = case.writer.id if case.writer else None
    return case.trust.standing is Standing.UNPROVEN and person is not None and case.place.addressed == person

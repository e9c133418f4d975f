"""Which digests are due: each manager gets one for each day and one for each week, in his language and his time.

A digest that is due is a row, once, over restarts and among several daemons; reports.py makes it. What was slept
through, or could not be made, is made good for by one letter about all of it. A day without anything to tell is no
letter, and still a day that is done; a quiet week is one line. On the day of the weekly digest there is no daily one
beside it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.config import Settings
from maildesk.desk.daily import last_due
from maildesk.desk.digests.digest_letter import Recipient, managers_of
from maildesk.desk.digests.report_rows import overtake, want
from maildesk.desk.figures.period import days_until, last_week_due
from maildesk.desk.keeper import Keeper
from maildesk.desk.reports import send_reports
from maildesk.model import Report, SigningKey
from maildesk.vocabulary import ReportKind, ReportState, Span

#: Longer absences are told of as far as this.
MOST_DAYS: Final = 31
MOST_DAYS_OF_WEEKS: Final = 91
#: Their days are told, or there was nothing to tell.
_DONE: Final = (ReportState.SENT, ReportState.SILENT)


def send_digests(keeper: Keeper, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Does all that is due; says whether there is a new letter. Raises Deferred where the database is away."""
    now, settings = keeper.clock.now(), keeper.post.settings
    for to in managers_of(keeper.post):
        # The weekly one first.
        for due, weekly in _due(settings, to, now):
            _note(keeper, to, due, now, weekly=weekly)
    return send_reports(keeper, stopping)


def _due(settings: Settings, to: Recipient, now: datetime) -> list[tuple[datetime, bool]]:
    """The newest of each kind, and whether it is the weekly one."""
    digest = settings.digest
    week = last_week_due(now, digest.weekly, to.zone) if digest.weekly else None
    day = last_due(now, digest.daily, to.zone) if digest.daily else None
    return [(due, weekly) for due, weekly in ((week, True), (day, False)) if due is not None]


def _note(keeper: Keeper, to: Recipient, due: datetime, now: datetime, *, weekly: bool) -> None:
    assert to.person is not None
    prefix = f"digest:{Span.WEEK if weekly else Span.DAY}:{to.person}:"
    key, day = f"{prefix}{due.date()}", due.date()
    with keeper.store.read() as session:
        if session.scalar(select(Report.id).where(Report.key == key)) is not None:
            return
    most = MOST_DAYS_OF_WEEKS if weekly else MOST_DAYS
    with keeper.store.begin() as session:
        overtake(session, prefix, day, now)
        period = days_until(day, _told_until(session, prefix, day, most), to.zone, weekly=weekly, most=most)
        silent = _silent(session, keeper.post.settings, due, weekly=weekly)
        kind = ReportKind.WEEKLY if weekly else ReportKind.DAILY
        want(session, key, kind, to.person, period, now, silent=silent)


def _told_until(session: Session, prefix: str, day: date, most: int) -> date | None:
    """Where the last digest of this kind ended, if that is not too long ago."""
    told = select(func.max(Report.until)).where(
        Report.key.in_(f"{prefix}{day - timedelta(days=back)}" for back in range(1, most + 1)),
        Report.state.in_(_DONE),
    )
    return session.scalar(told)


def _silent(session: Session, settings: Settings, due: datetime, *, weekly: bool) -> str:
    """Why there is no letter; "" where there may be one."""
    began = session.scalar(select(func.min(SigningKey.made_at)))
    if began is None or began >= due:
        # It begins with the next one.
        return "the desk is younger"
    week = settings.digest.weekly
    if not weekly and week and week.weekday == due.weekday():
        return "the weekly one says it"
    return ""

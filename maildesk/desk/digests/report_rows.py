"""The rows of reports: digests that are due, and what managers asked for by mail. Who makes them stands in reports.py.

report      what it means                                              leaves by
waiting     to be made at next_at; `reason` says why that failed       made -> sent; nothing to tell -> silent; a later
                                                                       digest tells it too -> overtaken
sent        its letter is in the outbox                                (stays)
silent      there was nothing to tell, or nobody to tell it            (stays)
overtaken   the days are those of a later digest                       (stays)

An attempt is counted and put off in a commit of its own before it begins: one whose process died is made again when
that time comes. One that fails, or whose process dies each time, waits longer each time, and the operator hears of it
(watchmen.py).
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Update, func, or_, select, update
from sqlalchemy.orm import Session

from maildesk.desk.alarms import Waiting
from maildesk.desk.figures.period import Period
from maildesk.model import Person, Report
from maildesk.notify.backoff import GIVE_UP_AFTER, wait_after
from maildesk.store import Store, insert_once, moved
from maildesk.vocabulary import ReportKind, ReportState

#: So long the first attempt may take before another daemon tries, and each further one longer by as much.
LEASE: Final = timedelta(minutes=10)


def want(
    session: Session,
    key: str,
    kind: ReportKind,
    person: int,
    period: Period,
    now: datetime,
    *,
    workbook: bool = False,
    silent: str = "",
) -> bool:
    """Writes down that somebody is to get these figures; False where that stands already. `silent`: why he gets none
    after all."""
    state = ReportState.SILENT if silent else ReportState.WAITING
    row = insert_once(
        session,
        Report,
        key=key,
        kind=kind,
        person_id=person,
        span=period.span,
        first=period.first,
        until=period.until,
        workbook=workbook,
        state=state,
        next_at=now,
        wanted_at=now,
        done_at=now if silent else None,
        reason=silent,
    )
    return row is not None


def overtake(session: Session, prefix: str, until: date, now: datetime) -> None:
    """A digest of that day tells the days of those before it that could not be made."""
    older = update(Report).where(Report.key.startswith(prefix, autoescape=True), Report.until < until)
    session.execute(
        older.where(Report.state == ReportState.WAITING)
        .values(state=ReportState.OVERTAKEN, done_at=now)
        .execution_options(synchronize_session=False)
    )


def claim(store: Store, now: datetime) -> Report | None:
    """The oldest that is due, with its attempt counted and its next one put off. Cheap where there is none."""
    due = select(Report).where(Report.state == ReportState.WAITING, Report.next_at <= now)
    with store.read() as session:
        if session.scalar(due.with_only_columns(Report.id).limit(1)) is None:
            return None
    with store.begin() as session:
        row = session.scalar(due.order_by(Report.next_at, Report.id).limit(1).with_for_update(skip_locked=True))
        if row is not None:
            row.attempts, row.next_at = row.attempts + 1, now + LEASE * (row.attempts + 1)
        return row


def settle(session: Session, row: Report, state: ReportState, now: datetime, why: str = "") -> bool:
    """False where somebody else has settled it, or tries: nothing of this attempt may stay."""
    return moved(session, _mine(row).values(state=state, done_at=now, reason=why))


def put_off(session: Session, row: Report, reason: str, now: datetime) -> None:
    """After a fault of ours."""
    wait = wait_after(row.attempts, 0) or GIVE_UP_AFTER
    moved(session, _mine(row).values(next_at=now + wait, reason=reason))


def waiting_rows(session: Session) -> list[dict[str, Any]]:
    """All that is still to be made, the oldest first: the row, and whom it is for."""
    found = select(Report, Person.address).join(Person, Person.id == Report.person_id)
    waiting = found.where(Report.state == ReportState.WAITING).order_by(Report.id)
    return [
        {
            **{name: getattr(row, name) for name in ("kind", "first", "until", "attempts", "wanted_at", "next_at")},
            "to": address,
            "reason": row.reason,
        }
        for row, address in session.execute(waiting)
    ]


def not_made(session: Session) -> Waiting | None:
    """Those that failed and are tried again: how many, and since when the oldest is wanted. A process that died while
    it made one left no reason."""
    failing = (Report.state == ReportState.WAITING, or_(Report.reason != "", Report.attempts > 1))
    oldest, count = session.execute(select(func.min(Report.wanted_at), func.count()).where(*failing)).one()
    return Waiting(oldest, count) if count else None


def _mine(row: Report) -> Update:
    """Still waiting, and nobody has tried since: a lease that ran out is lost."""
    return update(Report).where(
        Report.id == row.id, Report.state == ReportState.WAITING, Report.attempts == row.attempts
    )

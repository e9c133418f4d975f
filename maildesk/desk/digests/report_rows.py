"""The rows of reports: digests that are due, and what managers asked for by mail. Who makes them stands in reports.py.

report      what it means                                              leaves by
waiting     to be made at next_at; `reason` says why that failed       made -> sent; nothing to tell -> silent; a later
                                                                       digest tells it too -> overtaken; tried too
                                                                       often -> failed; operator -> dropped
sent        its letter is in the outbox                                (stays)
silent      there was nothing to tell, or nobody to tell it            (stays)
overtaken   the days are those of a later digest                       (stays)
failed      given up; the manager was told                             a later digest tells it too -> overtaken;
                                                                       operator -> waiting, dropped
dropped     an operator put it aside                                   a later digest tells it too -> overtaken;
                                                                       retry -> waiting

An attempt is counted and put off in a commit of its own before it begins: one whose process died is made again when
that time comes. One that fails, or whose process dies each time, waits longer each time, and the operator hears of it
(watchmen.py) until it is made, dropped or overtaken.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from maildesk.desk.alarms import Waiting
from maildesk.desk.figures.period import Period
from maildesk.model import Person, Report
from maildesk.notify.backoff import wait_without_end
from maildesk.reason import because
from maildesk.store import Store, insert_once, moved
from maildesk.vocabulary import ReportKind, ReportState

#: So long the first attempt may take before another daemon tries, and each further one longer by as much.
LEASE: Final = timedelta(minutes=10)
#: After so many it is given up: most of a day.
MOST_ATTEMPTS: Final = 12
#: Neither made nor told by another.
_UNDONE: Final = (ReportState.WAITING, ReportState.FAILED)


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
    """A digest of that day tells the days of those before it that were not made; none of them is made after it."""
    older = update(Report).where(Report.key.startswith(prefix, autoescape=True), Report.until < until)
    session.execute(
        older.where(Report.state.in_([*_UNDONE, ReportState.DROPPED]))
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
    moved(session, _mine(row).values(next_at=now + wait_without_end(row.attempts), reason=reason))


def retry(session: Session, number: int) -> bool:
    """An operator's second chance: made at once, all attempts anew. False for one that is made or told by another."""
    again = update(Report).where(Report.id == number, Report.state.in_([*_UNDONE, ReportState.DROPPED]))
    values = {"state": ReportState.WAITING, "attempts": 0, "done_at": None, "reason": ""}
    return moved(session, again.values(**values, next_at=Report.wanted_at))


def drop(session: Session, number: int) -> bool:
    """An operator puts it aside. False for one that is made, told by another, or put aside already."""
    aside = update(Report).where(Report.id == number, Report.state.in_(_UNDONE))
    return moved(session, aside.values(state=ReportState.DROPPED, reason=because("dropped_by_operator")))


def listed(session: Session, states: Sequence[ReportState], limit: int) -> list[tuple[Report, str]]:
    """The newest, newest first, each with the address of whom it is for; all states where none is named."""
    found = select(Report, Person.address).join(Person, Person.id == Report.person_id)
    found = found.where(Report.state.in_(states)) if states else found
    return [(row, address) for row, address in session.execute(found.order_by(Report.id.desc()).limit(limit))]


def not_made(session: Session) -> Waiting | None:
    """Those that failed and are tried again, or were given up: how many, and since when the oldest is wanted. A process
    that died while it made one left no reason."""
    waiting = and_(Report.state == ReportState.WAITING, or_(Report.reason != "", Report.attempts > 1))
    failing = (or_(waiting, Report.state == ReportState.FAILED),)
    oldest, count = session.execute(select(func.min(Report.wanted_at), func.count()).where(*failing)).one()
    return Waiting(oldest, count) if count else None


def _mine(row: Report) -> Update:
    """Still waiting, and nobody has tried since: a lease that ran out is lost."""
    return update(Report).where(
        Report.id == row.id, Report.state == ReportState.WAITING, Report.attempts == row.attempts
    )

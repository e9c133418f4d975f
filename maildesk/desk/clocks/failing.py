"""Tickets whose clocks failed by a fault of ours: kept, tried again later and later, and the operator is told.

recount with attempts   what it means                                   leaves by
0                       its clocks are to be read again                 read -> no row; a fault -> 1
1 and more              its deadlines rest until next_at                all that is due is done -> no row; a fault ->
                                                                        one more, and a later next_at

It decides nothing about deadlines (deadlines.py), and does nothing that is due (timers.py).
"""

from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from maildesk.model import Recount
from maildesk.notify.backoff import wait_without_end


def to_recount(most: int) -> Select[int]:
    """The tickets whose clocks are to be read again, and that did not fail."""
    return select(Recount.ticket_id).where(Recount.attempts == 0).order_by(Recount.id).limit(most)


def to_try_again(now: datetime, most: int) -> Select[int]:
    """Those that failed and have rested."""
    rested = select(Recount.ticket_id).where(Recount.attempts > 0, Recount.next_at <= now)
    return rested.order_by(Recount.next_at, Recount.id).limit(most)


def failing() -> Select[int]:
    """All that failed and are not done since; nothing of theirs fires by itself."""
    return select(Recount.ticket_id).where(Recount.attempts > 0)


def was_read(session: Session, ticket: int) -> None:
    """Its clocks are up to date. One that failed stays listed until all that is due is done, too."""
    session.execute(delete(Recount).where(Recount.ticket_id == ticket, Recount.attempts == 0))


def was_done(session: Session, ticket: int) -> None:
    """All of it, at last."""
    session.execute(delete(Recount).where(Recount.ticket_id == ticket))


def set_aside(session: Session, ticket: int, now: datetime) -> None:
    """After a fault of ours."""
    was_read(session, ticket)
    mine = Recount.ticket_id == ticket
    attempts = (session.scalar(select(func.max(Recount.attempts)).where(mine)) or 0) + 1
    next_at = now + wait_without_end(attempts)
    if attempts == 1:
        values = {"ticket_id": ticket, "attempts": 1, "failed_at": now, "next_at": next_at}
        session.execute(insert(Recount).values(values))
    else:
        session.execute(update(Recount).where(mine).values(attempts=attempts, next_at=next_at))


def failing_clocks(session: Session) -> tuple[datetime | None, int]:
    """Since when, and how many tickets."""
    found = select(func.min(Recount.failed_at), func.count(Recount.ticket_id.distinct())).where(Recount.attempts > 0)
    oldest, count = session.execute(found).one()
    return oldest, count

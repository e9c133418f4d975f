"""The story of held mail and the time: questions that nobody answered end, and once a day the operator is told of all
that is held, with a one-time address for each mail.

The day is a row, written in the transaction of the letter: once, over restarts and among several daemons. Days that
were slept through are made good for by one letter. Nothing held is no letter, and still a day that is done.
"""

import logging
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.desk.daily import last_due
from maildesk.desk.held import blocks, holding, questions
from maildesk.desk.held.senders import why_not_blocked
from maildesk.desk.keeper import Keeper
from maildesk.desk.people import person_at
from maildesk.model import Chore, Inbound
from maildesk.notify.asking import answer_address
from maildesk.notify.operator import HeldRow, HeldToday, tell_daily
from maildesk.notify.post import Post
from maildesk.store import insert_once
from maildesk.vocabulary import QuestionKind

log = logging.getLogger(__name__)

#: Rows of one letter; the rest is counted, and stands in `maildesk inbox list`.
MOST_ROWS: Final = 15
#: Where no daily digest is wished for. Held mail waits for a person, so this letter is not part of it.
AT_LEAST: Final = time(7, 30)
DAY: Final = timedelta(days=1)


def tend_held(keeper: Keeper) -> bool:
    """Does all that is due; says whether there may be a new letter."""
    now = keeper.clock.now()
    desk, digest = keeper.post.settings.desk, keeper.post.settings.digest
    due = last_due(now, digest.daily or AT_LEAST, desk.timezone)
    with keeper.store.read() as session:
        overdue, done = questions.any_overdue(session, now), _is_done(session, due)
    if not overdue and done:
        return False
    with keeper.store.begin() as session:
        holding.give_up_waiting(session, [one.inbound_id for one in questions.expire(session, now)])
        return _tell_once(session, keeper.post, due, now)


def _held_today(session: Session, post: Post, due: datetime, now: datetime) -> HeldToday:
    """What was held when the day's time came; asks the operator about each mail."""
    rows, more = holding.held_before(session, due, MOST_ROWS)
    waiting = questions.waiting_until(session, [row.id for row in rows])
    aside = blocks.aside_since(session, due - DAY)
    return HeldToday(tuple(_row(session, post, row, waiting.get(row.id), now) for row in rows), more, aside)


def _is_done(session: Session, due: datetime) -> bool:
    return session.scalar(select(Chore.id).where(Chore.key == _key(due))) is not None


def _tell_once(session: Session, post: Post, due: datetime, now: datetime) -> bool:
    if insert_once(session, Chore, key=_key(due), done_at=now) is None:
        return False
    held = _held_today(session, post, due, now)
    log.info("held_daily day=%s held=%d aside=%d", due.date(), len(held.rows) + held.more, held.aside)
    if not held.rows:
        return False
    tell_daily(session, post, held, due.date(), now)
    return True


def _key(due: datetime) -> str:
    return f"held:{due:%Y-%m-%d}"


def _row(session: Session, post: Post, row: Inbound, until: datetime | None, now: datetime) -> HeldRow:
    desk = post.settings.desk
    return HeldRow(
        number=row.id,
        sender=row.sender,
        title=row.subject,
        cause=row.cause,
        reason=row.reason,
        ticket=row.ticket_id,
        at=row.received_at.astimezone(desk.timezone),
        until=until.astimezone(desk.timezone) if until else None,
        address=_address(session, post, row, now),
        may_block=bool(row.sender) and not why_not_blocked(row.sender, post.settings),
    )


def _address(session: Session, post: Post, row: Inbound, now: datetime) -> str:
    """Without signed addresses the operator has his commands; nobody could tell one mail from the other."""
    desk = post.settings.desk
    if desk.subaddress == "none" or not desk.operator:
        return ""
    operator = person_at(session, desk.operator, "", now)
    return answer_address(post, questions.ask(session, QuestionKind.DECIDE, row.id, operator.id, now))

"""The story of the digests: each manager gets one for each day and one for each week, in his language and his time.

A digest that is due is a row, written in the transaction of the letter: once, over restarts and among several daemons.
What was slept through is made good for by one letter about all of it. A day without anything to tell is no letter, and
still a day that is done; a quiet week is one line. On the day of the weekly digest there is no daily one beside it.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.config import Settings
from maildesk.desk.daily import last_due
from maildesk.desk.digest_letter import Recipient, account_of, digest_letter, managers_of
from maildesk.desk.figures.find import snapshot
from maildesk.desk.figures.period import Period, days_until, last_week_due
from maildesk.desk.held_daily import Keeper
from maildesk.mail import Letter
from maildesk.model import Chore, SigningKey
from maildesk.notify import outbox
from maildesk.notify.compose import compose
from maildesk.store import insert_once
from maildesk.vocabulary import Span

log = logging.getLogger(__name__)

#: Longer absences are told of as far as this.
MOST_DAYS: Final = 31
MOST_DAYS_OF_WEEKS: Final = 91


@dataclass(frozen=True, slots=True)
class _Turn:
    """A digest that somebody is to have by now."""

    to: Recipient
    period: Period
    #: Of the row that says it was done.
    key: str
    #: The desk is younger than this digest: it begins with the next one.
    before_the_beginning: bool
    weekly: bool


def send_digests(keeper: Keeper) -> bool:
    """Does all that is due; says whether there is a new letter."""
    now = keeper.clock.now()
    with keeper.store.read() as session:
        turns = [turn for to in managers_of(keeper.post) for turn in _turns(session, keeper.post.settings, to, now)]
    return any([_take(keeper, turn, now) for turn in turns])


def _turns(session: Session, settings: Settings, to: Recipient, now: datetime) -> list[_Turn]:
    """What is due and was not done; the weekly one first."""
    digest = settings.digest
    week = last_week_due(now, digest.weekly, to.zone) if digest.weekly else None
    day = last_due(now, digest.daily, to.zone) if digest.daily else None
    wanted = [(due, weekly) for due, weekly in ((week, True), (day, False)) if due is not None]
    return [turn for due, weekly in wanted if (turn := _turn(session, to, due, weekly))]


def _turn(session: Session, to: Recipient, due: datetime, weekly: bool) -> _Turn | None:
    assert to.person is not None
    most = MOST_DAYS_OF_WEEKS if weekly else MOST_DAYS
    days = [due.date() - timedelta(days=back) for back in range(most + 1)]
    keys = {_key(weekly, to.person, day): day for day in days}
    done = [keys[key] for key in session.scalars(select(Chore.key).where(Chore.key.in_(keys)))]
    if due.date() in done:
        return None
    period = days_until(due.date(), max(done, default=None), to.zone, weekly=weekly, most=most)
    began = session.scalar(select(func.min(SigningKey.made_at)))
    return _Turn(to, period, _key(weekly, to.person, due.date()), began is None or began >= due, weekly)


def _key(weekly: bool, person: int, day: date) -> str:
    return f"digest:{Span.WEEK if weekly else Span.DAY}:{person}:{day}"


def _take(keeper: Keeper, turn: _Turn, now: datetime) -> bool:
    """Reads and renders first, and only then takes the row: nobody waits for the figures of a large desk."""
    letter = None if turn.before_the_beginning else _letter(keeper, turn, now)
    with keeper.store.begin() as session:
        if insert_once(session, Chore, key=turn.key, done_at=now) is None:
            return False
        sent = letter is not None and outbox.enqueue(session, letter, now, keeper.post.blobs)
    log.info("digest key=%s days=%d letter=%s", turn.key, turn.period.days, sent)
    return sent


def _letter(keeper: Keeper, turn: _Turn, now: datetime) -> Letter | None:
    post = keeper.post
    weekly = post.settings.digest.weekly
    if not turn.weekly and weekly and weekly.weekday == turn.period.until.weekday():
        return None
    with keeper.store.read() as session:
        snapshot(session)
        account = account_of(session, post.settings, turn.period, now)
    if account.figures.is_quiet and not turn.weekly:
        return None
    return compose(digest_letter(post, turn.to, account, turn.key, now), post.words)

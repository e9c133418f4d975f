"""The story of the watchmen: the operator hears of each trouble once, and once when it is over.

A row remembers what was told, in the transaction of the letter: no restart and no second daemon tells it again. When
the trouble is the relay, the letter waits with the others; the log has an ERROR at once.

    row in `watch`     means                                          next
    none               nothing told                                   trouble -> row and letter
    there              told, not over                                 over -> row gone, letter
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.clock import Clock
from maildesk.desk.alarms import Alarm, Patience, Seen, Trouble, Waiting, troubles
from maildesk.desk.clocks.failing import failing_clocks
from maildesk.desk.digests.report_rows import not_made
from maildesk.model import Chore, Inbound, Outbound, Watch
from maildesk.notify.operator import Alarming, tell_alarm
from maildesk.notify.post import Post
from maildesk.notify.reminders import failing_reminders
from maildesk.store import Store, insert_once
from maildesk.vocabulary import InboundState, OutboundState

log = logging.getLogger(__name__)

#: What other daemons fetched is read from rows that are not written more often.
_REMEMBER: Final = timedelta(seconds=60)
_FETCHED: Final = "fetched:"


@dataclass(slots=True)
class Watchmen:
    """`fetched` gives the last success of the mailboxes that this daemon watches, `ends` what ends and when."""

    store: Store
    post: Post
    clock: Clock
    started: datetime
    fetched: Callable[[], Mapping[str, datetime | None]]
    ends: Callable[[], Mapping[tuple[Alarm, str], datetime]] = dict


def look_around(watchmen: Watchmen) -> bool:
    """Tells what is new; says whether there is a new letter."""
    settings, now = watchmen.post.settings, watchmen.clock.now()
    watch = settings.watch
    patience = Patience(watch.silent_after, watch.spool_after, watch.outbox_after, watch.expires_within)
    ends = watchmen.ends()
    with watchmen.store.begin() as session:
        _remember(session, watchmen.fetched())
        names = [mailbox.name for mailbox in settings.imap]
        fetched = _fetched(session, names)
        seen = Seen(fetched, _spool(session), _outbox(session), ends, not_made(session), _clocks(session))
        wrong = {trouble.key: trouble for trouble in troubles(seen, patience, watchmen.started, now)}
        told = {row.key: row for row in session.scalars(select(Watch).with_for_update())}
        new = [_begin(session, watchmen.post, trouble, now) for key, trouble in wrong.items() if key not in told]
        over = [_end(session, watchmen.post, row, now) for key, row in told.items() if key not in wrong]
    return any(new) or bool(over)


def _begin(session: Session, post: Post, trouble: Trouble, now: datetime) -> bool:
    row = insert_once(session, Watch, key=trouble.key, at=trouble.at, told_at=now)
    if row is None:
        # Another daemon was faster.
        return False
    log.error("alarm %s %s since_or_until=%s count=%d", trouble.alarm, trouble.name, trouble.at, trouble.count)
    alarming = Alarming(trouble.alarm, trouble.name, trouble.at, trouble.count, over=False)
    tell_alarm(session, post, alarming, f"{trouble.key}:{now:%Y%m%dT%H%M%S}", now)
    return True


def _end(session: Session, post: Post, row: Watch, now: datetime) -> bool:
    alarm, _, name = row.key.partition(":")
    log.info("alarm %s %s is over", alarm, name)
    tell_alarm(
        session, post, Alarming(alarm, name, row.at, 0, over=True), f"{row.key}:{row.told_at:%Y%m%dT%H%M%S}:over", now
    )
    session.delete(row)
    return True


def _remember(session: Session, fetched: Mapping[str, datetime | None]) -> None:
    """For the daemons that do not watch this mailbox."""
    for name, last in fetched.items():
        if last is None:
            continue
        key = f"{_FETCHED}{name}"[:100]
        row = insert_once(session, Chore, key=key, done_at=last) or session.scalar(
            select(Chore).where(Chore.key == key)
        )
        if row is not None and last - row.done_at > _REMEMBER:
            row.done_at = last


def _fetched(session: Session, names: list[str]) -> dict[str, datetime | None]:
    keys = {f"{_FETCHED}{name}"[:100]: name for name in names}
    rows = {row.key: row.done_at for row in session.scalars(select(Chore).where(Chore.key.in_(keys)))}
    return {name: rows.get(key) for key, name in keys.items()}


def _spool(session: Session) -> Waiting | None:
    waiting = select(func.min(Inbound.received_at), func.count()).where(
        Inbound.disposition == "", Inbound.state == InboundState.NEW
    )
    oldest, count = session.execute(waiting).one()
    return Waiting(oldest, count) if count else None


def _outbox(session: Session) -> Waiting | None:
    """Letters that the relay did not take: those that only wait for their time were not tried."""
    waiting = select(func.min(Outbound.made_at), func.count()).where(
        Outbound.state == OutboundState.WAITING, Outbound.attempts > 0
    )
    oldest, count = session.execute(waiting).one()
    return Waiting(oldest, count) if count else None


def _clocks(session: Session) -> Waiting | None:
    """Deadlines and reminders that failed and are tried again: tickets of the first, letters' rows of the second."""
    failing = [failing_clocks(session), failing_reminders(session)]
    since = [oldest for oldest, _ in failing if oldest is not None]
    return Waiting(min(since), sum(count for _, count in failing)) if since else None

"""The story of the clocks: what is due is done once, with its event and its letters, or put off to working time.

A ticket is taken by its lock, one at a time, and its rows are first brought to what they should be now: a letter that
was delivered meanwhile, or an answer, takes a deadline back before it fires. Agents and managers are told in a second
step, all that has gathered in one letter; who is still to be told is a row, written where the deadline fires. So a
crash at any point loses nothing and tells nothing twice, and of two daemons on one database each fires its own share.
What fails by a fault of ours rests by itself, longer each time, and stops no other; the operator hears of it
(watchmen.py).
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.calendars import is_open
from maildesk.clock import Clock
from maildesk.desk.clocks import failing, firing, recounting
from maildesk.desk.clocks.deadlines import reconcile
from maildesk.desk.clocks.opening_hours import calendar_of_agent, calendar_of_desk
from maildesk.errors import Deferred
from maildesk.model import Deadline, Ticket
from maildesk.notify.post import Post
from maildesk.notify.reminders import Parcel, parcels, put_off, tell_reminders
from maildesk.store import Store
from maildesk.vocabulary import DeadlineState

log = logging.getLogger(__name__)

#: Tickets looked at in one go; a stop is heard between two.
BATCH: Final = 200


@dataclass
class Timekeeper:
    """All that the clocks need, and which rules they were last read by."""

    store: Store
    post: Post
    clock: Clock
    stopping: Callable[[], bool] = lambda: False
    rules_known: bool = field(default=False)


def fire_deadlines(keeper: Timekeeper) -> int:
    """Does all that is due and returns how many tickets and people it was about. Cheap where there is nothing.

    Raises Deferred where the database is away.
    """
    if not keeper.rules_known:
        recounting.note_rules(keeper.store, keeper.post.settings, keeper.clock.now())
        keeper.rules_known = True
    # Tickets whose clocks are to be read again come first: that may take a deadline back.
    done = sum(_one(keeper, ticket, _recount) for ticket in _in_turn(keeper, _to_recount))
    done += sum(_one(keeper, ticket, _try_again) for ticket in _in_turn(keeper, _rested))
    done += sum(_one(keeper, ticket, _fire) for ticket in _in_turn(keeper, _due))
    return done + sum(_tell(keeper, parcel) for parcel in _parcels(keeper))


def recount_all(keeper: Timekeeper, progress: Callable[[int, int], None]) -> tuple[int, int]:
    """Reads the clocks of all open tickets again by the present rules, and fires nothing: how many were read, and how
    many failed. `progress` hears how many are done, and of how many.

    Raises Deferred where the database is away; what is listed then is worked off by the next daemon.
    """
    total, read, failed = recounting.list_again(keeper.store, keeper.post.settings, keeper.clock.now()), 0, 0
    for ticket in _in_turn(keeper, _to_recount):
        done = _one(keeper, ticket, _recount)
        read, failed = read + done, failed + (not done)
        progress(read + failed, total)
    return read, failed


def _in_turn(keeper: Timekeeper, find: Callable[[Session, datetime], list[int]]) -> Iterator[int]:
    """Each ticket once, until there are no more; one that another daemon has is left to it."""
    seen: set[int] = set()
    while not keeper.stopping():
        with keeper.store.read() as session:
            found = [ticket for ticket in find(session, keeper.clock.now()) if ticket not in seen]
        if not found:
            return
        for ticket in found:
            if keeper.stopping():
                return
            seen.add(ticket)
            yield ticket


def _to_recount(session: Session, _now: datetime) -> list[int]:
    return list(dict.fromkeys(session.scalars(failing.to_recount(BATCH))))


def _rested(session: Session, now: datetime) -> list[int]:
    return list(dict.fromkeys(session.scalars(failing.to_try_again(now, BATCH))))


def _due(session: Session, now: datetime) -> list[int]:
    due = select(Deadline.ticket_id).where(Deadline.state == DeadlineState.WAITING, Deadline.next_at <= now)
    due = due.where(Deadline.ticket_id.not_in(failing.failing()))
    return list(dict.fromkeys(session.scalars(due.order_by(Deadline.next_at, Deadline.id).limit(BATCH))))


def _one(keeper: Timekeeper, number: int, act: Callable[[Timekeeper, Session, Ticket], None]) -> bool:
    """One ticket in one transaction; one that fails is set aside for a while, and the others go on."""
    try:
        with keeper.store.begin() as session:
            ticket = session.scalar(_TAKEN.where(Ticket.id == number))
            if ticket is None:
                return False
            act(keeper, session, ticket)
    except Deferred:
        raise
    except Exception:
        log.exception("ticket=%d clocks failed", number)
        with keeper.store.begin() as session:
            failing.set_aside(session, number, keeper.clock.now())
        return False
    return True


def _recount(keeper: Timekeeper, session: Session, ticket: Ticket) -> None:
    failing.was_read(session, ticket.id)
    reconcile(session, keeper.post.settings, ticket)


def _try_again(keeper: Timekeeper, session: Session, ticket: Ticket) -> None:
    _fire(keeper, session, ticket)
    failing.was_done(session, ticket.id)


def _fire(keeper: Timekeeper, session: Session, ticket: Ticket) -> None:
    now = keeper.clock.now()
    rows = reconcile(session, keeper.post.settings, ticket)
    due = [row for row in rows if row.state == DeadlineState.WAITING and row.next_at <= now]
    shot = firing.Firing(session, keeper.post, ticket, now)
    for _, clock in groupby(sorted(due, key=_of_one_clock), key=_of_one_clock):
        firing.fire(shot, sorted(clock, key=firing.height))
    if due:
        session.flush()
        reconcile(session, keeper.post.settings, ticket)


def _of_one_clock(row: Deadline) -> tuple[str, int]:
    return row.metric, row.cycle


def _parcels(keeper: Timekeeper) -> list[Parcel]:
    with keeper.store.read() as session:
        return parcels(session, keeper.clock.now())


def _tell(keeper: Timekeeper, parcel: Parcel) -> bool:
    """All that one person is to hear; outside his hours only what is urgent. Where that fails the others are told."""
    now = keeper.clock.now()
    only_urgent = not _is_at_work(keeper.post, parcel.person, now)
    try:
        with keeper.store.begin() as session:
            return tell_reminders(session, keeper.post, parcel, now, only_urgent=only_urgent)
    except Deferred:
        raise
    except Exception:
        log.exception("person=%d ticket=%s reminders failed", parcel.person, parcel.ticket or "several")
        with keeper.store.begin() as session:
            put_off(session, parcel, now, only_urgent=only_urgent)
        return False


def _is_at_work(post: Post, person: int, now: datetime) -> bool:
    known = post.team.get(person)
    agent = post.settings.agent_of(known.address) if known else None
    return is_open(calendar_of_agent(post.settings, agent) if agent else calendar_of_desk(post.settings), now)


#: Of two daemons the second passes over what the first has taken.
_TAKEN: Final = select(Ticket).with_for_update(skip_locked=True).execution_options(populate_existing=True)

"""When the rules of the clocks change, the clocks of all tickets are read again: one pass, begun at the start of a
daemon that finds other rules than the last one, or by `maildesk ticket recount`.

The rules that hold are a chore ("clocks:DIGEST"), replaced in the transaction that lists the tickets: a crash leaves
both or neither, and the list is worked off by whichever daemon has time (desk/timers.py).
"""

import logging
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from maildesk.config import Settings
from maildesk.model import Chore, Deadline, Recount, Ticket
from maildesk.store import Store, insert_once
from maildesk.vocabulary import DeadlineState, Status

log = logging.getLogger(__name__)

_KEY: Final = "clocks:"
_OVER: Final = (Status.RESOLVED, Status.CLOSED)


def note_rules(store: Store, settings: Settings, now: datetime) -> bool:
    """Lists the tickets whose clocks are to be read again; says whether the rules have changed."""
    key = _KEY + digest_of(settings)
    with store.read() as session:
        if session.scalar(select(Chore.id).where(Chore.key == key)) is not None:
            return False
    with store.begin() as session:
        if insert_once(session, Chore, key=key, done_at=now) is None:
            # Another story, or another daemon, came first.
            return False
        session.execute(delete(Chore).where(Chore.key.startswith(_KEY, autoescape=True), Chore.key != key))
        _list_all(session)
    log.info("clocks rules=%s changed", key.removeprefix(_KEY)[:12])
    return True


def list_again(store: Store, settings: Settings, now: datetime) -> int:
    """Lists them whatever the rules were, for an operator who asks for it; says how many tickets there are."""
    with store.begin() as session:
        session.execute(delete(Chore).where(Chore.key.startswith(_KEY, autoescape=True)))
        insert_once(session, Chore, key=_KEY + digest_of(settings), done_at=now)
        _list_all(session)
        # Those that failed before rest, and are tried again by the daemon.
        listed = select(func.count(Recount.ticket_id.distinct())).where(Recount.attempts == 0)
        return session.scalar(listed) or 0


def digest_of(settings: Settings) -> str:
    """All that deadlines depend on, in few characters."""
    parts = (
        settings.sla,
        settings.policy,
        settings.reminders,
        settings.hours,
        settings.desk.timezone,
        settings.queue,
        settings.organisation,
        settings.feedback.survey_after,
    )
    return sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _list_all(session: Session) -> None:
    """Every ticket that is open, or of which something is still to come."""
    due = exists().where(
        Deadline.ticket_id == Ticket.id, Deadline.state.in_([DeadlineState.WAITING, DeadlineState.PAUSED])
    )
    concerned = select(Ticket.id).where(Ticket.status.not_in(_OVER) | due)
    session.execute(insert(Recount).from_select(["ticket_id"], concerned.order_by(Ticket.id)))

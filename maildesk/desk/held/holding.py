"""Mail that waits for a person's word: kept as it came, counted, let go or put aside. The rows are those of the spool,
whose table of states stands in ingest/inbox.py.

Letting go gives the row back to the spool in the transaction of the word that does it: the mail is then processed as
any other, in one transaction, so it has its effect once whatever dies in between.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from maildesk.mail import Release
from maildesk.model import Inbound
from maildesk.reason import BETWEEN, because
from maildesk.store import moved
from maildesk.vocabulary import HIS_OWN, Cause, Disposition, InboundState

#: So many mails may wait for the word of one agent; what comes then is put aside at once.
MOST_HELD_FOR_ONE: Final = 20


def let_go(session: Session, inbound_id: int, release: Release) -> bool:
    """A held mail, or one put aside, is due again with a person's word; False where it is neither."""
    states = [InboundState.HELD, InboundState.DROPPED]
    return moved(
        session,
        update(Inbound)
        # A mail that was erased has no bytes any more.
        .where(Inbound.id == inbound_id, Inbound.state.in_(states), Inbound.raw_sha256 != "")
        .values(
            state=InboundState.NEW,
            disposition="",
            reason="",
            cause="",
            attempts=0,
            lease_until=None,
            turn=0,  # somebody waits for it
            released_by=release.by,
            released_to=release.ticket,
        ),
    )


def put_aside(session: Session, inbound_id: int, reason: str) -> bool:
    """A held mail is not to be processed; it is kept. False where it is not held."""
    return moved(
        session,
        update(Inbound)
        .where(Inbound.id == inbound_id, Inbound.state == InboundState.HELD)
        .values(state=InboundState.DROPPED, disposition=Disposition.IGNORED, reason=reason),
    )


def follow(session: Session, ticket: int, target: int) -> None:
    """What waits on a ticket waits on the one that it was merged into."""
    session.execute(
        update(Inbound)
        .where(Inbound.ticket_id == ticket, Inbound.state == InboundState.HELD)
        .values(ticket_id=target)
        .execution_options(synchronize_session=False)
    )


def give_up_waiting(session: Session, inbound_ids: Sequence[int]) -> None:
    """Nobody confirmed these in time: they are the operator's now."""
    session.execute(
        update(Inbound)
        .where(Inbound.id.in_(inbound_ids), Inbound.state == InboundState.HELD)
        .values(cause=Cause.UNCONFIRMED, reason=Inbound.reason + BETWEEN + because("not_confirmed"))
        .execution_options(synchronize_session=False)
    )


def count_for(session: Session, person: int) -> int:
    """How many mails wait for the word of one agent, asked for or not."""
    count = select(func.count()).where(Inbound.state == InboundState.HELD, Inbound.held_for_id == person)
    return session.scalar(count) or 0


def held_before(session: Session, moment: datetime, limit: int) -> tuple[list[Inbound], int]:
    """(the oldest held mails that had come by then and wait for a decision, how many more there are)."""
    held = Inbound.state == InboundState.HELD, Inbound.received_at <= moment, Inbound.cause.not_in(HIS_OWN)
    rows = list(session.scalars(select(Inbound).where(*held).order_by(Inbound.id).limit(limit)))
    count = session.scalar(select(func.count()).where(*held)) or 0
    return rows, max(0, count - len(rows))

"""Makes all signed addresses of a ticket worthless, for the operator: one has got to somebody who must not have it.

Addresses in new letters are good again. It takes nobody off the ticket, and tells nobody.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.desk.tickets import Hand, record
from maildesk.model import Outbound, Ticket
from maildesk.reason import because
from maildesk.vocabulary import EventKind, OutboundState

_NOT_LEFT = (OutboundState.WAITING, OutboundState.TRANSMITTING, OutboundState.UNCERTAIN)


def revoke(session: Session, number: int, now: datetime) -> list[int]:
    """Revokes the ticket and all that were merged into it, whose addresses lead to it. Returns their numbers; nothing
    where there is no such ticket."""
    numbers = _family(session, number)
    # In the order of their numbers, as everybody who locks several.
    locked = select(Ticket).where(Ticket.id.in_(numbers)).order_by(Ticket.id).with_for_update()
    family = session.scalars(locked.execution_options(populate_existing=True)).all()
    for ticket in family:
        ticket.token_epoch += 1
        session.flush()
        record(Hand(session, None, None, now), ticket, EventKind.REVOKED, because("by_operator"))
    return [ticket.id for ticket in family]


def letters_waiting(session: Session, numbers: list[int]) -> int:
    """Letters about these tickets that are still to leave, with the addresses of before."""
    waiting = select(func.count()).where(Outbound.ticket_id.in_(numbers), Outbound.state.in_(_NOT_LEFT))
    return session.scalar(waiting) or 0


def _family(session: Session, number: int) -> list[int]:
    """The ticket and what was merged into it, over any number of steps."""
    found: list[int] = []
    more = [number]
    while more:
        found += more
        merged = select(Ticket.id).where(Ticket.merged_into_id.in_(more), Ticket.id.not_in(found))
        more = list(session.scalars(merged))
    return found

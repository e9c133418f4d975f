"""Reads the books of a period: what came in and what became of it, what went out and whether it arrived."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from maildesk.desk.figures.period import Period
from maildesk.desk.figures.rows import Books
from maildesk.model import Inbound, Outbound
from maildesk.vocabulary import Disposition, InboundState, OutboundState


def books_of(session: Session, period: Period) -> Books:
    """received = sum of the dispositions, by construction."""
    inside = and_(Inbound.received_at >= period.begin, Inbound.received_at < period.end)
    kinds = select(Inbound.disposition, Inbound.state, func.count()).where(inside)
    dispositions: dict[str, int] = {}
    for disposition, state, count in session.execute(kinds.group_by(Inbound.disposition, Inbound.state)):
        fate = disposition or (Disposition.HELD if state == InboundState.HELD else "waiting")
        dispositions[fate] = dispositions.get(fate, 0) + count
    sent = and_(Outbound.made_at >= period.begin, Outbound.made_at < period.end)
    bounced = Outbound.bounced_at.is_not(None)
    states = select(Outbound.state, bounced, func.count()).where(sent).group_by(Outbound.state, bounced)
    letters: dict[tuple[str, bool], int] = {(state, came): count for state, came, count in session.execute(states)}
    return Books(
        received=sum(dispositions.values()),
        dispositions=dispositions,
        held=session.scalar(select(func.count()).where(Inbound.state == InboundState.HELD)) or 0,
        sent=letters.get((OutboundState.SENT, False), 0) + letters.get((OutboundState.SENT, True), 0),
        bounced=sum(count for (_, came), count in letters.items() if came),
        refused=letters.get((OutboundState.REFUSED, False), 0),
        uncertain=letters.get((OutboundState.UNCERTAIN, False), 0),
        last_received_at=session.scalar(select(func.max(Inbound.received_at))),
    )

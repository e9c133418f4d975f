"""Reads which services were away in a period: as agents said it with their times, else as a tag says. Reads only."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from maildesk.desk.figures.period import Period
from maildesk.desk.figures.rows import OutageRow
from maildesk.model import Outage, Ticket, TicketTag

#: A tag that says: while this incident lasted, its service was not there. Times of its own has desk/errands/outage.py.
_TAGS: Final = ("outage", "nedetid", "장애")


def outages_of(session: Session, period: Period) -> Iterator[OutageRow]:
    """What agents said of services; of a ticket that says no times at all and has the tag, its own."""
    yield from _said(session, period)
    yield from _tagged(session, period)


def _said(session: Session, period: Period) -> Iterator[OutageRow]:
    query = (
        select(Outage)
        .where(or_(Outage.end_at.is_(None), Outage.end_at > period.begin), Outage.begin_at < period.end)
        .order_by(Outage.id)
    )
    for row in session.scalars(query):
        yield OutageRow(row.ticket_id, row.service, row.begin_at, row.end_at)


def _tagged(session: Session, period: Period) -> Iterator[OutageRow]:
    tagged = select(TicketTag.ticket_id).where(TicketTag.word.in_(_TAGS))
    query = select(Ticket.id, Ticket.service, Ticket.opened_at, Ticket.resolved_at).where(
        Ticket.id.in_(tagged),
        # Times count whenever they were: one that was over before this period does not come back by its tag.
        Ticket.id.not_in(select(Outage.ticket_id)),
        Ticket.service != "",
        Ticket.opened_at < period.end,
        Ticket.merged_into_id.is_(None),
        or_(Ticket.resolved_at.is_(None), Ticket.resolved_at > period.begin),
    )
    for row in session.execute(query.order_by(Ticket.id)):
        yield OutageRow(row.id, row.service, row.opened_at, row.resolved_at)

"""What a quarter would seldom have by itself, so that no figure of a digest is nothing but zero (tests/quarter.py)."""

import random
from datetime import datetime, timedelta
from typing import Any

from maildesk.model import Inbound, Outage, Outbound, Ticket, TicketLink
from maildesk.vocabulary import InboundState, OutboundState, Status

Rows = dict[Any, list[dict[str, Any]]]


def play_what_is_rare(tickets: list[Ticket], rows: Rows, end_of_it: datetime) -> None:
    """The same for the same tickets."""
    chance = random.Random(len(tickets))
    _what_is_rare(tickets, rows, end_of_it, chance)
    _other_fates(rows, chance)


def _what_is_rare(tickets: list[Ticket], rows: Rows, end_of_it: datetime, chance: random.Random) -> None:
    """Plans, what comes back, merges, problems and outages with times."""
    for ticket in chance.sample(tickets, 400):
        ticket.planned_at = end_of_it + timedelta(hours=chance.uniform(-24, 240))
        ticket.resume_at = end_of_it + timedelta(hours=chance.uniform(-24, 240))
    for ticket in tickets:
        if ticket.status == Status.ON_HOLD and chance.random() < 0.2:
            ticket.resume_at = end_of_it + timedelta(hours=chance.uniform(-24, 240))
    for ticket in chance.sample([one for one in tickets if one.status == Status.CLOSED], 60):
        ticket.merged_into_id = chance.choice(tickets).id
    for ticket in chance.sample([one for one in tickets if one.service], 200):
        kind = chance.choice(("problem", "related"))
        rows[TicketLink].append({"ticket_id": ticket.id, "other_id": 1, "kind": kind})
    for ticket in chance.sample([one for one in tickets if one.service], 60):
        begin = ticket.opened_at - timedelta(hours=chance.uniform(-20, 20))
        end = begin + timedelta(hours=chance.uniform(0.1, 30)) if chance.random() < 0.95 else None
        row = {"ticket_id": ticket.id, "service": ticket.service, "begin_at": begin, "end_at": end}
        rows[Outage].append(row)


def _other_fates(rows: Rows, chance: random.Random) -> None:
    """Letters that came back, were refused or are uncertain; mails that are held or wait."""
    for letter in chance.sample(rows[Outbound], 300):
        fate = chance.choice((OutboundState.REFUSED, OutboundState.UNCERTAIN, OutboundState.SENT))
        letter["state"] = fate
        letter["bounced_at"] = letter["sent_at"] if fate == OutboundState.SENT else None
    for mail in chance.sample(rows[Inbound], 100):
        mail["state"], mail["disposition"] = chance.choice(((InboundState.HELD, "held"), (InboundState.NEW, "")))

"""Takes people in: they get the future answers on a ticket, and nothing that was written before (threats T2, 3.3).

Whom a proven participant or agent names is taken in. Whom anybody else names is only suggested to the agents, who may
say `#cc ok`.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, delete

from maildesk.desk import find, tickets
from maildesk.desk.case import Case
from maildesk.desk.newcomers import MOST_ON_A_TICKET, newcomers
from maildesk.desk.people import person_at
from maildesk.mail import Address
from maildesk.model import Event, Participant, Person, Suggestion, Ticket
from maildesk.reason import because
from maildesk.tokens import base_address
from maildesk.vocabulary import EventKind, MailKind, Role


def take_named(case: Case, ticket: Ticket, author: Person) -> list[Event]:
    """Whoever stands in To and Cc of this mail, and is not on its ticket yet."""
    if len(case.mail.to) + len(case.mail.cc) < 2 or case.mail.kind is not MailKind.HUMAN:
        return []
    known = {*find.addresses_on(case.session, ticket.id), author.address, case.mail.identity or ""}
    found = newcomers((*case.mail.to, *case.mail.cc), known, lambda address: is_ours(case, address))
    if not found:
        return []
    if _may_bring(case, ticket, author):
        return take_in(case, ticket, author, found)
    return _suggest(case, ticket, author, found)


def take_in(case: Case, ticket: Ticket, by: Person, people: Sequence[Address]) -> list[Event]:
    """These people stand on the ticket from now on, as many as there is room for."""
    session, already = case.session, find.people_on(case.session, ticket.id)
    joined: list[Person] = []
    for one in people:
        person = find.writer_at(session, one.address) or person_at(session, one.address, one.name, case.now)
        if person.id not in already and len(already) < MOST_ON_A_TICKET:
            already.add(person.id)
            joined.append(person)
    session.execute(
        delete(Suggestion).where(
            Suggestion.ticket_id == ticket.id, Suggestion.address.in_([one.address for one in people])
        )
    )
    if not joined:
        return []
    reason = because("named_by", by.address)
    session.connection().execute(_ADD, [_row(case, ticket, person, reason) for person in joined])
    names = ", ".join(person.address for person in joined)
    return [tickets.record(case.hand(by), ticket, EventKind.JOINED, f"{names}: {reason}")]


def is_ours(case: Case, address: str) -> bool:
    """Is it an address of the desk, tagged or not, of an agent or of the operator?"""
    settings = case.settings
    own = base_address(address, settings.own_addresses, settings.desk.subaddress) is not None
    return own or settings.agent_of(address) is not None or address == settings.desk.operator.lower()


def _may_bring(case: Case, ticket: Ticket, author: Person) -> bool:
    """A From line lets nobody in, and neither does somebody else's reply address (threats T2)."""
    if case.agent is not None and author.id != ticket.requester_id:
        return case.trust.may_endanger
    return case.trust.may_act and author.id in find.people_on(case.session, ticket.id)


def _suggest(case: Case, ticket: Ticket, author: Person, people: Sequence[Address]) -> list[Event]:
    there = {one.address for one in find.suggestions(case.session, ticket.id)}
    new = [one for one in people if one.address not in there][: max(0, MOST_ON_A_TICKET - len(there))]
    if not new:
        return []
    case.session.add_all(
        Suggestion(ticket_id=ticket.id, address=one.address, name=one.name, by_id=author.id, at=case.now) for one in new
    )
    names = ", ".join(one.address for one in new)
    return [
        tickets.record(
            case.hand(author), ticket, EventKind.SUGGESTED, f"{names}: {because('named_by', author.address)}"
        )
    ]


def _row(case: Case, ticket: Ticket, person: Person, reason: str) -> dict[str, object]:
    return {
        "ticket_id": ticket.id,
        "person_id": person.id,
        "role": Role.CC,
        "reason": reason,
        "added_at": case.now,
    }


_ADD = cast(Table, Participant.__table__).insert()

"""`#uncc kari@customer.example`: somebody is taken off the ticket, and gets no more answers. The requester stays."""

import re

from sqlalchemy import delete, select

from maildesk.desk import find, tickets
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.newcomers import stored_form
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Participant, Person
from maildesk.vocabulary import EventKind


def _read(wanted: Wanted) -> Deed:
    people = {person.id: person for command in wanted.commands for person in _named(wanted, command)}

    def take_off(author: Person) -> list[Event]:
        on_it = Participant.ticket_id == wanted.ticket.id
        wanted.case.session.execute(delete(Participant).where(on_it, Participant.person_id.in_(people)))
        names = ", ".join(person.address for person in people.values())
        return [tickets.record(wanted.case.hand(author), wanted.ticket, EventKind.LEFT, names)]

    return take_off


def _named(wanted: Wanted, command: Command) -> list[Person]:
    session, ticket = wanted.case.session, wanted.ticket
    words = [word.strip("<>()\"'.") for word in re.split(r"[\s,;]+", command.argument) if "@" in word]
    if not words:
        wanted.wrong(command, "it needs an address", "#uncc kari@customer.example")
    standing = {one.address: one for one in find.participants(session, ticket.id)}
    others = [one for one, person in standing.items() if person.id != ticket.requester_id]
    found = []
    for word in words:
        person = standing.get(stored_form(word))
        if person is None:
            wanted.wrong(
                command, "nobody has that address on the ticket", f"#uncc one of: {', '.join(others)}" * bool(others)
            )
        elif _is_requester(wanted, person):
            wanted.wrong(command, "the requester stays on the ticket")
        else:
            found.append(person)
    return found


def _is_requester(wanted: Wanted, person: Person) -> bool:
    """Also by another address that is his."""
    same = select(Person.same_as_id).where(Person.id == person.id)
    requester = wanted.ticket.requester_id
    return person.id == requester or wanted.case.session.scalar(same) == requester


ERRAND = Errand(frozenset({Verb.UNCC}), _read)

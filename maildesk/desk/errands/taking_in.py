"""What agents say about people: `#cc ok`, `#cc kari@customer.example`, `#same-person`.

First everything is read, so that a mail with a mistake does nothing; then it is done.
"""

import re
from dataclasses import replace

from maildesk.desk import find, participants, tickets
from maildesk.desk.case import Case
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.newcomers import MOST_ON_A_TICKET, stored_form, why_never
from maildesk.desk.words.command_words import Verb
from maildesk.mail import Address
from maildesk.model import Event, Person, Ticket
from maildesk.reason import because
from maildesk.vocabulary import EventKind

#: They let somebody in, or change who somebody is: both proofs are needed (threats 3.2).
DANGEROUS = frozenset({Verb.CC, Verb.SAME_PERSON})
_SUGGESTED = frozenset({"ok", "ja", "yes", "네", "예"})


def _read(wanted: Wanted) -> Deed:
    people: list[Address] = []
    same = None
    for command in wanted.commands:
        if command.verb is Verb.CC:
            people += _named(wanted, command)
        else:
            same = _one(wanted, command)
    room = MOST_ON_A_TICKET - len(find.people_on(wanted.case.session, wanted.ticket.id))
    if len(people) > max(0, room):
        wanted.wrong(wanted.commands[0], "there are too many people on the ticket")
    return lambda author: _take_in(wanted.case, wanted.ticket, author, people, same)


def _take_in(
    case: Case, ticket: Ticket, author: Person, people: list[Address], same: tuple[Person, Person] | None
) -> list[Event]:
    events = participants.take_in(case, ticket, author, tuple(people)) if people else []
    if same is not None:
        other, person = same
        other.same_as_id = person.id
        words = because("is", other.address, person.address, author.address)
        events.append(tickets.record(case.hand(author), ticket, EventKind.SAME_PERSON, words))
    return events


def _named(wanted: Wanted, command: Command) -> list[Address]:
    case, ticket = wanted.case, wanted.ticket
    if command.argument.casefold().rstrip(".!") in _SUGGESTED:
        suggested = [Address(one.name, one.address) for one in find.suggestions(case.session, ticket.id)]
        if not suggested:
            wanted.wrong(command, "nobody was suggested")
        return suggested
    words = [word.strip("<>()\"'") for word in re.split(r"[\s,;]+", command.argument) if "@" in word]
    if not words:
        wanted.wrong(command, "it needs an address", "#cc kari@customer.example")
    people = []
    for word in words:
        address = stored_form(word)
        why = why_never(address, lambda one: participants.is_ours(case, one)) if address else "it is no address"
        if why:
            wanted.wrong(replace(command, line=f"#{command.verb} {word}"), why)
        else:
            people.append(Address("", address))
    return people


def _one(wanted: Wanted, command: Command) -> tuple[Person, Person] | None:
    case, ticket = wanted.case, wanted.ticket
    message = find.last_via(case.session, ticket.id, stored_form(command.argument))
    if message is None or message.via_id is None:
        wanted.wrong(command, "nobody wrote here with the reply address of somebody else")
        return None
    other = case.session.get_one(Person, message.author_id)
    if find.stands_anywhere(case.session, other.id) or participants.is_ours(case, other.address):
        wanted.wrong(command, "that address stands on tickets of its own")
        return None
    return other, case.session.get_one(Person, message.via_id)


ERRAND = Errand(DANGEROUS, _read)

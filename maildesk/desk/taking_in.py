"""What agents say about people: `#cc ok`, `#cc kari@customer.example`, `#same-person`.

First everything is read, so that a mail with a mistake does nothing; then it is done.
"""

import re
from dataclasses import dataclass

from maildesk.desk import find, participants, tickets
from maildesk.desk.case import Case
from maildesk.desk.commands import Command, Mistake, Verb
from maildesk.desk.newcomers import MOST_ON_A_TICKET, stored_form, why_never
from maildesk.mail import Address
from maildesk.model import Event, Person, Ticket
from maildesk.vocabulary import EventKind

#: They let somebody in, or change who somebody is: both proofs are needed (threats 3.2).
DANGEROUS = frozenset({Verb.CC, Verb.SAME_PERSON})
_SUGGESTED = frozenset({"ok", "ja", "yes", "네", "예"})


@dataclass(frozen=True, slots=True)
class Wish:
    """People to be taken in, and (his other address, the participant) who are one."""

    people: tuple[Address, ...] = ()
    same: tuple[Person, Person] | None = None


def wished(case: Case, ticket: Ticket, commands: tuple[Command, ...], mistakes: list[Mistake]) -> Wish:
    """What the commands of a mail ask for; what is wrong with them is added to `mistakes`."""
    people: list[Address] = []
    same = None
    for command in commands:
        if command.verb is Verb.CC:
            people += _named(case, ticket, command, mistakes)
        elif command.verb is Verb.SAME_PERSON:
            same = _one(case, ticket, command, mistakes)
    room = MOST_ON_A_TICKET - len(find.people_on(case.session, ticket.id))
    if len(people) > max(0, room):
        mistakes.append(Mistake("", "there are too many people on the ticket"))
    return Wish(tuple(people), same)


def carry_out(case: Case, ticket: Ticket, author: Person, wish: Wish) -> list[Event]:
    """Does what was wished, and writes it down."""
    events = participants.take_in(case, ticket, author, wish.people) if wish.people else []
    if wish.same is not None:
        other, person = wish.same
        other.same_as_id = person.id
        words = f"{other.address} is {person.address}, says {author.address}"
        events.append(tickets.record(case.hand(author), ticket, EventKind.SAME_PERSON, words))
    return events


def _named(case: Case, ticket: Ticket, command: Command, mistakes: list[Mistake]) -> list[Address]:
    if command.argument.casefold().rstrip(".!") in _SUGGESTED:
        suggested = [Address(one.name, one.address) for one in find.suggestions(case.session, ticket.id)]
        if not suggested:
            mistakes.append(Mistake(command.line, "nobody was suggested"))
        return suggested
    words = [word.strip("<>()\"'") for word in re.split(r"[\s,;]+", command.argument) if "@" in word]
    if not words:
        mistakes.append(Mistake(command.line, "it needs an address", "#cc kari@customer.example"))
    people = []
    for word in words:
        address = stored_form(word)
        why = why_never(address, lambda one: participants.is_ours(case, one)) if address else "it is no address"
        if why:
            mistakes.append(Mistake(f"#{command.verb} {word}", why))
        else:
            people.append(Address("", address))
    return people


def _one(case: Case, ticket: Ticket, command: Command, mistakes: list[Mistake]) -> tuple[Person, Person] | None:
    message = find.last_via(case.session, ticket.id, stored_form(command.argument))
    if message is None or message.via_id is None:
        mistakes.append(Mistake(command.line, "nobody wrote here with the reply address of somebody else"))
        return None
    other = case.session.get_one(Person, message.author_id)
    if find.stands_anywhere(case.session, other.id) or participants.is_ours(case, other.address):
        mistakes.append(Mistake(command.line, "that address stands on tickets of its own"))
        return None
    return other, case.session.get_one(Person, message.via_id)

"""A colleague writes for somebody: he forwards a customer's mail to the desk, or begins with `#for kari@x.example`.
Then the customer is the requester, and the words are the customer's. `#for` alone is whoever wrote what he forwards.

Only a proven agent speaks for others; what anybody else forwards is his own matter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from maildesk.desk import find, participants
from maildesk.desk.case import Case
from maildesk.desk.commands import Command, Mistake, split_commands
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.newcomers import stored_form, why_never
from maildesk.desk.people import person_at
from maildesk.desk.reply_subject import without_prefixes
from maildesk.desk.tickets import record, write_down
from maildesk.desk.words.command_words import Verb
from maildesk.mail import Mail
from maildesk.model import Event, Message, Participant, Person, Ticket
from maildesk.reason import because
from maildesk.vocabulary import Direction, EventKind, Role

_LIKE_THIS: Final = "#for kari@customer.example"
#: Behind `#for` or `#requester`: whoever wrote what is forwarded.
_ITS_WRITER: Final = frozenset({"", "from-attached", "from-forwarded"})


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom a new ticket is, with the customer's own words and what the agent wrote above them.

    `passed_on`: it is his own mail, and he was told nothing of us: only an agent decides to write to him (threats 3.3).
    """

    person: Person
    subject: str
    text: str
    note: str
    passed_on: bool = False


def on_behalf(case: Case) -> Behalf | None:
    """None: the writer speaks for himself."""
    if case.agent is None or not case.trust.may_act:
        return None
    return _named(case) or _forwarded(case)


def note_down(case: Case, ticket: Ticket, message: Message, behalf: Behalf, agent: Person) -> str:
    """The customer proved nothing himself; what the agent wrote above his words is for colleagues, and is returned."""
    message.verified = False
    above = case.clean(behalf.note)
    if above:
        note = write_down(case.hand(agent), ticket, agent, above, Direction.NOTE, "above the forwarded")
        record(case.hand(agent), ticket, EventKind.NOTED, about=note)
    return above


def with_passed_on(mail: Mail, text: str) -> str:
    """The words of an agent for his colleagues, with those of the mail that he passes on to a ticket that is there."""
    forward = mail.forward
    if forward is None or not forward.text or forward.text in text:
        return text
    sender = forward.sender
    head = f"{sender.name} <{sender.address}>:".strip() if sender else ""
    return "\n\n".join(part for part in (text, head, forward.text) if part)


def why_not_for(case: Case, address: str) -> str:
    """Why nobody can be the requester under this address; "" where he can."""
    return why_never(address, lambda one: participants.is_ours(case, one)) if address else "it is no address"


def mistakes_of(case: Case, commands: Sequence[Command]) -> list[Mistake]:
    """What is wrong with the `#for` of a mail that is to be a new ticket."""
    named = [one for one in commands if one.verb is Verb.FOR]
    whys = [(one, why_not_for(case, _meant(case, one))) for one in named[:1]]
    whys += [(one, "a ticket has one requester") for one in named[1:]]
    return [Mistake(one.line, why, _LIKE_THIS) for one, why in whys if why]


def _person(case: Case, address: str, name: str = "") -> Person:
    return find.writer_at(case.session, address) or person_at(case.session, address, name, case.now)


def _meant(case: Case, command: Command) -> str:
    """The address of whom a `#for` names, in its stored form; "" where it names nobody."""
    if command.plain_argument.casefold() in _ITS_WRITER:
        return _forwarded_from(case.mail)
    return _address_in(command)


def _forwarded_from(mail: Mail) -> str:
    return stored_form(mail.forward.sender.address) if mail.forward and mail.forward.sender else ""


def _address_in(command: Command) -> str:
    """In its stored form, also behind a name; "" where there is none, or more than one."""
    found = [word.strip("<>()\"'") for word in re.split(r"[\s,;]+", command.plain_argument) if "@" in word]
    return stored_form(found[0]) if len(found) == 1 else ""


def _named(case: Case) -> Behalf | None:
    orders = split_commands(case.mail.visible_text)
    command = next((one for one in orders.commands if one.verb is Verb.FOR), None)
    address = _address_in(command) if command else ""
    if not address or why_not_for(case, address):
        return None
    person, forward = _person(case, address), case.mail.forward
    if forward is None:
        return Behalf(person, case.mail.subject, orders.rest, "")
    note = split_commands(forward.text_top).rest.strip()
    return Behalf(person, forward.subject or without_prefixes(case.mail.subject), forward.text, note, passed_on=True)


def _forwarded(case: Case) -> Behalf | None:
    forward = case.mail.forward
    address = _forwarded_from(case.mail)
    if forward is None or forward.sender is None or not address or why_not_for(case, address):
        return None
    person = _person(case, address, forward.sender.name)
    subject = forward.subject or without_prefixes(case.mail.subject)
    note = split_commands(forward.text_top).rest.strip()
    return Behalf(person, subject, forward.text, note, passed_on=True)


def _read(wanted: Wanted) -> Deed:
    wanted.mistakes.extend(mistakes_of(wanted.case, wanted.commands))
    address = _meant(wanted.case, wanted.commands[0])
    return lambda author: [_make_requester(wanted, address, author)]


def _make_requester(wanted: Wanted, address: str, author: Person) -> Event:
    case, ticket = wanted.case, wanted.ticket
    person = _person(case, address)
    was = case.session.get_one(Person, ticket.requester_id)
    _stands(case, ticket, was, Role.CC, author)
    _stands(case, ticket, person, Role.REQUESTER, author)
    ticket.requester_id = person.id
    return record(case.hand(author), ticket, EventKind.REQUESTER_CHANGED, f"{was.address} -> {person.address}")


def _stands(case: Case, ticket: Ticket, person: Person, role: Role, by: Person) -> None:
    """From now on in this part; an agent who only wrote it down leaves."""
    found = select(Participant).where(Participant.ticket_id == ticket.id, Participant.person_id == person.id)
    row = case.session.scalar(found)
    if row is not None and role is Role.CC and participants.is_ours(case, person.address):
        case.session.delete(row)
    elif row is not None:
        row.role = role
    else:
        reason = because("named_by", by.address)
        case.session.add(
            Participant(ticket_id=ticket.id, person_id=person.id, role=role, reason=reason, added_at=case.now)
        )


ERRAND = Errand(frozenset({Verb.FOR}), _read)

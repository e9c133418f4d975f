"""What an agent says of tickets that belong together: `#link 1040`, `#merge 1040`, `#problem 1040`, `#problem`.

Merging leads all later mail to the other ticket; nothing that was written moves, so nobody reads what he had not read.
A problem collects incidents, which go with it where it is merged; solving it answers all of them (incidents.py). An
incident has one problem: `#problem 1041` moves it there.
"""

import re
from typing import Final

from sqlalchemy import update

from maildesk.desk import find, tickets
from maildesk.desk.case import Case
from maildesk.desk.commands import Command
from maildesk.desk.errands import incidents
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.held import holding
from maildesk.desk.people_moved import bring_people
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Outage, Person, Ticket
from maildesk.reason import because
from maildesk.vocabulary import EventKind, Happening, Status, TicketType

#: `#merge 1040 together`: yes, although their requesters are two people.
_TOGETHER: Final = frozenset({"together", "sammen", "함께"})
_OVER: Final = (Status.RESOLVED, Status.CLOSED)
_NUMBER: Final = re.compile(r"#?([0-9]{1,12})(?:\s+(\S+))?", re.ASCII)


def _read(wanted: Wanted) -> Deed:
    deeds = [_deed(wanted, command) for command in wanted.commands]
    for command in [one for one in wanted.commands if one.verb is Verb.PROBLEM][1:]:
        wanted.wrong(command, "only one problem can be named")
    return lambda author: [event for deed in deeds if deed is not None for event in deed(author)]


def _deed(wanted: Wanted, command: Command) -> Deed | None:
    case, ticket = wanted.case, wanted.ticket
    if command.verb is Verb.PROBLEM and not command.argument:
        return lambda author: [_call_problem(case, ticket, author)]
    other, word = _other(wanted, command)
    if other is None:
        return None
    if command.verb is Verb.LINK:
        return lambda author: [_link(case, ticket, other, author)]
    if command.verb is Verb.PROBLEM:
        return _incident_of(wanted, command, other)
    return _merge_into(wanted, command, other, together=word in _TOGETHER)


def _other(wanted: Wanted, command: Command) -> tuple[Ticket | None, str]:
    """The ticket that is named, and the word behind it; where it was merged, the one it leads to."""
    found = _NUMBER.fullmatch(command.argument.rstrip(" .!"))
    if found is None:
        wanted.wrong(command, "it needs the number of a ticket", f"#{command.verb} 1040")
        return None, ""
    number = find.leads_to(wanted.case.session, int(found.group(1)))
    if number is None:
        wanted.wrong(command, "there is no ticket with this number")
        return None, ""
    other = find.living_ticket_to_change(wanted.case.session, number)
    if other.id == wanted.ticket.id:
        wanted.wrong(command, "that is this ticket itself")
        return None, ""
    return other, (found.group(2) or "").casefold()


def _call_problem(case: Case, ticket: Ticket, author: Person) -> Event:
    """It waits for no other problem any more."""
    ticket.type = TicketType.PROBLEM
    incidents.leave(case, ticket)
    return tickets.record(case.hand(author), ticket, EventKind.LINKED, "problem_now")


def _incident_of(wanted: Wanted, command: Command, problem: Ticket) -> Deed | None:
    ticket = wanted.ticket
    if ticket.type == TicketType.PROBLEM:
        wanted.wrong(command, "a problem cannot belong to another problem; use #link or #merge")
        return None
    if problem.status in _OVER:
        # It was answered already, and this one would wait for ever.
        wanted.wrong(command, f"the ticket is {problem.status}; reopen it first")
        return None

    def deed(author: Person) -> list[Event]:
        problem.type, ticket.type = TicketType.PROBLEM, TicketType.INCIDENT
        return incidents.belongs_to(wanted.case, ticket, problem, author)

    return deed


def _link(case: Case, ticket: Ticket, other: Ticket, author: Person) -> Event:
    hand = case.hand(author)
    tickets.link(hand, ticket, other.id, "related")
    tickets.record(hand, other, EventKind.LINKED, f"related_here: #{ticket.id}")
    return tickets.record(hand, ticket, EventKind.LINKED, f"related: #{other.id}")


def _merge_into(wanted: Wanted, command: Command, target: Ticket, *, together: bool) -> Deed | None:
    ticket = wanted.ticket
    if ticket.requester_id != target.requester_id and not together:
        wanted.wrong(
            command, "their requesters are two people, and both would get every answer", f"#merge {target.id} together"
        )
        return None

    def deed(author: Person) -> list[Event]:
        hand = wanted.case.hand(author)
        ticket.merged_into_id = target.id
        tickets.link(hand, ticket, target.id, "merged")
        if target.status in _OVER and ticket.status not in _OVER:
            tickets.reopen(hand, target, because("merged_here", ticket.id))
        # Before it is closed: what is away does not come back by a merge.
        move = update(Outage).where(Outage.ticket_id == ticket.id).values(ticket_id=target.id)
        wanted.case.session.execute(move)
        if ticket.status != Status.CLOSED:
            tickets.happen(ticket, Happening.CLOSED, hand.now)
        holding.follow(wanted.case.session, ticket.id, target.id)
        events = bring_people(wanted.case, ticket, target, author)
        incidents.move(wanted.case, ticket, target, author)
        events.append(tickets.record(hand, ticket, EventKind.MERGED, f"into #{target.id}"))
        last = find.last_words_of_requester(wanted.case.session, ticket)
        return [*events, tickets.record(hand, target, EventKind.MERGED_IN, f"#{ticket.id} {ticket.subject}", last)]

    return deed


ERRAND = Errand(frozenset({Verb.LINK, Verb.MERGE, Verb.PROBLEM}), _read, after=True)

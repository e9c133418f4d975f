"""What happens when a manager answers a digest, or asks for figures: deeds are done, the answer is prepared.

Reading figures needs as much proof as an ordinary order, and so do the deeds (threats 3.2); the answer goes to his
registered address alone. A mail with a mistake does nothing. Anything else he writes is a mail like others.
"""

from dataclasses import dataclass, replace
from typing import Final

from maildesk.config import AgentSettings
from maildesk.desk import find, tickets
from maildesk.desk.case import Case, Outcome
from maildesk.desk.digests.told_manager import Done, ToManager
from maildesk.desk.figures.rows import ENDED
from maildesk.desk.held.confirm import hold_unproven
from maildesk.desk.people import person_at
from maildesk.desk.signed_letter import answers_signed_letter
from maildesk.desk.triage import correct
from maildesk.desk.trust import Trust, trust_agent
from maildesk.desk.words.manager_words import Misread, Wish, Wishes, priority_named, read_wishes
from maildesk.model import Event, Person, Ticket
from maildesk.reason import because, together
from maildesk.vocabulary import Direction, Disposition, EventKind, Status
from maildesk.vocabulary import ManagerVerb as Verb

#: Lines below the words of somebody who does not answer a digest: a signature, not a matter of its own.
_SIGNATURE: Final = 4


def heard(case: Case) -> Outcome | None:
    """What a manager's words do; None where the mail holds none, or is from anybody else."""
    if case.agent is None or not case.agent.manager or case.place.ticket is not None:
        return None
    answers = answers_signed_letter(case)
    wishes = read_wishes(case.clean(case.mail.visible_text))
    if not _is_meant(wishes, answers):
        return None
    trust = _trust(case, answers)
    if not trust.may_act:
        return hold_unproven(case, "says_agent_manages")
    author = case.author()
    done, misread, events = _obey(case, author, wishes)
    noted = any(event.kind == EventKind.NOTED for event in events)
    asked = () if misread else wishes.wishes
    told = ToManager(author.id, asked, tuple(done), tuple(misread), wishes.below if answers else (), noted)
    reason = together(because("answers_digest") if answers else because("for_managers"), trust.reason)
    ticket = events[0].ticket_id if events else None
    return Outcome(Disposition.COMMAND, reason, ticket, tuple(events), to_manager=told)


def _is_meant(wishes: Wishes, answers: bool) -> bool:
    """Whoever answers a digest may make mistakes; else only what is understood as a whole is no new matter."""
    if answers:
        return bool(wishes.wishes or wishes.misread or wishes.below)
    short = len(wishes.rest.splitlines()) <= _SIGNATURE
    return bool(wishes.wishes) and not wishes.misread and short


def _trust(case: Case, answers: bool) -> Trust:
    """The address of a digest went to him alone, so it proves as much as his reply address on a ticket."""
    if not answers or case.delivery.release is not None:
        return case.trust
    return trust_agent(replace(case.signals, token=True, strange_token=False), case.settings.auth.agents)


@dataclass(frozen=True, slots=True)
class _Deed:
    wish: Wish
    ticket: Ticket
    colleague: AgentSettings | None


def _obey(case: Case, author: Person, wishes: Wishes) -> tuple[list[Done], list[Misread], list[Event]]:
    """All or nothing: first everything is looked up, then it is done."""
    misread = list(wishes.misread)
    deeds = [deed for wish in wishes.wishes if wish.ticket and (deed := _looked_up(case, wish, misread))]
    if misread:
        return [], misread, []
    events: list[Event] = []
    for deed in deeds:
        events += _do(case, author, deed)
    numbers = {deed.ticket.id for deed in deeds}
    if wishes.rest and len(numbers) == 1 and answers_signed_letter(case):
        note = case.take_in(deeds[0].ticket, author, wishes.rest, Direction.NOTE)
        events.append(tickets.record(case.hand(author), deeds[0].ticket, EventKind.NOTED, about=note))
    return [_done(case, deed) for deed in deeds], [], events


def _looked_up(case: Case, wish: Wish, misread: list[Misread]) -> _Deed | None:
    if case.session.get(Ticket, wish.ticket) is None:
        misread.append(Misread(wish.line, "there is no such ticket"))
        return None
    ticket = find.ticket_to_change(case.session, wish.ticket)
    if Status(ticket.status) in ENDED:
        misread.append(Misread(wish.line, "the ticket is closed already"))
        return None
    colleague = _colleague(case, wish, misread) if wish.verb is Verb.REASSIGN else None
    if wish.verb is Verb.REASSIGN and colleague is None:
        return None
    return _Deed(wish, ticket, colleague)


def _colleague(case: Case, wish: Wish, misread: list[Misread]) -> AgentSettings | None:
    """By address, name or the beginning of a name; nobody where several are meant."""
    word = wish.argument.strip(" .!@").casefold()
    agents = case.settings.agent
    names = {agent.email: (agent.name.casefold(), agent.email.partition("@")[0].casefold()) for agent in agents}
    known = case.settings.agent_of(word)
    found = [known] if known else [one for one in agents if word in names[one.email]]
    found = found or [one for one in agents if names[one.email][0].startswith(word)]
    if len(found) == 1:
        return found[0]
    locals_ = ", ".join(one.email.partition("@")[0] for one in (found or agents))
    problem = "more than one agent is meant" if found else f"no agent is called {wish.argument}"
    misread.append(Misread(wish.line, problem, locals_))
    return None


def _do(case: Case, author: Person, deed: _Deed) -> list[Event]:
    hand, ticket, wish = case.hand(author), deed.ticket, deed.wish
    by = author.name or author.address
    if wish.verb is Verb.REMIND:
        return [tickets.record(hand, ticket, EventKind.NUDGED, by)]
    if wish.verb is Verb.PRIO:
        was, priority = ticket.priority, priority_named(wish.argument)
        correct(ticket, case.settings.priority, by, priority=priority)
        return [tickets.record(hand, ticket, EventKind.CHANGED, f"priority: {was} -> {ticket.priority}")]
    if deed.colleague is None:
        return [tickets.assign(hand, ticket, author, because("taken_over"))]
    agent = person_at(case.session, deed.colleague.email, deed.colleague.name, case.now)
    return [tickets.assign(hand, ticket, agent, because("assigned_by", by))]


def _done(case: Case, deed: _Deed) -> Done:
    asked = deed.ticket.agent_id if deed.wish.verb is Verb.REMIND else None
    owner = case.session.get_one(Person, asked) if asked else None
    agent = deed.colleague.name if deed.colleague else (owner.name or owner.address) if owner else ""
    return Done(deed.wish.verb, deed.ticket.id, deed.ticket.subject, agent, str(deed.ticket.priority))

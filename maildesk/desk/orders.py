"""What happens when an agent writes: commands, a public answer, an internal note. All or nothing: a mail with a mistake
does nothing and sends nothing but the explanation to its writer.
"""

from dataclasses import dataclass, replace

from maildesk.config import AgentSettings
from maildesk.desk import find, taking_in, tickets, undelivered
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.commands import Command, Mistake, Orders, Verb, split_commands
from maildesk.desk.confirm import hold_unproven
from maildesk.desk.echo import brings_notice
from maildesk.desk.lifecycle import IMPOSSIBLE, next_status
from maildesk.desk.participants import take_named
from maildesk.desk.people import person_at
from maildesk.desk.requests import open_new
from maildesk.model import Event, Message, Person, Ticket
from maildesk.notify.headers import can_be_reached
from maildesk.tokens import TagKind
from maildesk.vocabulary import Cause, Direction, Disposition, EventKind, Happening, Status

#: What stands behind them is not for the requester.
_ABOUT_PEOPLE = {Verb.ASSIGN, *taking_in.DANGEROUS}
_HAPPENING = {Verb.SOLVE: Happening.SOLVED, Verb.CLOSE: Happening.CLOSED, Verb.REOPEN: Happening.REOPENED}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What will be done, once nothing in the mail is wrong."""

    orders: Orders
    assignee: AgentSettings | None
    text: str
    is_note: bool
    wish: taking_in.Wish

    @property
    def ends(self) -> Verb | None:
        """The command that ends the matter, if any."""
        return next((verb for verb in (Verb.CLOSE, Verb.SOLVE) if self.orders.has(verb)), None)


def obey(case: Case) -> Outcome:
    """A human mail whose From is an agent."""
    assert case.agent is not None
    orders = split_commands(case.mail.visible_text)
    if not (case.trust.may_act if orders.commands else case.trust.may_answer):
        return hold_unproven(case)
    if any(map(orders.has, taking_in.DANGEROUS)) and not case.trust.may_endanger:
        return hold_unproven(case, "not proven enough for this command")
    if case.place.ticket is None:
        return _without_ticket(case, orders)
    ticket = find.ticket_to_change(case.session, case.place.ticket)
    author = case.author()
    if orders.has(Verb.HELP):
        return _explained(case, ticket, author, EventKind.HELP_ASKED, orders)
    plan, mistakes = _plan(case, ticket, orders)
    if mistakes:
        wrong = {mistake.line for mistake in mistakes}
        right = tuple(command for command in orders.commands if command.line not in wrong)
        explained = replace(orders, commands=right, mistakes=mistakes)
        return _explained(case, ticket, author, EventKind.NOT_UNDERSTOOD, explained)
    return _carry_out(case, ticket, author, plan)


def gives_orders(case: Case) -> bool:
    """Does the mail begin with commands?"""
    return bool(split_commands(case.mail.visible_text).commands)


def _without_ticket(case: Case, orders: Orders) -> Outcome:
    if orders.commands or orders.mistakes:
        return Outcome(Disposition.HELD, f"commands, but {case.place.reason}", held=Held(Cause.NO_TICKET))
    return open_new(case)


def _plan(case: Case, ticket: Ticket, orders: Orders) -> tuple[_Plan, tuple[Mistake, ...]]:
    """What the mail asks for, and everything that is wrong with it."""
    mistakes = list(orders.mistakes)
    assignee = None
    for command in orders.commands:
        if command.verb is Verb.ASSIGN:
            assignee = _agent_named(case, command, mistakes)
        mistakes += _faults(command, Status(ticket.status))
    wish = taking_in.wished(case, ticket, orders.commands, mistakes)
    inline = "\n".join(one.argument for one in orders.commands if one.argument and one.verb not in _ABOUT_PEOPLE)
    text = "\n\n".join(part for part in (inline, orders.rest) if part)
    speaks = orders.has(Verb.NOTE) or orders.has(Verb.REPLY) or not orders.commands
    if speaks and not text and not case.mail.attachments and not orders.mistakes:
        mistakes.append(Mistake("", "the mail has no text of its own"))
    if case.place.tag is not None and case.place.tag.kind is TagKind.RATE:
        mistakes.append(Mistake("", "agents cannot rate"))
    is_note = _is_note(case, ticket, orders)
    if not is_note and brings_notice(text, ticket.id, ticket.subject):
        mistakes.append(Mistake("", "our notice stands in the text, and the requester would read it; write above it"))
    return _Plan(orders, assignee, text, is_note, wish), tuple(mistakes)


def _faults(command: Command, status: Status) -> list[Mistake]:
    """What is wrong with one command where the ticket stands."""
    faults = []
    happening = _HAPPENING.get(command.verb)
    if happening and next_status(happening, status) is None:
        faults.append(Mistake(command.line, IMPOSSIBLE[happening, status]))
    if command.argument and command.verb in (Verb.TAKE, Verb.REOPEN, Verb.REACHABLE):
        # Else the words would go to the requester, who was not meant.
        faults.append(Mistake(command.line, "this command stands alone; your text begins on the next line"))
    return faults


def _is_note(case: Case, ticket: Ticket, orders: Orders) -> bool:
    """Public or not? Where nobody can be answered: not. Else what the mail says, then the address it was sent to, then
    the agent's own default."""
    if not any(map(can_be_reached, find.addresses_on(case.session, ticket.id))):
        return True
    if orders.has(Verb.NOTE) or orders.has(Verb.REPLY):
        return orders.has(Verb.NOTE)
    if case.place.tag is not None and case.place.tag.kind is TagKind.NOTE:
        return True
    assert case.agent is not None
    return case.agent.reply_default == "note"


def _agent_named(case: Case, command: Command, mistakes: list[Mistake]) -> AgentSettings | None:
    wanted = command.argument.casefold().lstrip("@")
    agents = case.settings.agent
    at_address = case.settings.agent_of(wanted)
    exact = [at_address] if at_address else [one for one in agents if wanted in (one.name.casefold(), _local(one))]
    found = exact or [one for one in agents if one.name.casefold().startswith(wanted)]
    if wanted and len(found) == 1:
        return found[0]
    names = ", ".join(_local(one) for one in (found or agents))
    problem = (
        "more than one agent is meant" if wanted and found else f"no agent is called {command.argument or '(nobody)'}"
    )
    mistakes.append(Mistake(command.line, problem, f"#assign one of: {names}"))
    return None


def _local(agent: AgentSettings) -> str:
    return agent.email.casefold().partition("@")[0]


def _carry_out(case: Case, ticket: Ticket, author: Person, plan: _Plan) -> Outcome:
    hand = case.hand(author)
    events = taking_in.carry_out(case, ticket, author, plan.wish)
    message = _write(case, ticket, author, plan)
    if message is not None and message.public:
        events += take_named(case, ticket, author)
    public = message if message is not None and message.public else None
    if plan.orders.has(Verb.REOPEN):
        events.append(tickets.reopen(hand, ticket, f"by {author.address}"))
    if plan.orders.has(Verb.REACHABLE):
        events.append(undelivered.release(hand, ticket))
    events += _hand_over(case, ticket, author, plan, answers=public is not None)
    if message is not None and public is None:
        events.append(tickets.record(hand, ticket, EventKind.NOTED, about=message))
    if public is not None:
        answered = tickets.answered(hand, ticket, public)
        # With a closure the words go out in the closing letter: one letter, not two.
        events += [] if plan.ends else [answered]
    if plan.ends:
        events.append(_end(case, ticket, author, plan, message))
    if plan.ends or public is not None:
        events += undelivered.doubts(hand, ticket, public)
    return Outcome(_disposition(message), f"{case.place.reason}; {case.trust.reason}", ticket.id, tuple(events))


def _write(case: Case, ticket: Ticket, author: Person, plan: _Plan) -> Message | None:
    """The agent's words on the ticket; None for a mail of commands alone, which tells the requester nothing."""
    silent = plan.orders.commands and not (plan.orders.has(Verb.NOTE) or plan.orders.has(Verb.REPLY))
    if not plan.text and silent:
        return None
    return case.take_in(ticket, author, plan.text, Direction.NOTE if plan.is_note else Direction.OUT)


def _hand_over(case: Case, ticket: Ticket, author: Person, plan: _Plan, answers: bool) -> list[Event]:
    hand = case.hand(author)
    if plan.assignee is not None:
        agent = person_at(case.session, plan.assignee.email, plan.assignee.name, case.now)
        return [tickets.assign(hand, ticket, agent, f"assigned by {author.name or author.address}")]
    if plan.orders.has(Verb.TAKE):
        return [tickets.assign(hand, ticket, author, "taken")]
    if answers and ticket.agent_id is None:
        return [tickets.assign(hand, ticket, author, "gave the first answer")]
    return []


def _end(case: Case, ticket: Ticket, author: Person, plan: _Plan, message: Message | None) -> Event:
    assert plan.ends is not None
    public = message if message is not None and message.public else None
    solution = public.text if public else find.last_public_answer(case.session, ticket.id)
    return tickets.finish(case.hand(author), ticket, _HAPPENING[plan.ends], solution, public)


def _explained(case: Case, ticket: Ticket, author: Person, kind: EventKind, orders: Orders) -> Outcome:
    reason = _in_words(orders.mistakes) or "asked for help"
    event = tickets.record(case.hand(author), ticket, kind, reason)
    return Outcome(Disposition.COMMAND, reason.partition("\n")[0], ticket.id, (event,), orders)


def _disposition(message: Message | None) -> Disposition:
    if message is None:
        return Disposition.COMMAND
    return Disposition.REPLY if message.public else Disposition.NOTE


def _in_words(mistakes: tuple[Mistake, ...]) -> str:
    """One line per mistake, as the writer is told: the line, what is wrong, and what may have been meant."""
    return "\n".join(" - ".join(part for part in (one.line, one.problem, one.suggestion) if part) for one in mistakes)

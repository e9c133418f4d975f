"""What does an agent's mail ask for, and what is wrong with it? It changes nothing; where nothing is wrong, orders.py
does.

Here each errand is registered, in the order in which their deeds are done.
"""

from dataclasses import dataclass, replace
from typing import Final

from maildesk.config import AgentSettings
from maildesk.desk import find
from maildesk.desk.case import Case
from maildesk.desk.commands import Command, Mistake, Orders, too_late
from maildesk.desk.errands import (
    asked,
    crossed,
    fields,
    linking,
    on_behalf,
    on_duty,
    outage,
    splitting,
    taking_in,
    taking_off,
    undoing,
    unwanted,
    waiting,
)
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.errands.which_agent import agents_named, local_part
from maildesk.desk.lifecycle import IMPOSSIBLE, next_status
from maildesk.desk.speaker.echo import brings_notice
from maildesk.desk.words.command_words import ALONE, Verb
from maildesk.model import Ticket
from maildesk.notify.headers import can_be_reached
from maildesk.notify.receipt import Receipt
from maildesk.tokens import TagKind
from maildesk.vocabulary import Happening, Status

#: Each does its part of a mail, in this order; what an answer, a note and an end are stands here.
ERRANDS: Final[tuple[Errand, ...]] = (
    taking_in.ERRAND,
    crossed.ERRAND,
    undoing.ERRAND,
    # Before a merge, which takes it along.
    outage.ERRAND,
    linking.ERRAND,
    splitting.ERRAND,
    on_behalf.ERRAND,
    taking_off.ERRAND,
    unwanted.ERRAND,
    fields.ERRAND,
    on_duty.DUTY,
    waiting.ERRAND,
    on_duty.PASS,
    asked.ABOUT_A_TICKET,
    asked.ANYWHERE,
)
#: What stands behind them are the agent's words.
_SPEAKS: Final = frozenset({Verb.NOTE, Verb.REPLY, Verb.SOLVE, Verb.CLOSE})
_GIVES: Final = frozenset({Verb.TAKE, Verb.ASSIGN, Verb.PASS})
_OWN: Final = _SPEAKS | {Verb.TAKE, Verb.ASSIGN, Verb.REOPEN, Verb.REACHABLE, Verb.HELP}
KNOWN: Final = _OWN.union(*(errand.verbs for errand in ERRANDS))
HAPPENING = {Verb.SOLVE: Happening.SOLVED, Verb.CLOSE: Happening.CLOSED, Verb.REOPEN: Happening.REOPENED}


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done, once nothing in the mail is wrong."""

    orders: Orders
    assignee: AgentSettings | None
    text: str
    is_note: bool
    deeds: tuple[Deed, ...]
    deeds_after: tuple[Deed, ...]
    receipt: Receipt

    @property
    def concerns_requester(self) -> bool:
        """Is he told anything?"""
        speaks = self.orders.has(Verb.REPLY) or not self.orders.commands or bool(self.text)
        return self.ends is not None or self.orders.has(Verb.SEND) or (speaks and not self.is_note)

    @property
    def ends(self) -> Verb | None:
        """The command that ends the matter, if any."""
        return next((verb for verb in (Verb.CLOSE, Verb.SOLVE) if self.orders.has(verb)), None)


def plan_of(case: Case, ticket: Ticket, orders: Orders) -> tuple[Plan, tuple[Mistake, ...]]:
    """What the mail asks for, and everything that is wrong with it."""
    mistakes = list(orders.mistakes)
    assignee = None
    for command in orders.commands:
        if command.verb is Verb.ASSIGN:
            assignee = _agent_named(case, command, mistakes)
        mistakes += _faults(command, Status(ticket.status))
    inline = "\n".join(one.argument for one in orders.commands if one.argument and one.verb in _SPEAKS)
    text = "\n\n".join(part for part in (inline, orders.rest) if part)
    givers = [command for command in orders.commands if command.verb in _GIVES]
    mistakes += [Mistake(one.line, "only one of these gives the ticket to somebody") for one in givers[1:]]
    receipt = Receipt(tuple(command.line for command in orders.commands))
    deeds, deeds_after = (
        _read_errands(Wanted(case, ticket, orders.commands, text, mistakes, receipt), after) for after in (False, True)
    )
    if late := too_late(orders.rest):
        mistakes.append(Mistake(late, "a command stands on the first lines, above your text"))
    speaks = orders.has(Verb.NOTE) or orders.has(Verb.REPLY) or not orders.commands
    if speaks and not text and not case.mail.attachments and not orders.mistakes:
        mistakes.append(Mistake("", "the mail has no text of its own"))
    if case.place.tag is not None and case.place.tag.kind is TagKind.RATE:
        mistakes.append(Mistake("", "agents cannot rate"))
    is_note = _is_note(case, ticket, orders)
    if not is_note and brings_notice(text, ticket.id, ticket.subject):
        mistakes.append(Mistake("", "our notice stands in the text, and the requester would read it; write above it"))
    return Plan(orders, assignee, text, is_note, deeds, deeds_after, receipt), tuple(mistakes)


def _read_errands(wanted: Wanted, after: bool) -> tuple[Deed, ...]:
    """The deeds of one kind that the mail asks for; what is wrong with them is added to the mistakes."""
    deeds = []
    for errand in ERRANDS:
        commands = tuple(command for command in wanted.commands if command.verb in errand.verbs)
        if commands and errand.after is after:
            deeds.append(errand.read(replace(wanted, commands=commands)))
    return tuple(deeds)


def _faults(command: Command, status: Status) -> list[Mistake]:
    """What is wrong with one command where the ticket stands."""
    faults = []
    if command.verb not in KNOWN:
        faults.append(Mistake(command.line, f"there is no command #{command.verb}"))
    happening = HAPPENING.get(command.verb)
    if happening and next_status(happening, status) is None:
        faults.append(Mistake(command.line, IMPOSSIBLE[happening, status]))
    if command.argument and command.verb in ALONE:
        # Else the words would go to the requester, who was not meant.
        faults.append(Mistake(command.line, "this command stands alone; your text begins on the next line"))
    return faults


def _is_note(case: Case, ticket: Ticket, orders: Orders) -> bool:
    """Public or not? Where nobody can be answered: not. Else what the mail says, whether it passes another one on, the
    address it was sent to, and the agent's own default."""
    if not any(map(can_be_reached, find.addresses_on(case.session, ticket.id))):
        return True
    if orders.has(Verb.NOTE) or orders.has(Verb.REPLY):
        return orders.has(Verb.NOTE)
    if case.mail.forward is not None:
        # What stands above a mail that is passed on to the desk is for colleagues.
        return True
    if case.place.tag is not None and case.place.tag.kind is TagKind.NOTE:
        return True
    assert case.agent is not None
    return case.agent.reply_default == "note"


def _agent_named(case: Case, command: Command, mistakes: list[Mistake]) -> AgentSettings | None:
    found = agents_named(case.settings, command.plain_argument)
    if len(found) == 1:
        return found[0]
    names = ", ".join(local_part(one) for one in (found or case.settings.agent))
    problem = "more than one agent is meant" if found else f"no agent is called {command.argument or '(nobody)'}"
    mistakes.append(Mistake(command.line, problem, f"#assign one of: {names}"))
    return None

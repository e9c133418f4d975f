"""What happens when an agent writes: commands, a public answer, an internal note. All or nothing: a mail with a mistake
does nothing and sends nothing but the explanation to its writer.
"""

from dataclasses import replace
from typing import Final

from maildesk.desk import find, tickets, undelivered
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.commands import Command, Mistake, Orders, split_commands
from maildesk.desk.errands import crossed, incidents, undoing, unwanted
from maildesk.desk.errands.grades import Grade, grade_of, may
from maildesk.desk.errands.on_behalf import mistakes_of, with_passed_on
from maildesk.desk.errands.plan import ERRANDS, HAPPENING, Plan, plan_of
from maildesk.desk.errands.without_ticket import may_do_without, not_understood, obey_anywhere
from maildesk.desk.held.confirm import hold_unproven
from maildesk.desk.participants import take_named
from maildesk.desk.people import person_at
from maildesk.desk.rating_question import ask_in_closing_letter
from maildesk.desk.requests import open_new
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Message, Person, Ticket
from maildesk.notify.receipt import Receipt
from maildesk.reason import because, together
from maildesk.vocabulary import Cause, Direction, Disposition, EventKind

#: The writer is told of these in a letter of their own; one for each mail is enough.
_TOLD: Final = frozenset(
    {EventKind.HELP_ASKED, EventKind.NOT_UNDERSTOOD, EventKind.CROSSED, EventKind.PREVIEWED, EventKind.UNDONE}
)


def obey(case: Case) -> Outcome:
    """A human mail whose From is an agent."""
    assert case.agent is not None
    orders = _orders_of(case)
    grade = grade_of(orders.commands, on_ticket=case.place.ticket is not None)
    if not may(case.trust, grade):
        dangerous = grade is Grade.DANGER and case.trust.may_act
        return hold_unproven(case, "says_agent_orders" if dangerous else "says_agent")
    if case.place.ticket is None:
        return _without_ticket(case, orders)
    ticket = find.living_ticket_to_change(case.session, case.place.ticket)
    author = case.author()
    if orders.has(Verb.HELP):
        return _explained(case, ticket, author, EventKind.HELP_ASKED, orders)
    plan, mistakes = plan_of(case, ticket, orders)
    if mistakes:
        wrong = {mistake.line for mistake in mistakes}
        right = tuple(command for command in orders.commands if command.line not in wrong)
        explained = replace(orders, commands=right, mistakes=mistakes)
        return _explained(case, ticket, author, EventKind.NOT_UNDERSTOOD, explained)
    return _told_news(case, ticket, author, plan) or _carry_out(case, ticket, author, plan)


def _told_news(case: Case, ticket: Ticket, author: Person, plan: Plan) -> Outcome | None:
    """He has to see first what is new; `#send` lets nothing go before that. None: there is nothing new."""
    if not plan.concerns_requester:
        return None
    sends, released = plan.orders.has(Verb.SEND), case.delivery.release is not None
    if news := () if released else crossed.news_for(case, ticket, author, sends=sends):
        kept = crossed.hold_crossed(case, ticket, author, news, orders=bool(plan.orders.commands))
        return replace(kept, disposition=Disposition.COMMAND, held=None, orders=plan.orders) if sends else kept
    if sends:
        return None
    if not released:
        crossed.set_aside_older(case.session, ticket.id, author.id)
    waiting = incidents.open_incidents(case, ticket) if plan.ends and not incidents.was_shown(case) else []
    return incidents.hold_for_preview(case, ticket, author, waiting) if waiting else None


def _orders_of(case: Case) -> Orders:
    text = case.mail.visible_text
    if crossed.says_send(text) and crossed.is_asked(case):
        return Orders((Command(Verb.SEND, "", text.strip()),))
    return split_commands(text)


def gives_orders(case: Case) -> bool:
    """Does the mail begin with commands?"""
    return bool(split_commands(case.mail.visible_text).commands)


def _without_ticket(case: Case, orders: Orders) -> Outcome:
    if may_do_without(orders, ERRANDS):
        return obey_anywhere(case, orders, ERRANDS)
    if orders.mistakes or any(command.verb is not Verb.FOR for command in orders.commands):
        reason = together(because("without_a_ticket"), case.place.reason)
        return Outcome(Disposition.HELD, reason, held=Held(Cause.NO_TICKET))
    if mistakes := mistakes_of(case, orders.commands):
        return not_understood(case, orders, mistakes)
    return open_new(case)


def _carry_out(case: Case, ticket: Ticket, author: Person, plan: Plan) -> Outcome:
    was = None if any(map(plan.orders.has, undoing.FOR_GOOD)) else undoing.before(case.session, ticket)
    message, events = _done(case, ticket, author, plan)
    if any(event.ticket_id != ticket.id for event in events):
        was = None
    if not plan.orders.has(Verb.UNDO) or message is not None or len(plan.orders.commands) > 1:
        undoing.remember(case.session, was, ticket, case.delivery.inbound_id, author.id, case.now)
    reason = together(case.place.reason, case.trust.reason)
    receipt = _receipt(case, ticket, author, plan, events, may_undo=was is not None)
    return Outcome(_disposition(message), reason, ticket.id, tuple(events), plan.orders, receipt=receipt)


def _receipt(
    case: Case, ticket: Ticket, author: Person, plan: Plan, events: list[Event], *, may_undo: bool
) -> Receipt | None:
    """What the writer of commands is told, once, in a last event; None for plain words."""
    receipt = plan.receipt
    follows = receipt.follows and len(plan.orders.commands) == 1
    if not plan.orders.commands or follows or any(event.kind in _TOLD for event in events):
        return None
    receipt.happened = tuple((event.kind, event.text) for event in events if event.ticket_id == ticket.id)
    if may_undo and receipt.happened and not receipt.undo:
        receipt.undo.append(f"#{Verb.UNDO}")
    said = "; ".join(receipt.commands)
    events.append(tickets.record(case.hand(author), ticket, EventKind.DONE, said))
    return receipt


def _done(case: Case, ticket: Ticket, author: Person, plan: Plan) -> tuple[Message | None, list[Event]]:
    hand = case.hand(author)
    events = [event for deed in plan.deeds for event in deed(author)]
    message = _write(case, ticket, author, plan)
    if message is not None and message.public:
        events += take_named(case, ticket, author)
    public = message if message is not None and message.public else None
    if plan.orders.has(Verb.REOPEN):
        unwanted.take_back(case, ticket)
        events.append(tickets.reopen(hand, ticket, because("by", author.address)))
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
        events += incidents.answer_all(case, ticket, author, HAPPENING[plan.ends], message)
    events += [event for deed in plan.deeds_after for event in deed(author)]
    if plan.ends or public is not None:
        events += undelivered.doubts(hand, ticket, public)
    return message, events


def _write(case: Case, ticket: Ticket, author: Person, plan: Plan) -> Message | None:
    """The agent's words on the ticket; None for a mail of commands alone, which tells the requester nothing."""
    text = with_passed_on(case.mail, plan.text) if plan.is_note else plan.text
    silent = plan.orders.commands and not (plan.orders.has(Verb.NOTE) or plan.orders.has(Verb.REPLY))
    if not text and silent:
        return None
    return case.take_in(ticket, author, text, Direction.NOTE if plan.is_note else Direction.OUT)


def _hand_over(case: Case, ticket: Ticket, author: Person, plan: Plan, answers: bool) -> list[Event]:
    hand = case.hand(author)
    if plan.assignee is not None:
        agent = person_at(case.session, plan.assignee.email, plan.assignee.name, case.now)
        return [tickets.assign(hand, ticket, agent, because("assigned_by", author.name or author.address))]
    if plan.orders.has(Verb.TAKE):
        return [tickets.assign(hand, ticket, author, because("taken"))]
    if answers and ticket.agent_id is None:
        return [tickets.assign(hand, ticket, author, because("first_answer"))]
    return []


def _end(case: Case, ticket: Ticket, author: Person, plan: Plan, message: Message | None) -> Event:
    assert plan.ends is not None
    public = message if message is not None and message.public else None
    solution = public.text if public else find.last_public_answer(case.session, ticket.id)
    event = tickets.finish(case.hand(author), ticket, HAPPENING[plan.ends], solution, public)
    ask_in_closing_letter(case, ticket)
    return event


def _explained(case: Case, ticket: Ticket, author: Person, kind: EventKind, orders: Orders) -> Outcome:
    event = tickets.record(case.hand(author), ticket, kind, _in_words(orders.mistakes) or because("asked_for_help"))
    reason = _misunderstood(orders.mistakes[0]) if orders.mistakes else because("asked_for_help")
    return Outcome(Disposition.COMMAND, reason, ticket.id, (event,), orders)


def _disposition(message: Message | None) -> Disposition:
    if message is None:
        return Disposition.COMMAND
    return Disposition.REPLY if message.public else Disposition.NOTE


def _misunderstood(mistake: Mistake) -> str:
    wrong = " - ".join(filter(None, (mistake.problem, mistake.suggestion)))
    return because("mistake", mistake.line, wrong) if mistake.line else because("mistake_of_mail", wrong)


def _in_words(mistakes: tuple[Mistake, ...]) -> str:
    """One line per mistake, as the writer is told: the line, what is wrong, and what may have been meant."""
    return "\n".join(" - ".join(part for part in (one.line, one.problem, one.suggestion) if part) for one in mistakes)

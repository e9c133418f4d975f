"""What an agent orders in a mail that is about no ticket: `#list`, `#status`, `#away until fri`, `#help`.

It is answered by one letter to him. Whatever needs a ticket is not for here; the caller decides what becomes of it.
"""

from collections.abc import Sequence

from maildesk.desk.case import Case, Outcome
from maildesk.desk.commands import Mistake, Orders
from maildesk.desk.errands.errand import Errand, Wanted
from maildesk.desk.words.command_words import Verb
from maildesk.notify.receipt import Receipt
from maildesk.notify.tell_agent import ToAgent
from maildesk.reason import because
from maildesk.vocabulary import Disposition, NoticeKind


def may_do_without(orders: Orders, errands: Sequence[Errand]) -> bool:
    """Are there commands, understood or not, and none that needs a ticket?"""
    served = frozenset({Verb.HELP}).union(*(errand.verbs for errand in errands if errand.anywhere))
    return bool(orders.commands or orders.mistakes) and all(command.verb in served for command in orders.commands)


def obey_anywhere(case: Case, orders: Orders, errands: Sequence[Errand]) -> Outcome:
    """All of it or nothing."""
    if orders.has(Verb.HELP):
        return _answered(case, NoticeKind.HELP, because("asked_for_help"), orders)
    mistakes, receipt = list(orders.mistakes), Receipt(tuple(command.line for command in orders.commands))
    if orders.rest:
        mistakes.append(Mistake("", "there is text, and no ticket that it is for"))
    deeds = []
    for errand in errands:
        commands = tuple(command for command in orders.commands if command.verb in errand.verbs)
        if commands:
            deeds.append(errand.read(Wanted(case, None, commands, orders.rest, mistakes, receipt)))
    if mistakes:
        return not_understood(case, orders, mistakes)
    author = case.author()
    case.session.flush()
    events = tuple(event for deed in deeds for event in deed(author))
    done = _answered(case, NoticeKind.RECEIPT, because("obeyed"), orders)
    return Outcome(done.disposition, done.reason, events=events, orders=orders, receipt=receipt, to_agent=done.to_agent)


def not_understood(case: Case, orders: Orders, mistakes: Sequence[Mistake], *, several: bool = False) -> Outcome:
    """Nothing is done, and the writer learns why. `several`: he answered a letter about several tickets."""
    wrong = {mistake.line for mistake in mistakes}
    right = tuple(command for command in orders.commands if command.line not in wrong)
    explained = Orders(right, orders.rest, tuple(mistakes))
    return _answered(case, NoticeKind.NOT_UNDERSTOOD, because("not_understood"), explained, several=several)


def _answered(case: Case, kind: NoticeKind, reason: str, orders: Orders, *, several: bool = False) -> Outcome:
    author = case.author()
    case.session.flush()
    letter = ToAgent(kind, author.id, case.delivery.inbound_id, case.mail.message_id, several)
    return Outcome(Disposition.COMMAND, reason, orders=orders, to_agent=letter)

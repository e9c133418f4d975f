"""`#spam`: the ticket is closed in silence: no letter, no question how we did. `#spam block` stops later mail as well.

`#reopen` takes both back.
"""

from typing import Final

from sqlalchemy import delete, select

from maildesk.desk import tickets
from maildesk.desk.case import Case
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.held import blocks
from maildesk.desk.held.senders import why_not_blocked
from maildesk.desk.lifecycle import IMPOSSIBLE, next_status
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Person, Ticket, TicketTag
from maildesk.vocabulary import EventKind, Happening, Status

#: On the ticket, and on the other open ones of a sender who is blocked.
TAG: Final = "spam"
_BLOCK: Final = frozenset({"block", "blokker", "차단"})
_OPEN: Final = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)


def _read(wanted: Wanted) -> Deed:
    command, ticket, case = wanted.commands[0], wanted.ticket, wanted.case
    status = Status(ticket.status)
    if next_status(Happening.CLOSED, status) is None:
        wanted.wrong(command, IMPOSSIBLE[Happening.CLOSED, status])
    if wanted.text:
        wanted.wrong(command, "it is closed in silence: nobody would read your text")
    block = command.word
    if block and block not in _BLOCK:
        wanted.wrong(command, "no such value", "#spam block")
    sender = case.session.get_one(Person, ticket.requester_id)
    if block and why_not_blocked(sender.address, case.settings):
        wanted.wrong(command, "the sender cannot be blocked")
    return lambda author: _close(wanted, author, sender, blocked=bool(block))


def _close(wanted: Wanted, author: Person, sender: Person, *, blocked: bool) -> list[Event]:
    case, ticket = wanted.case, wanted.ticket
    tickets.happen(ticket, Happening.CLOSED, case.now)
    flagged = [ticket.id]
    if blocked:
        blocks.block(case.session, sender.address, author.address, case.now)
        others = select(Ticket.id).where(Ticket.requester_id == sender.id, Ticket.status.in_(_OPEN))
        flagged += case.session.scalars(others)
        # An undone mail restores its ticket, and nothing beyond it.
        wanted.receipt.undo.append("#reopen")
    there = select(TicketTag.ticket_id).where(TicketTag.word == TAG, TicketTag.ticket_id.in_(flagged))
    tagged = set(case.session.scalars(there))
    case.session.add_all(TicketTag(ticket_id=one, word=TAG) for one in dict.fromkeys(flagged) if one not in tagged)
    return [tickets.record(case.hand(author), ticket, EventKind.SPAM, sender.address if blocked else "")]


def take_back(case: Case, ticket: Ticket) -> None:
    """It was no spam after all: the mark goes, and so does the block that came with it."""
    last = select(Event.text).where(Event.ticket_id == ticket.id, Event.kind == EventKind.SPAM)
    sender = case.session.scalar(last.order_by(Event.id.desc()).limit(1))
    if sender is None:
        return
    case.session.execute(delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.word == TAG))
    if sender:
        blocks.unblock(case.session, sender)


ERRAND = Errand(frozenset({Verb.SPAM}), _read)

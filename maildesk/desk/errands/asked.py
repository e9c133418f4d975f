"""What an agent wants to know: `#why`, `#history`, `#list`, `#status`, `#export`. Answered in his receipt alone.

Reads only; what is exported is written down. The words of the letter are notify's.
"""

import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from sqlalchemy import ColumnElement, func, select

from maildesk.desk import find, tickets
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.reasons import reasons_for
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Message, Person, Ticket, TicketTag
from maildesk.notify.compose import Enclosure
from maildesk.notify.happened import done_of, short
from maildesk.notify.receipt import MOST_ROWS, Row, answer_of
from maildesk.reason import because
from maildesk.vocabulary import Direction, EventKind, Priority, Status

OPEN: Final = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
_RANK: Final = {one: rank for rank, one in enumerate(Priority)}
_MINE: Final = frozenset({"", "mine", "my", "mine saker", "내", "내것", "내 것"})
_ALL: Final = frozenset({"all", "alle", "전체"})
_WAITING: Final = frozenset({"waiting", "venter", "대기"})
_NOBODYS: Final = frozenset({"unassigned", "nobody", "ledige", "ingen", "미배정"})
#: Bytes of an export; the operator's `maildesk ticket export` has no limit, and all files.
_LARGEST: Final = 5_000_000


def _read(wanted: Wanted) -> Deed:
    answers = [_READ[command.verb](wanted, command) for command in wanted.commands]

    def answer(author: Person) -> list[Event]:
        return [event for one in answers if one is not None for event in one(author)]

    return answer


def _why(wanted: Wanted, command: Command) -> Deed:
    def tell(author: Person) -> list[Event]:
        zone = wanted.case.settings.zone_of(author.address)
        rows = [
            Row(
                at=one.at.astimezone(zone) if one.at else None,
                what=wanted.case.clean(one.what),
                by=one.decision,
                reason=wanted.case.clean(one.reason),
                done=done_of(one.event[0], wanted.case.clean(one.event[1]), zone) if one.event else None,
            )
            for one in reasons_for(wanted.case.session, str(wanted.ticket.id))
        ]
        wanted.receipt.answers.append(answer_of("why", rows))
        return []

    return tell


def _history(wanted: Wanted, command: Command) -> Deed:
    """The newest stand last, and where there are very many the oldest are left out."""

    def tell(author: Person) -> list[Event]:
        session, zone = wanted.case.session, wanted.case.settings.zone_of(author.address)
        found = select(Event, Person.address).outerjoin(Person, Person.id == Event.actor_id)
        newest = session.execute(found.where(Event.ticket_id == wanted.ticket.id).order_by(Event.id.desc())).all()
        rows = [
            Row(
                at=event.at.astimezone(zone),
                by=actor or "maildesk",
                done=done_of(event.kind, wanted.case.clean(event.text), zone),
            )
            for event, actor in reversed(newest[:MOST_ROWS])
        ]
        wanted.receipt.answers.append(answer_of("history", rows).with_more(len(newest) - len(rows)))
        return []

    return tell


def _list(wanted: Wanted, command: Command) -> Deed | None:
    said = command.word
    queue = next((one.name for one in wanted.case.settings.queue if one.name.casefold() == said), None)
    if queue is None and said not in _MINE | _ALL | _WAITING | _NOBODYS:
        names = ", ".join(["mine", "all", "waiting", "unassigned", *(one.name for one in wanted.case.settings.queue)])
        wanted.wrong(command, "there is no such list", f"#list one of: {names}")
        return None

    def tell(author: Person) -> list[Event]:
        wanted.receipt.answers.append(answer_of("list", _listed(wanted, _which(said, queue, author))))
        return []

    return tell


def _which(said: str, queue: str | None, author: Person) -> ColumnElement[bool]:
    if queue is not None:
        return Ticket.queue == queue
    if said in _ALL:
        return Ticket.id.is_not(None)
    if said in _WAITING:
        return Ticket.status.in_([Status.PENDING, Status.ON_HOLD])
    return Ticket.agent_id.is_(None) if said in _NOBODYS else Ticket.agent_id == author.id


def _listed(wanted: Wanted, which: ColumnElement[bool]) -> list[Row]:
    """Open ones, the most urgent first, then the oldest."""
    found = select(Ticket, Person.name, Person.address).outerjoin(Person, Person.id == Ticket.agent_id)
    found = found.where(which, Ticket.status.in_(OPEN), Ticket.merged_into_id.is_(None)).order_by(Ticket.id)
    rows = [
        Row(
            number=ticket.id,
            what=short(ticket.subject),
            status=ticket.status,
            priority=ticket.priority,
            by=name or address or "",
        )
        for ticket, name, address in wanted.case.session.execute(found)
    ]
    return sorted(rows, key=lambda row: _RANK[Priority(row.priority)])


def _status(wanted: Wanted, command: Command) -> Deed:
    def tell(author: Person) -> list[Event]:
        rows = _of_ticket(wanted, wanted.matter, author) if wanted.matter else _of_desk(wanted, author)
        wanted.receipt.answers.append(answer_of("status", rows))
        return []

    return tell


def _of_ticket(wanted: Wanted, ticket: Ticket, author: Person) -> list[Row]:
    session, zone = wanted.case.session, wanted.case.settings.zone_of(author.address)
    agent = session.get(Person, ticket.agent_id) if ticket.agent_id else None
    tags = session.scalars(select(TicketTag.word).where(TicketTag.ticket_id == ticket.id).order_by(TicketTag.word))
    people = ", ".join(sorted(find.addresses_on(session, ticket.id)))
    rows = [
        Row(what="status", status=ticket.status),
        Row(what="priority", priority=ticket.priority),
        Row(what="type", text=ticket.type),
        Row(what="queue", text=ticket.queue),
        Row(what="service", text=ticket.service),
        Row(what="category", text=ticket.category),
        Row(what="cause", text=ticket.cause),
        Row(what="tags", text=", ".join(tags)),
        Row(what="agent", text=(agent.name or agent.address) if agent else ""),
        Row(what="reason", reason=ticket.assigned_reason),
        Row(what="people", text=people),
        Row(what="opened", at=ticket.opened_at.astimezone(zone)),
        Row(what="resume", at=ticket.resume_at.astimezone(zone) if ticket.resume_at else None),
        Row(what="planned_at", at=ticket.planned_at.astimezone(zone) if ticket.planned_at else None),
    ]
    return [row for row in rows if row.status or row.priority or row.text or row.at or row.reason]


def _of_desk(wanted: Wanted, author: Person) -> list[Row]:
    counted = select(Ticket.status, func.count()).where(Ticket.status.in_(OPEN), Ticket.merged_into_id.is_(None))
    counts = {status: count for status, count in wanted.case.session.execute(counted.group_by(Ticket.status))}
    total = select(func.count()).where(Ticket.status.in_(OPEN), Ticket.merged_into_id.is_(None))
    unassigned = wanted.case.session.scalar(total.where(Ticket.agent_id.is_(None))) or 0
    mine = wanted.case.session.scalar(total.where(Ticket.agent_id == author.id)) or 0
    rows = [Row(what=_LABEL.get(one, one), text=str(counts.get(one, 0))) for one in OPEN]
    return [*rows, Row(what="unassigned", text=str(unassigned)), Row(what="mine", text=str(mine))]


def _export(wanted: Wanted, command: Command) -> Deed:
    """All that was said, without the signed addresses that stood in the mails: those speak for others (threats T1)."""

    def pack(author: Person) -> list[Event]:
        case, ticket = wanted.case, wanted.ticket
        found = select(Message, Person).join(Person, Person.id == Message.author_id)
        rows = case.session.execute(found.where(Message.ticket_id == ticket.id).order_by(Message.id)).all()
        mbox = b"".join(_entry(case.clean, ticket, message, person) for message, person in rows)[:_LARGEST]
        wanted.receipt.files.append(Enclosure(f"ticket-{ticket.id}.mbox", "application/mbox", mbox))
        return [tickets.record(case.hand(author), ticket, EventKind.ASKED_ABOUT, because("export"))]

    return pack


def _entry(clean: Callable[[str], str], ticket: Ticket, message: Message, author: Person) -> bytes:
    """One message as a mail of an mbox (RFC 4155), lines of its text that begin like an entry quoted."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = author.address
    mail["Date"] = message.at
    mail["Subject"] = " ".join(("Note: " if message.direction == Direction.NOTE else "", clean(ticket.subject))).strip()
    if _PLAIN_ID.fullmatch(message.message_id):
        mail["Message-ID"] = f"<{message.message_id}>"
    text = "\n".join(f">{line}" if line.lstrip(">").startswith("From ") else line for line in message.text.split("\n"))
    mail.set_content(clean(text))
    head = f"From {author.address} {message.at:%a %b} {message.at.day:2} {message.at:%H:%M:%S %Y}\n"
    return head.encode("ascii", "replace") + mail.as_bytes().replace(b"\r\n", b"\n") + b"\n"


#: Python's own reader of this field fails on others.
_PLAIN_ID: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
_LABEL: Final = {Status.ON_HOLD: "on_hold_count"}
_READ: Final[dict[Verb, Callable[[Wanted, Command], Deed | None]]] = {
    Verb.WHY: _why,
    Verb.HISTORY: _history,
    Verb.EXPORT: _export,
    Verb.LIST: _list,
    Verb.STATUS: _status,
}

#: After everything else, so that an answer says how things stand then.
ABOUT_A_TICKET = Errand(frozenset({Verb.WHY, Verb.HISTORY, Verb.EXPORT}), _read, after=True)
ANYWHERE = Errand(frozenset({Verb.LIST, Verb.STATUS}), _read, after=True, anywhere=True)

"""Takes back an agent's last mail on a ticket: its letters, as long as none of them has left, and what it changed,
except where somebody else has changed it since. Commands alone are not taken back once somebody else has acted.

How the ticket was is written down when the mail is obeyed; nothing is guessed afterwards.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.orm import Session

from maildesk.desk import tickets
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Message, Outage, Outbound, Participant, Person, Ticket, TicketTag, Undoable
from maildesk.notify import outbox
from maildesk.vocabulary import EventKind, NoticeKind, OutboundState

#: They reach further than the ticket at hand.
FOR_GOOD: Final = frozenset(
    {Verb.MERGE, Verb.SPLIT, Verb.PROBLEM, Verb.SEND, Verb.SAME_PERSON, Verb.AWAY, Verb.BACK, Verb.SKILL}
)
_TO_OUTSIDERS: Final = (NoticeKind.ANSWER, NoticeKind.CLOSED)


@dataclass(frozen=True, slots=True)
class Before:
    """A ticket as it was: its columns, its tags, who stood on it in which part, and its outages."""

    columns: dict[str, Any]
    tags: tuple[str, ...]
    people: tuple[tuple[int, str, str, str], ...]  # (person, role, reason, when he was added)
    outages: tuple[tuple[str, str, str | None], ...]  # (service, from, to)


def before(session: Session, ticket: Ticket) -> Before:
    """Looked at before the first deed."""
    tags = session.scalars(select(TicketTag.word).where(TicketTag.ticket_id == ticket.id).order_by(TicketTag.id))
    people = session.scalars(select(Participant).where(Participant.ticket_id == ticket.id).order_by(Participant.id))
    outages = session.scalars(select(Outage).where(Outage.ticket_id == ticket.id).order_by(Outage.id))
    columns = {column.key: getattr(ticket, column.key) for column in inspect(Ticket).column_attrs}
    return Before(
        columns,
        tuple(tags),
        tuple((one.person_id, one.role, one.reason, one.added_at.isoformat()) for one in people),
        tuple((one.service, one.begin_at.isoformat(), _written(one.end_at)) for one in outages),
    )


def remember(session: Session, was: Before | None, ticket: Ticket, inbound_id: int, author: int, now: datetime) -> None:
    """Keeps what may have to be restored, for one mail, and what it became. None: what it does is for good."""
    words = json.dumps(_changes(was, before(session, ticket))) if was is not None else ""
    session.add(Undoable(inbound_id=inbound_id, ticket_id=ticket.id, person_id=author, before=words, at=now))


def _changes(was: Before, now: Before) -> dict[str, Any]:
    """[before, after] of each column that changed, of the tags, the people and the outages, as JSON keeps them."""
    columns = {
        name: [_written(value), _written(now.columns[name])]
        for name, value in was.columns.items()
        if now.columns[name] != value
    }
    rest = {name: [getattr(was, name), getattr(now, name)] for name in ("tags", "people", "outages")}
    return {"columns": columns, **rest}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(wanted: Wanted) -> Deed:
    session, ticket = wanted.case.session, wanted.ticket
    last = _last(session, ticket.id, wanted.case.writer)
    if last is None:
        wanted.wrong(wanted.commands[0], "you have done nothing here that could be taken back")
        return lambda author: []
    if not last.before:
        wanted.wrong(wanted.commands[0], "your last mail did something that cannot be taken back by mail")
        return lambda author: []
    letters = _letters(session, last.inbound_id)
    if any(map(_may_have_left, letters)):
        wanted.wrong(wanted.commands[0], "it has left already")
    elif not letters and _others_acted(session, ticket.id, last):
        wanted.wrong(wanted.commands[0], "something else has happened on the ticket since")
    return lambda author: _undo(wanted, last, letters, author)


def _last(session: Session, ticket: int, author: Person | None) -> Undoable | None:
    if author is None:
        return None
    found = select(Undoable).where(Undoable.ticket_id == ticket, Undoable.person_id == author.id)
    last = session.scalar(found.order_by(Undoable.id.desc()).limit(1))
    return last if last is not None and last.undone_at is None else None


def _letters(session: Session, inbound_id: int) -> list[Outbound]:
    """What the mail tells people outside; locked, so that none of it leaves in between."""
    found = (
        select(Outbound)
        .join(Event, Event.id == Outbound.event_id)
        .where(Event.inbound_id == inbound_id, Outbound.kind.in_(_TO_OUTSIDERS))
    )
    return list(session.scalars(found.with_for_update(of=Outbound).execution_options(populate_existing=True)))


def _may_have_left(letter: Outbound) -> bool:
    """Also one that was tried before: a relay may have taken it, though we did not hear so."""
    if letter.state == OutboundState.DROPPED:
        return False
    return letter.state != OutboundState.WAITING or letter.lease_until is not None or letter.attempts > 0


def _others_acted(session: Session, ticket: int, last: Undoable) -> bool:
    own = select(Event.id).where(Event.inbound_id == last.inbound_id).order_by(Event.id.desc()).limit(1)
    since = select(Event.id).where(
        Event.ticket_id == ticket,
        Event.id > (session.scalar(own) or 0),
        Event.actor_id.is_not(None),
        Event.actor_id != last.person_id,
    )
    return session.scalar(since.limit(1)) is not None


def _undo(wanted: Wanted, last: Undoable, letters: list[Outbound], author: Person) -> list[Event]:
    session, ticket, now = wanted.case.session, wanted.ticket, wanted.case.now
    for letter in letters:
        outbox.take_back(letter, author.address)
    words = session.scalar(select(Message.text).where(Message.inbound_id == last.inbound_id).limit(1)) or ""
    session.execute(update(Message).where(Message.inbound_id == last.inbound_id).values(public=False, withdrawn_at=now))
    given = ticket.agent_id
    _restore(session, ticket, json.loads(last.before))
    last.undone_at = now
    undone = tickets.record(wanted.case.hand(author), ticket, EventKind.UNDONE, words)
    return [undone, *_taken_from(wanted, last, given, author)]


def _taken_from(wanted: Wanted, last: Undoable, given: int | None, author: Person) -> list[Event]:
    """Whoever was told that the ticket is his learns that it is not."""
    session, ticket = wanted.case.session, wanted.ticket
    if given in (None, author.id, ticket.agent_id):
        return []
    colleague = session.get_one(Person, given)
    told = select(Outbound.id).join(Event, Event.id == Outbound.event_id)
    told = told.where(Event.inbound_id == last.inbound_id, Outbound.recipient == colleague.address)
    if session.scalar(told.limit(1)) is None:
        return []
    return [tickets.record(wanted.case.hand(author), ticket, EventKind.UNASSIGNED, colleague.address)]


def _restore(session: Session, ticket: Ticket, kept: dict[str, Any]) -> None:
    """What somebody else has changed since stays as he left it."""
    there = before(session, ticket)
    for name, (value, after) in kept["columns"].items():
        if _written(getattr(ticket, name)) != after:
            continue
        is_time = isinstance(value, str) and inspect(Ticket).columns[name].type.python_type is datetime
        setattr(ticket, name, datetime.fromisoformat(value) if is_time else value)
    tags, tags_after = kept["tags"]
    if [*there.tags] == tags_after != tags:
        session.execute(delete(TicketTag).where(TicketTag.ticket_id == ticket.id))
        session.add_all(TicketTag(ticket_id=ticket.id, word=word) for word in tags)
    people, people_after = kept["people"]
    if [[*one] for one in there.people] == people_after != people:
        session.execute(delete(Participant).where(Participant.ticket_id == ticket.id))
        session.add_all(_standing(ticket, *one) for one in people)
    outages, outages_after = kept["outages"]
    if [[*one] for one in there.outages] == outages_after != outages:
        session.execute(delete(Outage).where(Outage.ticket_id == ticket.id))
        session.add_all(_away(ticket, *one) for one in outages)


def _standing(ticket: Ticket, person: int, role: str, reason: str, added_at: str) -> Participant:
    return Participant(
        ticket_id=ticket.id, person_id=person, role=role, reason=reason, added_at=datetime.fromisoformat(added_at)
    )


def _away(ticket: Ticket, service: str, begin: str, end: str | None) -> Outage:
    ended = datetime.fromisoformat(end) if end else None
    return Outage(ticket_id=ticket.id, service=service, begin_at=datetime.fromisoformat(begin), end_at=ended)


ERRAND = Errand(frozenset({Verb.UNDO}), _read)

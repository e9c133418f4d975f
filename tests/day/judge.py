"""What must hold for all letters of a day, whoever wrote what: the faults, each in a line."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from sqlalchemy import select

from maildesk.model import Event, Message, Outbound, Participant, Person, Ticket
from maildesk.vocabulary import Direction, EventKind, NoticeKind
from tests.day.acting import SECRETS
from tests.day.desk import Came, DayDesk
from tests.day.people import EVERYBODY, REQUESTERS, STAFF, SUPPORT
from tests.day.programs import page, plain

_STAFF = {one.address for one in STAFF}
_AGENTS = {"anna@acme.example", "bob@acme.example", "jiwoo@acme.example", "lisa@acme.example"}
_TAGGED = re.compile(r"\+[tnrcd]\d+-p(\d+)-")
_NUMBER = re.compile(r"\d+(?:[.:,]\d+)*")
#: What an automatic letter to a customer says it is (RFC 3834); a person's own words say nothing, and a closure may be
#: without words.
_ANSWERS = frozenset({NoticeKind.RECEIVED, NoticeKind.SELF_SERVICE, NoticeKind.STILL_WRONG})
_HUMAN = frozenset({NoticeKind.ANSWER, NoticeKind.CLOSED})
_BY_ITSELF = frozenset({NoticeKind.WAITING, NoticeKind.EXPIRED, NoticeKind.SURVEY})


class Judge:
    """Reads the letters at the relay and the rows behind them; `faults` is empty after a good day."""

    def __init__(self, desk: DayDesk) -> None:
        self._came = desk.came
        with desk.store.read() as session:
            self._people = {one.address: one.id for one in session.scalars(select(Person))}
            self._tickets = list(session.scalars(select(Ticket)))
            self._outbox = {one.message_id: one for one in session.scalars(select(Outbound))}
            self._inside = [
                one.text for one in session.scalars(select(Message).where(Message.direction == Direction.NOTE))
            ]
            pairs = session.execute(select(Participant.ticket_id, Person.address).join(Person)).all()
            opened = select(Event.ticket_id, Person.address).outerjoin(Person, Person.id == Event.actor_id)
            rows = session.execute(opened.where(Event.kind == EventKind.OPENED))
            self._opened = {ticket: address for ticket, address in rows}
        self._on = {(ticket, address) for ticket, address in pairs}
        for one in self._tickets:
            self._on |= {(one.id, address) for address, person in self._people.items() if person == one.requester_id}

    def faults(self) -> list[str]:
        """One line each."""
        of_letters = [f"{one.kind} to {one.to}: {fault}" for one in self._came for fault in self._of(one)]
        return [*of_letters, *self._doubled(), *self._lost()]

    def _of(self, one: Came) -> Iterator[str]:
        yield from self._wrong_reader(one)
        yield from self._told_too_much(one)
        yield from self._strange_address(one)
        yield from self._wrong_language(one)
        yield from self._wrong_head(one)
        yield from self._parts_differ(one)

    def _wrong_reader(self, one: Came) -> Iterator[str]:
        if one.received.recipients != [one.to] or one.letter["To"].addresses[0].addr_spec != one.to:
            yield "its envelope and its To are not the one reader"
        ticket = self._outbox[_name(one)].ticket_id
        # His own word is answered by what concerns all his tickets.
        his = ticket is None and one.kind == NoticeKind.SELF_SERVICE
        if one.to not in _STAFF and not his and (ticket, one.to) not in self._on:
            yield f"its reader has nothing to do with #{ticket}"
        if one.letter["Cc"] or one.letter["Bcc"]:
            yield "others can be seen in it"

    def _told_too_much(self, one: Came) -> Iterator[str]:
        if one.to in _STAFF:
            return
        said = _seen(one)
        notes = [" ".join(note.split()) for note in self._inside]
        yield from (f"says {secret!r}" for secret in (*SECRETS, *notes) if secret and secret in said)
        yield from (f"shows the command {word}" for word in re.findall(r"(?:^| )(#[^\W\d]\w+)", _read(one)))

    def _strange_address(self, one: Came) -> Iterator[str]:
        mine = self._people.get(one.to)
        for text in (unquote(unescape(page(one.letter))), plain(one.letter), str(one.letter["Reply-To"])):
            yield from (f"holds an address of person {tag}" for tag in _TAGGED.findall(text) if int(tag) != mine)

    def _wrong_language(self, one: Came) -> Iterator[str]:
        wanted = EVERYBODY[one.to].language
        said, lang = one.letter["Content-Language"], re.search(r'<html[^>]* lang="(\w+)"', page(one.letter))
        if said != wanted or lang is None or lang[1] != wanted:
            yield f"is in {said}, and its reader reads {wanted}"

    def _wrong_head(self, one: Came) -> Iterator[str]:
        """Mail-craft A2, by the reader's group."""
        letter, auto = one.letter, one.letter["Auto-Submitted"]
        if letter["From"].addresses[0].addr_spec != SUPPORT:
            yield f"is from {letter['From']}"
        # What tells of several tickets names an address for each of them.
        if (letter["X-Maildesk-Ticket"] or one.kind == NoticeKind.DIGEST) and "+" not in str(letter["Reply-To"]):
            yield f"is answered to {letter['Reply-To']}"
        if letter["Precedence"] or not letter["X-Maildesk-Loop"]:
            yield "Precedence and loop mark are not as they should be"
        wanted: set[str | None] = {"auto-generated", "auto-replied"}
        if one.to not in _STAFF:
            by_kind = (_ANSWERS, {"auto-replied"}), (_BY_ITSELF, {"auto-generated"}), (_HUMAN, {None, "auto-generated"})
            wanted = next((set(values) for kinds, values in by_kind if one.kind in kinds), set())
        if auto not in wanted:
            yield f"Auto-Submitted: {auto}"
        if bool(auto) != bool(letter["X-Auto-Response-Suppress"]):
            yield "Auto-Submitted and X-Auto-Response-Suppress do not agree"
        if one.to not in _STAFF and (letter["List-Unsubscribe"] or letter["Importance"]):
            yield "has fields of bulk mail"

    def _parts_differ(self, one: Came) -> Iterator[str]:
        text, html = set(_NUMBER.findall(plain(one.letter))), set(_NUMBER.findall(_visible(page(one.letter))))
        buttons = set("12345") if one.kind in (NoticeKind.CLOSED, NoticeKind.SURVEY) else set()
        if (html - text - buttons) or (text - html):
            yield f"its parts differ: {sorted((html ^ text) - buttons)[:5]}"

    def _doubled(self) -> Iterator[str]:
        names = Counter(_name(one) for one in self._came)
        yield from (f"{name} came {count} times" for name, count in names.items() if count > 1)
        said = Counter((one.to, one.kind, str(one.letter["Subject"]), plain(one.letter)) for one in self._came)
        yield from (f"{who}: {what[:3]} was said {count} times" for (who, *what), count in said.items() if count > 1)

    def _lost(self) -> Iterator[str]:
        """Every report is a ticket, and somebody has it or everybody was told."""
        ours = {one.requester_id for one in self._tickets}
        yield from (f"{one.name} has no ticket" for one in REQUESTERS if self._people.get(one.address) not in ours)
        told: dict[int, set[str]] = {}
        for one in self._came:
            if one.kind in (NoticeKind.NEW_TICKET, NoticeKind.OFFERED):
                told.setdefault(self._outbox[_name(one)].ticket_id or 0, set()).add(one.to)
        for ticket in self._tickets:
            # Who made it knows of it by his receipt.
            if ticket.agent_id is None and not told.get(ticket.id, set()) >= _AGENTS - {self._opened.get(ticket.id)}:
                yield f"#{ticket.id} has nobody, and was told to {told.get(ticket.id)}"
        yield from (f"#{ticket.id} was never opened" for ticket in self._tickets if ticket.id not in self._opened)
        waiting = [one for one in self._outbox.values() if one.state != "sent"]
        yield from (f"{one.kind} to {one.recipient} is {one.state}" for one in waiting if one.state != "dropped")


def _name(one: Came) -> str:
    return str(one.letter["Message-ID"]).strip("<>")


def _visible(html: str) -> str:
    """Without style sheet, hidden preheader and tags."""
    html = re.sub(r"<(style|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r'<div style="display:none[^>]*>.*?</div>', " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", html))


def _read(one: Came) -> str:
    return " ".join(f"{plain(one.letter)} {_visible(page(one.letter))}".split())


def _seen(one: Came) -> str:
    """All that its reader can find in it, in one line."""
    return " ".join(f"{one.letter['Subject']} {plain(one.letter)} {unescape(page(one.letter))}".split())

"""The desk that hostile mail is sent to: two tickets with fixed numbers, people and ids, and a known signing key.

The world is laid before the daemon starts. Between two mails the days pass: letters that were sent fall out of every
budget, and the two tickets are as they were. Who stands on them is never put back: whoever gets in is found at the end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from maildesk.clock import SystemClock
from maildesk.migrate import upgrade
from maildesk.model import (
    Attachment,
    Event,
    Inbound,
    Message,
    Outbound,
    Participant,
    Person,
    Question,
    SigningKey,
    Suggestion,
    Ticket,
)
from maildesk.store import Store
from maildesk.vocabulary import (
    Direction,
    EventKind,
    InboundState,
    NoticeKind,
    OutboundState,
    Role,
    Status,
)

KEY = b"hostile-corpus-test-key"
DESK, OPS = "support@desk.example", "ops@desk.example"
ANNA, BOB, BOSS = "anna@corp.example", "bob@corp.example", "boss@corp.example"
RITA, UWE = "rita@customer.example", "uwe@other.example"
INSIDE = frozenset({ANNA, BOB, BOSS, OPS})
#: Carl was an agent once.
PEOPLE = {1: ANNA, 2: BOB, 3: "carl.former@corp.example", 4: BOSS, 7: RITA, 9: UWE}
TICKETS = {1001: 7, 1002: 9}
LETTERS = {"o.1001.k3yb0ard@desk.example": RITA, "n.1001.s3cret@desk.example": ANNA}
#: Stands on both tickets as an internal note.
SECRET = "the spare key lies under the blue stone"

SETTINGS = """
[desk]
name = "Desk"
address = "support@desk.example"
operator = "ops@desk.example"
timezone = "UTC"
data = "{data}"

[store]
url = "{url}"

[auth]
trusted_authserv_ids = ["mx.desk.example"]

[listen]
lmtp = "127.0.0.1:{port}"

[relay]
host = "127.0.0.1"
port = {relay}
tls = "none"

[answers]
hold = "0s"

[limits]
auto_per_minute = 1000000
letters_per_sender = 1000000

[[agent]]
email = "anna@corp.example"
name = "Anna"

[[agent]]
email = "bob@corp.example"
name = "Bob"

[[agent]]
email = "boss@corp.example"
name = "Boss"
manager = true
max_open = 0
"""


_UNSETTLED = (
    select(Inbound.id)
    .where(Inbound.state == InboundState.NEW)
    .union_all(select(Outbound.id).where(Outbound.state.in_([OutboundState.WAITING, OutboundState.TRANSMITTING])))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a ticket that a mail might change."""

    status: str
    agent: int | None
    rest: tuple[object, ...]
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one mail; `files` are the names under which its files are shown."""

    row: Inbound | None
    messages: list[Message]
    letters: list[Outbound]
    files: list[str]
    events: list[str]
    opened: int
    tickets: dict[int, Standing]


class World:
    """Reads and turns back the database of the running daemon, from beside it."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._data = data
        self._store = Store("sqlite", data)
        upgrade(self._store)
        with self._store.begin() as session:
            _lay(session)
        self.mark()

    def close(self) -> None:
        self._store.close()

    def mark(self) -> None:
        """From now on: what `fate` looks back to."""
        with self._store.read() as session:
            tables = (Inbound.id, Outbound.id, Ticket.id, Event.id)
            found = [session.scalar(select(func.max(column))) or 0 for column in tables]
        self._marks = found[0], found[1], found[2], found[3]

    def is_quiet(self, sha256: str) -> bool:
        """Are all mails settled and their letters out, and is the mail with these bytes ("" for none) among them?"""
        with self._store.read() as session:
            unsettled = session.execute(_UNSETTLED).first()
            here = not sha256 or session.scalar(select(Inbound.id).where(Inbound.raw_sha256 == sha256))
            return bool(here) and unsettled is None

    def tickets(self) -> dict[int, Standing]:
        with self._store.read() as session:
            return _standings(session, set(TICKETS))

    def fate(self, sha256: str) -> Fate:
        """What became of the mail with these bytes, since `mark`."""
        inbound, outbound, ticket, event = self._marks
        with self._store.read() as session:
            row = session.scalar(select(Inbound).where(Inbound.raw_sha256 == sha256, Inbound.id > inbound))
            number = row.id if row else -1
            messages = session.scalars(select(Message).where(Message.inbound_id == number)).all()
            events = select(Event.kind).where(Event.inbound_id == number, Event.id > event)
            files = select(Attachment.filename).where(Attachment.message_id.in_([one.id for one in messages]))
            fate = Fate(
                row,
                list(messages),
                list(session.scalars(select(Outbound).where(Outbound.id > outbound).order_by(Outbound.id))),
                list(session.scalars(files)),
                list(session.scalars(events)),
                session.scalar(select(func.count()).where(Ticket.id > ticket)) or 0,
                _standings(session, {*TICKETS, *([row.ticket_id] if row and row.ticket_id else [])}),
            )
            session.expunge_all()
            return fate

    def turn_back(self) -> None:
        """Days pass: no budget is used up any more, no question is open, and the two tickets are as they were."""
        with self._store.begin() as session:
            long_ago = SystemClock().now() - timedelta(days=40)
            session.execute(update(Outbound).where(Outbound.made_at > long_ago).values(made_at=long_ago))
            session.execute(update(Question).values(asked_at=long_ago))
            session.execute(update(Inbound).values(held_for_id=None))
            fresh = dict(
                status=Status.PENDING, agent_id=1, resolved_at=None, closed_at=None, resolution="", rating=None
            )
            session.execute(update(Ticket).where(Ticket.id.in_(TICKETS)).values(**fresh, rated_at=None))
            session.execute(update(Person).values(away_until=None, undeliverable_since=None, hard_bounces=0))
            session.execute(delete(Suggestion))

    def person(self, address: str) -> int | None:
        with self._store.read() as session:
            return session.scalar(select(Person.id).where(Person.address == address))

    def people_of(self, ticket: int | None) -> frozenset[str]:
        """The addresses of those who stand on a ticket."""
        with self._store.read() as session:
            found = _standings(session, {ticket} if ticket else set())
            return found[ticket].people if ticket in found else frozenset()

    def rows(self) -> list[Inbound]:
        """The whole spool."""
        with self._store.read() as session:
            rows = list(session.scalars(select(Inbound).order_by(Inbound.id)))
            session.expunge_all()
            return rows

    def is_whole(self) -> bool:
        """What the database says of itself."""
        with self._store.read() as session:
            found = [session.execute(text(f"PRAGMA {one}")).all() for one in ("integrity_check", "foreign_key_check")]
            return found == [[("ok",)], []]


def _standings(session: Session, numbers: set[int]) -> dict[int, Standing]:
    standings = {}
    for one in session.scalars(select(Ticket).where(Ticket.id.in_(numbers))):
        people = select(Person.address).join(Participant, Participant.person_id == Person.id)
        on_it = session.scalars(people.where(Participant.ticket_id == one.id)).all()
        rest = (one.subject, one.priority, one.impact, one.urgency, one.type, one.requester_id, one.rating, one.queue)
        standings[one.id] = Standing(one.status, one.agent_id, rest, frozenset(on_it))
    return standings


def _lay(session: Session) -> None:
    then = SystemClock().now() - timedelta(days=10)
    session.add(SigningKey(secret=KEY, made_at=then, signs_from=then))
    for number, address in PEOPLE.items():
        session.add(Person(id=number, address=address, name=address.partition(".")[0].partition("@")[0], made_at=then))
    session.flush()
    for number, requester in TICKETS.items():
        session.add(_ticket(number, requester, then))
        session.flush()
        session.add(
            Participant(ticket_id=number, person_id=requester, role=Role.REQUESTER, reason="wrote", added_at=then)
        )
        for author, direction, words in ((requester, Direction.IN, "The keyboard."), (1, Direction.NOTE, SECRET)):
            session.add(_message(number, author, direction, words, then))
        session.add(Event(ticket_id=number, actor_id=requester, at=then, kind=EventKind.OPENED))
    for name, recipient in LETTERS.items():
        session.add(_letter(name, recipient, then))


def _ticket(number: int, requester: int, then: datetime) -> Ticket:
    return Ticket(
        id=number,
        subject=f"Keyboard of {PEOPLE[requester].partition('@')[0]}",
        status=Status.PENDING,
        priority="normal",
        impact="medium",
        urgency="medium",
        type="incident",
        language="en",
        requester_id=requester,
        agent_id=1,
        opened_at=then,
    )


def _message(number: int, author: int, direction: Direction, text: str, then: datetime) -> Message:
    return Message(
        ticket_id=number,
        author_id=author,
        direction=direction,
        at=then,
        message_id=f"m.{number}.{author}@x.example",
        text=text,
        public=direction is not Direction.NOTE,
        placed_by="laid",
        verified=True,
    )


def _letter(name: str, recipient: str, then: datetime) -> Outbound:
    return Outbound(
        effect_key=f"laid:{name}",
        kind=NoticeKind.ANSWER if recipient == RITA else NoticeKind.CUSTOMER_ANSWER,
        ticket_id=1001,
        recipient=recipient,
        mailbox=recipient,
        envelope_from=DESK,
        message_id=name,
        automatic=False,
        raw=b"",
        state=OutboundState.SENT,
        attempts=1,
        made_at=then,
        next_at=then,
        sent_at=then,
    )

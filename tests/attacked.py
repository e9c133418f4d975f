"""A desk under attack: two tickets of two people, and every letter that it ever sends is judged."""

import re
from email.message import Message
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import func, select

from maildesk import model
from maildesk.mail import Letter
from maildesk.model import Event, Participant, Person
from maildesk.tokens import TagKind
from tests.desk import SETTINGS, TestDesk, answer, mail, opened

DESK, ANNA, BOB, OPS = "support@acme.example", "anna@acme.example", "bob@acme.example", "ops@acme.example"
KARI, UWE, MALLORY = "kari@customer.example", "uwe@other.example", "mallory@evil.example"

#: Every field that a letter of ours may have.
FIELDS = set(
    "From To Subject Date Message-ID In-Reply-To References Reply-To X-Maildesk-Event X-Maildesk-Loop "
    "X-Maildesk-Ticket Content-Language Auto-Submitted X-Auto-Response-Suppress MIME-Version Content-Type "
    "Thread-Index Thread-Topic".split()
)
TAGGED = re.compile(r"support\+[tnrc](\d+)-p(\d+)-(?:[1-5]-)?[a-z2-7]{16}", re.IGNORECASE)


class Attacked:
    """A desk with ticket 1 of Kari and ticket 2 of Uwe. Every letter it ever sends is judged."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.desk = TestDesk(folder, settings=settings)
        self.seen: list[Letter] = []
        for sender, subject in ((KARI, "Salary list"), (UWE, "Screen is dark")):
            self.send(mail(sender, subject=subject, text="It is wrong.\n"), sender=sender)
        self.before = self.state()

    def send(self, raw: bytes, *recipients: str, sender: str = MALLORY) -> list[Letter]:
        self.row = self.desk.receive(raw, recipients=recipients or (DESK,), envelope_from=sender)
        letters = self.desk.run()
        self.seen += letters
        self.judge(letters)
        return letters

    @property
    def fate(self) -> str:
        return self.desk.inbound(self.row).disposition

    def tag(self, kind: TagKind, ticket: int, address: str, score: int = 0) -> str:
        return self.desk.post.address(kind, ticket, 0, self.person(address), score)

    def person(self, address: str) -> int:
        with self.desk.look() as session:
            return session.scalars(select(Person.id).where(Person.address == address)).one()

    def letter(self, kind: str, to: str, ticket: int = 1) -> Letter:
        found = (one for one in reversed(self.seen) if (one.kind, one.recipient, one.ticket) == (kind, to, ticket))
        return next(found)

    def answers(self, kind: str, to: str, text: str, ticket: int = 1) -> list[Letter]:
        raw, address = answer(self.letter(kind, to, ticket), to, text)
        return self.send(raw, address, sender=to)

    def state(self) -> object:
        """All that an outsider must not change of the two tickets."""
        with self.desk.look() as session:
            tickets = [(one.status, one.agent_id, one.rating, one.resolution) for one in self.desk.tickets()[:2]]
            people = session.execute(select(Participant.ticket_id, Participant.person_id)).all()
            events = session.scalar(select(func.count()).where(Event.ticket_id <= 2, Event.kind != "held"))
            messages = session.scalars(select(model.Message.id).where(model.Message.ticket_id <= 2)).all()
        return tickets, [tuple(one) for one in people if one.ticket_id <= 2], events, list(messages)

    def untouched(self) -> bool:
        return self.state() == self.before

    def judge(self, letters: list[Letter]) -> None:
        for letter in letters:
            head = opened(letter)
            assert len(head.keys()) == len(set(head.keys())) and set(head.keys()) <= FIELDS, head.keys()
            known = {"", ANNA, BOB, OPS, *self.people_of(letter.ticket)}
            assert letter.recipient in known, f"{letter.kind} went to {letter.recipient}"
            if letter.recipient != OPS:
                owner = self.person(letter.recipient)
                for tag in TAGGED.finditer(everything(letter)):
                    assert int(tag[2]) == owner, f"{letter.recipient} got {tag[0]}"

    def people_of(self, ticket: int | None) -> set[str]:
        with self.desk.look() as session:
            found = select(Person.address).join(Participant, Participant.person_id == Person.id)
            return set(session.scalars(found.where(Participant.ticket_id == ticket)))


def everything(letter: Letter) -> str:
    """All that can be read in a letter, with what stands in its files."""
    message = opened(letter)
    parts = [_decoded(part) for part in message.walk()]
    text = "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])
    return text + unquote(unescape(text))


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""

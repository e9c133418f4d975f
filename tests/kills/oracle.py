"""Compares what was sent, what the database says, and what the sink got. It is told nothing but these three."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.blobs import FileBlobs
from maildesk.model import Event, Inbound, Message, Outbound, Ticket
from maildesk.notify.outbox import letter_bytes
from maildesk.vocabulary import Disposition, InboundState, OutboundState
from tests.kills.stream import FIRST_EVENTS, FIRST_LETTERS, SCRIPTS, customer
from tests.postman import Posting
from tests.servers.sink import Received


@dataclass
class Verdict:
    """The line of figures, and a sentence for each fault."""

    mails: int
    kills: int
    lost: int = 0
    doubled_tickets: int = 0
    doubled_messages: int = 0
    doubled_letters: int = 0
    in_window: int = 0
    outside: int = 0
    uncertain: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled_tickets or self.doubled_messages or self.outside or self.faults)

    def __str__(self) -> str:
        return (
            f"mails {self.mails} kills {self.kills} lost {self.lost} doubled_tickets {self.doubled_tickets} "
            f"doubled_messages {self.doubled_messages} doubled_letters {self.doubled_letters} "
            f"in_window {self.in_window} outside {self.outside} uncertain {self.uncertain} held {self.held}"
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """`requests` and `answers` are (number, mail); `windows` counts the kills that found a letter on the wire."""

    requests: Sequence[tuple[int, Posting]]
    answers: Sequence[tuple[int, Posting]]
    letters: Sequence[Received]
    windows: Counter[str]
    blobs: FileBlobs


class Oracle:
    """`judge` fills the verdict."""

    def __init__(self, session: Session, evidence: Evidence, verdict: Verdict) -> None:
        self._session = session
        self._evidence = evidence
        self._verdict = verdict

    def judge(self) -> None:
        given = [*self._evidence.requests, *self._evidence.answers]
        for number, posting in given:
            self._judge_mail(number, posting)
        rows = self._session.scalar(select(func.count()).select_from(Inbound)) or 0
        if rows > len(given):
            self._more("doubled_messages", rows - len(given), f"{rows} mails in the spool, {len(given)} were sent")
        for number, _ in self._evidence.requests:
            self._judge_ticket(number)
        self._judge_letters()

    def _judge_mail(self, number: int, posting: Posting) -> None:
        """One spool row with the very bytes, at its end, and at most one message."""
        sha256 = hashlib.sha256(posting.mail).hexdigest()
        rows = self._session.scalars(select(Inbound).where(Inbound.raw_sha256 == sha256)).all()
        if not rows or not self._kept(sha256) or rows[0].state != InboundState.DONE:
            self._more("lost", 1, f"request {number}: {posting.sender} has {[(row.id, row.state) for row in rows]}")
            return
        query = select(func.count()).where(Message.inbound_id.in_([row.id for row in rows]))
        messages = self._session.scalar(query) or 0
        expected = 0 if rows[0].disposition in (Disposition.COMMAND, Disposition.RATING) else 1
        self._compare(f"messages of mail {rows[0].id}", Counter([""] * expected), Counter([""] * messages))

    def _kept(self, sha256: str) -> bool:
        path: Path = self._evidence.blobs.path(sha256)
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256

    def _judge_ticket(self, number: int) -> None:
        """One ticket, and on it each event, disposition and letter of the script, once."""
        found = self._session.scalars(select(Ticket.id).where(Ticket.subject == f"Printer K{number:06d}")).all()
        if len(found) != 1:
            kind = "doubled_tickets" if found else "lost"
            self._more(kind, abs(len(found) - 1), f"request {number} has tickets {list(found)}")
            return
        (ticket,) = found
        script = SCRIPTS[number % len(SCRIPTS)]
        letters = [(kind, to or customer(number)) for kind, to in (*FIRST_LETTERS, *script.letters)]
        self._compare(
            f"events of ticket {ticket}",
            Counter([*FIRST_EVENTS, *script.events]),
            Counter(self._session.scalars(select(Event.kind).where(Event.ticket_id == ticket))),
        )
        self._compare(
            f"dispositions on ticket {ticket}",
            Counter([Disposition.NEW, *script.dispositions]),
            Counter(self._session.scalars(select(Inbound.disposition).where(Inbound.ticket_id == ticket))),
        )
        rows = self._session.execute(select(Outbound.kind, Outbound.recipient).where(Outbound.ticket_id == ticket))
        enqueued = Counter((kind, to) for kind, to in rows)
        self._compare(f"letters of ticket {ticket}", Counter(letters), enqueued, doubled="outside")

    def _compare(self, what: str, due: Counter[Any], found: Counter[Any], doubled: str = "doubled_messages") -> None:
        if missing := due - found:
            self._more("lost", missing.total(), f"{what}: missing {sorted(missing.elements())}")
        if surplus := found - due:
            self._more(doubled, surplus.total(), f"{what}: too many {sorted(surplus.elements())}")

    def _judge_letters(self) -> None:
        """Each row of the outbox in the sink, byte for byte; more than once only by the named window."""
        copies: dict[str, list[bytes]] = {}
        for received in self._evidence.letters:
            copies.setdefault(_id_of(received), []).append(received.data)
        for row in self._session.scalars(select(Outbound)):
            self._judge_letter(row, copies.pop(row.message_id, []))
        for message_id, strays in copies.items():
            self._more("outside", len(strays), f"the sink has {message_id}, which no row knows")

    def _judge_letter(self, row: Outbound, copies: list[bytes]) -> None:
        verdict, name = self._verdict, f"letter {row.id} ({row.kind} to {row.recipient})"
        if row.state == OutboundState.UNCERTAIN:
            verdict.uncertain += 1
        elif row.state != OutboundState.SENT or not copies:
            self._more("lost", 1, f"{name} is {row.state}, the sink has {len(copies)}")
            return
        if set(copies) != {letter_bytes(row, self._evidence.blobs)}:
            verdict.faults.append(f"{name} was altered on its way")
        doubles = len(copies) - 1
        if doubles > 0:
            allowed = min(doubles, self._evidence.windows[row.message_id])
            verdict.doubled_letters += doubles
            verdict.in_window += allowed
            if doubles > allowed:
                self._more("outside", doubles - allowed, f"{name} came {len(copies)} times, {allowed} in the window")

    def _more(self, kind: str, by: int, fault: str) -> None:
        setattr(self._verdict, kind, getattr(self._verdict, kind) + by)
        self._verdict.faults.append(f"{kind}: {fault}")


def _id_of(received: Received) -> str:
    message = message_from_bytes(received.data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=policy.default)
    return str(message["Message-ID"]).strip().removeprefix("<").removesuffix(">")

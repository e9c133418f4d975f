"""A whole desk for tests: real database, real templates, real reading; the clock is set by hand, letters are kept in
a list."""

import atexit
import random
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.blobs import Blob, Blobs, FileBlobs
from maildesk.config import read_settings
from maildesk.desk.clocks.deadlines import note_delivered
from maildesk.desk.digest import send_digests
from maildesk.desk.held.held_daily import tend_held
from maildesk.desk.keeper import Keeper
from maildesk.desk.timers import Timekeeper, fire_deadlines
from maildesk.desk.undelivered import tell_refused
from maildesk.foundation import Foundation, open_post, ours_of
from maildesk.ingest.accept import Intake
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.process import Desk, process_inbox
from maildesk.mail import Letter, Mail, Ours
from maildesk.migrate import upgrade
from maildesk.model import Event, Inbound, Outbound, Ticket
from maildesk.notify.deliver import PostOffice, deliver_outbox, recover_outbox
from maildesk.settings_file import Configuration
from maildesk.store import Store

SETTINGS = """
[desk]
name = "Acme Support"
address = "support@acme.example"
operator = "ops@acme.example"
timezone = "UTC"

[auth]
trusted_authserv_ids = ["mx.acme.example"]

[answers]
hold = "0s"

[[queue]]
name = "network"
address = "network@acme.example"
service = "vpn"

[[agent]]
email = "anna@acme.example"
name = "Anna"
aliases = ["anna.berg@acme.example"]

[[agent]]
email = "bob@acme.example"
name = "Bob"
languages = ["en"]
"""

#: 2 March 2026 is a Monday.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class HandSetClock:
    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def forward(self, by: timedelta) -> None:
        self.moment += by


class ReadsHere:
    """The parser pool without processes: what kills a worker is tested elsewhere."""

    def __init__(self, ours: Ours) -> None:
        self._ours = ours

    def submit(self, path: Path, envelope_from: str | None) -> "Future[Mail]":
        future: Future[Mail] = Future()
        future.set_result(parse_mail(path.read_bytes(), self._ours, envelope_from))
        return future


@dataclass
class KeepsLetters:
    """A relay that takes everything, or raises what it was told to raise."""

    letters: list[Letter] = field(default_factory=list)
    trouble: Exception | None = None
    lines: int = 1

    def send(self, letter: Letter) -> str:
        if self.trouble is not None:
            raise self.trouble
        self.letters.append(letter)
        return ""

    def close_resting(self) -> None: ...

    def abandon(self) -> None: ...

    def close(self) -> None: ...


@lru_cache
def _migrated() -> Path:
    """An empty database at its newest schema, made once for all desks of a test run: migrating takes a second."""
    folder = Path(tempfile.mkdtemp(prefix="maildesk-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store("sqlite", folder)
    upgrade(store)
    store.close()
    return folder / "maildesk.db"


class TestDesk:
    """`receive` puts a mail in; `run` processes and delivers all that is due; `sent` are the letters since the last
    look."""

    __test__ = False

    def __init__(self, folder: Path, url: str = "sqlite", settings: str = SETTINGS, blobs: Blobs | None = None) -> None:
        self.clock = HandSetClock()
        self.settings = read_settings(settings, {}, "test")
        if url == "sqlite" and not (folder / "maildesk.db").exists():
            shutil.copyfile(_migrated(), folder / "maildesk.db")
        self.store = Store(url, folder)
        if url != "sqlite":
            upgrade(self.store)
        self.blobs: Blobs = blobs or FileBlobs(folder / "raw")
        foundation = Foundation(Configuration(self.settings, None, folder), self.store, self.blobs, self.clock)
        with self.store.begin() as session:
            self.post = open_post(session, foundation)
        self.intake = Intake(self.store, self.blobs, lambda: None)
        parsers: Any = ReadsHere(ours_of(self.settings, self.post.loop_id))
        self.desk = Desk(self.settings, self.store, self.blobs, parsers, self.post, self.clock)
        self.relay = KeepsLetters()
        self.office = PostOffice(
            self.store, self.blobs, self.relay, self.clock, random.Random(1).random, self._undelivered
        )
        self.office.comes_back_to = self.post.comes_back_to
        self.office.delivered = note_delivered
        self.timekeeper = Timekeeper(self.store, self.post, self.clock)
        self._looked_at = 0

    def receive(
        self,
        raw: bytes,
        *,
        recipients: tuple[str, ...] = (),
        envelope_from: str | None = None,
        source: str = "lmtp",
        silent: bool = False,
        peer: str = "",
    ) -> int:
        """T1, as every intake does it. Returns the id of the spool row."""

        def arrived(blob: Blob, digest: str) -> Arrived:
            now = self.clock.now()
            arrived = Arrived(digest, blob.sha256, blob.size, source, now, envelope_from, recipients, silent)
            return replace(arrived, peer=peer)

        return self.intake.keep(raw, arrived).inbound_id

    def run(self) -> list[Letter]:
        """All that is due, once; returns the new letters in the order they left."""
        with self.store.read() as session:
            self.post.key_ring.look(session, self.clock.now())
        process_inbox(self.desk)
        fire_deadlines(self.timekeeper)
        keeper = Keeper(self.store, self.post, self.clock)
        tend_held(keeper)
        send_digests(keeper)
        recover_outbox(self.office)
        deliver_outbox(self.office)
        return self.sent()

    def sent(self) -> list[Letter]:
        new = self.relay.letters[self._looked_at :]
        self._looked_at = len(self.relay.letters)
        return new

    @contextmanager
    def look(self) -> Iterator[Session]:
        with self.store.read() as session:
            yield session

    def ticket(self, number: int = 1) -> Ticket:
        with self.look() as session:
            return session.get_one(Ticket, number)

    def tickets(self) -> list[Ticket]:
        with self.look() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.id)))

    def inbound(self, number: int) -> Inbound:
        with self.look() as session:
            return session.get_one(Inbound, number)

    def events(self, ticket: int = 1) -> list[str]:
        with self.look() as session:
            return list(session.scalars(select(Event.kind).where(Event.ticket_id == ticket).order_by(Event.id)))

    def outbox(self) -> list[Outbound]:
        with self.look() as session:
            return list(session.scalars(select(Outbound).order_by(Outbound.id)))

    def close(self) -> None:
        self.intake.close()
        self.store.close()

    def _undelivered(self, session: Session, letter: Outbound, reason: str) -> None:
        tell_refused(session, self.post, letter, reason, self.clock.now())


def mail(
    sender: str,
    to: str = "support@acme.example",
    subject: str = "Printer on fire",
    text: str = "It burns.\n",
    *,
    answers: Message | None = None,
    headers: dict[str, str] | None = None,
    message_id: str = "",
    proven: bool = False,
) -> bytes:
    """A mail as an ordinary client writes it. `proven`: our own server found that its domain let it out."""
    made = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    if proven:
        domain = sender.rpartition("@")[2].rstrip(">")
        made["Authentication-Results"] = f"mx.acme.example; dmarc=pass header.from={domain}"
    made["From"] = sender
    made["To"] = to
    made["Subject"] = subject
    made["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    made["Message-ID"] = message_id or f"<{random.getrandbits(64):x}@{sender.rpartition('@')[2].rstrip('>')}>"
    if answers is not None:
        made["In-Reply-To"] = answers["Message-ID"]
        made["References"] = " ".join(f"{answers.get('References', '')} {answers['Message-ID']}".split())
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    return made.as_bytes()


def opened(letter: Letter) -> EmailMessage:
    """The letter as its recipient's client sees it."""
    message = message_from_bytes(letter.whole, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def head_of(letter: Letter) -> EmailMessage:
    """Its header fields alone: reading a whole letter costs more than answering it."""
    message = BytesParser(policy=policy.default).parsebytes(letter.whole, headersonly=True)
    assert isinstance(message, EmailMessage)
    return message


def text_of(letter: Letter) -> str:
    body = opened(letter).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def answer(letter: Letter, sender: str, text: str, **more: Any) -> tuple[bytes, str]:
    """What a client sends when its user answers a letter: (mail, envelope recipient)."""
    message = head_of(letter)
    to = str(message.get("Reply-To", message["From"]))
    subject = str(message["Subject"])
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    raw = mail(sender, to, subject, text, answers=message, **more)
    return raw, to.rpartition("<")[2].rstrip(">")

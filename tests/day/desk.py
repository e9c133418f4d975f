"""The desk of the day: the daemon's own parts on a clock set by hand, between a real Dovecot, a real Postfix and a
relay.

What people write is put into the mailbox or handed to Postfix; what the desk writes is found at the relay.
"""

import smtplib
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from maildesk.config import read_settings
from maildesk.daemon import Daemon
from maildesk.foundation import lay_foundation
from maildesk.ingest.listener import Listener
from maildesk.ingest.ours import own_addresses
from maildesk.ingest.reception import ListenerLimits
from maildesk.model import Inbound
from maildesk.settings_file import Configuration
from tests.bounces import returned
from tests.day.people import EVERYBODY, REQUESTERS, STAFF, Person, by_imap
from tests.day.programs import Written, answer_to, new_mail, plain
from tests.desk import HandSetClock
from tests.running import mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.plugin import PostfixMaker
from tests.servers.servers import free_port, wait_until
from tests.servers.sink import Received, Sink

OSLO = ZoneInfo("Europe/Oslo")
TUESDAY = datetime(2026, 3, 3, 7, 40, tzinfo=OSLO)
SETTINGS = """
[desk]
name = "Acme Support"
address = "support@acme.example"
operator = "ops@acme.example"
timezone = "Europe/Oslo"
[auth]
trusted_authserv_ids = ["mx.acme.example"]
[relay]
host = "127.0.0.1"
port = {relay}
tls = "none"
[hours]
week = "Mon-Fri 08:00-16:00"
[sla.urgent]
first_response = "1h"
[sla.normal]
first_response = "4h"
next_response = "8h"
resolution = "3 business days"
[reminders]
requester = ["4h", "2 business days"]
[[queue]]
name = "network"
address = "network@acme.example"
service = "vpn"
[[agent]]
email = "anna@acme.example"
name = "Anna"
languages = ["nb", "en"]
skills = ["vpn"]
[[agent]]
email = "bob@acme.example"
name = "Bob"
languages = ["en"]
reply_default = "note"
[[agent]]
email = "jiwoo@acme.example"
name = "지우"
languages = ["ko", "en"]
[[agent]]
email = "lisa@acme.example"
name = "Lisa"
languages = ["en"]
manager = true
max_open = 0
"""


@dataclass(frozen=True)
class Came:
    """A letter at the relay, and when it came there by the clock of the day."""

    letter: EmailMessage
    received: Received
    at: datetime

    @property
    def to(self) -> str:
        return self.received.recipients[0]

    @property
    def kind(self) -> str:
        return str(self.letter["X-Maildesk-Event"])


class DayDesk:
    """People write, read and let time pass; after each mail everything that is due is done."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: PostfixMaker, sink: Sink) -> None:
        self.clock = HandSetClock(TUESDAY.astimezone(UTC))
        self.came: list[Came] = []
        self.mails: list[tuple[datetime, Written]] = []
        self._unread: list[Came] = []
        self._sink, self._dovecot, self._user = sink, dovecot, dovecot.user()
        self._stack = ExitStack()
        text = SETTINGS.format(relay=sink.port) + mailbox(dovecot.port, self._user)
        configuration = Configuration(read_settings(text, {}, "the day"), None, folder)
        self.settings = configuration.settings
        foundation = lay_foundation(configuration, self.clock)
        self.store = foundation.store
        self.daemon = Daemon(foundation)
        self._stack.callback(self.daemon.close)
        lmtp = free_port()
        ours = own_addresses(self.settings.own_addresses, "+")
        limits = ListenerLimits(disk_reserve=0)
        listener = Listener(self.daemon.intake, f"127.0.0.1:{lmtp}", "lmtp", ours, limits, self.clock, "desk.example")
        listener.start()
        self._stack.callback(listener.close)
        proofs = folder / "proofs"
        proofs.write_text(_proofs())
        checked = f"check_sender_access regexp:{proofs}"
        self._postfix = postfix(lmtp, sink.port, "acme.example", smtpd_sender_restrictions=checked)
        self.run()

    def close(self) -> None:
        self._stack.close()

    @property
    def now(self) -> datetime:
        return self.clock.now().astimezone(OSLO)

    def at(self, clock: str, days: int = 0) -> None:
        """It is this time of day, so many days later; what was due meanwhile happens at its minute."""
        hour, minute = map(int, clock.split(":"))
        then = self.now.replace(hour=hour, minute=minute) + timedelta(days=days)
        assert then > self.now, f"it is {self.now:%H:%M} already"
        while self.now < then:
            # At night nothing is due but what may come an hour late.
            step = timedelta(minutes=10) if 7 <= self.now.hour < 16 else timedelta(hours=1)
            self.clock.forward(min(step, then - self.now))
            self.run()

    def writes(self, person: Person, to: str, subject: str, text: str, *, picture: bytes = b"", cc: str = "") -> None:
        """A new mail."""
        self._send(person, new_mail(person, to, subject, text, self.now, picture=picture, cc=cc))

    def answers(self, person: Person, letter: EmailMessage, text: str, *, to: str = "", **headers: str) -> None:
        """An answer; `headers` are further ones, with "_" for "-"."""
        written = answer_to(person, letter, text, self.now, to=to)
        for name, value in headers.items():
            del written.mail[name.replace("_", "-")]
            written.mail[name.replace("_", "-")] = value
        self._send(person, written)

    def reads(self, person: Person, kind: str, *words: str) -> EmailMessage:
        """The oldest letter of this kind that he has not read and in whose subject or text all these words stand.
        Raises AssertionError."""
        mine = [one for one in self._unread if (one.to, one.kind) == (person.address, kind)]
        found = next((one for one in mine if all(word in _said(one) for word in words)), None)
        waiting = "\n".join(_said(one) for one in mine) or [(one.to, one.kind) for one in self._unread]
        assert found is not None, f"{self.now:%H:%M}: {person.name} has no {kind} with {words}, but\n{waiting}"
        self._unread.remove(found)
        return found.letter

    def comes_back(self, letter: EmailMessage, status: str) -> None:
        """A delivery report about a letter, by the road of its own return address; `status` as in RFC 3463."""
        received = next(one.received for one in self.came if one.letter is letter)
        report = returned(received.recipients[0], str(letter["Message-ID"]).strip("<>"), status)
        mail = message_from_bytes(report, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self._hand_over(Written(mail, "", received.sender))

    @property
    def unread(self) -> list[Came]:
        return list(self._unread)

    def run(self) -> None:
        """All that is due, until nothing more comes of it."""
        while True:
            assert self.daemon.once()
            new = self._sink.mails[len(self.came) :]
            if not new:
                return
            for one in new:
                letter = message_from_bytes(one.data, policy=policy.default)
                assert isinstance(letter, EmailMessage)
                self.came.append(Came(letter, one, self.now))
            self._unread += self.came[-len(new) :]

    def _send(self, person: Person, written: Written) -> None:
        domain = person.address.rpartition("@")[2]
        written.mail["Message-ID"] = f"<{len(self.mails) + 1}.{self.clock.now():%H%M}@{domain}>"
        if by_imap(person):
            self._put(person, written)
        else:
            self._hand_over(written)

    def _put(self, person: Person, written: Written) -> None:
        """Into the mailbox, as the server of the desk delivers it."""
        domain = person.address.rpartition("@")[2]
        said = f"mx.acme.example; dmarc=pass header.from={domain}" if person.proven else "mx.acme.example; none"
        above = (
            f"Return-Path: <{written.sender}>\r\nDelivered-To: {written.recipient}\r\n"
            f"Authentication-Results: {said}\r\n"
            f"Received: from out.{domain} by mx.acme.example; {format_datetime(self.now)}\r\n"
        )
        self._dovecot.append(self._user, above.encode() + written.mail.as_bytes())
        self._note(written)

    def _hand_over(self, written: Written) -> None:
        """To Postfix, which writes down whose domain it has proven, and hands it on by LMTP."""
        before = self._taken()
        with smtplib.SMTP("127.0.0.1", self._postfix.port, local_hostname="client.example") as client:
            client.sendmail(written.sender, [written.recipient], written.mail.as_bytes())
        wait_until(lambda: self._taken() > before, f"the mail of {written.sender} is handed over")
        self._note(written)

    def _note(self, written: Written) -> None:
        self.mails.append((self.now, written))
        self.run()

    def _taken(self) -> int:
        with self.store.read() as session:
            return session.scalar(select(func.count()).select_from(Inbound)) or 0


def _said(one: Came) -> str:
    return " ".join(f"{one.letter['Subject']} {plain(one.letter)}".split())


def _proofs() -> str:
    """A table for Postfix (regexp_table(5)): a line above the mail of everybody whose domain would be proven."""
    domains = {one.address.rpartition("@")[2] for one in (*STAFF, *REQUESTERS)}
    silent = [f"/^{one.address}$/ DUNNO" for one in EVERYBODY.values() if not one.proven]
    said = "PREPEND Authentication-Results: mx.acme.example; dmarc=pass header.from="
    return "\n".join([*silent, *(f"/@{domain}$/ {said}{domain}" for domain in sorted(domains)), ""])

"""The world outside the daemon: mail goes in by LMTP over a real socket, letters are found in the Maildir `sent`."""

import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from maildesk.clock import Clock
from maildesk.errors import Refused

_PATIENCE = 20.0
#: Seconds between two looks: the people outside see what arrives in their mailboxes, and nothing inside the daemon.
GLANCE = 0.05


@dataclass
class World:
    """Everybody's mail client. `lmtp` is the address the daemon listens on, `sent` its Maildir, `clock` hangs on
    every wall."""

    lmtp: str
    sent: Path
    clock: Clock
    _seen: set[str] = field(default_factory=set)
    _read: dict[str, EmailMessage] = field(default_factory=dict)
    _written: int = 0

    def write(self, sender: str, to: str, subject: str, text: str, picture: bytes = b"") -> EmailMessage:
        """A new mail, delivered when this returns."""
        mail = self._mail(sender, to, subject, text)
        if picture:
            mail.add_attachment(picture, "image", "png", filename="skjermbilde.png")
        self._deliver(mail)
        return mail

    def answer(self, letter: EmailMessage, text: str, to: str = "") -> EmailMessage:
        """What a client sends when its user presses Reply; `to` is the address of a button that was pressed instead."""
        subject = str(letter["Subject"])
        mail = self._mail(
            str(letter["To"]),
            to or str(letter["Reply-To"]),
            subject if subject.startswith("Re:") else f"Re: {subject}",
            text + "\n\n" + _quoted(letter),
        )
        mail["In-Reply-To"] = letter["Message-ID"]
        mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
        self._deliver(mail)
        return mail

    def letter(self, kind: str, recipient: str) -> EmailMessage:
        """The next letter of this kind to this person. Raises Refused if it does not come."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            for letter in self._new_letters():
                if letter["X-Maildesk-Event"] == kind and recipient in str(letter["To"]):
                    self._seen.add(str(letter["Message-ID"]))
                    return letter
            time.sleep(GLANCE)
        raise Refused(f"no letter {kind} to {recipient} within {_PATIENCE:.0f} seconds")

    def _new_letters(self) -> Iterator[EmailMessage]:
        for file in sorted((self.sent / "new").glob("*"), key=lambda file: file.stat().st_mtime_ns):
            letter = self._read.get(file.name) or _parsed(file)
            self._read[file.name] = letter
            if str(letter["Message-ID"]) not in self._seen:
                yield letter

    def _mail(self, sender: str, to: str, subject: str, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = self.clock.now()
        self._written += 1
        mail["Message-ID"] = f"<demo.{self._written}@{sender.rpartition('@')[2].rstrip('>')}>"
        mail.set_content(text)
        return mail

    def _deliver(self, mail: EmailMessage) -> None:
        host, _, port = self.lmtp.rpartition(":")
        # One recipient, so that smtplib's single reply (cpython gh-76984) is the right one.
        with smtplib.LMTP(host, int(port), local_hostname="demo.example") as client:
            client.send_message(mail)


def _parsed(file: Path) -> EmailMessage:
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def _quoted(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return f"On {letter['Date']}, {letter['From']} wrote:\n" + "\n".join(f"> {line}" for line in text.splitlines())

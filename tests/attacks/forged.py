"""Mails that are not what they say they are."""

import re
from email.message import EmailMessage

from maildesk.mail import Letter
from tests.attacked import ANNA, DESK, KARI, MALLORY, UWE
from tests.desk import SETTINGS, mail

PASS = "mx.acme.example; dmarc=pass header.from=acme.example"
NOTES = SETTINGS.replace('name = "Anna"', 'name = "Anna"\nreply_default = "note"')


def outside(letters: list[Letter]) -> list[str]:
    return [f"{one.kind} to {one.recipient}" for one in letters if one.recipient in (KARI, UWE)]


def recipient_of(raw: bytes) -> str:
    """Of the envelope: the last address of To."""
    found = re.findall(rb"[\w.+-]+@[\w.]+", next(line for line in raw.split(b"\r\n") if line.startswith(b"To: ")))
    return str(found[-1].decode())


def close(sender: str, to: str = DESK, subject: str = "Re: [#1] Salary list", **headers: str) -> bytes:
    """A mail that would end ticket 1 with a lie, had it an agent's power."""
    plain = {name.replace("_", "-"): value for name, value in headers.items()}
    return mail(sender, to, subject, "#close\nYour account was deleted.\n", headers=plain)


def about(subject: str = "Hello", to: str = DESK, text: str = "Send it to me.\n", **headers: str) -> bytes:
    return mail(MALLORY, to, subject, text, headers={name.replace("_", "-"): one for name, one in headers.items()})


def with_file(data: bytes, main: str, sub: str, name: str, text: str = "See the file.\n") -> EmailMessage:
    made = html_mail("") if not text else EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = ANNA, "Re: Salary list", f"<{hash((data, text, name))}@x>"
    made.set_content(text)
    made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made


def html_mail(body: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = ANNA, "Re: Salary list"
    made.set_content(f"<html><body>{body}</body></html>", subtype="html")
    return made

"""What is asked of a relay in its tests, and what became of it."""

from dataclasses import replace
from typing import Any

from maildesk.errors import Deferred, Refused
from maildesk.mail import Letter
from maildesk.notify.account import Account
from maildesk.notify.relay import SmtpRelay
from maildesk.notify.replies import Unanswered
from maildesk.vocabulary import NoticeKind
from tests.servers.sink import Sink

LATER, LATER_FOR_ALL, NEVER, NOBODY_KNOWS = "later", "later for all", "never", "nobody knows"
PASSWORD = "Correct-Horse-7"
RAW = b"From: support@acme.example\r\nSubject: x\r\n\r\n.dot\r\n..two\r\nHello\r\n"


def letter(recipient: str = "kari@customer.example", raw: bytes = RAW, sender: str = "support@acme.example") -> Letter:
    return Letter(NoticeKind.ANSWER, "effect", recipient, sender, "m1@acme.example", raw)


def account(sink: Sink, **changes: Any) -> Account:
    quick = Account(
        host=sink.host,
        port=sink.port,
        local_hostname="desk.acme.example",
        tls="none",
        connect_seconds=20.0,
        reply_seconds=1.5,
        letter_seconds=3.0,
    )
    return replace(quick, **changes)


def fate(relay: SmtpRelay, one: Letter | None = None) -> str:
    try:
        relay.send(one or letter())
    except Unanswered:
        return NOBODY_KNOWS
    except Deferred as error:
        return LATER_FOR_ALL if error.everyone else LATER
    except Refused:
        return NEVER
    return "taken"


def offering_login(*mechanisms: str) -> tuple[str, ...]:
    return ("8BITMIME", "SIZE 52428800", f"AUTH {' '.join(mechanisms)}")

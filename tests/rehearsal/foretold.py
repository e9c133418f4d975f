"""What a dry run said would happen, and what then did."""

import hashlib
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from sqlalchemy import select

from maildesk.model import Inbound, Outbound
from maildesk.notify.why import in_words
from maildesk.store import Store
from tests.shell import Ended, Operator

RELAY = '[relay]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'


def answer_to(operator: Operator, words: str) -> bytes:
    """Kari's answer to the first letter that she got."""
    store = Store("sqlite", operator.folder / "var")
    with store.read() as session:
        raw = session.scalars(select(Outbound.raw).where(Outbound.recipient == "kari@customer.example")).first()
    store.close()
    assert raw is not None
    to = message_from_bytes(raw, policy=policy.default)["Reply-To"].addresses[0].addr_spec
    return f"From: kari@customer.example\nTo: {to}\nSubject: Re: A printer\n\n{words}\n".encode()


def everything_below(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Each file and folder with its bytes, its inode and the time of its last change."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_ino,
            path.stat().st_mtime_ns,
        )
        for path in sorted([folder, *folder.rglob("*")])
    }


def told(said: Ended) -> list[tuple[Any, ...]]:
    """What is foretold of each mail."""
    return [
        (mail["subject"], mail["disposition"], mail["reason"], mail["ticket"], _letters(mail["letters"]))
        for mail in said.documents
    ]


def _letters(letters: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(letter["to"], letter["kind"], letter["subject"]) for letter in letters]


def done(store: Store, first: int) -> list[tuple[Any, ...]]:
    """What has happened since to the mails and letters from `first` on, in the same words; letters as one list."""
    with store.read() as session:
        mails = session.scalars(select(Inbound).where(Inbound.id >= first).order_by(Inbound.id))
        return [(mail.subject, mail.disposition, in_words(mail.reason, "en"), mail.ticket_id) for mail in mails]


def letters_since(store: Store, last: int) -> list[tuple[str, str, str]]:
    with store.read() as session:
        return [
            (row.recipient, row.kind, str(message_from_bytes(row.raw, policy=policy.default)["Subject"]))
            for row in session.scalars(select(Outbound).where(Outbound.id > last).order_by(Outbound.id))
        ]

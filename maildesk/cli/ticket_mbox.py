"""A ticket as an mbox: every mail that came and every letter that was written, byte for byte, oldest first.

`maildesk import` reads it back. The letters hold their recipients' reply addresses: what is written here is as secret
as the mailboxes it came from.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.blobs import Blobs
from maildesk.model import Inbound, Outbound, Ticket
from maildesk.notify.outbox import letter_bytes

#: A line of a mail that would begin the next one gets a ">", and so does one that has some already (mboxrd).
_FROM_LINE: Final = re.compile(rb"^(>*From )", re.MULTILINE)


def write_mbox(session: Session, blobs: Blobs, number: int, to: Path | None) -> bool:
    """Writes the ticket to a new file `to`, or to stdout; False where there is no such ticket, and then no file.

    Raises OSError where the file cannot be written, FileExistsError where it is there already.
    """
    if session.get(Ticket, number) is None:
        return False
    rows = _rows(session, number)
    with _opened(to) as file:
        for is_letter, row_id in rows:
            file.write(_letter(session, blobs, row_id) if is_letter else _mail(session, blobs, row_id))
            # One at a time in memory, however long the ticket is.
            session.expunge_all()
    return True


def _rows(session: Session, number: int) -> list[tuple[int, int]]:
    """What there is, by time: 0 and the id of a mail, 1 and the id of a letter, which comes after what caused it."""
    # What was erased has no bytes any more.
    mails = select(Inbound.received_at, Inbound.id).where(Inbound.ticket_id == number, Inbound.raw_sha256 != "")
    letters = select(Outbound.made_at, Outbound.id).where(Outbound.ticket_id == number, Outbound.raw != b"")
    found: list[tuple[datetime, int, int]] = [(at, 0, row_id) for at, row_id in session.execute(mails)]
    found += [(at, 1, row_id) for at, row_id in session.execute(letters)]
    return [(is_letter, row_id) for _, is_letter, row_id in sorted(found)]


def _mail(session: Session, blobs: Blobs, inbound_id: int) -> bytes:
    row = session.get_one(Inbound, inbound_id)
    return mbox_entry(row.envelope_from or "", row.received_at, blobs.read(row.raw_sha256))


def _letter(session: Session, blobs: Blobs, outbound_id: int) -> bytes:
    row = session.get_one(Outbound, outbound_id)
    return mbox_entry(row.envelope_from, row.made_at, letter_bytes(row, blobs))


def mbox_entry(sender: str, at: datetime, raw: bytes) -> bytes:
    """One mail of an mbox (RFC 4155, appendix A); `at` is in UTC."""
    # asctime knows no time zone and no language but English.
    head = f"From {re.sub(r'[^!-~]', '', sender) or 'MAILER-DAEMON'} {at:%a %b} {at.day:2} {at:%H:%M:%S %Y}\n"
    text = _FROM_LINE.sub(rb">\1", raw)
    return head.encode("ascii") + text + (b"\n" if text.endswith(b"\n") else b"\n\n")


@contextmanager
def _opened(to: Path | None) -> Iterator[BinaryIO]:
    if to is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    # Other people's mail: nobody but the operator looks in.
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file

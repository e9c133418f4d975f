"""The rows of the ledger: which mails of a folder were seen, and how far it was read. What they mean says ledger.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.model import MailboxCursor, MailboxMail


def seen_uids(session: Session, mailbox: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> set[int]:
    """Which of these UIDs stand in the ledger already."""
    if not uids:
        return set()
    found = session.scalars(
        select(MailboxMail.uid).where(
            MailboxMail.mailbox == mailbox,
            MailboxMail.folder == folder,
            MailboxMail.uidvalidity == uidvalidity,
            MailboxMail.uid >= min(uids),
            MailboxMail.uid <= max(uids),
        )
    )
    return set(found) & set(uids)


def unfinished_uids(session: Session, mailbox: str, folder: str, uidvalidity: int) -> list[int]:
    """Mails that are durable here but not yet moved or flagged on the server."""
    return list(
        session.scalars(
            select(MailboxMail.uid)
            .where(
                MailboxMail.mailbox == mailbox,
                MailboxMail.folder == folder,
                MailboxMail.uidvalidity == uidvalidity,
                MailboxMail.state == "kept",
            )
            .order_by(MailboxMail.uid)
        )
    )


def cursor(session: Session, mailbox: str, folder: str, uidvalidity: int) -> int | None:
    """The first UID that was never looked at; None for a folder (or a UIDVALIDITY) never seen."""
    return session.scalar(
        select(MailboxCursor.next_uid).where(
            MailboxCursor.mailbox == mailbox,
            MailboxCursor.folder == folder,
            MailboxCursor.uidvalidity == uidvalidity,
        )
    )


def move_cursor(session: Session, mailbox: str, folder: str, uidvalidity: int, next_uid: int, now: datetime) -> None:
    """Remembers how far a folder was read. Never goes back."""
    row = session.scalar(
        select(MailboxCursor).where(
            MailboxCursor.mailbox == mailbox,
            MailboxCursor.folder == folder,
            MailboxCursor.uidvalidity == uidvalidity,
        )
    )
    if row is None:
        session.add(
            MailboxCursor(mailbox=mailbox, folder=folder, uidvalidity=uidvalidity, next_uid=next_uid, started_at=now)
        )
    else:
        row.next_uid = max(row.next_uid, next_uid)

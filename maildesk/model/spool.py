"""The tables of received mail: as it came in, whereto, and from which mailbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import NEVER_AGAIN, Base, Id

#: An index of the mails of which nothing has become yet: those that wait in the spool. Not by their state, or SQLite
#: would sooner walk the index that begins with it.
_WAITING: Any = {"sqlite_where": text("disposition = ''"), "postgresql_where": text("disposition = ''")}


class Inbound(Base):
    """The spool: one received mail, however often it arrived. Its states are in ingest/inbox.py."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index("ix_inbound_state_turn_id", "state", "turn", "id"),
        # Of the waiting rows alone, which are few (ingest/turns.py).
        Index("ix_inbound_waiting_author", "author_key", "turn", **_WAITING),
        Index("ix_inbound_waiting_envelope", "envelope_key", "turn", **_WAITING),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # ingest/digest.py
    raw_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    source: Mapped[str]
    envelope_from: Mapped[str | None]  # None: came without an envelope; "": the null sender
    recipient: Mapped[str] = mapped_column(default="")  # the first; all of them are Arrivals
    peer: Mapped[str] = mapped_column(String(64), default="")  # the machine that handed it in by SMTP, and its HELO
    helo: Mapped[str] = mapped_column(default="")
    turn: Mapped[int] = mapped_column(default=0)  # lower ones are processed first (ingest/turns.py)
    author_key: Mapped[str] = mapped_column(String(254), default="")  # whose turn it is; proves nothing
    envelope_key: Mapped[str] = mapped_column(String(254), default="")
    received_at: Mapped[datetime] = mapped_column(index=True)
    silent: Mapped[bool] = mapped_column(default=False)  # imported history: makes a ticket, tells nobody
    state: Mapped[str] = mapped_column(String(16))
    disposition: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    # What parsing found, for people who look at the queue.
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(default="", index=True)
    # What maildesk found itself about the sender (ingest/sender_proof); how far he was believed (desk/trust.py).
    proof: Mapped[str] = mapped_column(default="")
    trust: Mapped[str] = mapped_column(default="")
    # Of a mail that is held or was: vocabulary.Cause; whose word it waits for; who let it go, and where to.
    cause: Mapped[str] = mapped_column(String(16), default="")
    held_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_by: Mapped[str] = mapped_column(default="")
    released_to: Mapped[int | None]  # a ticket; 0 for a new one, None for where it belongs by itself


class Arrival(Base):
    """One way by which a mail came: the same mail by IMAP and LMTP is one Inbound with two of these."""

    __tablename__ = "arrival"
    __table_args__ = (UniqueConstraint("inbound_id", "source", "recipient"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    source: Mapped[str]  # "lmtp", "smtp", "imap:support", "pipe", "import"
    recipient: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class MailboxMail(Base):
    """The ledger of an IMAP folder: (UIDVALIDITY, UID) is one mail for ever (RFC 9051 2.3.1.1)."""

    __tablename__ = "mailbox_mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "folder", "uidvalidity", "uid"),
        # Each look asks for the few that are still to be moved, among all that ever were.
        Index("ix_mailbox_mail_state", "state", "mailbox", "folder", "uidvalidity", "uid"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    taken_at: Mapped[datetime]
    #: The table of states is in ingest/imap/ledger.py.
    state: Mapped[str] = mapped_column(String(16))


class MailboxCursor(Base):
    """How far a folder has been read: every UID below `next_uid` was looked at once."""

    __tablename__ = "mailbox_cursor"
    __table_args__ = (UniqueConstraint("mailbox", "folder", "uidvalidity"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    uidvalidity: Mapped[int]
    next_uid: Mapped[int]
    started_at: Mapped[datetime]

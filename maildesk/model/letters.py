"""The tables of letters: those that go out, and what is still to be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import NEVER_AGAIN, Base, Id


class Untold(Base):
    """A mail of somebody who writes very much, of which an agent is to hear later (notify/gathered.py)."""

    __tablename__ = "untold"
    __table_args__ = (Index("ix_untold_author_id_person_id", "author_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the agent
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]


class Outbound(Base):
    """The outbox: one letter to one recipient. Its states are in notify/outbox.py."""

    __tablename__ = "outbound"
    __table_args__ = (
        Index("ix_outbound_state_automatic_next_at", "state", "automatic", "next_at"),
        Index("ix_outbound_mailbox_made_at", "mailbox", "made_at"),
        Index("ix_outbound_made_at", "made_at"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    effect_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)  # what it tells of
    recipient: Mapped[str] = mapped_column(String(320))
    mailbox: Mapped[str] = mapped_column(String(320))  # the recipient without his subaddress, for the budgets
    envelope_from: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    automatic: Mapped[bool]
    raw: Mapped[bytes]  # the letter, or its beginning where its files are a blob
    files_sha256: Mapped[str] = mapped_column(String(64), default="")  # the blob with the end of the letter
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]  # when a delivery report said that it will not arrive, whatever the state
    relay_id: Mapped[str] = mapped_column(default="", index=True)  # the relay's queue id, from its 250
    error: Mapped[str] = mapped_column(default="")

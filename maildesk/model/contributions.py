"""The tables of what was said and done on tickets. Rows are added, and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import Base, Id

#: An index of the messages of Outlook alone.
_CONVERSATIONS: Any = {"sqlite_where": text("conversation != ''"), "postgresql_where": text("conversation != ''")}


class Message(Base):
    """One contribution to a ticket. Never changed."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_conversation", "conversation", **_CONVERSATIONS),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    direction: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    message_id: Mapped[str] = mapped_column(index=True)  # as its sender wrote it; not unique: anybody may reuse one
    in_reply_to: Mapped[str] = mapped_column(default="")
    conversation: Mapped[str] = mapped_column(String(44), default="")  # of Outlook (desk/clues.py)
    via_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose reply address its author used
    text: Mapped[str]  # without quotes and signature; the whole stands in the raw mail
    public: Mapped[bool]
    placed_by: Mapped[str]  # why it is on this ticket
    verified: Mapped[bool]  # proven to be from its author
    doubt: Mapped[str] = mapped_column(default="")  # why its author should not be believed; not merely unproven
    #: Taken back by its author before it left; then not public (desk/errands/undoing.py).
    withdrawn_at: Mapped[datetime | None]


class Attachment(Base):
    """One file of a message. The bytes stay in the raw mail: leaf part `part_index` of blob `raw_sha256`."""

    __tablename__ = "attachment"
    # The newest files of the same bytes: is it a logo?
    __table_args__ = (Index("ix_attachment_sha256_id", "sha256", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    part_index: Mapped[int] = mapped_column(Integer)
    raw_sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str]
    content_type: Mapped[str]  # what its sender says
    true_type: Mapped[str] = mapped_column(default="")  # what it is by its content
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    inline: Mapped[bool]
    logo: Mapped[bool] = mapped_column(default=False)  # the ornament of a signature; kept, but not shown
    content_id: Mapped[str] = mapped_column(default="")


class Event(Base):
    """The accountable record: who did what, when, by which mail. Append only."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))  # the message it speaks of
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: maildesk itself
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(16), default="")  # of the ticket after it; the clocks read their pauses

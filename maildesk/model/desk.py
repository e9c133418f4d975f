"""The tables of the desk itself: its secrets, what it did, and what can be undone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import Base, Id


class SigningKey(Base):
    """The secrets of the reply tokens, newest first by id. In the database, so that every daemon on it has them
    (keys.py)."""

    __tablename__ = "signing_key"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    secret: Mapped[bytes]
    made_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    believed_until: Mapped[datetime | None]  # NULL: for good


class Undoable(Base):
    """How a ticket was before an agent's mail changed it, for as long as he may take that back (desk/undoing.py)."""

    __tablename__ = "undoable"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    before: Mapped[str]  # JSON: what changed, before and after; "": for good
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Watch(Base):
    """Trouble of the desk itself that the operator was told of, and that is not over (desk/watchmen.py)."""

    __tablename__ = "watch"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    at: Mapped[datetime]  # since when, or when it ends
    told_at: Mapped[datetime]


class Chore(Base):
    """Work of the calendar that was done, once for each key, whichever daemon did it ("held:2026-03-02")."""

    __tablename__ = "chore"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    done_at: Mapped[datetime]

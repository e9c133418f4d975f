"""The tables of the desk itself: its secrets, what it did and is to do, and what can be undone."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
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
    """How a ticket was before an agent's mail changed it, while he may take that back (desk/errands/undoing.py)."""

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


class Report(Base):
    """Figures that a manager is to get, by the calendar or because he asked. Its states are in
    desk/digests/report_rows.py."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_state_next_at", "state", "next_at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)  # "digest:day:3:2026-03-02", "report:17:0"
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    span: Mapped[str] = mapped_column(String(16))
    first: Mapped[date] = mapped_column(Date)  # the days from here, by his clock
    until: Mapped[date] = mapped_column(Date)  # to the one before this
    workbook: Mapped[bool]  # with XLSX in place of CSV
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime]
    wanted_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  # why the last attempt failed, or why there is no letter

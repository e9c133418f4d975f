"""The tables of the clocks: what is due when, who was reminded, what is to be reckoned anew; when services were
away."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import Base, Id

#: An index of the deadlines themselves, without the warnings before them.
_DUE: Any = {"sqlite_where": text("level = 'due'"), "postgresql_where": text("level = 'due'")}


class Deadline(Base):
    """One moment of a clock of a ticket: a warning, the deadline itself, the escalation. Its states are in
    desk/clocks/deadlines.py."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("ticket_id", "metric", "level", "cycle"),
        Index("ix_deadline_state_next_at", "state", "next_at"),
        # What was promised for a period, and what was done in it (desk/figures).
        Index("ix_deadline_due_at", "due_at", **_DUE),
        Index("ix_deadline_done_at", "done_at", **_DUE),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    metric: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(16))
    cycle: Mapped[int]  # which run of this clock: one ticket may wait, or be reopened, several times (desk/sla.py)
    started_at: Mapped[datetime]  # when the clock began to run
    due_at: Mapped[datetime]
    next_at: Mapped[datetime]  # when it is to be told: due_at, or the next opening
    state: Mapped[str] = mapped_column(String(16))
    done_at: Mapped[datetime | None]  # when what was promised was done, in time or late
    fired_at: Mapped[datetime | None]


class Reminder(Base):
    """An agent or a manager is still to be told of a deadline that fired. Its states are in notify/reminders.py."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("deadline_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    urgent: Mapped[bool]  # told at any hour
    at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)  # that failed, by a fault of ours
    failed_at: Mapped[datetime | None]  # the first of them
    next_at: Mapped[datetime | None]  # None: not tried yet


class Outage(Base):
    """A service was not there, as an agent said on the ticket about it (desk/errands/outage.py)."""

    __tablename__ = "outage"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    service: Mapped[str] = mapped_column(String(64))
    begin_at: Mapped[datetime]
    end_at: Mapped[datetime | None] = mapped_column(index=True)  # None: it goes on, until its ticket ends


class Recount(Base):
    """The clocks of a ticket are to be read again: a letter was delivered, the rules have changed
    (desk/clocks/deadlines.py), or that failed (desk/clocks/failing.py)."""

    __tablename__ = "recount"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)  # that failed, by a fault of ours
    failed_at: Mapped[datetime | None]  # the first of them
    next_at: Mapped[datetime | None]  # None: not tried yet

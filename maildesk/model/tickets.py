"""The tables of tickets: the matter, and who and what stands on it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import NEVER_AGAIN, Base, Id


class Ticket(Base):
    """One reported matter. `status` changes only through desk.lifecycle."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_status", "status"),
        Index("ix_ticket_requester_id", "requester_id"),
        # How much an agent has to do, and when he got something last (desk/workforce.py).
        Index("ix_ticket_agent_id_status", "agent_id", "status"),
        Index("ix_ticket_agent_id_assigned_at", "agent_id", "assigned_at"),
        # What happened to tickets in a period (desk/figures).
        Index("ix_ticket_opened_at", "opened_at"),
        Index("ix_ticket_first_response_at", "first_response_at"),
        Index("ix_ticket_resolved_at", "resolved_at"),
        # Who was asked for a rating lately.
        Index(
            "ix_ticket_asked_at",
            "asked_at",
            sqlite_where=text("asked_at IS NOT NULL"),
            postgresql_where=text("asked_at IS NOT NULL"),
        ),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)  # the number
    subject: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    priority: Mapped[str] = mapped_column(String(16))
    priority_reason: Mapped[str] = mapped_column(default="")  # the rules or the person behind it; "" for the plain case
    impact: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(64), default="")
    watching: Mapped[str] = mapped_column(default="")  # other queues that were written to as well, parted by commas
    service: Mapped[str] = mapped_column(String(64), default="")
    category: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assigned_reason: Mapped[str] = mapped_column(default="")  # also why nobody could get it
    assigned_at: Mapped[datetime | None]  # when it was last given to somebody
    opened_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(default="")
    cause: Mapped[str] = mapped_column(default="")  # what it came from, in an agent's words
    asked_at: Mapped[datetime | None]  # when his rating was last asked for (desk/rating_question.py)
    rating: Mapped[int | None] = mapped_column(Integer)
    rating_comment: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]
    closures: Mapped[int] = mapped_column(Integer, default=0)  # how often it was closed; one rating each
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    token_epoch: Mapped[int] = mapped_column(Integer, default=0)  # raised to revoke all tokens of the ticket
    resume_at: Mapped[datetime | None]  # on hold until then; it comes back by itself (desk/timers.py)
    planned_at: Mapped[datetime | None]  # when a change is to be made; the agent is reminded


class Participant(Base):
    """Who stands on a ticket. Letters go to these and to nobody else (threats 3.3, rule 1)."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("ticket_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]


class Suggestion(Base):
    """Who was named in Cc by somebody who could not prove himself: an agent may take him in (desk/participants.py)."""

    __tablename__ = "suggestion"
    __table_args__ = (UniqueConstraint("ticket_id", "address"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class TicketTag(Base):
    __tablename__ = "ticket_tag"
    __table_args__ = (UniqueConstraint("ticket_id", "word"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    word: Mapped[str] = mapped_column(String(64), index=True)


class TicketLink(Base):
    """`ticket_id` stands in `kind` ("mentions", "follows", "merged", "problem") to `other_id`."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id", "kind"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))

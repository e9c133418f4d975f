"""The tables of mail that waits for a word: what was asked about it, and whose mail is put aside."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import NEVER_AGAIN, Base, Id


class Question(Base):
    """What somebody was asked about a held mail; he may answer once. Its states are in desk/held/questions.py."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("inbound_id", "person_id", "kind"),
        Index("ix_question_person_id_asked_at", "person_id", "asked_at"),
        Index("ix_question_state_expires_at", "state", "expires_at"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[int]  # signed into the address of the answer
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(String(16), default="")
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))  # the mail that decided
    answered_at: Mapped[datetime | None]


class Block(Base):
    """Mail of these senders is put aside in silence."""

    __tablename__ = "block"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sender: Mapped[str] = mapped_column(String(320), unique=True)  # an address, or a domain with all below it
    by: Mapped[str]
    made_at: Mapped[datetime]

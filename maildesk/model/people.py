"""The tables of people, and of what they are good at."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maildesk.model.base import NEVER_AGAIN, Base, Id


class Person(Base):
    """Anybody with an address: requester, participant or agent, made on first sight. Who is an agent says the
    configuration."""

    __tablename__ = "person"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)  # lower case
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    made_at: Mapped[datetime]
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # his other address; an agent said so
    hard_bounces: Mapped[int] = mapped_column(Integer, default=0)  # letters that came back for good
    undeliverable_since: Mapped[datetime | None]  # set: no automatic mail goes there (desk/undelivered.py)
    away_until: Mapped[datetime | None]  # said by an out-of-office note; his next mail ends it (desk/absence.py)
    quiet_since: Mapped[datetime | None]  # wants no automatic mail from us (desk/self_service.py)


class Skill(Base):
    """What an agent knows beside what the configuration declares: by his own word, or by tickets well solved
    (desk/skills.py)."""

    __tablename__ = "skill"
    __table_args__ = (UniqueConstraint("person_id", "word"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    word: Mapped[str] = mapped_column(String(64))  # lower case
    weight: Mapped[float]  # 0 to 1, at the time `at`; what was learned fades from then on
    source: Mapped[str] = mapped_column(String(16))  # vocabulary.SkillSource
    at: Mapped[datetime]

"""What somebody was asked by mail about a held mail, and the one-time address of his answer.

    state      what it means                      leaves by
    waiting    the letter is in the outbox        his answer -> answered; seven days -> expired
    answered   has decided; counts no more        held once more: asked again -> waiting, at a new address
    expired    too late; the operator decides     asked again -> waiting

The signature of the address holds a random number that stands nowhere but in the row: no other address passes for it,
and without the row it is worth nothing. A crash before the commit leaves neither question nor letter.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.model import Outbound, Person, Question
from maildesk.notify.asking import EFFECT
from maildesk.store import insert_once
from maildesk.tokens import Tag, TagKind, is_genuine
from maildesk.vocabulary import NoticeKind, QuestionKind, QuestionState

#: Threats 3.2, note 1.
EXPIRES: Final = timedelta(days=7)
ONE_IN: Final = timedelta(hours=1)
_NONCE_BITS: Final = 63


def ask(session: Session, kind: QuestionKind, inbound_id: int, person: int, now: datetime) -> Question:
    """The question to this person about this mail, waiting: made now, or the same as before with its time anew.

    One that was answered, about a mail that is held once more, is a new question at a new address.
    """
    insert_once(
        session,
        Question,
        kind=kind,
        inbound_id=inbound_id,
        person_id=person,
        nonce=secrets.randbits(_NONCE_BITS),
        state=QuestionState.WAITING,
        asked_at=now,
        expires_at=now + EXPIRES,
    )
    one = select(Question).where(Question.kind == kind, Question.inbound_id == inbound_id, Question.person_id == person)
    question = session.scalars(one.with_for_update()).one()
    if question.state == QuestionState.ANSWERED:
        question.nonce = secrets.randbits(_NONCE_BITS)
    question.state, question.expires_at = QuestionState.WAITING, now + EXPIRES
    return question


def was_asked(session: Session, inbound_id: int, person: int) -> bool:
    """Was this person asked before whether this mail is his?"""
    one = select(Question.id).where(
        Question.kind == QuestionKind.CONFIRM, Question.inbound_id == inbound_id, Question.person_id == person
    )
    return session.scalar(one) is not None


def asked_lately(session: Session, person: int, now: datetime) -> bool:
    """Was this person asked for a confirmation within the hour? Waits for other daemons that ask him right now."""
    session.scalar(select(Person.id).where(Person.id == person).with_for_update(key_share=True))
    count = select(func.count()).where(
        Question.kind == QuestionKind.CONFIRM, Question.person_id == person, Question.asked_at > now - ONE_IN
    )
    return bool(session.scalar(count))


def question_at(session: Session, tags: Iterable[Tag], keys: Sequence[bytes], domain: str) -> Question | None:
    """The question that one of these addresses was made for, locked; None where none is genuine."""
    for tag in tags:
        if tag.kind is TagKind.ANSWER:
            found = session.scalar(select(Question).where(Question.id == tag.ticket).with_for_update())
            if found and found.person_id == tag.person and is_genuine(tag, keys, domain, found.nonce):
                return found
    return None


def question_in(session: Session, message_ids: Sequence[str]) -> Question | None:
    """The question that our letter with one of these ids asked, locked: for desks without signed addresses."""
    if not message_ids:
        return None
    letters = select(Outbound.effect_key).where(
        Outbound.message_id.in_(message_ids), Outbound.kind == NoticeKind.CONFIRM
    )
    number = next((key.removeprefix(EFFECT) for key in session.scalars(letters)), "")
    if not number.isdecimal():
        return None
    return session.scalar(select(Question).where(Question.id == int(number)).with_for_update())


def expire(session: Session, now: datetime) -> list[Question]:
    """Ends all questions whose time has run out; returns them."""
    overdue = select(Question).where(Question.state == QuestionState.WAITING, Question.expires_at <= now)
    questions = list(session.scalars(overdue.with_for_update(skip_locked=True)))
    for question in questions:
        question.state = QuestionState.EXPIRED
    return questions


def any_overdue(session: Session, now: datetime) -> bool:
    """Is there a question to be ended?"""
    overdue = select(Question.id).where(Question.state == QuestionState.WAITING, Question.expires_at <= now)
    return session.scalar(overdue.limit(1)) is not None


def waiting_until(session: Session, inbound_ids: Sequence[int]) -> dict[int, datetime]:
    """Until when these mails wait for an agent, of those that do."""
    found = select(Question.inbound_id, Question.expires_at).where(
        Question.kind == QuestionKind.CONFIRM,
        Question.state == QuestionState.WAITING,
        Question.inbound_id.in_(inbound_ids),
    )
    return {inbound_id: until for inbound_id, until in session.execute(found)}

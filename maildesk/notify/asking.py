"""Asks an agent whether a mail in his name is his, and tells whom we asked why his answer decided nothing.

The letter goes to the registered address, never to one that stands in the mail. It shows all that is held, because
that is what a yes lets go.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.model import Inbound, Person, Question
from maildesk.notify.desk_notice import agents_language, desk_notice, tell
from maildesk.notify.post import Post
from maildesk.tokens import TagKind
from maildesk.vocabulary import NoticeKind, QuestionKind, Undone

log = logging.getLogger(__name__)

#: Begins the effect key of a letter that asks an agent; the number of the question follows.
EFFECT: Final = f"{NoticeKind.CONFIRM}:question"


@dataclass(frozen=True, slots=True)
class Doubted:
    """The mail that is held: its words, the names of its files, its commands, and why it is not believed."""

    claimed: str
    words: str
    files: tuple[str, ...]
    commands: tuple[str, ...]
    reason: str
    #: The ticket it is for, if any, and that ticket's subject.
    ticket: int | None = None
    title: str = ""


def ask_agent(session: Session, post: Post, question_id: int, doubted: Doubted, now: datetime) -> None:
    """The one letter about a held mail. Doing it twice enqueues nothing twice."""
    question = session.get_one(Question, question_id)
    inbound = session.get_one(Inbound, question.inbound_id)
    zone = post.settings.zone_of(session.get_one(Person, question.person_id).address)
    facts = {
        "number": inbound.id,
        "claimed": doubted.claimed,
        "title": doubted.title,
        "at": inbound.received_at.astimezone(zone),
        "until": question.expires_at.astimezone(zone),
        "words": doubted.words,
        "files": doubted.files,
        "commands": doubted.commands,
        "reason": doubted.reason,
    }
    to = _Recipient(question, answer_address(post, question), doubted.ticket)
    _tell(session, post, to, NoticeKind.CONFIRM, f"{EFFECT}{question.id}", facts, now)


def tell_undone(session: Session, post: Post, question_id: int, why: Undone, words: str, now: datetime) -> None:
    """His answer decided nothing. Once for each question and cause, so that no machine goes round with us."""
    question = session.get_one(Question, question_id)
    facts = {"number": question.inbound_id, "why": why, "words": words, "kind": QuestionKind(question.kind)}
    again = why in (Undone.UNCLEAR, Undone.NOT_BLOCKED)
    to = _Recipient(question, answer_address(post, question) if again else "", None)
    _tell(session, post, to, NoticeKind.NOT_DONE, f"{NoticeKind.NOT_DONE}:question{question.id}:{why}", facts, now)


def answer_address(post: Post, question: Question) -> str:
    """Where the answer to a question goes, once; the desk's own address where it has no signed ones."""
    return post.address(TagKind.ANSWER, question.id, question.nonce, question.person_id)


@dataclass(frozen=True, slots=True)
class _Recipient:
    """Whom we asked what, and where he answers."""

    question: Question
    reply_to: str
    ticket: int | None


def _tell(
    session: Session,
    post: Post,
    to: _Recipient,
    kind: NoticeKind,
    effect_key: str,
    facts: Mapping[str, object],
    now: datetime,
) -> None:
    person = session.get_one(Person, to.question.person_id)
    notice = desk_notice(
        post,
        kind,
        effect_key,
        Address(person.name, person.address),
        facts,
        now,
        language=agents_language(post, person.address),
        reply_to=to.reply_to,
        ticket=to.ticket,
    )
    if tell(session, post, notice, now):
        log.info("letter=%s question=%d person=%d enqueued", kind, to.question.id, person.id)

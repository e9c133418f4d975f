"""The answer to a requester's one word: how his tickets stand, or what was done. To his registered address alone.

It asks nobody whether it may: the desk does (desk/self_service.py).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.notify.desk_notice import desk_notice, tell
from maildesk.notify.post import Post
from maildesk.vocabulary import NoticeKind, SelfService, Status


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """One of his tickets; `until` is when he was promised to hear of us, aware, or None."""

    number: int
    title: str
    status: Status
    opened_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SelfAnswer:
    """What he is to be told; `reply_to` is his own signed address, "" where there is none."""

    word: SelfService
    to: Address
    language: str
    rows: tuple[OwnTicket, ...]
    more: int
    reply_to: str
    #: The mail that is answered.
    inbound_id: int
    message_id: str
    ticket: int | None


def tell_requester(session: Session, post: Post, answer: SelfAnswer, now: datetime) -> bool:
    """One letter for one mail; False where it is in the outbox already."""
    zone, known = post.settings.zone_of(answer.to.address), post.settings.desk.languages
    rows = tuple(
        replace(one, opened_at=one.opened_at.astimezone(zone), until=one.until.astimezone(zone) if one.until else None)
        for one in answer.rows
    )
    facts = {
        "word": answer.word,
        "name": answer.to.name,
        "rows": rows,
        "more": answer.more,
        "reopen_days": post.settings.answers.reopen_within.days,
    }
    notice = desk_notice(
        post,
        NoticeKind.SELF_SERVICE,
        f"{NoticeKind.SELF_SERVICE}:mail{answer.inbound_id}",
        answer.to,
        facts,
        now,
        language=answer.language if answer.language in known else known[0],
        reply_to=answer.reply_to,
        ticket=answer.ticket,
    )
    answered = (answer.message_id,) if answer.message_id else ()
    notice = replace(notice, auto_submitted="auto-replied", in_reply_to=answer.message_id, references=answered)
    return tell(session, post, notice, now)

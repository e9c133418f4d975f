"""Letters that the desk writes of its own accord, in no thread and by nobody: one maker for all of them.

It decides nothing about who is told or how often: the effect key is its caller's.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.notify import outbox
from maildesk.notify.compose import Files, Notice, compose
from maildesk.notify.post import Post
from maildesk.vocabulary import NoticeKind


def desk_notice(
    post: Post,
    kind: NoticeKind,
    effect_key: str,
    to: Address,
    facts: Mapping[str, object],
    now: datetime,
    *,
    language: str,
    reply_to: str = "",
    ticket: int | None = None,
    files: Files | None = None,
) -> Notice:
    """A notice from the desk itself, with the template's own subject. `facts` lack only the name of the desk."""
    desk = post.settings.desk
    return Notice(
        kind=kind,
        effect_key=effect_key,
        to=to,
        language=language,
        sender_name=desk.name,
        sender_address=desk.address,
        reply_to=reply_to,
        envelope_from=desk.address,
        subject="",
        message_id=post.message_id(ticket, effect_key),
        in_reply_to="",
        references=(),
        auto_submitted="auto-generated",
        loop_id=post.loop_id,
        ticket=ticket,
        date=now.astimezone(desk.timezone),
        facts={**facts, "desk_name": desk.name},
        files=files or Files(),
    )


def tell(session: Session, post: Post, notice: Notice, now: datetime) -> bool:
    """Puts the letter of a notice into the outbox; False where its effect is there already."""
    return outbox.enqueue(session, compose(notice, post.words), now, post.blobs)


def agents_language(post: Post, address: str) -> str:
    """The first of this agent's languages that the desk speaks; the desk's first for anybody else."""
    agent, known = post.settings.agent_of(address), post.settings.desk.languages
    return next((language for language in (agent.languages if agent else ()) if language in known), known[0])

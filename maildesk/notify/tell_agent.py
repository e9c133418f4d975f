"""Answers an agent's mail that is about no ticket: what was done, what was asked, or why nothing was done."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.model import Person
from maildesk.notify.compose import Files
from maildesk.notify.desk_notice import agents_language, desk_notice, tell
from maildesk.notify.post import Post, Said
from maildesk.notify.receipt import Receipt, facts_of_receipt
from maildesk.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class ToAgent:
    """The letter that answers one mail of an agent; of the kind RECEIPT, HELP or NOT_UNDERSTOOD."""

    kind: NoticeKind
    person: int
    inbound_id: int
    message_id: str
    #: Did he answer a letter that was about several tickets?
    several: bool = False


def tell_agent(session: Session, post: Post, letter: ToAgent, said: Said, now: datetime) -> bool:
    """To his registered address. One letter for one mail; False where it is in the outbox already."""
    person = session.get_one(Person, letter.person)
    receipt = said.receipt or Receipt()
    notice = desk_notice(
        post,
        letter.kind,
        f"{letter.kind}:mail{letter.inbound_id}",
        Address(person.name, person.address),
        _facts(letter, said, receipt, post.settings.zone_of(person.address)),
        now,
        language=agents_language(post, person.address),
        files=Files(receipt.files),
    )
    answered = (letter.message_id,) if letter.message_id else ()
    return tell(session, post, replace(notice, in_reply_to=letter.message_id, references=answered), now)


def _facts(letter: ToAgent, said: Said, receipt: Receipt, zone: ZoneInfo) -> dict[str, object]:
    if letter.kind is NoticeKind.HELP:
        return {}
    if letter.kind is NoticeKind.NOT_UNDERSTOOD:
        explained = {"understood": said.understood, "mistakes": said.mistakes, "words": said.words}
        return {"title": "", **explained, "several": letter.several}
    return facts_of_receipt(receipt, "", zone)

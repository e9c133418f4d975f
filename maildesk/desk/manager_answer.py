"""Answers a manager: the reports he asked for, and one letter about what was done, listed or not understood.

To his registered address alone, in the transaction of his mail. Doing it twice enqueues nothing twice (effect keys).
"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from maildesk.desk.digest_facts import MOST_LATE, due_facts
from maildesk.desk.digest_letter import Recipient, account_of, answers_go_to, digest_letter, managers_of
from maildesk.desk.figures.period import Period
from maildesk.desk.figures.reckon import Due
from maildesk.desk.manager_words import period_named
from maildesk.desk.told_manager import ToManager
from maildesk.notify.desk_notice import desk_notice, tell
from maildesk.notify.post import Post
from maildesk.vocabulary import ManagerVerb as Verb
from maildesk.vocabulary import NoticeKind

log = logging.getLogger(__name__)


def answer_manager(session: Session, post: Post, told: ToManager, inbound_id: int, now: datetime) -> None:
    """The letters that his mail asks for, made of what the database says after his deeds."""
    session.flush()
    to = next((one for one in managers_of(post) if one.person == told.person), None)
    if to is None:
        return
    today = now.astimezone(to.zone).date()
    for number, wish in enumerate(told.wishes):
        period = period_named(wish.argument, today, to.zone) if wish.verb is Verb.REPORT else None
        if period is not None:
            account = account_of(session, post.settings, period, now)
            tell(session, post, digest_letter(post, to, account, f"report:{inbound_id}:{number}", now), now)
    lists = any(wish.verb is Verb.LIST for wish in told.wishes)
    if told.done or told.misread or lists:
        _tell(session, post, to, told, inbound_id, lists, now)
    log.info("inbound=%d manager=%d wishes=%d misread=%d", inbound_id, told.person, len(told.wishes), len(told.misread))


def _tell(
    session: Session, post: Post, to: Recipient, told: ToManager, inbound_id: int, lists: bool, now: datetime
) -> None:
    late: tuple[Due, ...] = ()
    if lists:
        day = period_named("today", now.astimezone(to.zone).date(), to.zone)
        assert isinstance(day, Period)
        late = account_of(session, post.settings, day, now).figures.late
    facts = {
        "done": told.done,
        "misread": told.misread,
        "listed": lists,
        "late": [due_facts(one, to.zone, now) for one in late[:MOST_LATE]],
        "late_n": len(late),
    }
    notice = desk_notice(
        post,
        NoticeKind.MANAGED,
        f"{NoticeKind.MANAGED}:{inbound_id}",
        to.address,
        facts,
        now,
        language=to.language,
        reply_to=answers_go_to(post, to, now),
    )
    tell(session, post, notice, now)

"""Answers a manager: one letter about what was done or not understood, and a row for each report that he asked for
(reports.py makes those, outside the transaction of his mail).

To his registered address alone. Doing it twice enqueues nothing twice (effect keys).
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from maildesk.desk.digests.digest_facts import MOST_LATE, due_facts
from maildesk.desk.digests.digest_letter import Recipient, answers_go_to, managers_of
from maildesk.desk.digests.report_rows import want
from maildesk.desk.digests.told_manager import ToManager
from maildesk.desk.figures.reckon import Due
from maildesk.desk.words.manager_words import Wish, period_named
from maildesk.model import Report
from maildesk.notify.compose import Notice
from maildesk.notify.desk_notice import desk_notice, tell
from maildesk.notify.post import Post
from maildesk.vocabulary import ManagerVerb as Verb
from maildesk.vocabulary import NoticeKind, ReportKind

log = logging.getLogger(__name__)


def answer_manager(session: Session, post: Post, told: ToManager, inbound_id: int, now: datetime) -> None:
    """What his mail asks for, and the letter about his deeds."""
    session.flush()
    to = next((one for one in managers_of(post) if one.person == told.person), None)
    if to is None:
        return
    for number, wish in enumerate(told.wishes):
        _note(session, to, wish, f"{wish.verb}:{inbound_id}:{number}", now)
    if told.done or told.misread or told.below:
        tell(session, post, _managed(post, to, told, None, f"{NoticeKind.MANAGED}:{inbound_id}", now), now)
    log.info("inbound=%d manager=%d wishes=%d misread=%d", inbound_id, told.person, len(told.wishes), len(told.misread))


def late_letter(post: Post, to: Recipient, late: Sequence[Due], key: str, now: datetime) -> Notice:
    """The list of what is late."""
    return _managed(post, to, ToManager(to.person or 0), late, key, now)


def not_made_letter(post: Post, to: Recipient, row: Report, now: datetime) -> Notice:
    """That his figures could not be made. The key is that of the attempt: the operator may try again."""
    facts = {"wanted": ReportKind(row.kind), "first": row.first, "last": row.until - timedelta(days=1)}
    key = f"{NoticeKind.NOT_MADE}:{row.key}:{now:%Y%m%dT%H%M%S}"
    answers = answers_go_to(post, to, now)
    return desk_notice(post, NoticeKind.NOT_MADE, key, to.address, facts, now, language=to.language, reply_to=answers)


def _note(session: Session, to: Recipient, wish: Wish, key: str, now: datetime) -> None:
    """Figures are wanted."""
    kind = {Verb.REPORT: ReportKind.REPORT, Verb.LIST: ReportKind.LATE}.get(wish.verb)
    words = wish.argument if wish.verb is Verb.REPORT else "today"
    period = period_named(words, now.astimezone(to.zone).date(), to.zone)
    if kind is not None and period is not None and to.person is not None:
        want(session, key, kind, to.person, period, now, workbook=wish.workbook)


def _managed(post: Post, to: Recipient, told: ToManager, late: Sequence[Due] | None, key: str, now: datetime) -> Notice:
    facts = {
        "done": told.done,
        "misread": told.misread,
        "below": told.below,
        "noted": told.noted,
        "listed": late is not None,
        "late": [due_facts(one, to.zone, now) for one in (late or ())[:MOST_LATE]],
        "late_n": len(late or ()),
    }
    answers = answers_go_to(post, to, now)
    return desk_notice(post, NoticeKind.MANAGED, key, to.address, facts, now, language=to.language, reply_to=answers)

"""Tells the operator what needs a person: held mail, a budget that is used up. Each thing once (effect keys)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.mail import Address, mailbox_of
from maildesk.model import Inbound, Outbound
from maildesk.notify.desk_notice import desk_notice, tell
from maildesk.notify.post import Post
from maildesk.vocabulary import Cause, NoticeKind

log = logging.getLogger(__name__)

#: More letters about held mails tell nothing new; `maildesk inbox list` shows them all.
MOST_HELD_IN_AN_HOUR: Final = 20
#: Nor do more about silenced addresses; the log names them all.
MOST_SILENCED_IN_AN_HOUR: Final = 20
#: Characters of an address in an effect key, which has room for 200.
_LONGEST_IN_KEY: Final = 150


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One held mail as the daily letter shows it."""

    number: int
    sender: str
    title: str
    cause: Cause | str
    reason: str
    ticket: int | None
    at: datetime
    #: It waits for an agent until then; None where nobody else is asked.
    until: datetime | None
    #: The one-time address for what shall become of it; "" where there is none.
    address: str
    #: May its sender be blocked?
    may_block: bool


@dataclass(frozen=True, slots=True)
class HeldToday:
    """What the daily letter says: rows, how many more there are, and the mails of blocked senders in the last day."""

    rows: tuple[HeldRow, ...]
    more: int
    aside: int


@dataclass(frozen=True, slots=True)
class Alarming:
    """Trouble of the desk itself, or its end: desk.alarms.Alarm, whose, since or until when, and how many wait."""

    alarm: str
    name: str
    at: datetime
    count: int
    over: bool


def tell_alarm(session: Session, post: Post, alarming: Alarming, key: str, now: datetime) -> None:
    """`key` names this trouble among all that there ever were."""
    facts = {
        "alarm": alarming.alarm,
        "name": alarming.name,
        "at": alarming.at.astimezone(post.settings.desk.timezone),
        "count": alarming.count,
        "over": alarming.over,
    }
    _tell(session, post, NoticeKind.ALARM, f"{NoticeKind.ALARM}:{key}", facts, now)


def tell_held(session: Session, post: Post, inbound: Inbound, reason: str, now: datetime) -> None:
    """What is held, why, and how to go on. Of very many the rest stands in `maildesk inbox list` alone."""
    if _told(session, post, NoticeKind.HELD_MAIL, now) >= MOST_HELD_IN_AN_HOUR:
        facts = {"address": post.settings.desk.operator, "limit": MOST_HELD_IN_AN_HOUR, "period": "hour"}
        _tell(session, post, NoticeKind.SILENCED, f"silenced:held:{now:%Y-%m-%d}", facts, now)
        return
    facts = {
        "inbound_id": inbound.id,
        "sender": inbound.sender,
        "title": inbound.subject,
        "reason": reason,
        "at": inbound.received_at.astimezone(post.settings.desk.timezone),
    }
    _tell(session, post, NoticeKind.HELD_MAIL, f"held:{inbound.id}", facts, now)


def _told(session: Session, post: Post, kind: NoticeKind, now: datetime) -> int:
    """How often in the last hour. Anybody can make mail that is held, or use up a budget: the operator is not bombed
    with it."""
    told = select(func.count()).where(
        Outbound.mailbox == mailbox_of(post.settings.desk.operator),
        Outbound.kind == kind,
        Outbound.made_at >= now - timedelta(hours=1),
    )
    return session.scalar(told) or 0


def tell_daily(session: Session, post: Post, held: HeldToday, day: date, now: datetime) -> None:
    """All that is held, once a day. `day` names it: twice on one day is once."""
    facts = {"rows": held.rows, "more": held.more, "aside": held.aside}
    _tell(session, post, NoticeKind.HELD_DAILY, f"{NoticeKind.HELD_DAILY}:{day:%Y-%m-%d}", facts, now)


def tell_silenced(session: Session, post: Post, address: str, now: datetime) -> None:
    """Automatic mail to one address has stopped; with "" the pace of the whole desk is exceeded. Once a day.

    Of very many addresses the log alone knows the rest.
    """
    if address and _told(session, post, NoticeKind.SILENCED, now) >= MOST_SILENCED_IN_AN_HOUR:
        log.warning("automatic mail to %r has stopped; the operator was told of enough others", address)
        return
    limits = post.settings.limits
    facts = {
        "address": address,
        "limit": limits.auto_per_hour if address else limits.auto_per_minute,
        "period": "hour" if address else "minute",
    }
    what = address[:_LONGEST_IN_KEY] or "desk"
    _tell(session, post, NoticeKind.SILENCED, f"silenced:{what}:{now:%Y-%m-%d}", facts, now)


def _tell(
    session: Session, post: Post, kind: NoticeKind, effect_key: str, facts: Mapping[str, object], now: datetime
) -> None:
    desk = post.settings.desk
    if not desk.operator:
        log.warning("desk.operator is not set, nobody is told: %s", effect_key)
        return
    to = Address("", desk.operator)
    tell(session, post, desk_notice(post, kind, effect_key, to, facts, now, language=desk.languages[0]), now)

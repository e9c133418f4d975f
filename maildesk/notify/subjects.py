"""What stands in Subject and From of our letters, so that every client keeps the thread together (mail-craft A1,
A2)."""

import re
from typing import Final

from maildesk.vocabulary import NoticeKind

#: Outlook: up to three letters and a colon are a prefix. The longer Norwegian and Korean ones are named.
_PREFIX: Final = re.compile(
    r"\s*(?:re|aw|sv|vs|fw|fwd|vb|wg|tr|rv|videresend|회신|답장|전달)(?:\[[0-9]{1,3}\])?\s*[:：]\s*", re.I
)
#: Those that Outlook and Gmail take for prefixes alike. Any other is part of the subject for one of them: without it a
#: letter would not join the requester's own thread there.
_KNOWN_TO_ALL: Final = re.compile(r"\s*(?:re|aw|sv|vs|fw|fwd)(?:\[[0-9]{1,3}\])?\s*[:：]\s*", re.I)
_TAG: Final = re.compile(r"\s*\[#[0-9]{1,9}\]\s*", re.ASCII)

_FROM_DESK: Final = {"en": "{agent} from {desk}", "nb": "{agent} hos {desk}", "ko": "{desk} {agent}"}
_VIA_DESK: Final = {"en": "{person} via {desk}", "nb": "{person} via {desk}", "ko": "{person} ({desk})"}


def base_subject(subject: str) -> str:
    """The subject without reply prefixes and without our tag, however many stand there."""
    return _without(subject, _PREFIX)


def _without(subject: str, prefix: re.Pattern[str]) -> str:
    while found := prefix.match(subject) or _TAG.match(subject):
        subject = subject[found.end() :]
    return subject.strip()


def customer_subject(subject: str, ticket: int, *, tagged: bool) -> str:
    """`Re: <their subject>`, which Gmail and Outlook put into the requester's own thread."""
    base = _without(subject, _KNOWN_TO_ALL) or "..."
    return f"Re: [#{ticket}] {base}" if tagged else f"Re: {base}"


def agent_subject(subject: str, ticket: int) -> str:
    """The tag stands behind the prefix: before it, Outlook would begin a new conversation."""
    return f"Re: [#{ticket}] {base_subject(subject) or '...'}"


def sender_name(kind: NoticeKind, language: str, desk: str, agent: str, person: str) -> str:
    """The display name in From: the agent for his own words, "who wrote via the desk" for agents, else the desk."""
    if kind in (NoticeKind.ANSWER, NoticeKind.CLOSED) and agent:
        return _FROM_DESK[language].format(agent=agent, desk=desk)
    if kind in (NoticeKind.NEW_TICKET, NoticeKind.CUSTOMER_ANSWER, NoticeKind.NOTE) and person:
        return _VIA_DESK[language].format(person=person, desk=desk)
    return desk

"""Says what a relay's SMTP reply means for the letter it was given for. It talks to nobody.

    stage                                 4xx             5xx
    connect, EHLO, STARTTLS, AUTH, MAIL   later, for all  later, for all: one wrong password must not fail the queue
    MAIL, about the size of this letter   later           refused
    RCPT, DATA, after the dot             later           refused

What is kept of a reply is its code and first line; of a reply to AUTH only the codes: servers echo what they got.
"""

import re
from enum import StrEnum

from maildesk.errors import Deferred, Refused

LONGEST_REASON = 200


class Stage(StrEnum):
    """The steps of an SMTP session, in their order."""

    CONNECT = "connect"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    DOT = "after the dot"


class Unanswered(Deferred):
    """The letter was sent to its last byte and nobody said what became of it: the relay may have it (RFC 1047)."""


#: Trouble at these meets every letter alike.
FOR_ALL = frozenset({Stage.CONNECT, Stage.EHLO, Stage.STARTTLS, Stage.AUTH, Stage.MAIL})

_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
#: Said at RCPT, but about us: log in first (RFC 4954 6), our own address is bad (RFC 3463 X.1.7, X.1.8).
_LOG_IN_FIRST = 530
_SENDER_IS_BAD = frozenset({"5.1.7", "5.1.8"})
_TOO_LARGE = 552
_TOO_LARGE_STATUS = "5.3.4"

#: How relays name the letter they took: Postfix, Exim, Sendmail, then those that say "Ok" and the name.
_QUEUE_IDS = (
    # Exchange says the Message-ID under which the letter travels on, which need not be ours.
    re.compile(r"^2\.6\.0 <([^<>\s]+@[^<>\s]+)>"),
    re.compile(r"\bqueued as ([\w.@/+=-]+)", re.IGNORECASE),
    re.compile(r"\bid=([\w.@/+=-]+)", re.IGNORECASE),
    re.compile(r"^2\.0\.0 ([\w.@/+=-]+) Message accepted", re.IGNORECASE),
    re.compile(r"^(?:2\.\d\.0 )?Ok:? ([\w.@/+=-]{8,})", re.IGNORECASE),
)


def trouble_of(stage: Stage, code: int, text: str) -> Deferred | Refused:
    """What a reply other than the hoped-for one means. `text` is the reply without its code, lines parted by \\n."""
    status = found.group() if (found := _STATUS.match(text)) else ""
    reason = f"{stage}: {code} {status if stage is Stage.AUTH else first_line(text)}".rstrip()
    if stage is Stage.MAIL and (code == _TOO_LARGE or status == _TOO_LARGE_STATUS):
        return Refused(reason)
    if stage in FOR_ALL or code == _LOG_IN_FIRST or status in _SENDER_IS_BAD:
        return Deferred(reason, everyone=True)
    return Refused(reason) if code >= 500 else Deferred(reason)


def lost_at(stage: Stage, why: str) -> Deferred:
    """What it means that the connection ended, or nothing came in time, at this stage."""
    reason = f"{stage}: {why}"
    if stage is Stage.DOT:
        return Unanswered(reason)
    return Deferred(reason, everyone=stage in FOR_ALL)


def queue_id(text: str) -> str:
    """The name under which the relay took a letter, from its 250; empty where it gives none."""
    line = first_line(text)
    for pattern in _QUEUE_IDS:
        if found := pattern.search(line):
            return found.group(1)
    return ""


def first_line(text: str) -> str:
    """Fit to be stored and shown: the first line, printable, at most LONGEST_REASON characters."""
    line = text.partition("\n")[0][:LONGEST_REASON]
    return "".join(char if char.isprintable() else "?" for char in line).strip()

"""What a server's words mean: an enhanced status code (RFC 3463), lasting or not, and the reason as a code of ours."""

import re
from typing import Final

from maildesk.ingest.bounce.reasons import BY_STATUS, BY_SUBJECT, REASONS, Reason
from maildesk.reason import because, together

_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d)\.(\d{1,3})(?![\d]|\.\d)")
#: An SMTP reply (RFC 5321 4.2): where replies stand, not any number of three digits.
_REPLY: Final = re.compile(
    r"(?:^|[\s(\[<:;#\"']|said:|code)[ \t]*([45][0-5]\d)(?=[ \t-]+[A-Za-z<#'\"(0-9]|[ \t]*[:)\]>,.]|-|[ \t]*$)", re.M
)
#: True of many troubles: another code beside one of these says more (RFC 3463 3.1, 3.5).
_VAGUE: Final = ("0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "7.0", "4.7", "6.0")
_LONGEST_REASON: Final = 500
_MOST_CODES: Final = 200


def best_status(written: str, diagnostic: str, said: str = "") -> str:
    """The most telling code: the written one, unless it is vague and others, or the words, know better."""
    given = _codes(written)
    better = _codes(diagnostic)
    status = _choose(given[:1] + [code for code in better if not given or code[0] == given[0][0]] or better)
    if status and not status.endswith((".0.0",)):
        return status
    if not status:
        status = status_of_reply(diagnostic) or status_of_reply(written)
    kind = status[:1]
    told = _choose([code for code in _codes(said) if not kind or code[0] == kind])
    if told and not told.endswith(".0.0"):
        return told
    return _by_words(status, diagnostic) if not given else status or told


def status_of_text(text: str, delayed: bool = False) -> str:
    """The status that free text tells: by code, by SMTP reply, by words; empty where it tells none."""
    status = _choose(_codes(text))
    if status and not status.endswith(".0.0"):
        return status
    reply = status or status_of_reply(text)
    reason = reason_in(text)
    if reply:
        return _by_words(reply, text)
    if reason is None or not reason.detail:
        return ""
    lasting = 4 if delayed else 5 if "permanent" in text.lower() else reason.lasting
    return f"{lasting}.{reason.detail}"


def status_of_reply(text: str) -> str:
    """`550 ...` as `5.0.0`; empty where there is no reply."""
    found = _REPLY.search(text)
    return f"{found[1][0]}.0.0" if found else ""


def reason_in(text: str) -> Reason | None:
    low = " ".join(text[:2000].lower().split())
    return next((reason for reason in REASONS if any(words in low for words in reason.words)), None)


def plain_reason(status: str, said: str) -> str:
    """Our code, and then the server's own words (maildesk.reason): "the mailbox is full (552 5.2.2 Over quota)"."""
    said = " ".join(said.split())[:_LONGEST_REASON]
    known = reason_in(said) if said else None
    plain = BY_STATUS.get(status[2:], "") if status[2:] != "2.1" or status[:1] == "5" else "mailbox_resting"
    # Refused for good by a server that does not answer: then it did answer, and its words are to be believed.
    if known and (not plain or status[2:] in _VAGUE or status in ("5.4.1", "5.4.2")):
        plain = known.code
    plain = plain or BY_SUBJECT.get(status[2:3], "")
    if not said:
        return because(plain) if plain else ""
    return together(because(plain), because("server_said", said)) if plain else because("said", said)


def _by_words(status: str, text: str) -> str:
    """`5.0.0` made exact by the words beside it, in the class that the server gave."""
    reason = reason_in(text)
    return f"{status[0]}.{reason.detail}" if status and reason and reason.detail else status


def _codes(text: str) -> list[str]:
    return [found[0] for found, _ in zip(_STATUS.finditer(text), range(_MOST_CODES), strict=False)]


def _choose(codes: list[str]) -> str:
    telling = next((code for code in codes if code[2:] not in _VAGUE), "")
    return telling or next((code for code in codes if not code.endswith(".0.0")), "") or (codes[0] if codes else "")

"""Finds the failed recipients in what a mail server says to people, where no field names them.

An address counts by where it stands: alone on its line, behind words that announce it, in a line with an error. The
server's own addresses, and those of people who can be asked for help, are never recipients.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.bounce.reasons import REASONS
from maildesk.ingest.bounce.verdict import plain_reason, status_of_text
from maildesk.mail import FailedRecipient

MOST_RECIPIENTS: Final = 50
_MOST_LINES: Final = 3000
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9._%+=#&'/!~*?^`{}|$-]{1,64}@(?:[A-Za-z0-9_-]{1,63}\.){1,9}[A-Za-z0-9-]{2,63}"
    r'|"[^"\s]{1,64}"@[\w.-]{3,253}'
)
_SERVERS: Final = re.compile(r"(?:mailer-daemon|mail-daemon|postmaster|hostmaster|abuse|mdaemon|no-?reply)@", re.I)
#: Fields and sentences that name somebody else.
_OTHERS: Final = re.compile(
    r"(?:^|\s)(?:from|sender(?: address)?|reply-to|return-path|cc|bcc|message-id|mail from|envelope-from|errors-to|id"
    r"|subject|von|fra|de|par"
    r"|发件人)\s*[:：=][^@]*$|\b(?:contact|assistance|help|support|questions?|kontakt\w*|contacter|complain\w*"
    r"|visit|mailto:"
    r"|forward (?:this|it)|send (?:this|it|an? e?-?mail|mail)|administrator at|expanded from:?|alias|message from"
    r"|mail from"
    r"|sent by|from user|behalf of|ask)\b(?:[^@.]|\.(?!\s)){0,60}$",
    re.I,
)
#: Behind an address: whoever is to be asked, in the languages that say so afterwards.
_ASKED: Final = re.compile(
    r"[>\s]*(?:へご連絡|までご連絡|へお問い合わせ|までお問い合わせ|にお問い合わせ|로 문의|으로 문의|for (?:help"
    r"|assistance))"
)
_EXPANDED: Final = re.compile(r"\(expanded from:?\s*<?([^\s<>()]{1,64}@[^\s<>()]{1,253})>?")
_ALIAS: Final = re.compile(r"expanded from:?\s*<?$")
_PREFIX: Final = re.compile(r"(?:smtp|rfc822|mailto|to|rcpt)[=:]", re.I)
#: A line of the summary of the letter: it names all to whom the letter went, failed or not.
_SUMMARY: Final = re.compile(
    r"[\s*•·-]*(?:to|an|til|till|à|para|a|aan|do|vastaanottaja|кому|宛先|收件人|받는 사람)\s*[:：]", re.I
)
_LABEL: Final = re.compile(
    r"(?:rcpt to|recipient(?: address)?|original address|unknown user|user|address|addressed to|failed recipient"
    r"|e-?mail"
    r"|undeliverable to|mailbox[\w ]{0,40}|mailing list|delivered to|deliver(?:y)? to|message to|mail to|reach"
    r"|account|受信者|送信先|수신자|받는 사람)"
    r"[^@\w]{0,12}$|(?:email address|mail address|addressed to|the address)\W{0,12}$|\bto\s+[<'\"]*$",
    re.I,
)
_ANNOUNCED: Final = re.compile(
    r"did not reach the following|following (?:recipient|address|user|mailbox|destination|e-?mail)|these recipients"
    r"|this recipient|failed addresses|failed recipients|addresses had|was not delivered to"
    r"|folgende[nr]? empfänger|folgende adresse"
    r"|følgende mottaker|følgende modtager|følgende adresse|följande mottagare|destinataires? suivant"
    r"|siguientes? destinatario"
    r"|seguintes? destinatário|seguenti destinatari|volgende ontvanger|seuraaville|następujących|следующ|以下|下記"
    r"|下列|다음",
    re.I,
)
_BARE: Final = re.compile(r"[\s<>\[\]()\"'*•·–>:;,.-]*(?:smtp:|mailto:|to:)?[\s<>\[\]()\"'*•·:-]*", re.I)
_AFTER: Final = re.compile(
    r"[>\"'\])]*\s*(?:$|[:;]|\.\.\.|[-–(\[]|\.?\s*$|,|on \w{3},|\s#?[45]\d\d[ -]|smtp;|<[^<>]{0,300}>[\s:.,]*$"
    r"|(?:is|was|has|does|unknown|user|unrouteable|failed|could|couldn)\b)",
    re.I,
)
_TRANSCRIPT: Final = re.compile(r"transcript of session|session transcript|technical details|smtp transcript", re.I)
_ERROR: Final = re.compile(r"(?<![\d.])(?:[45]\d\d[ -]|[45]\.\d\.\d{1,3})")
_BLOCK: Final = 30
#: How a paragraph ends that says nothing without the next one.
_GOES_ON: Final = (":", "：", ",", "，", "،")
#: Characters of a reason that are looked for, and those that are kept.
_ENOUGH: Final = 1000
_LONGEST: Final = 300
#: A line drawn across the report; below it stands something else.
_RULE: Final = re.compile(r"\s*[-=_*#~]{3}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One address in the text: how surely it is a failed recipient (3 sure, 0 not at all), and in which line."""

    address: str
    weight: int
    line: int


def told_recipients(said: str, others: frozenset[str], delayed: bool) -> list[FailedRecipient]:
    """The recipients that `said` names, with what it says of each. `others` are lower-case addresses that only count
    where no other does: those the report itself is for.
    """
    lines = said.split("\n", _MOST_LINES)[:_MOST_LINES]
    chosen = _chosen(lines, others)
    rows: dict[str, FailedRecipient] = {}
    for at, seen in enumerate(chosen[: 4 * MOST_RECIPIENTS]):
        if seen.address.lower() not in rows and len(rows) < MOST_RECIPIENTS:
            about = "\n".join(lines[seen.line : min(_next_other(chosen, at), seen.line + _BLOCK)])
            # The letter was written to the alias; what the alias leads to is the business of its server.
            alias = _EXPANDED.search(about)
            address = alias[1] if alias else seen.address
            rows[seen.address.lower()] = failed_recipient(address, about, said, delayed)
    return list(rows.values())


def _next_other(chosen: list[_Seen], at: int) -> int:
    """The line in which the next one is named; that the same one is named again changes nothing."""
    here = chosen[at]
    others = (seen.line for seen in chosen[at + 1 : at + 1 + _BLOCK] if seen.address.lower() != here.address.lower())
    return next((line for line in others if line > here.line), here.line + _BLOCK)


def failed_recipient(address: str, about: str, said: str, delayed: bool) -> FailedRecipient:
    """`about` is what is said of this one, `said` what of all."""
    status = status_of_text(about, delayed)
    if not status or status.endswith(".0.0"):
        wider = status_of_text(said, delayed)
        status = wider if wider[:1] == status[:1] or not status else status
    delayed = delayed and not status.startswith("5")
    permanent = not delayed and not status.startswith("4")
    return FailedRecipient(
        address,
        status,
        "delayed" if delayed else "failed",
        permanent,
        plain_reason(status, _telling(address, about, said)),
    )


def _chosen(lines: list[str], others: frozenset[str]) -> list[_Seen]:
    seen = list(_all_seen(lines))
    known = [one for one in seen if one.address.lower() not in others] or [one for one in seen if one.weight >= 2]
    best = max((one.weight for one in known), default=0)
    if not best:
        return []
    rows = [one for one in known if one.weight == best]
    return rows if best > 1 else rows[:1]


def _all_seen(lines: list[str]) -> Iterator[_Seen]:
    """What stands behind an announcement outweighs the same above it; a transcript only repeats."""
    announced = transcript = False
    for number, line in enumerate(lines):
        start = 0
        transcript = transcript or bool(_TRANSCRIPT.search(line[:200]))
        error = "@" in line and _speaks_of_error(line[:2000])
        for found in _ADDRESS.finditer(line[:2000]):
            address = _PREFIX.sub("", found[0].strip("'.`*-"), count=1).removeprefix("=")
            weight = _weight(line, found, start, error)
            above = lines[number - 1][-40:] if number else ""
            alias = _ALIAS.search(f"{above} {line[: found.start()][-60:]}")
            if weight and not alias and "@" in address and not _SERVERS.match(address):
                yield _Seen(address, _placed(weight, announced, transcript), number)
            start = found.end()
        announced = announced or bool(_ANNOUNCED.search(line[:500]))


def _placed(weight: int, announced: bool, transcript: bool) -> int:
    """5 alone and announced, 4 alone, 3 behind a label, 2 with an error, 1 otherwise; less in a transcript."""
    if transcript and weight >= 3:
        return 2
    return weight + (announced and weight == 4)


def _weight(line: str, found: re.Match[str], from_: int, error: bool) -> int:
    start, before, after = found.start(), line[from_ : found.start()], line[found.end() : found.end() + 400]
    near = line[max(0, start - 120) : start]
    if _ASKED.match(after) or (_OTHERS.search(near) and not near.lower().rstrip(" <").endswith(" to:")):
        return 0
    if _SUMMARY.match(line) and not _LABEL.search(before[-60:].removeprefix("To:")):
        return 1
    if from_ == 0 and len(before) <= 80 and _BARE.fullmatch(before):
        return 4 if _AFTER.match(after) else 1
    if _LABEL.search(before[-80:]):
        return 3
    return 2 if error else 1


def _speaks_of_error(line: str) -> bool:
    low = line.lower()
    return bool(_ERROR.search(line)) or any(words in low for reason in REASONS for words in reason.words)


def _telling(address: str, about: str, said: str) -> str:
    """The line with the reply, else the first words behind the address."""
    lines = [line.strip(" <>-*\t") for line in about.split("\n")]
    replies = [line for line in lines if _ERROR.search(line)]
    if replies:
        return replies[0]
    rest = _first_words(address, about).removeprefix("<").removeprefix(address).strip("<>:;,.*() ")
    return (
        rest[:_LONGEST]
        if len(rest) > 3
        else next((line.strip() for line in said.split("\n") if _ERROR.search(line)), "")
    )


def _first_words(address: str, about: str) -> str:
    """To the first rule, or to the first blank line where something was said behind the address by then: what follows
    is advice, or about something else. Words that announce, and a salutation, are not yet what is said.
    """
    words = ""
    for line in about.split("\n"):
        if (words and _RULE.match(line)) or len(words) > _ENOUGH:
            break
        behind = words.partition(address)[2] if address in words else words
        if not line.strip() and any(map(str.isalnum, behind)) and not behind.endswith(_GOES_ON):
            break
        words = f"{words} {' '.join(line.split())}".strip()
    return words

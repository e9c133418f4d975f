"""Understands delivery reports: RFC 3464 first, then the free forms of servers that never read it.

It says what a report claims. Whether the letter was ours, and what follows from it, is decided elsewhere (threats T16).
"""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.bounce import words
from maildesk.ingest.bounce.notices import read_notice
from maildesk.ingest.bounce.original import MOST_BYTES, copies, read_original, said_part
from maildesk.ingest.bounce.standard import ARRIVED, read_recipients
from maildesk.ingest.bounce.suspicion import Signs, is_report
from maildesk.ingest.bounce.told import failed_recipient, told_recipients
from maildesk.ingest.mime.addresses import read_addresses
from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.fields import Fields
from maildesk.ingest.mime.headers import decode_words
from maildesk.ingest.mime.parameters import split_parameters
from maildesk.ingest.mime.structure import Leaf, read_structure
from maildesk.mail import Bounce, FailedRecipient
from maildesk.reason import because

_STATUS_TYPES: Final = ("message/delivery-status", "message/global-delivery-status")
_FIELDS: Final = re.compile(r"^[ \t>]*(?:final|original)-recipient[ \t]*:", re.I | re.M)
_ADDRESS: Final = re.compile(r"[^\s<>,;\"'()]{1,64}@[^\s<>,;\"'()]{1,253}")
#: An address written into the local part of the one that reports go to: `list-bounces+kari=customer.example@...`.
_VERP: Final = re.compile(r".{0,100}[+-]([^+=\s]{1,64})=([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})")
_IF: Final = re.compile(r"\b(?:if|wenn|falls|hvis|dersom|om|si|se|jeśli|если)\b[^.!?\n]{0,200}")
_INNER: Final = re.compile(r"^[ \t>]*from:[^\n]{0,100}(?:mailer-daemon|postmaster)", re.I | re.M)
_LARGEST_INNER: Final = 512 << 10
_NESTED: Final = 2


@dataclass(frozen=True, slots=True)
class Report:
    """A bounce and by what it was recognised (maildesk.reason)."""

    bounce: Bounce
    reason: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One report as it lies before us."""

    fields: Fields
    leaves: tuple[Leaf, ...]
    subject: str
    text: str
    said: str

    @property
    def delayed(self) -> bool:
        told = f" {self.subject} {self.said[:3000]} ".lower()
        # "You will be told if the delivery fails permanently": that is to come.
        sure = _IF.sub(" ", told)
        return any(one in told for one in words.DELAYED) and not any(one in sure for one in words.GIVEN_UP)

    @property
    def status_part(self) -> Leaf | None:
        return next((leaf for leaf in self.leaves if leaf.content_type in _STATUS_TYPES), None)


def read_report(
    fields: Fields, leaves: tuple[Leaf, ...], sender: str, subject: str, text: str, null_sender: bool
) -> Report | None:
    """The delivery report this mail is, or None. `sender` is the From address, `text` the readable text."""
    sheet = _Sheet(fields, leaves, subject, text, said_part(text))
    returned = bool(copies(leaves)) or len(sheet.said) < min(len(text), MOST_BYTES)
    signs = Signs(fields, sender, subject, sheet.said, returned, null_sender)
    if signs.passed_on:
        return None
    notice = read_notice(text)
    if notice:
        return Report(notice, because("report_of_ses"))
    standard = _standard(sheet)
    if standard is not None:
        return _report(sheet, standard, because("report_standard")) if standard else None
    if sheet.status_part is not None or "x-failed-recipients" in fields or is_report(signs):
        return _report(sheet, _free(sheet, _NESTED), because("report_in_words"))
    return None


def _report(sheet: _Sheet, recipients: list[FailedRecipient], reason: str) -> Report:
    return Report(Bounce(tuple(recipients), read_original(sheet.fields, sheet.leaves, sheet.text).message_id), reason)


def _standard(sheet: _Sheet) -> list[FailedRecipient] | None:
    """Those that the part for machines names as not reached; an empty list where all were; None without such a part."""
    part = sheet.status_part
    if part is None:
        return None
    written_to = read_original(sheet.fields, sheet.leaves, sheet.text).to
    # Some name a program or a mailbox of X.400 instead: of a letter to one person it is clear who is meant.
    alone = written_to[0] if len(written_to) == 1 else ""
    text = decode_text(part.data()[:MOST_BYTES], part.parameters.get("charset", ""))
    found = read_recipients(text, sheet.said, alone)
    return [one for one in found if one.action not in ARRIVED] if found else None


def _free(sheet: _Sheet, nested: int) -> list[FailedRecipient]:
    """The surest source first; the address we wrote to, read from the copy or from VERP, last."""
    rows = _named(sheet) or _fields_in_text(sheet) or (_nested(sheet, nested) if nested else [])
    if rows:
        return rows
    own = frozenset(address.key for address in read_addresses(sheet.fields.all("to")[:5]))
    rows = told_recipients(sheet.said, own, sheet.delayed) or told_recipients(_inner_said(sheet), own, sheet.delayed)
    if rows:
        return rows
    written_to = read_original(sheet.fields, sheet.leaves, sheet.text).to
    guessed = [found for address in own if (found := _verp(address))] or list(
        written_to if len(written_to) == 1 else ()
    )
    return [failed_recipient(address, sheet.said, sheet.said, sheet.delayed) for address in guessed]


def _named(sheet: _Sheet) -> list[FailedRecipient]:
    """Exim, Gmail and others name the recipients in X-Failed-Recipients; what befell each stands in the text."""
    named = _ADDRESS.findall(decode_words(", ".join(sheet.fields.all("x-failed-recipients")[:20])))
    rows = []
    for address in dict.fromkeys(one.strip(".") for one in named[:50]):
        at = max(sheet.said.find(address), 0)
        ends = [end for other in named if other != address and (end := sheet.said.find(other, at + 1)) > 0]
        about = sheet.said[at : min([*ends, at + 2000])]
        rows.append(failed_recipient(address, about, sheet.said, sheet.delayed))
    return rows


def _fields_in_text(sheet: _Sheet) -> list[FailedRecipient]:
    """The fields of RFC 3464 inside a text: a boundary was lost, or the part was called text/plain."""
    if not _FIELDS.search(sheet.text[:MOST_BYTES]):
        return []
    found = read_recipients(sheet.text[:MOST_BYTES], sheet.said)
    return [one for one in found if one.action not in ARRIVED]


def _nested(sheet: _Sheet, deep: int) -> list[FailedRecipient]:
    """A gateway sometimes wraps the report of another server in one of its own that says less."""
    for leaf in copies(sheet.leaves)[:3]:
        inner = read_structure(leaf.data()[:_LARGEST_INNER])
        kind, parameters = split_parameters(inner.fields.first("content-type"))
        if kind == "multipart/report" and parameters.get("report-type", "").lower() == "delivery-status":
            text = "\n".join(
                decode_text(one.data()[:MOST_BYTES], one.parameters.get("charset", ""))
                for one in inner.leaves[:5]
                if one.content_type == "text/plain"
            )
            subject = decode_words(inner.fields.first("subject"))
            below = _Sheet(inner.fields, inner.leaves, subject, text, said_part(text))
            return _standard(below) or _free(below, deep - 1)
    return []


def _inner_said(sheet: _Sheet) -> str:
    """What a report says that stands as text below another one."""
    below = sheet.text[len(sheet.said) : MOST_BYTES]
    found = _INNER.search(below)
    if not found:
        return ""
    _, blank, rest = below[found.end() :].partition("\n\n")
    return said_part(rest) if blank else ""


def _verp(address: str) -> str:
    found = _VERP.fullmatch(address.partition("@")[0])
    return f"{found[1]}@{found[2]}" if found else ""

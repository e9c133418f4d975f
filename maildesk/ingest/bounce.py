"""Understands delivery reports: RFC 3464 first, then the free forms of servers that never read it.

It says what a report claims. Whether the letter was ours, and what follows from it, is decided elsewhere (threats T16).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.charsets import decode_text
from maildesk.ingest.fields import Fields, read_fields
from maildesk.ingest.headers import decode_words, message_id
from maildesk.ingest.structure import Leaf
from maildesk.mail import Bounce, FailedRecipient

_MOST_BYTES: Final = 64 << 10
_MOST_RECIPIENTS: Final = 50
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE: Final = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-:)]|$)")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+=#&'/!~*-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MESSAGE_ID: Final = re.compile(r"^[ \t>]*message-id:\s*<([^<>\s]{1,500})>", re.I | re.M)
_DAEMONS: Final = re.compile(
    r"(?:mailer-daemon|mail-daemon|maildaemon|mdaemon|postmaster|microsoftexchange\w*|mmdf|mailer|bounce[sd]?)(?:[-+_.=]|$)"
)
_SUBJECTS: Final = (
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "delivery notification",
    "delivery report",
    "delivery has failed",
    "delivery problem",
    "mail delivery",
    "message delivery",
    "failure notice",
    "failed delivery",
    "failed mail",
    "failed to deliver",
    "could not deliver",
    "could not be delivered",
    "returned mail",
    "returned to sender",
    "returned email",
    "mail returned",
    "mail system error",
    "mail could not be delivered",
    "non-delivery",
    "nondeliverable",
    "non remis",
    "delayed mail",
    "delivery delayed",
    "warning: could not send message",
    "message not delivered",
    "unzustellbar",
    "nicht zustellbar",
    "zustellung",
    "fehlgeschlagen",
    "kan ikke leveres",
    "kunne ikke leveres",
    "ikke levert",
    "returnert e-post",
    "leveringsfeil",
    "leveringsstatus",
    "전송 실패",
    "반송",
    "배달되지 못",
    "배달 실패",
    "전송되지 못",
    "echec de la remise",
    "échec de la remise",
    "notificación de estado de entrega",
    "no se puede entregar",
    "não entregue",
    "mancata consegna",
    "onbestelbaar",
    "olevererbart",
    "kunde inte levereras",
    "niedostarczon",
    "配信",
    "送信できませんでした",
    "退信",
    "无法投递",
    "недоставлен",
    "не доставлено",
)
_RETURNED: Final = (
    "----- original message",
    "------ this is a copy of the message",
    "--- below this line is a copy",
    "----- returned message",
    "received: from ",
    "return-path:",
    "----- unsent message",
    "-- original message --",
    "original message headers",
)
_TEMPORARY: Final = ("delayed", "will be retried", "will retry", "still trying", "not yet been delivered", "delay")


@dataclass(frozen=True, slots=True)
class Report:
    """A bounce and by what it was recognised."""

    bounce: Bounce
    reason: str


def read_report(
    fields: Fields, leaves: tuple[Leaf, ...], sender: str, subject: str, text: str, null_sender: bool
) -> Report | None:
    """The delivery report this mail is, or None. `sender` is the From address, `text` the readable text."""
    status = next((leaf for leaf in leaves if leaf.content_type in _STATUS_TYPES), None)
    if status is not None:
        recipients = tuple(_standard_recipients(status))
        if recipients:
            return Report(Bounce(recipients, _original_id(leaves, text)), "a delivery report (RFC 3464)")
    daemon = null_sender or bool(_DAEMONS.match(sender.lower().partition("@")[0]))
    failed = decode_words(fields.first("x-failed-recipients"))
    told = any(words in subject.lower() for words in _SUBJECTS)
    if failed or status is not None or (daemon and told):
        recipients = tuple(_free_recipients(failed, text, subject))
        return Report(Bounce(recipients, _original_id(leaves, text)), "a delivery report in free form")
    return None


_STATUS_TYPES: Final = ("message/delivery-status", "message/global-delivery-status")


def _standard_recipients(leaf: Leaf) -> Iterator[FailedRecipient]:
    """RFC 3464 2.3: one block of fields per recipient, after the block about the message."""
    data = leaf.data()[:_MOST_BYTES]
    at = 0
    for _ in range(_MOST_RECIPIENTS + 1):
        if at >= len(data):
            return
        fields, at = read_fields(data, at, len(data), 50)
        address = _typed(fields.first("original-recipient")) or _typed(fields.first("final-recipient"))
        final = _typed(fields.first("final-recipient")) or address
        if address and "@" not in address and "@" in final:
            address = final
        if final:
            yield _recipient(final, fields)
        if not fields.items:
            at += 1


def _recipient(address: str, fields: Fields) -> FailedRecipient:
    diagnostic = _typed(fields.first("diagnostic-code"))
    action = decode_words(fields.first("action")).partition(" ")[0].lower()
    found = _STATUS.search(decode_words(fields.first("status"))) or _STATUS.search(diagnostic)
    status = found[0] if found else ""
    if found and status.endswith(".0.0"):
        # The diagnostic often knows better than the general status (RFC 3463 3.1).
        better = _STATUS.search(diagnostic)
        status = better[0] if better and better[1] == found[1] else status
    permanent = (action == "failed" and not status.startswith("4")) or (status.startswith("5") and action != "delayed")
    return FailedRecipient(
        address.strip("<> "), status, action or ("failed" if permanent else "delayed"), permanent, diagnostic[:500]
    )


def _typed(value: str) -> str:
    """The part after `rfc822;` or `smtp;`."""
    value = decode_words(value)
    return (value.partition(";")[2] or value).strip()


def _free_recipients(failed: str, text: str, subject: str) -> Iterator[FailedRecipient]:
    said = _said(text)
    status, permanent = _verdict(said, subject)
    addresses = _ADDRESS.findall(failed) or _addresses_in(said)
    action = "failed" if permanent else "delayed"
    for address in dict.fromkeys(addresses[:_MOST_RECIPIENTS]):
        yield FailedRecipient(address, status, action, permanent, _line_about(said, address))


def _said(text: str) -> str:
    """What the server says, without the returned mail below it."""
    text = text[:_MOST_BYTES]
    low = text.lower()
    ends = [at for words in _RETURNED if (at := low.find(words, 1)) > 0]
    return text[: min(ends)] if ends else text


def _verdict(said: str, subject: str) -> tuple[str, bool]:
    found = _STATUS.search(said)
    code = _CODE.search(said)
    status = found[0] if found else ""
    if not status and code:
        status = f"{code[1][0]}.0.0"
    if status:
        return status, status.startswith("5")
    return "", not any(words in (subject + said[:500]).lower() for words in _TEMPORARY)


def _addresses_in(said: str) -> list[str]:
    """Addresses the server speaks about: those in angle brackets or alone on a line before all others."""
    marked = [found[0] for line in said.split("\n") if (found := _ADDRESS.search(line)) and _marks(line, found)]
    others = [address for address in _ADDRESS.findall(said) if not _DAEMONS.match(address.lower())]
    return [one.rstrip(".") for one in (marked or others[:1]) if not _DAEMONS.match(one.lower())]


def _marks(line: str, found: re.Match[str]) -> bool:
    before = line[: found.start()].strip()
    return before in ("", "<", "*", "-", "To:", "to:") or (before.endswith("<") and len(before) < 3)


def _line_about(said: str, address: str) -> str:
    at = said.find(address)
    return " ".join(said[at : at + 400].split())[:300] if at >= 0 else ""


def _original_id(leaves: tuple[Leaf, ...], text: str) -> str:
    """The Message-ID of the returned mail: from its attached copy or headers, else from the text."""
    for leaf in leaves:
        if leaf.content_type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
            "message/global-headers",
        ):
            data = leaf.data()[:_MOST_BYTES]
            found = message_id(read_fields(data, 0, len(data), 500)[0].all("message-id"))
            if found:
                return found
    quoted = _MESSAGE_ID.search(text[:_MOST_BYTES]) or _MESSAGE_ID.search(_first_text(leaves))
    return quoted[1] if quoted else ""


def _first_text(leaves: tuple[Leaf, ...]) -> str:
    texts = [leaf for leaf in leaves if leaf.content_type.startswith("text/")]
    return decode_text(texts[-1].data()[:_MOST_BYTES], texts[-1].parameters.get("charset", "")) if texts else ""

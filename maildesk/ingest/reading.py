"""What `maildesk read --json` says of a mail or of a bare body: plain values under the names of the contract."""

import re
from dataclasses import asdict
from typing import Any, Final

from maildesk.ingest.forward import open_forward
from maildesk.ingest.html import clean_html, html_to_text
from maildesk.ingest.language import language_of
from maildesk.ingest.text import fold
from maildesk.mail import Address, Bounce, Forward, Mail, Ours, Part
from maildesk.tokens import base_address

_NUMBER: Final = re.compile(r"\[#([0-9]{1,9})\]")


def mail_as_dict(mail: Mail, ours: Ours) -> dict[str, Any]:
    """All keys of the contract for one mail."""
    return {
        "subject": mail.subject,
        "from": _people(mail.from_),
        "to": _people(mail.to),
        "cc": _people(mail.cc),
        "reply_to": _people(mail.reply_to),
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "text": mail.text,
        "visible_text": mail.visible_text,
        "quoted_text": mail.quoted_text,
        "html": mail.html,
        "language": mail.language,
        "attachments": [_attachment(part) for part in mail.attachments],
        "kind": mail.kind.value,
        "kind_reason": mail.kind_reason,
        "may_answer": mail.may_answer,
        "bounce": _bounce(mail.bounce),
        "forward": _forward(mail.forward),
        "tokens": tokens_of(mail, ours),
        "ticket_numbers": ticket_numbers(mail.subject),
        "problems": list(mail.problems),
    }


def body_as_dict(text: str, ours: Ours, subject: str = "") -> dict[str, Any]:
    """What is understood of a text body alone."""
    forward = open_forward(text, subject)
    folded = fold(text.replace("\r\n", "\n"))
    return {
        "text": text,
        "visible_text": folded.visible,
        "quoted_text": folded.quoted,
        "html": "",
        "language": language_of(folded.visible, ours.languages),
        "forward": _forward(forward),
        "ticket_numbers": ticket_numbers(subject),
    }


def html_body_as_dict(html: str, ours: Ours, subject: str = "") -> dict[str, Any]:
    """What is understood of an HTML body alone."""
    cleaned, problem = clean_html(html)
    said = body_as_dict(html_to_text(html), ours, subject)
    return {**said, "html": cleaned, "problems": [problem] if problem else []}


def tokens_of(mail: Mail, ours: Ours) -> list[str]:
    """What stands behind the subaddress sign in addresses of ours, in the order of the recipients."""
    addresses = [one.address for one in (*mail.to, *mail.cc)] + list(mail.delivered_to)
    found = []
    for address in addresses:
        base = base_address(address, ours.addresses, ours.subaddress or "none")
        local = address.strip().rpartition("@")[0]
        if base and (token := local[len(base.rpartition("@")[0]) + len(ours.subaddress) :]):
            found.append(token)
    return list(dict.fromkeys(found))


def ticket_numbers(subject: str) -> list[int]:
    return [int(number) for number in dict.fromkeys(_NUMBER.findall(subject))]


def _people(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [asdict(address) for address in addresses]


def _attachment(part: Part) -> dict[str, Any]:
    keys = ("filename", "content_type", "size", "sha256", "inline", "content_id", "disposition")
    return {key: getattr(part, key) for key in keys}


def _bounce(bounce: Bounce | None) -> dict[str, Any] | None:
    if bounce is None:
        return None
    return {"recipients": [asdict(one) for one in bounce.recipients], "message_id": bounce.message_id}


def _forward(forward: Forward | None) -> dict[str, Any] | None:
    if forward is None:
        return None
    return {
        "from": asdict(forward.sender) if forward.sender else None,
        "to": _people(forward.to),
        "cc": _people(forward.cc),
        "subject": forward.subject,
        "date": forward.date,
        "text": forward.text,
        "text_top": forward.text_top,
    }

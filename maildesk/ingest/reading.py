"""What `maildesk read --json` says of a mail or of a bare body: plain values under the names of the contract."""

import re
from dataclasses import asdict
from typing import Any, Final

from maildesk.ingest.body import LONGEST_TEXT
from maildesk.ingest.forward import open_forward
from maildesk.ingest.html.safe import clean_html
from maildesk.ingest.html.to_text import html_to_text
from maildesk.ingest.language import language_of
from maildesk.ingest.mime.charsets import decode_text, whole_letters
from maildesk.ingest.text import fold
from maildesk.mail import Address, Bounce, Forward, Mail, Ours, Part
from maildesk.notify.why import in_words
from maildesk.reason import because
from maildesk.tokens import base_address

#: Bytes of a bare body that are looked at; four for each character that is kept.
_LARGEST_BODY: Final = 4 * LONGEST_TEXT
_BEGINNING: Final = 64 << 10
_CR: Final = re.compile("\r\n?")
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
        "kind_reason": in_words(mail.kind_reason, "en"),
        "may_answer": mail.may_answer,
        "away_until": mail.away_until.isoformat() if mail.away_until else None,
        "bounce": _bounce(mail.bounce),
        "forward": _forward(mail.forward),
        "tokens": tokens_of(mail, ours),
        "ticket_numbers": ticket_numbers(mail.subject),
        "problems": [in_words(one, "en") for one in mail.problems],
    }


def read_body_alone(data: bytes, ours: Ours, subject: str, *, is_html: bool) -> Mail:
    """What is understood of a bare body, text or HTML, that came without any header but this subject."""
    written = _written(data, _LARGEST_BODY)
    html, complaint = clean_html(written) if is_html else ("", "")
    text = html_to_text(written) if is_html else written
    too_long = because("very_long") if len(text) > LONGEST_TEXT else ""
    text = text[:LONGEST_TEXT]
    folded = fold(text)
    return Mail(
        subject=subject,
        text=text,
        visible_text=folded.visible,
        quoted_text=folded.quoted,
        html=html,
        language=language_of(folded.visible, ours.languages),
        forward=open_forward(text, subject),
        problems=tuple(filter(None, (complaint, too_long))),
    )


def read_beginning_of_body(data: bytes, subject: str, problem: str) -> Mail:
    """The first words of a bare body, taken as they are: reading it in full was too expensive."""
    text = _written(data, _BEGINNING)
    return Mail(subject=subject, text=text, visible_text=text, problems=(problem, because("only_beginning")))


def _written(data: bytes, most: int) -> str:
    """Text of the first bytes, not cut inside of a letter of UTF-8: half a letter would make all of it look foreign."""
    return _CR.sub("\n", decode_text(data[: whole_letters(data, most)], "utf-8"))


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
    keys = ("filename", "content_type", "size", "sha256", "inline", "content_id", "disposition", "true_type")
    return {key: getattr(part, key) for key in keys}


def _bounce(bounce: Bounce | None) -> dict[str, Any] | None:
    if bounce is None:
        return None
    rows = [{**asdict(one), "reason": in_words(one.reason, "en")} for one in bounce.recipients]
    return {"recipients": rows, "message_id": bounce.message_id}


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

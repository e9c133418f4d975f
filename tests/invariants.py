"""What must hold for any mail whatever that was read: it can be stored and shown, nothing of it is lost."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.reading import mail_as_dict
from maildesk.mail import Mail, Ours
from maildesk.notify.why import in_words

OURS = Ours(frozenset({"support@acme.example"}), loop_id="desk-1")
#: A fault of ours, or a mail that ended its worker.
_FAILED = ("reading failed", "reading the mail took", "the parser")


def faults_of(raw: bytes, mail: Mail) -> list[str]:
    """What does not hold; the first words are the sort of fault."""
    return [*_not_read(mail), *_not_storable(mail), *_lost(mail), *_not_found_again(raw, mail), *_odd_values(mail)]


def _not_read(mail: Mail) -> Iterator[str]:
    told = (in_words(problem, "en") for problem in mail.problems)
    yield from (problem for problem in told if problem.startswith(_FAILED))


def _not_storable(mail: Mail) -> Iterator[str]:
    for text in strings(mail):
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            yield f"not storable: {text[:80]!r}"
    document = mail_as_dict(mail, OURS)
    if json.loads(json.dumps(document)) != document:
        yield "not the same in JSON"


def _lost(mail: Mail) -> Iterator[str]:
    """Folding loses no letter and invents none. An answer and an attribution that share a line are parted, maybe
    without a space between them."""
    if letters(mail.visible_text) + letters(mail.quoted_text) != letters(mail.text):
        yield "letters lost or invented by folding"
    if mail.text.strip() and not mail.visible_text.strip():
        yield "all of the text is folded away"


def _not_found_again(raw: bytes, mail: Mail) -> Iterator[str]:
    for part in mail.attachments:
        data = leaf_bytes(raw, part.index)
        if len(data) != part.size or sha256(data).hexdigest() != part.sha256 or part.data not in (b"", data):
            yield f"attachment {part.index} is not found again"


def _odd_values(mail: Mail) -> Iterator[str]:
    for part in mail.attachments:
        if any(sign in part.filename for sign in "/\\\n\r\t") or len(part.filename.encode()) > 255:
            yield f"odd name of a file: {part.filename!r}"
    local, _, domain = (mail.identity or "").rpartition("@")
    if mail.identity is not None and not (local and domain.isascii() and _is_key(mail.identity)):
        yield f"odd identity: {mail.identity!r}"
    if mail.date is not None and mail.date.tzinfo is None:
        yield "a date without a zone"
    if "\n" in mail.subject or "\r" in mail.subject:
        yield "a subject of several lines"


def _is_key(identity: str) -> bool:
    """People are known by it: one writing only, and no sign in it that means something elsewhere."""
    return identity == identity.lower() and identity.count("@") == 1 and not set(identity) & set(' <>()[],;:"\\\n')


def strings(value: Any) -> Iterator[str]:
    """Every string in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))


def letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))

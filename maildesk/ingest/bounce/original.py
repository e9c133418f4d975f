"""What a report says of the letter it is about: its Message-ID, to whom it went, and where its copy begins."""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.bounce import words
from maildesk.ingest.mime.addresses import read_addresses
from maildesk.ingest.mime.fields import Fields, octets, read_fields
from maildesk.ingest.mime.headers import message_id, message_ids
from maildesk.ingest.mime.structure import Leaf

MOST_BYTES: Final = 64 << 10
_COPIES: Final = (
    "message/rfc822",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
_ID_LINE: Final = re.compile(r"^[ \t>|]*(?:original-|x-original-)?message-id:\s*<([^<>\s]{1,500})>", re.I | re.M)
_COPIED: Final = re.compile(
    r"(?:received: |return-path: ?|x-original-to: |dkim-signature: |delivered-to: |x-received: )", re.I
)


_LITTLE_MORE: Final = 12
_LONGEST_RETURNED: Final = max(map(len, words.RETURNED))


@dataclass(frozen=True, slots=True)
class Original:
    """`message_id` without angle brackets, or empty; `to` lower case, only where a copy of the letter came back."""

    message_id: str
    to: tuple[str, ...]


def copies(leaves: tuple[Leaf, ...]) -> list[Leaf]:
    return [leaf for leaf in leaves if leaf.content_type in _COPIES]


def read_original(fields: Fields, leaves: tuple[Leaf, ...], text: str) -> Original:
    """From the returned copy, else from the text; last of all the letter that the report says it answers."""
    below = text[len(said_part(text)) :]
    returned = [_header(leaf.data()[:MOST_BYTES]) for leaf in copies(leaves)] + [_header_in(below)]
    to = next((sent for header in returned if (sent := _recipients(header))), ())
    for header in returned:
        if found := message_id(header.all("message-id")):
            return Original(found, to)
    quoted = _ID_LINE.search(text[:MOST_BYTES])
    answered = message_ids(fields.all("in-reply-to")) or message_ids(fields.all("references"))[-1:]
    return Original(quoted[1] if quoted else answered[0] if answered else "", to)


def said_part(text: str) -> str:
    """What the server says, without the returned letter below it."""
    at = 0
    for number, line in enumerate(text[:MOST_BYTES].split("\n")):
        if number and _begins_copy(line):
            return text[:at]
        at += len(line) + 1
    return text[:MOST_BYTES]


def _begins_copy(line: str) -> bool:
    if _COPIED.match(line.lstrip("> ")):
        return True
    if not 5 < len(line) < 120:
        return False
    low = line.strip().lower()
    # Between dashes it is a heading; without, the line must say little more than that.
    heading = low.startswith(("-", "=", "*", "|", "#", "_"))
    if not heading and len(low) >= _LONGEST_RETURNED + _LITTLE_MORE:
        return False
    found = next((phrase for phrase in words.RETURNED if phrase in low), "")
    # "Original message details": a summary of it, and the error may stand below.
    return bool(found) and "details" not in low and (heading or len(low) < len(found) + _LITTLE_MORE)


def _header_in(text: str) -> Fields:
    """The first block of fields in the text below what the server says."""
    lines = text.split("\n", 400)[:400]
    first = next((number for number, line in enumerate(lines) if _COPIED.match(line.lstrip("> "))), -1)
    if first < 0:
        first = next((number for number, line in enumerate(lines) if re.match(r"[A-Za-z-]{2,30}: ", line)), len(lines))
    return _header("\n".join(lines[first:]).encode("utf-8", "surrogateescape"))


def _header(data: bytes) -> Fields:
    return read_fields(data.lstrip(b"\r\n"), 0, len(data), 500)[0]


def _recipients(header: Fields) -> tuple[str, ...]:
    values = [octets(value).decode("ascii", "surrogateescape") for value in header.all("to")[:5] + header.all("cc")[:5]]
    return tuple(address.key for address in read_addresses(values) if "@" in address.address)[:50]

"""What makes two arrivals the same mail: a digest over what its author wrote, without what servers add on the way.

Not the Message-ID alone: scanners use a constant one, and whoever knows one could pre-empt its owner's mail (threats
1.2). The same mail by IMAP and by LMTP differs in line ends, trace fields and trailing blank lines only, so these do
not count.
"""

import hashlib
import re
from typing import Final

_FIELDS: Final = (b"message-id", b"from", b"date", b"subject")
_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:")
_FOLD: Final = re.compile(rb"[ \t\r\n]+")
#: The blank line, also where a program has mixed the line ends.
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_MBOX_LINE: Final = b"From "
#: A header block larger than this is taken as it is, without looking for its end.
HEADER_LIMIT: Final = 1 << 20


class ContentDigest:
    """Fed with the bytes of a mail in any chunks; `hexdigest()` is the same however they were cut."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._header: bytearray | None = bytearray()
        self._held = b""

    def feed(self, chunk: bytes) -> None:
        if self._header is None:
            self._feed_body(chunk)
            return
        self._header += chunk
        blank = _BLANK_LINE.search(self._header)
        if blank is None and len(self._header) < HEADER_LIMIT:
            return
        start, end = blank.span() if blank and blank.end() <= HEADER_LIMIT else (HEADER_LIMIT, HEADER_LIMIT)
        header, body = bytes(self._header[:start]), bytes(self._header[end:])
        self._header = None
        self._feed_header(header)
        self._feed_body(body)

    def hexdigest(self) -> str:
        """The digest of all that was fed. Call it once, at the end."""
        if self._header is not None:
            self._feed_header(bytes(self._header))
            self._header = None
        # What is still held is white space at the end, which mail servers add and drop.
        return self._hash.hexdigest()

    def _feed_header(self, header: bytes) -> None:
        fields, rest = _written_fields(header)
        for name, value in fields:
            self._hash.update(name + b":" + value + b"\n")
        self._hash.update(b"\n")
        self._feed_body(rest)

    def _feed_body(self, chunk: bytes) -> None:
        lines = (self._held + chunk).replace(b"\r", b"")
        kept = lines.rstrip(b"\n")
        self._held = lines[len(kept) :]
        self._hash.update(kept)


def digest_of(data: bytes) -> str:
    """The digest of a whole mail in memory, as 64 hexadecimal digits."""
    digest = ContentDigest()
    digest.feed(data)
    return digest.hexdigest()


def _written_fields(header: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The author's fields, in a fixed order, unfolded; all of a field that stands more than once.

    And the rest: where a line is no field the body begins, whether a blank line stood before it or not.
    """
    fields: dict[bytes, list[bytes]] = {name: [] for name in _FIELDS}
    name = rest = b""
    lines = header.replace(b"\r", b"").split(b"\n")
    for at, line in enumerate(lines):
        if name and line[:1] in (b" ", b"\t"):
            if name in fields:
                fields[name][-1] += b" " + line
            continue
        field = _FIELD.match(line)
        if field is None and not line.startswith(_MBOX_LINE):
            rest = b"\n".join(lines[at:])
            break
        name = field[1].lower() if field else _MBOX_LINE
        if field and name in fields:
            fields[name].append(line[field.end() :])
    return [(name, _FOLD.sub(b" ", value).strip()) for name in _FIELDS for value in fields[name]], rest

"""What makes two arrivals the same mail: a digest over what its author wrote, without what servers add on the way.

Not the Message-ID alone: scanners use a constant one, and whoever knows one could pre-empt its owner's mail (threats 1.2).
The same mail by IMAP and by LMTP differs in line ends, trace fields and trailing blank lines only, so these do not count.
"""

import hashlib
import re
from typing import Final

_FIELDS: Final = (b"message-id", b"from", b"date", b"subject")
_FOLD: Final = re.compile(rb"[ \t\r\n]+")
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
        end = _end_of_header(self._header)
        if end is None and len(self._header) < HEADER_LIMIT:
            return
        if end is None or end[0] > HEADER_LIMIT:
            end = (HEADER_LIMIT, HEADER_LIMIT)
        header, body = bytes(self._header[: end[0]]), bytes(self._header[end[1] :])
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
        for name, value in _written_fields(header):
            self._hash.update(name + b":" + value + b"\n")
        self._hash.update(b"\n")

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


def _end_of_header(block: bytearray) -> tuple[int, int] | None:
    """Where the header ends and where the body begins; None while the blank line has not come."""
    found = [(at, at + len(end)) for end in (b"\r\n\r\n", b"\n\n") if (at := block.find(end)) >= 0]
    return min(found) if found else None


def _written_fields(header: bytes) -> list[tuple[bytes, bytes]]:
    """The author's fields, in a fixed order, unfolded; all of a field that stands more than once."""
    fields: dict[bytes, list[bytes]] = {name: [] for name in _FIELDS}
    name = b""
    for line in header.replace(b"\r", b"").split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if name in fields and fields[name]:
                fields[name][-1] += b" " + line
            continue
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if name in fields:
            fields[name].append(value)
    return [(name, _FOLD.sub(b" ", value).strip()) for name in _FIELDS for value in fields[name]]

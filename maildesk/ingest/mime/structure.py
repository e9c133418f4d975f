"""Finds the parts of a mail: where each leaf stands in the raw bytes, and in which containers. It decodes nothing.

One pass over the lines that begin with "--"; the cost does not grow with the depth. Attached mails (message/rfc822)
stay closed: they are leaves, and what is written inside them never becomes text of the mail around them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from maildesk.ingest.mime.fields import Fields, header_start, octets, read_fields
from maildesk.ingest.mime.headers import ascii_lower, decode_words
from maildesk.ingest.mime.parameters import split_parameters
from maildesk.ingest.mime.transfer import decode_transfer, encoding_meant
from maildesk.reason import because

#: Beyond these the rest stays what it is: one part (threats 4.2).
MOST_PARTS: Final = 200
DEEPEST: Final = 30
MOST_FIELDS: Final = 1000
#: Encoded bytes of a text that is decoded once only.
_SHORT_TEXT: Final = 64 << 10
_MOST_PART_FIELDS: Final = 100
_LINE_END: Final = re.compile(rb"\r{0,3}\n|\r")
_REST_OF_LINE: Final = re.compile(rb"[^\r\n]*")
_GUESSED: Final = re.compile(rb"(?:\A|[\r\n])--([^\s-][^\r\n]{0,70}?)[ \t]*\r?\n(?=[Cc]ontent-)")
#: What a delimiter is followed by if it begins a part with a header of its own.
_PART: Final = re.compile(rb"[ \t]*+(?:\r{0,3}\n|\r)[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-")
#: So many boundaries are looked for in the whole rest of the mail, to see whether they are the right ones.
_MOST_SOUGHT: Final = 5
#: How far behind its header the first part of a mail without content type may begin.
_LONGEST_PREAMBLE: Final = 300
_NO_BOUNDARY: Final = because("no_boundary")
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


@dataclass(frozen=True, slots=True)
class Container:
    """One multipart around a part. `number` tells two of one kind apart, `start` is the root its header names."""

    media_type: str
    number: int
    start: str = ""


@dataclass(slots=True)
class _Open:
    container: Container
    start: int
    fields: Fields
    parts: int = 0
    closed: bool = False


@dataclass
class Leaf:
    """One part that holds no further parts: `raw[start:end]` is its encoded body."""

    raw: bytes = field(repr=False)
    index: int
    fields: Fields
    start: int
    end: int
    inside: tuple[Container, ...]

    @cached_property
    def _type(self) -> tuple[str, dict[str, str]]:
        return split_parameters(self.fields.first("content-type"))

    @cached_property
    def _disposition(self) -> tuple[str, dict[str, str]]:
        # The word itself encoded is a fault of one program or another; a name in it is decoded later.
        value = self.fields.first("content-disposition")
        return split_parameters(decode_words(value) if value.lstrip().startswith("=?") else value)

    @cached_property
    def content_type(self) -> str:
        """Lower case; a missing or impossible one is text/plain (RFC 2045 5.2), but that of a file an octet stream."""
        found = self._type[0]
        if not found and self.inside and self.inside[-1].media_type == "multipart/digest":
            # RFC 2046 5.1.5
            return "message/rfc822"
        if found.startswith("multipart/"):
            # One whose parts could not be found: its body is read as the text it is.
            return "text/plain"
        if _TYPE.fullmatch(found):
            return found
        if found in ("html", "text/htm/", "texthtml"):
            return "text/html"
        is_file = self.disposition == "attachment" or self.filename
        return "text/plain" if not found or found.startswith("text") or not is_file else "application/octet-stream"

    @property
    def parameters(self) -> dict[str, str]:
        return self._type[1]

    @cached_property
    def disposition(self) -> str:
        """`attachment`, `inline` or empty. Another word makes a file of what has a name (RFC 2183 2.8)."""
        found = self._disposition[0]
        return found if found in ("attachment", "inline") else "attachment" if found and self.filename else ""

    @cached_property
    def filename(self) -> str:
        """As its sender wrote it, decoded but not cleaned. The two fields have names of their own for it, which some
        programs mix up (RFC 2183 2.3, RFC 2045 5.1).
        """
        (word, told), typed = self._disposition, self._type[1]
        # In a form "name" is that of the field.
        own = told.get("name") if word in ("attachment", "inline") else ""
        names = (told.get("filename"), typed.get("name"), typed.get("filename"), own)
        name = decode_words(next(filter(None, names), ""))
        return name[1:-1] if len(name) > 2 and name[0] == name[-1] == "'" else name

    @property
    def content_id(self) -> str:
        return decode_words(self.fields.first("content-id")).strip("<> ")

    @property
    def encoding(self) -> str:
        return ascii_lower(self.fields.first("content-transfer-encoding"))

    def pieces(self) -> Iterator[bytes]:
        """The decoded body, piece by piece. A short text is kept, for several readers look at it."""
        if self.end - self.start <= _SHORT_TEXT and self.content_type.startswith("text/"):
            return iter((self._short_text,))
        return self._decode()

    @cached_property
    def _short_text(self) -> bytes:
        return b"".join(self._decode())

    def _decode(self) -> Iterator[bytes]:
        encoding = self.encoding
        text = self.content_type.startswith(("text/", "message/"))
        if not text:
            encoding = encoding_meant(self.raw, self.start, self.end, encoding)
        return decode_transfer(self.raw, self.start, self.end, encoding, text=text)

    def data(self) -> bytes:
        return b"".join(self.pieces())


@dataclass(frozen=True, slots=True)
class Structure:
    """The header of the mail and its leaves in the order of the raw mail."""

    fields: Fields
    body: int
    leaves: tuple[Leaf, ...]
    problems: tuple[str, ...]


def read_structure(raw: bytes) -> Structure:
    """Splits a whole mail. Total: any bytes have at least one leaf."""
    reading = _Reading(raw)
    reading.run()
    return Structure(reading.top, reading.body, tuple(reading.leaves), tuple(dict.fromkeys(reading.problems)))


class _Reading:
    """The state of the pass: the open multiparts by their boundary, innermost last, and the leaf being read."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.leaves: list[Leaf] = []
        self.problems: list[str] = []
        self.open: dict[bytes, _Open] = {}
        self.leaf: Leaf | None = None
        self.containers = 0
        self.sought = 0
        # Mail with bare carriage returns exists; a mixture of both kinds of line end does not separate parts.
        self.delimiter = b"\n--" if b"\n" in raw else b"\r--"
        self.top, self.body = read_fields(raw, header_start(raw), len(raw), MOST_FIELDS)

    def run(self) -> None:
        at = self._begin(self.top, self.body)
        while self.open and (line := self._next_boundary(at)):
            boundary, closing, start, after = line
            if self.open[boundary].closed and (closing or not _PART.match(self.raw, after)):
                at = after
                continue
            self._end_leaf(_before_line_end(self.raw, start))
            self._leave(boundary, closing)
            at = max(after - 1, 0)
            if not closing and not self._full():
                self.open[boundary].parts += 1
                fields, body = read_fields(self.raw, self._line_after(after), len(self.raw), _MOST_PART_FIELDS)
                at = self._begin(fields, body)
        if self.open and self.leaf is not None:
            self.problems.append(because("ends_early"))
        self._end_leaf(len(self.raw))
        self._leave_all()
        if not self.leaves:
            self._add_leaf(self.top, self.body, len(self.raw), ())

    def _begin(self, fields: Fields, body: int) -> int:
        """A part begins: a further multipart, or a leaf. Returns where to look for the next boundary."""
        inside = tuple(one.container for one in self.open.values())
        media_type, parameters = split_parameters(fields.first("content-type") or self._missing_type(fields, body))
        # RFC 2046 5.1.3: an unknown kind of multipart is read as "mixed"; a forgotten one as well.
        media_type = "multipart/mixed" if media_type == "multipart" else media_type
        if media_type.startswith("multipart/") and len(inside) < DEEPEST:
            boundary = self._boundary(parameters, body)
            if boundary and boundary not in self.open:
                self.containers += 1
                start = parameters.get("start", "").strip("<> ") if media_type == "multipart/related" else ""
                self.open[boundary] = _Open(Container(media_type, self.containers, decode_words(start)), body, fields)
                return max(body - 1, 0)
        elif media_type.startswith("multipart/"):
            self.problems.append(because("too_deep"))
        self.leaf = self._add_leaf(fields, body, len(self.raw), inside)
        return max(body - 1, 0)

    def _missing_type(self, fields: Fields, body: int) -> str:
        """The header of a whole mail can have lost its Content-Type, while its parts still have theirs."""
        if fields is not self.top or "content-type" in fields:
            return ""
        found = _GUESSED.search(self.raw, max(body - 1, 0), body + _LONGEST_PREAMBLE)
        if not found or ("mime-version" not in fields and self.raw.find(b"--" + found[1] + b"--", found.end()) < 0):
            return ""
        self.problems.append(because("no_type"))
        return "multipart/mixed"

    def _boundary(self, parameters: dict[str, str], body: int) -> bytes:
        """The boundary of a multipart; where none is named, or one that never comes, that of the first part."""
        boundary = octets(parameters.get("boundary", "")).rstrip(b" \t")
        self.sought += 1
        if boundary and (self.sought > _MOST_SOUGHT or self.raw.find(b"--" + boundary, body) >= 0):
            return boundary
        found = _GUESSED.search(self.raw, max(body - 1, 0))
        if found is None or found[1].rstrip() in self.open:
            return boundary
        self.problems.append(because("another_boundary") if boundary else _NO_BOUNDARY)
        return found[1].rstrip()

    def _next_boundary(self, at: int) -> tuple[bytes, bool, int, int] | None:
        """The next delimiter of an open multipart: boundary, is it the last, start of its line, end of its text."""
        while (found := self.raw.find(self.delimiter, at)) >= 0:
            rest = _REST_OF_LINE.match(self.raw, found + 3)
            text, at = (rest[0], rest.end()) if rest else (b"", found + 3)
            key = text.rstrip(b" \t")
            if key in self.open:
                return key, False, found + 1, at
            if key.endswith(b"--") and key[:-2] in self.open:
                return key[:-2], True, found + 1, at
        return None

    def _line_after(self, end: int) -> int:
        found = _LINE_END.match(self.raw, end)
        return found.end() if found else len(self.raw)

    def _leave(self, boundary: bytes, closing: bool) -> None:
        """Multiparts inside this one are over, with or without their own last delimiter."""
        while (innermost := next(reversed(self.open))) != boundary:
            self._close(self.open.pop(innermost))
        # It stays in the list: some programs write the last delimiter behind each of their parts.
        self.open[boundary].closed = closing

    def _leave_all(self) -> None:
        while self.open:
            self._close(self.open.popitem()[1])

    def _close(self, multipart: _Open) -> None:
        if not multipart.parts:
            self.problems.append(because("no_parts"))
            if not self.leaves:
                self._add_leaf(multipart.fields, multipart.start, len(self.raw), ())

    def _full(self) -> bool:
        if len(self.leaves) < MOST_PARTS:
            return False
        self.problems.append(because("parts_unread", MOST_PARTS))
        self.open.clear()
        return True

    def _add_leaf(self, fields: Fields, start: int, end: int, inside: tuple[Container, ...]) -> Leaf:
        leaf = Leaf(self.raw, len(self.leaves), fields, start, end, inside)
        self.leaves.append(leaf)
        return leaf

    def _end_leaf(self, end: int) -> None:
        if self.leaf is not None:
            self.leaf.end = max(end, self.leaf.start)
            self.leaf = None


def _before_line_end(raw: bytes, start: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1)."""
    if raw[max(start - 2, 0) : start] == b"\r\n":
        return start - 2
    return start - 1 if start and raw[start - 1] in b"\r\n" else start

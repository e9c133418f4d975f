"""MAPI properties as they stand in TNEF (MS-OXTNEF 2.1.3.4): which there are, and where the bytes of each one are.

It decodes no value but text, and copies none.
"""

import struct
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.mime.charsets import decode_text, scrub

#: Values read of one stream; an ordinary one has some hundred.
MOST_VALUES: Final = 20_000
#: MS-OXCDATA 2.11.1: sizes of the values that have a fixed one, padded to four bytes.
_SIZES: Final = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
OBJECT: Final = 0x0D
STRING: Final = 0x1E
UNICODE: Final = 0x1F
BINARY: Final = 0x102
_VARIABLE: Final = (OBJECT, STRING, UNICODE, BINARY)
_MULTIPLE: Final = 0x1000
_NAMED: Final = 0x8000
_HEAD: Final = struct.Struct("<HH")
_CODE_PAGES: Final = {
    1361: "johab", 10000: "macintosh", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 28591: "iso-8859-1",
    28592: "iso-8859-2", 28595: "iso-8859-5", 28597: "iso-8859-7", 28599: "iso-8859-9", 28605: "iso-8859-15",
    50220: "iso-2022-jp", 50221: "iso-2022-jp", 50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr",
    54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """The bytes of one property are `raw[start:end]`; `kind` is its MAPI type."""

    kind: int
    start: int
    end: int


def code_page_label(number: int) -> str:
    """The charset label of a Windows code page."""
    return _CODE_PAGES.get(number, f"cp{number}")


def number_at(raw: bytes, at: int, end: int) -> int:
    """The number of four bytes at `at`, lowest byte first; 0 where it does not stand before `end`."""
    return int.from_bytes(raw[at : at + 4], "little") if at + 4 <= end else 0


def text_of(raw: bytes, value: Value, label: str, most: int) -> str:
    """A text property, at most `most` bytes of it; `label` is the charset of those that are not Unicode."""
    data = raw[value.start : min(value.end, value.start + most)]
    if value.kind == UNICODE:
        return scrub(data.decode("utf-16-le", "replace")).rstrip("\0")
    return decode_text(data.rstrip(b"\0"), label)


class PropertyReader:
    """Reads the property lists of one stream. `whole` tells whether each could be read to its end."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.left = MOST_VALUES
        self.whole = True

    def read(self, at: int, end: int) -> dict[int, Value]:
        """The properties of the list at `at` by their number; of one with several values the first."""
        found: dict[int, Value] = {}
        count, at = number_at(self.raw, at, end), at + 4
        while count > 0 and at + _HEAD.size <= end and self.left > 0:
            kind, name = _HEAD.unpack_from(self.raw, at)
            at = self._past_name(at + _HEAD.size, end) if name >= _NAMED else at + _HEAD.size
            value, at = self._first_value(kind, at, end)
            if value is not None:
                found.setdefault(name, value)
            count, self.left = count - 1, self.left - 1
        self.whole = self.whole and count <= 0
        return found

    def _past_name(self, at: int, end: int) -> int:
        """A named property has a GUID, and a number or a string for its name."""
        if number_at(self.raw, at + 16, end) == 0:
            return at + 24
        length = number_at(self.raw, at + 20, end)
        return at + 24 + length + -length % 4

    def _first_value(self, kind: int, at: int, end: int) -> tuple[Value | None, int]:
        """The first value at `at`, and where the next property begins: beyond `end` if that cannot be told."""
        single = kind & ~_MULTIPLE
        variable = single in _VARIABLE
        count, at = (number_at(self.raw, at, end), at + 4) if variable or kind & _MULTIPLE else (1, at)
        first: Value | None = None
        while count > 0 and self.left > 0:
            length = number_at(self.raw, at, end) if variable else _SIZES.get(single, end)
            start = at + 4 if variable else at
            if start + length > end:
                return first, end + 1
            first = first or Value(single, start, start + length)
            at = start + length + -length % 4
            count, self.left = count - 1, self.left - 1
        return first, at

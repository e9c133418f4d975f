"""The fields of a header block as they stand: names and raw values. It decodes no words and judges nothing.

Raw values are str with every non-ASCII byte as a lone surrogate ("surrogateescape"): nothing is lost, and nothing of
it may be stored before `headers.decode_words` or `charsets.scrub` has seen it.
"""

import re
from collections.abc import Iterable
from typing import Final

#: RFC 5322 2.2 allows any printable ASCII but the colon; real mail also has white space before the colon.
_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
#: Carriage returns alone end lines where there are no line feeds (old Macs); elsewhere they are dirt in a line.
_LINE: Final = re.compile(rb"[^\n]*(?:\n|\Z)")
_MAC_LINE: Final = re.compile(rb"[^\r]*(?:\r|\Z)")
#: How far the first line feed may be.
_LONGEST_LINE: Final = 100 << 10
#: So many broken lines may stand among the fields, if a field that machines write follows them.
_MOST_BROKEN: Final = 10
#: Fields that machines write: they tell a header from a text with colons in it, and from a forwarded mail in a text.
_MACHINES: Final = (
    rb"sender|reply-to|return-path|received|message-id|in-reply-to|references|delivered-to|mime-version"
    rb"|content-[a-z-]{2,40}|dkim-signature|authentication-results|x-[!-9;-~]{1,60}|thread-[a-z]{5,8}"
)
_OF_MACHINES: Final = re.compile(rb"(?:" + _MACHINES + rb")[ \t]*:", re.I)
_OF_MAIL: Final = re.compile(rb"(?:from|to|cc|subject|date|" + _MACHINES + rb")[ \t]*:", re.I)
#: A parameter on a line of its own: where the line above ends in a semicolon, what folds it was lost.
_PARAMETER: Final = re.compile(rb"[A-Za-z][A-Za-z0-9*-]{1,40}[ \t]*=[ \t]*[\"'\w=]")
_BLANK_LINES: Final = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])*+")


class Fields:
    """The fields of one header block in their order; looked up by lower-case name."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self.items = tuple(items)
        self._by_name: dict[str, list[str]] = {}
        for name, value in self.items:
            self._by_name.setdefault(name, []).append(value)

    def all(self, name: str) -> list[str]:
        return self._by_name.get(name, [])

    def first(self, name: str) -> str:
        """The topmost field of that name; empty where there is none."""
        found = self._by_name.get(name)
        return found[0] if found else ""

    def __contains__(self, name: str) -> bool:
        return name in self._by_name


def header_start(raw: bytes) -> int:
    """Where the header of a whole mail begins: behind a byte order mark and blank lines, if fields of mail follow."""
    blank = _BLANK_LINES.match(raw, 0, _LONGEST_LINE)
    start = blank.end() if blank else 0
    return start if _OF_MAIL.match(raw, start) or _is_mbox_line(raw[start : start + 6]) else 0


def read_fields(raw: bytes, start: int, end: int, most: int) -> tuple[Fields, int]:
    """The header block at `start` and where its body begins. At most `most` fields are kept.

    The block ends at a blank line, or before a line that no header has (RFC 5322 2.1) unless more fields follow it.
    """
    pattern = _LINE if raw.find(b"\n", start, min(end, start + _LONGEST_LINE)) >= 0 else _MAC_LINE
    items: list[tuple[bytes, list[bytes]]] = []
    at = start
    while at < end:
        line = pattern.match(raw, at, end)
        text = line[0] if line else b""
        after = at + len(text)
        if at == start and _OF_MAIL.match(indented := text.lstrip(b" \t")):
            text = indented
        if not text.strip(b"\r\n"):
            return _as_fields(items, most), after
        if items and (text[0] in b" \t" or _is_torn_off(items[-1], text)):
            items[-1][1].append(text)
        elif field := _FIELD.match(text):
            items.append((_name_in(field), [text[field.end() :]]))
        elif not (at == start and _is_mbox_line(text)) and not _is_broken_line(pattern, raw, text, after, end):
            return _as_fields(items, most), at
        at = after
    return _as_fields(items, most), end


def unfold(value: str) -> str:
    """The value on one line (RFC 5322 2.2.3)."""
    return value.replace("\r\n", "").replace("\n", "").replace("\r", " ").replace("\t", " ").strip(" ")


def escaped(data: bytes) -> str:
    return data.decode("ascii", "surrogateescape")


def octets(text: str) -> bytes:
    """The bytes behind a raw value; characters that are no bytes any more as UTF-8."""
    try:
        return text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _name_in(field: re.Match[bytes]) -> bytes:
    """As it is written; a result that has white space before its colon has no name, because no server writes it so,
    and those that take out strangers' results need not find it."""
    name = field[1]
    apart = field.end() - field.end(1) > 1
    return b"" if apart and name.lower() == b"authentication-results" else name


def _as_fields(items: list[tuple[bytes, list[bytes]]], most: int) -> Fields:
    return Fields((escaped(name).lower(), escaped(b"".join(lines))) for name, lines in items[:most])


def _is_mbox_line(text: bytes) -> bool:
    """The separator of an mbox, left above the header."""
    return text.startswith((b"From ", b">From "))


def _is_torn_off(field: tuple[bytes, list[bytes]], text: bytes) -> bool:
    """Is this line a parameter of the field above, without the white space that says so?"""
    name, lines = field
    return lines[-1].rstrip().endswith(b";") and name.lower().startswith(b"content-") and bool(_PARAMETER.match(text))


def _is_broken_line(pattern: re.Pattern[bytes], raw: bytes, text: bytes, after: int, end: int) -> bool:
    """One of the lines that software leaves among fields: a field follows at once, or after a few one of a machine."""
    if text.startswith(b"--"):
        return False
    for nth in range(_MOST_BROKEN):
        following = pattern.match(raw, after, end)
        line = following[0] if following else b""
        if not line.strip() or line.startswith(b"--"):
            return False
        if _OF_MACHINES.match(line) or (not nth and _FIELD.match(line)):
            return True
        after += len(line)
    return False

"""The fields of a header block as they stand: names, raw values, parameters. It decodes no words and judges nothing.

Raw values are str with every non-ASCII byte as a lone surrogate ("surrogateescape"): nothing is lost, and nothing of
it may be stored before `headers.decode_words` or `charsets.scrub` has seen it.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from maildesk.ingest.charsets import decode_text

#: RFC 5322 2.2 allows any printable ASCII but the colon; real mail also has white space before the colon.
_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MOST_PARAMETERS: Final = 100
_PARAMETER: Final = re.compile(
    r""";?[ \t\r\n]*([^\s=;:"()<>@,\\/]+)[ \t\r\n]*=[ \t\r\n]*("(?:[^"\\]|\\.)*"?|[^;]*)""", re.S
)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_SECTION: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


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


def read_fields(raw: bytes, start: int, end: int, most: int) -> tuple[Fields, int]:
    """The header block at `start` and where its body begins. At most `most` fields are kept.

    The block ends at a blank line, or before a line that no header has (RFC 5322 2.1) unless more fields follow it.
    """
    items: list[list[bytes]] = []
    at = start
    while at < end:
        line = _LINE.match(raw, at, end)
        text = line[0] if line else b""
        after = at + len(text)
        if not text.strip(b"\r\n"):
            return _as_fields(items, most), after
        if text[0] in b" \t" and items:
            items[-1][1] += text
        elif field := _FIELD.match(text):
            items.append([field[1], text[field.end() :]])
        elif not _skippable(raw, text, at == start, after, end):
            return _as_fields(items, most), at
        at = after
    return _as_fields(items, most), end


def unfold(value: str) -> str:
    """The value on one line (RFC 5322 2.2.3)."""
    return value.replace("\r", "").replace("\n", "").replace("\t", " ").strip(" ")


def split_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`type/subtype; name=value ...` as the lower-case first word and the parameters (RFC 2045 5.1, RFC 2231)."""
    value = unfold(value)
    if "(" in value:
        value = _without_comments(value)
    head, _, rest = value.partition(";")
    if "=" in head:
        # A forgotten semicolon: "text/html charset=utf-8".
        head, _, missed = head.strip().partition(" ")
        rest = f"{missed};{rest}"
    raw: dict[str, str] = {}
    for found in _PARAMETER.finditer(rest):
        raw.setdefault(found[1].lower(), _unquote(found[2]))
        if len(raw) >= _MOST_PARAMETERS:
            break
    return head.strip().strip('"').lower(), _join_sections(raw)


def escaped(data: bytes) -> str:
    return data.decode("ascii", "surrogateescape")


def octets(text: str) -> bytes:
    """The bytes behind a raw value; characters that are no bytes any more as UTF-8."""
    try:
        return text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _as_fields(items: list[list[bytes]], most: int) -> Fields:
    return Fields((escaped(name).lower(), escaped(value)) for name, value in items[:most])


def _skippable(raw: bytes, text: bytes, first: bool, after: int, end: int) -> bool:
    """Lines that software leaves among fields: the separator of an mbox, and one broken line above further fields."""
    if first and text.startswith((b"From ", b">From ")):
        return True
    if text.startswith(b"--"):
        return False
    following = _LINE.match(raw, after, end)
    return bool(following and following[0].strip() and _FIELD.match(following[0]))


def _unquote(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value
    value = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    return re.sub(r'\\(["\\])', r"\1", value) if "\\" in value else value


def _without_comments(value: str) -> str:
    """Takes comments out, but not parentheses inside a quoted string."""
    pieces = value.split('"')
    if len(pieces) % 2:
        pieces[::2] = [_COMMENT.sub(" ", piece) for piece in pieces[::2]]
    return '"'.join(pieces)


def _join_sections(raw: dict[str, str]) -> dict[str, str]:
    """RFC 2231 3 and 4: `name*0*=utf-8''...; name*1*=...` become one value."""
    joined = {name: value for name, value in raw.items() if "*" not in name}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in raw.items():
        found = _SECTION.fullmatch(name)
        if found and "*" in name:
            sections.setdefault(found[1], []).append((int(found[2] or 0), bool(found[3]), value))
    for name, parts in sections.items():
        joined[name] = _decode_sections(sorted(parts, key=lambda part: part[0]))
    return joined


def _decode_sections(parts: list[tuple[int, bool, str]]) -> str:
    charset, data = "", b""
    for position, (_, encoded, value) in enumerate(parts):
        text = value
        if encoded and position == 0 and value.count("'") >= 2:
            charset, _, text = value.split("'", 2)
        data += unquote_to_bytes(octets(text)) if encoded else octets(text)
    return decode_text(data, charset)

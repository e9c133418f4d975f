"""Reads `type/subtype; name=value ...` of MIME fields (RFC 2045 5.1, RFC 2231) as real programs write it.

Forgotten semicolons and quotation marks, comments anywhere, encoded words and percent signs where they do not belong:
what its writer meant is mostly plain. It checks no value and decodes no encoded word.
"""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from maildesk.ingest.mime.charset_names import codec_for
from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.fields import octets, unfold

_MOST: Final = 100
_LONGEST: Final = 20_000
_MOST_COMMENTS: Final = 50
#: These may hold parentheses and spaces without quotation marks round them.
_FREE: Final = ("name", "filename", "boundary")
_KNOWN: Final = (
    "charset|format|delsp|name|filename|boundary|type|start|size|report-type|protocol|micalg|method|reply-type"
    "|creation-date|modification-date|read-date|access-type|smime-type|x-unix-mode|x-mac-type|x-mac-creator"
)
_HEAD: Final = re.compile(r'[\s";]*+([^\s;,=()":/]*+(?:\s*+/\s*+[^\s;,=()":]*+)?)[\s"]*+(=?)')
_NAME: Final = re.compile(r'[^\s=;:,"()<>@\\/?]++')
_WORD: Final = re.compile(r'"[^"]*+"?|[^\s;,"(]++|.', re.S)
_BETWEEN: Final = re.compile(r"[\s;,]*+")
_BLANK: Final = re.compile(r"\s*+")
_PARENTHESIS: Final = re.compile(r"[()]|\\.", re.S)
_END: Final = re.compile(rf"\s*+;|(?<![\s,])[\s,]++(?=(?:{_KNOWN})(?:\*\d*\*?)?\s*+=)", re.I)
_QUOTE: Final = re.compile(r'\\.|"', re.S)
#: What stands behind a quotation mark that ends a value; any other one belongs to the value.
_BEHIND_QUOTE: Final = re.compile(r"\s*+(?:[;,(]|\Z|[\w-]{1,40}+(?:\*\d*\*?)?\s*+=)")
_ENCODED: Final = re.compile(r"(?:=\?[^?\s]*+\?[bBqQ]\?[^?]*+\?=\s*+)++")
_SECTION: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_EXTENDED: Final = re.compile(r"([\w.:-]{3,30})'[\w-]{0,20}'(.+)", re.S)
_PERCENT: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})+")


def split_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The lower-case first word and the parameters by lower-case name; the first of one name is kept."""
    value = unfold(value[:_LONGEST])
    if value.count("(") > _MOST_COMMENTS:
        value = value.replace("(", " ")
    found = _HEAD.match(_without_comments(value))
    head = "".join(found[1].split()).lower() if found and not found[2] else ""
    return head, _join_sections(_raw_parameters(value))


def _raw_parameters(value: str) -> dict[str, str]:
    raw: dict[str, str] = {}
    at = 0
    while at < len(value) and len(raw) < _MOST:
        at = _skip(_BETWEEN, value, at)
        found = _NAME.match(value, at)
        sign = _skip(_BLANK, value, found.end()) if found else len(value)
        if found and (value[sign : sign + 1] == "=" or _is_known_with_colon(found[0], value, sign)):
            name = found[0].lower()
            text, at = _value(value, sign + 1, name.startswith(_FREE))
            if text:
                raw.setdefault(name, text)
        else:
            word = _WORD.match(value, at)
            at = word.end() if word else len(value)
    return raw


def _is_known_with_colon(name: str, value: str, sign: int) -> bool:
    return value[sign : sign + 1] == ":" and name.lower() in _KNOWN.split("|")


def _skip(pattern: re.Pattern[str], value: str, at: int) -> int:
    """Behind what `pattern` skips, and behind comments in between."""
    while True:
        found = pattern.match(value, at)
        at = found.end() if found else at
        if value[at : at + 1] != "(":
            return at
        at = _comment_end(value, at)


def _comment_end(value: str, at: int) -> int:
    """Behind the comment that begins at `at` (they nest, RFC 5322 3.2.2); behind its first sign where none ends it."""
    depth = 0
    for found in _PARENTHESIS.finditer(value, at):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return at + 1


def _without_comments(value: str) -> str:
    if "(" not in value:
        return value
    kept, at = "", 0
    while (start := value.find("(", at)) >= 0 and ";" not in kept and "=" not in kept:
        kept += value[at:start]
        at = _comment_end(value, start)
    return kept + value[at:]


def _value(text: str, at: int, free: bool) -> tuple[str, int]:
    """The value that begins at `at`, and where it ends."""
    blank = _BLANK.match(text, at)
    at = blank.end() if blank and free else _skip(_BLANK, text, at)
    if text[at : at + 1] == '"':
        end = _closing_quote(text, at + 1)
        if end is not None:
            return re.sub(r'\\(["\\])', r"\1", text[at + 1 : end]), end + 1
    words = _ENCODED.match(text, at)
    found = _END.search(text, words.end() if words else at)
    end = found.start() if found else len(text)
    value = text[at:end]
    if not free and "(" in value:
        value = _cut_comments(value)
    return value.replace('"', "").strip(), end


def _closing_quote(text: str, at: int) -> int | None:
    for found in _QUOTE.finditer(text, at):
        if found[0] == '"' and _BEHIND_QUOTE.match(text, found.end()):
            return found.start()
    return None


def _cut_comments(value: str) -> str:
    start = value.find("(")
    end = _comment_end(value, start)
    return value[:start] if end == start + 1 else f"{value[:start]} {value[end:]}"


def _join_sections(raw: dict[str, str]) -> dict[str, str]:
    """RFC 2231 3 and 4: `name*0*=utf-8''...; name*1*=...` become one value, in the order of their numbers."""
    joined = {name: _meant(value) for name, value in raw.items() if "*" not in name}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in raw.items():
        found = _SECTION.fullmatch(name)
        if found and "*" in name:
            number = int(found[2]) if found[2] else -1
            sections.setdefault(found[1], []).append((number, bool(found[3]), value))
    for name, parts in sections.items():
        parts.sort(key=lambda part: part[0])
        # Some programs write the whole value beside its sections.
        decoded = _decode_sections(parts[:1] if parts[0][0] < 0 else parts)
        joined[name] = decoded or joined.get(name, "")
    return joined


def _decode_sections(parts: list[tuple[int, bool, str]]) -> str:
    charset, data = "", b""
    for position, (_, encoded, value) in enumerate(parts):
        text = value
        if encoded and position == 0 and value.count("'") >= 2:
            charset, _, text = value.split("'", 2)
        data += unquote_to_bytes(octets(text)) if encoded else octets(text)
    decoded = decode_text(data, charset)
    return _extended(decoded) if not any(encoded for _, encoded, _ in parts) else decoded


def _extended(value: str) -> str:
    """A plain value in the form of an extended one (RFC 2231 4), its asterisk forgotten; any other as it is."""
    found = _EXTENDED.fullmatch(value)
    if found and codec_for(found[1]):
        return decode_text(unquote_to_bytes(octets(found[2])), found[1])
    return value


def _meant(value: str) -> str:
    """A plain value in the form of an extended one, or percent-encoded as in a URL: read as meant."""
    extended = _extended(value)
    if extended != value:
        return extended
    if "%" in value and value.isascii() and _PERCENT.fullmatch(value):
        data = unquote_to_bytes(value)
        if not data.isascii():
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                return value
    return value

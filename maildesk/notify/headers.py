"""Writes header fields of a letter, one `Field` each: 7-bit, folded, and never more than the field it was asked for.

Nothing in here trusts a value: subjects and names come from strangers (threats T25). Nothing is decoded.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

#: Lines should not be longer (RFC 5322 2.1.1) ...
COLUMNS: Final = 78
#: ... and must not be longer.
LONGEST_LINE: Final = 998
MOST_CHARACTERS: Final = 400
#: An id longer than this cannot stand on a line together with the name of its field.
LONGEST_ID: Final = 900

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Lone surrogates cannot be encoded; direction overrides let a name repaint what stands behind it.
_UNWRITABLE: Final = re.compile(r"[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_ADDRESS: Final = re.compile(
    r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}|\"[ !#-\[\]-~]{1,126}\")@[A-Za-z0-9._-]{1,253}"
)
_LITERAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}@\[[0-9A-Za-z.:]{1,60}\]")
_ID: Final = re.compile(r"[!-;=?-~]+")
_TOKEN: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
#: An encoded word of so many bytes still fits on the first line, beside the name of the field.
_WORD_BYTES: Final = 39
#: Fields: most of a letter's are those of the last one too.
_REMEMBERED: Final = 256
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Field(NamedTuple):
    """One field as it stands on the wire, without the last line end."""

    name: str
    line: str


def clean_header(value: str, most: int = MOST_CHARACTERS) -> str:
    """One harmless line: every control character and line separator is a space, at most `most` characters are left."""
    if value.isprintable() and value.isascii():
        return value[:most].strip()
    return _UNWRITABLE.sub("", _BREAKS.sub(" ", value[: most * 4]))[:most].strip()


@lru_cache(_REMEMBERED)
def text_field(name: str, value: str) -> Field:
    """Free text; encoded words (RFC 2047) where it is not ASCII, or would be read as one."""
    return Field(name, _fold(name, _words(clean_header(value))))


@lru_cache(_REMEMBERED)
def plain_field(name: str, value: str) -> Field:
    """A value of ours, written as it is. Raises ValueError for anything but printable ASCII."""
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"{name} cannot be {value!r}")
    return Field(name, _fold(name, value.split(" ")))


@lru_cache(_REMEMBERED)
def mailbox_field(name: str, display: str, address: str) -> Field:
    """`"Display" <address>`. Raises ValueError for an address that is not one clean address."""
    return Field(name, _fold(name, [*_phrase(clean_header(display, 200)), f"<{wire_address(address)}>"]))


def ids_field(name: str, ids: Iterable[str]) -> Field | None:
    """Message-IDs, given without brackets, folded only between ids: a changed id breaks the thread. None without any.

    Ids with odd characters, or too long for a line, are left out.
    """
    kept = [f"<{one}>" for one in ids if len(one) <= LONGEST_ID and _ID.fullmatch(one)]
    return Field(name, _fold(name, kept)) if kept else None


def date_field(name: str, date: datetime) -> Field:
    """RFC 5322 3.3, in UTC. Raises ValueError for a time without a zone."""
    if date.tzinfo is None:
        raise ValueError("the date of a letter needs a zone")
    day = date.astimezone(UTC)
    month = _MONTHS[day.month - 1]
    return Field(
        name,
        f"{name}: {_DAYS[day.weekday()]}, {day.day:02d} {month} {day.year:04d} "
        f"{day.hour:02d}:{day.minute:02d}:{day.second:02d} +0000",
    )


def wire_address(address: str) -> str:
    """The address as it may stand in a header and an envelope: ASCII, an international domain as A-labels.

    Raises ValueError for anything that is not one clean address, and for a local part that only SMTPUTF8 could carry.
    """
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise ValueError(f"not an address that mail can be sent to: {address!r}") from None
    written = f"{local}{at}{domain}"
    if not (_ADDRESS.fullmatch(written) or _LITERAL.fullmatch(written)):
        raise ValueError(f"not an address that mail can be sent to: {address!r}")
    return written


def can_be_reached(address: str) -> bool:
    """May a letter go there? Not to what is no clean address, nor to a name that stands for nobody (RFC 2606)."""
    try:
        return not wire_address(address).lower().endswith(".invalid")
    except ValueError:
        return False


def _words(value: str) -> list[str]:
    """What may be separated by folding: words, or encoded words."""
    if value.isascii() and "=?" not in value:
        return value.split(" ")
    return _encoded(value)


def _phrase(display: str) -> list[str]:
    if not display:
        return []
    if display.isascii() and "=?" not in display:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    return _encoded(display)


def _encoded(value: str) -> list[str]:
    data = value.encode("utf-8", "replace")
    words: list[str] = []
    start = 0
    while start < len(data):
        end = start + _WORD_BYTES
        # A character must not be divided between two words (RFC 2047 section 5).
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?B?{b64encode(data[start:end]).decode('ascii')}?=")
        start = end
    return words


def _fold(name: str, words: list[str]) -> str:
    whole = " ".join([f"{name}:", *words])
    if len(whole) <= COLUMNS:
        return whole
    lines: list[str] = []
    line = f"{name}:"
    for word in words:
        # Not behind the name alone, and never so that a line of white space remains.
        if word and len(line) + 1 + len(word) > COLUMNS and line.strip() not in ("", f"{name}:"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line])

"""Which texts can be read out of these bytes, whatever their structure says? It decodes, and understands nothing."""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from itertools import accumulate, zip_longest
from typing import Final

#: A file in a mail that is a file of a mail; deeper than people, and what reads for them, ever look.
_DEEPEST: Final = 4
#: As long as the signature of an address, encoded; white space is looked at by itself (RFC 2045 6.8).
_BASE64: Final = re.compile(rb"(?<![A-Za-z0-9+/\r\n])[A-Za-z0-9+/\r\n]{24,}")
#: A soft break, and not the end of something in base64.
_QUOTED: Final = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*+\r?\n(?!\r?\n|--|\Z))")
_SPACE_AT_END: Final = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n)")
#: Of what HTML and links spell out, the characters that an address may have.
_ENTITY: Final = re.compile(
    rb"&(?:#0{0,9}(3[79]|4[3568]|49|5[0-7]|6[4-9]|[78][0-9]|90|9[5-9]|1[01][0-9]|12[0-2])(?![0-9]);?"
    rb"|#[xX]0{0,9}(2[5BDEbde]|[3-7][0-9a-fA-F])(?![0-9a-fA-F]);?|(plus|commat|period|percnt);)"
)
_PERCENT: Final = re.compile(rb"%(2[5BDEbde]|3[0-9]|[4-7][0-9A-Fa-f])")
_NAMES: Final = {b"plus": b"+", b"commat": b"@", b"period": b".", b"percnt": b"%"}


def readings(data: bytes) -> Iterator[bytes]:
    """The bytes as they are, and as they are without the encodings of RFC 2045 6.7 and 6.8, one inside the other too:
    of a broken mail, and of one inside another, nobody knows which of them counts.

    Each without NUL, so that UTF-16 reads like ASCII, and with what HTML and links spell out in an address. Linear.
    """
    return _read(data, _DEEPEST)


def _read(data: bytes, deeper: int) -> Iterator[bytes]:
    yield _plain(data)
    if not deeper:
        return
    if _QUOTED.search(data):
        yield from _read(a2b_qp(data), deeper - 1)
    # Of a run that can be decoded in two ways each is in another reading.
    for decoded in zip_longest(*map(_decoded, _runs(data)), fillvalue=b""):
        yield from _read(b" ".join(decoded), deeper - 1)


def _runs(data: bytes) -> list[bytes]:
    if any(end in data for end in (b" \n", b" \r", b"\t\n", b"\t\r")):
        data = _SPACE_AT_END.sub(b"", data)
    return [found[0] for found in _BASE64.finditer(data)]


def _decoded(run: bytes) -> list[bytes]:
    """A word may stand in the line before it without a gap, like the "base64" of a header: it begins with any line."""
    if len(lines := run.split()) == 1:
        return [a2b_base64(lines[0][: len(lines[0]) // 4 * 4])]
    begins = dict.fromkeys(begin % 4 for begin in accumulate(map(len, lines[:-1]), initial=0))
    whole = b"".join(lines)
    return [a2b_base64(whole[begin : begin + (len(whole) - begin) // 4 * 4]) for begin in begins]


def _plain(data: bytes) -> bytes:
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"&" in data:
        data = _ENTITY.sub(_meant, data)
    return _PERCENT.sub(_unquoted, data) if b"%" in data else data


def _meant(found: re.Match[bytes]) -> bytes:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMES[name]
    return bytes((int(decimal) if decimal else int(hexadecimal, 16),))


def _unquoted(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))

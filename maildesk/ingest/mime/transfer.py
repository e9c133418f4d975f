"""Undoes a Content-Transfer-Encoding (RFC 2045 6), slice by slice: what can be read is read, nothing raises."""

import binascii
import re
from collections.abc import Iterator
from typing import Final

_SLICE: Final = 1 << 18
_NOT_BASE64: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
#: Three words in a row are no base64, and stand in no line of it.
_PROSE: Final = re.compile(
    rb"(?<![A-Za-z0-9+/=])[A-Za-z]{1,15}[,.:]? [A-Za-z]{1,15}[,.:]? [A-Za-z]{1,15}(?![A-Za-z0-9+/=])"
)
_FIRST_LINE: Final = re.compile(rb"\s*+(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]{2}[ \t]*+[\r\n]")
#: How far from either end it is looked for.
_LOOK: Final = 4000
#: PNG, JPEG, GIF, PDF, ZIP and OLE files.
_FILE_IN_BASE64: Final = re.compile(
    rb"\s*+(?:iVBORw0KGgo|/9j/[24]|R0lGOD[dl]h|JVBERi0|UEsDB|0M8R4KGx)[A-Za-z0-9+/]{20,76}={0,2}[\r\n]"
)
_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9]")
_PADDING: Final = re.compile(rb"=+")
#: Soft line breaks that binascii does not know: white space or further carriage returns behind the sign.
_SOFT_BREAK: Final = re.compile(rb"=(?:[ \t]++\r*+\n|\r\r++\n|\r(?!\n))")
#: One after the other, as many as there are.
_LONE_EQUALS: Final = re.compile(rb"(?:=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z))++")
_HEX: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
_UU_BEGIN: Final = re.compile(rb"(?:^|\n)begin [0-7]{3,4} [^\r\n]*\r?\n")


def decode_transfer(raw: bytes, start: int, end: int, encoding: str, *, text: bool = False) -> Iterator[bytes]:
    """The decoded bytes of `raw[start:end]` in pieces; an unknown encoding is taken as none at all (RFC 2045 6.4).

    To a text belongs what somebody wrote below it in plain words; a file would be broken by them.
    """
    match _NOT_A_LETTER.sub("", encoding.lower()):
        case "base64" | "b64" | "b":
            yield from _base64_and_prose(raw, start, end, text)
        case "quotedprintable" | "qp" | "q":
            yield decode_quoted(raw[start:end])
        case "xuuencode" | "uuencode" | "xuue" | "uue" | "xuu":
            yield _uudecode(raw[start:end])
        case _:
            yield from _slices(raw, start, end)


def encoding_meant(raw: bytes, start: int, end: int, encoding: str) -> str:
    """The encoding of a file whose sender named none, or one that changes nothing: base64 where it begins like one.

    For files only: a text that begins like one of these is hardly possible, and would still be a text.
    """
    if _NOT_A_LETTER.sub("", encoding.lower()) in ("", "7bit", "8bit", "binary"):
        return "base64" if _FILE_IN_BASE64.match(raw, start, end) else encoding
    return encoding


def decode_base64(data: bytes) -> bytes:
    """Base64 from a careless sender: foreign characters, missing padding and padding in the middle do not matter."""
    return b"".join(_base64(data, 0, len(data)))


def decode_quoted(data: bytes) -> bytes:
    """Quoted-printable; an "=" that encodes nothing stays."""
    if _SOFT_BREAK.search(data):
        data = _SOFT_BREAK.sub(b"=\n", data)
    return binascii.a2b_qp(_LONE_EQUALS.sub(lambda found: b"=3D" * len(found[0]), data))


def decode_q(data: bytes) -> bytes:
    """The Q encoding of encoded words (RFC 2047 4.2)."""
    return _HEX.sub(lambda found: bytes((int(found[1], 16),)), data.replace(b"_", b" "))


def _slices(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _SLICE):
        yield raw[at : min(at + _SLICE, end)]


def _base64_and_prose(raw: bytes, start: int, end: int, text: bool) -> Iterator[bytes]:
    """Base64, unless it is none: text under a wrong name, or the footer that a mailing list put below."""
    at = start
    prose = _PROSE.search(raw, start, min(end, start + _LOOK)) or _PROSE.search(raw, max(start, end - _LOOK), end)
    if prose:
        line = raw.rfind(b"\n", start, prose.start()) + 1 or start
        at = raw.rfind(b"\n\n", start, line) + 1 or raw.rfind(b"\n\r\n", start, line) + 1 or line
        if not _FIRST_LINE.match(raw, start, at):
            yield from _slices(raw, start, end)
            return
    yield from _base64(raw, start, at if prose else end)
    if prose and text:
        yield b"\n" + raw[at:end]


def _base64(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    rest = b""
    for at in range(start, end, _SLICE):
        rest += raw[at : min(at + _SLICE, end)].translate(None, _NOT_BASE64)
        if b"=" in rest:
            # Padding ends a run; another may follow (encoded in pieces by the sender).
            *runs, rest = _PADDING.split(rest)
            for run in runs:
                yield _quads(run)
        whole = len(rest) - len(rest) % 4
        yield binascii.a2b_base64(rest[:whole])
        rest = rest[whole:]
    yield _quads(rest)


def _quads(run: bytes) -> bytes:
    # One character alone carries six bits, which is no byte.
    run = run[:-1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def _uudecode(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    decoded = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Lines with wrong lengths: take what the length says (as uudecode does).
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
            decoded.append(_uu_line(line[:wanted]))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""

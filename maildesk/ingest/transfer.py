"""Undoes a Content-Transfer-Encoding (RFC 2045 6), slice by slice: what can be read is read, nothing raises."""

import binascii
import re
from collections.abc import Iterator
from typing import Final

_SLICE: Final = 1 << 18
_NOT_BASE64: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_PADDING: Final = re.compile(rb"=+")
_LONE_EQUALS: Final = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")
_UU_BEGIN: Final = re.compile(rb"(?:^|\n)begin [0-7]{3,4} [^\r\n]*\r?\n")


def decode_transfer(raw: bytes, start: int, end: int, encoding: str) -> Iterator[bytes]:
    """The decoded bytes of `raw[start:end]` in pieces; an unknown encoding is taken as none at all (RFC 2045 6.4)."""
    match encoding:
        case "base64":
            yield from _base64(raw, start, end)
        case "quoted-printable":
            yield decode_quoted(raw[start:end])
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            yield _uudecode(raw[start:end])
        case _:
            for at in range(start, end, _SLICE):
                yield raw[at : min(at + _SLICE, end)]


def decode_base64(data: bytes) -> bytes:
    """Base64 from a careless sender: foreign characters, missing padding and padding in the middle do not matter."""
    return b"".join(_base64(data, 0, len(data)))


def decode_quoted(data: bytes, *, header: bool = False) -> bytes:
    """Quoted-printable; an "=" that encodes nothing stays."""
    if _LONE_EQUALS.search(data):
        data = _LONE_EQUALS.sub(b"=3D", data)
    return binascii.a2b_qp(data, header=header)


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

"""Paints the screenshot of the demonstration: a PNG, small enough to be made of nothing but zlib (RFC 2083)."""

import struct
import zlib

_WIDTH, _HEIGHT = 320, 180
_BLUE, _WHITE, _RED = (28, 74, 140), (250, 250, 250), (200, 40, 40)


def error_screenshot() -> bytes:
    """A blue screen with a white window and a red bar: what people send when something is wrong."""
    rows = b"".join(b"\0" + bytes(value for x in range(_WIDTH) for value in _colour(x, y)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _colour(x: int, y: int) -> tuple[int, int, int]:
    inside = 60 <= x < 260 and 45 <= y < 135
    if inside and y < 62:
        return _RED
    return _WHITE if inside else _BLUE


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

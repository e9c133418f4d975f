"""A small picture of a window with an error, for letters that show one. Drawn here, so that no file has to travel."""

import struct
import zlib
from functools import lru_cache
from typing import Final

_WIDTH, _HEIGHT = 480, 180
#: From, to, from, to in pixels, and the grey or colour: title bar, its button, icon, three lines of text, a button.
_BOXES: Final = (
    (0, 480, 0, 180, (244, 246, 249)),
    (0, 480, 0, 28, (60, 74, 92)),
    (452, 466, 8, 20, (200, 80, 70)),
    (28, 84, 56, 112, (192, 57, 43)),
    (110, 420, 60, 70, (90, 100, 112)),
    (110, 380, 82, 92, (90, 100, 112)),
    (110, 300, 104, 114, (150, 158, 168)),
    (360, 450, 136, 162, (29, 102, 173)),
)


@lru_cache
def picture() -> bytes:
    """PNG, 480 by 180 pixels (RFC 2083)."""
    rows = [bytearray(3 * _WIDTH) for _ in range(_HEIGHT)]
    for left, right, top, bottom, colour in _BOXES:
        for row in rows[top:bottom]:
            row[3 * left : 3 * right] = bytes(colour) * (right - left)
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\x00" + bytes(row) for row in rows), 9)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

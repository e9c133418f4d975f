"""Files that stand in a text as yEnc (yEnc 1.3): `=ybegin ... name=`, encoded lines, `=yend size=`.

Size and checksum are compared with what was read; a difference is said and the file is kept. Nothing is allocated by
what a header line promises.
"""

import re
import zlib
from typing import Final

from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import Opened, file_part
from maildesk.ingest.unpack.in_text import Block, open_in_text
from maildesk.reason import because

#: Of one file; ordinary data has one in sixty characters. More of them stay in the text.
_MOST_ESCAPES: Final = 1 << 20
_BEGIN: Final = re.compile(
    rb"(?:(?<=[\r\n])|\A)=ybegin ([^\r\n]{0,200}?)\bname=([^\r\n]{1,300})(?:\r\n|\r|\n)"
    rb"(=ypart [^\r\n]{0,200}(?:\r\n|\r|\n))?"
)
_END: Final = re.compile(rb"(?:\r\n|\r|\n)=y(?:end ([^\r\n]{0,200})|begin )")
_VALUE: Final = re.compile(rb"\b([a-z0-9]{1,10})=([0-9A-Fa-f]{1,20})")
_ESCAPED: Final = re.compile(rb"=([^\r\n])")
_SHIFTED: Final = bytes((byte - 42) % 256 for byte in range(256))
_ESCAPES: Final = {bytes([byte]): bytes([(byte - 64) % 256]) for byte in range(256)}


def open_yenc(leaf: Leaf) -> Opened | None:
    """The files in a text and the text without them; None where there are none."""
    return open_in_text(leaf, b"=ybegin ", _BEGIN, _read)


def _read(raw: bytes, end: int, begin: re.Match[bytes]) -> Block:
    last = _END.search(raw, begin.end() - 1, end)
    if last is None or last[1] is None:
        return Block(last.start() if last else end)
    if raw.count(b"=", begin.end(), last.start()) > _MOST_ESCAPES:
        return Block(last.end())
    data = _decoded(raw[begin.end() : last.start()])
    name = decode_text(begin[2]).strip().strip('"')
    return Block(last.end(), file_part((data, 0, len(data)), name), _problem(_values(begin[1]), _values(last[1]), data))


def _problem(first: dict[bytes, bytes], closing: dict[bytes, bytes], data: bytes) -> str:
    checksum = closing.get(b"pcrc32") or (closing.get(b"crc32") if b"part" not in first else None)
    if _number(closing.get(b"size")) != len(data) or (checksum and int(checksum, 16) != zlib.crc32(data)):
        return because("yenc_damaged")
    if b"part" in first and first.get(b"total") != b"1":
        return because("yenc_part")
    return ""


def _values(text: bytes) -> dict[bytes, bytes]:
    return dict(_VALUE.findall(text))


def _number(digits: bytes | None) -> int:
    return int(digits) if digits and digits.isdigit() else -1


def _decoded(lines: bytes) -> bytes:
    """Characters that mail cannot carry stand escaped: "=" and the character, 64 higher."""
    whole = lines.translate(None, b"\r\n")
    pieces = _ESCAPED.sub(lambda found: _ESCAPES[found[1]], whole) if b"=" in whole else whole
    return pieces.translate(_SHIFTED)

"""Files that stand uuencoded in a text: `begin 644 name`, lines of a checked length, `end`.

A text that only speaks of such things is left alone: every line between the two must be what uuencode writes.
"""

import re
from typing import Final

from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import Opened, file_part
from maildesk.ingest.unpack.in_text import Block, open_in_text

_MOST_BLANK_LINES: Final = 10
#: A mail that was cut off has no end line; so many whole lines must speak for it then.
_ENOUGH_LINES: Final = 3
_CUT_OFF: Final = "a file in the text (uuencode) is cut off"
_BEGIN: Final = re.compile(rb"(?:(?<=[\r\n])|\A)begin(-base64)? [0-7]{3,4} ([^\r\n]{1,300})(?:\r\n|\r|\n)")
_LINE: Final = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_UU: Final = re.compile(rb"[ -`]+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]+={0,2}[ \t]*")


def open_uuencoded(leaf: Leaf) -> Opened | None:
    """The files in a text and the text without them; None where there are none."""
    return open_in_text(leaf, b"begin", _BEGIN, _read)


def _read(raw: bytes, end: int, begin: re.Match[bytes]) -> Block:
    lines = _Lines(raw, end, begin)
    if not lines.whole:
        # A line that begins a block is none of the lines inside one, so no line is looked at twice.
        return Block(begin.end())
    return Block(lines.after, _file(raw, begin, lines), "" if lines.ended else _CUT_OFF)


class _Lines:
    """The lines after a begin line: where they end, and whether they are a file."""

    def __init__(self, raw: bytes, end: int, begin: re.Match[bytes]) -> None:
        self.based = begin[1] is not None
        self.data_end = self.after = begin.end()
        self.ended = False
        lines = full = 0
        while self.after < end and (line := _LINE.match(raw, self.after, end)) and line[0]:
            if self._is_last(line[1]):
                self._close(raw, end, line)
                break
            missing = self._missing(line[1])
            if missing is None:
                break
            lines += 1
            full += missing <= 0
            self.data_end = self.after = line.end()
        cut_off = self.after >= end and lines >= _ENOUGH_LINES
        self.whole = (self.ended or cut_off) and full > 0 and full * 2 >= lines

    def _missing(self, line: bytes) -> int | None:
        """How many characters the line lacks of what its first one promises; None where it is no line of data."""
        if self.based:
            return 0 if _BASE64.fullmatch(line) else None
        if not _UU.fullmatch(line):
            return None
        missing = -(-((line[0] - 32) & 63) // 3) * 4 - (len(line) - 1)
        # Mail programs strip spaces, which are zeros; some encoders add a check character, or whole groups.
        return missing if missing >= -3 and (missing <= 0 or b"`" not in line) else None

    def _is_last(self, line: bytes) -> bool:
        return line.strip() in ((b"====",) if self.based else (b"end", b"`", b"", b"`end"))

    def _close(self, raw: bytes, end: int, line: re.Match[bytes]) -> None:
        """The line of length nothing, and the end line after it."""
        self.after = line.end()
        self.ended = self.based or line[1].strip().endswith(b"end")
        for _ in range(_MOST_BLANK_LINES):
            following = _LINE.match(raw, self.after, end)
            word = following[1].strip() if following else b"?"
            if self.ended or following is None or word not in (b"end", b""):
                break
            self.after, self.ended = following.end(), word == b"end"


def _file(raw: bytes, begin: re.Match[bytes], lines: _Lines) -> Leaf:
    encoding = "base64" if lines.based else "x-uuencode"
    return file_part((raw, begin.end(), lines.data_end), _name(begin), encoding=encoding)


def _name(begin: re.Match[bytes]) -> str:
    return decode_text(begin[2]).strip().strip('"')

"""RTF to text: as Outlook compresses it (MS-OXRTFCP), with the HTML it was made of (MS-OXRTFEX), and plain RTF.

One pass, no recursion. Pictures, fonts, styles and whatever else is not text are passed over.
"""

import re
import struct
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.mime.charsets import decode_text, scrub
from maildesk.ingest.unpack.mapi import code_page_label

#: Of the RTF so many bytes are read at most.
LONGEST: Final = 512 << 10
_DEEPEST: Final = 1000
_HEAD: Final = struct.Struct("<II4sI")
#: MS-OXRTFCP 2.1.3.1: what every writer and reader knows before the first byte.
_KNOWN: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW: Final = 4096
_TOKEN: Final = re.compile(
    r"\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,9})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.S
)
_SILENT: Final = frozenset(
    "fonttbl colortbl stylesheet info pict object objdata header footer headerl headerr headerf footerl footerr "
    "footerf footnote annotation filetbl revtbl listtable listoverridetable themedata datastore latentstyles "
    "rsidtbl xmlnstbl fldinst mhtmltag generator pntext pntxta pntxtb".split()
)
_SIGNS: Final = {
    "par": "\n", "line": "\n", "sect": "\n\n", "page": "\n\n", "row": "\n", "tab": "\t", "cell": "\t", "nestcell": "\t",
    "emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "emspace": "\u2003", "enspace": "\u2002",
}  # fmt: skip
_SYMBOLS: Final = {"{": "{", "}": "}", "\\": "\\", "~": "\xa0", "_": "-", "\n": "\n", "\r": "\n"}
#: Character sets of fonts (RTF 1.9.1, font table) that are not the document's own.
_CHARSETS: Final = {
    77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 255: 850,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """`is_html` where the RTF carried HTML: then `text` is that HTML."""

    text: str
    is_html: bool


def read_compressed_rtf(data: bytes, label: str = "") -> Read:
    """The text of a MAPI RTF property; what is damaged is read as far as it goes."""
    return read_rtf(expand(data), label)


def expand(data: bytes) -> bytes:
    """Undoes the compression: at most LONGEST bytes."""
    if len(data) < _HEAD.size:
        return b""
    _, size, kind, _ = _HEAD.unpack_from(data)
    if kind == b"MELA":
        return data[_HEAD.size : _HEAD.size + min(size, LONGEST)]
    return _expand(data, min(size, LONGEST)) if kind == b"LZFu" else b""


def _expand(data: bytes, size: int) -> bytes:
    """Runs of eight items, each a byte or a place in the last 4096 bytes (MS-OXRTFCP 2.2.2.1)."""
    out = bytearray(_KNOWN)
    size += len(_KNOWN)
    at = _HEAD.size
    while at < len(data) and len(out) < size:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at + (flags >> bit & 1) >= len(data):
                return bytes(out[len(_KNOWN) : size])
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            word, at = data[at] << 8 | data[at + 1], at + 2
            back = (len(out) - (word >> 4)) % _WINDOW
            if back == 0:
                return bytes(out[len(_KNOWN) : size])
            _repeat(out, back, (word & 15) + 2)
    return bytes(out[len(_KNOWN) : size])


def _repeat(out: bytearray, back: int, length: int) -> None:
    # What lies before the first byte of the window is spaces.
    begin = len(out) - back
    seen = out[begin : begin + length] if begin >= 0 else b" " * min(-begin, length) + out[: max(begin + length, 0)]
    times = -(-length // len(seen))
    out += (bytes(seen) * times)[:length]


def read_rtf(data: bytes, label: str = "") -> Read:
    """The text of an RTF document. `label` is the charset of one that names none."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return Read("", False)
    writing = _Writing(label or "cp1252")
    text = data[:LONGEST].decode("latin-1")
    at = 0
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        word, number, code, symbol, brace, plain = token.groups()
        if word:
            at += writing.word(word, int(number) if number else None)
        elif code:
            writing.byte(int(code, 16))
        elif symbol:
            writing.symbol(symbol)
        elif brace:
            writing.brace(brace)
        elif plain:
            writing.plain(plain)
    return Read(writing.text(), writing.is_html)


@dataclass(slots=True)
class _Group:
    """What holds until the group ends."""

    silent: bool = False
    #: Inside of a piece of the HTML.
    tag: bool = False
    #: RTF that stands for HTML already given.
    doubled: bool = False
    #: How many characters stand in for one \\u.
    replaced: int = 1
    label: str = ""


class _Writing:
    """The text so far, and the state of the groups that are open."""

    def __init__(self, label: str) -> None:
        self.pieces: list[str] = []
        self.bytes = bytearray()
        self.label = label
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.is_html = False
        self.group = _Group()
        self.around: list[_Group] = []
        self.too_deep = 0
        self.starred = False
        self.skip = 0

    def text(self) -> str:
        self._flush()
        text = "".join(self.pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return scrub(text)

    def word(self, word: str, number: int | None) -> int:
        """A control word; returns how many characters after it are no RTF."""
        starred, self.starred = self.starred, False
        if word == "bin":
            return max(number or 0, 0)
        if word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self.skip = self.group.replaced
        elif word in _SIGNS:
            self._write(_SIGNS[word])
        elif word in _SILENT or (starred and word != "htmltag"):
            self.group.silent = True
        self._set(word, number)
        return 0

    def _set(self, word: str, number: int | None) -> None:
        match word:
            case "ansicpg" if number:
                self.label = code_page_label(number)
            case "fromhtml":
                self.is_html = number != 0
            case "htmltag":
                self.group.tag = True
            case "htmlrtf":
                self.group.doubled = number != 0
            case "uc":
                self.group.replaced = min(max(number or 0, 0), 10)
            case "f" | "fcharset" if number is not None:
                self._choose_font(word, number)
            case _:
                pass

    def _choose_font(self, word: str, number: int) -> None:
        """In the table of fonts it says what follows; in the text, which of them holds."""
        if word == "f":
            self.font = number
            self._flush()
            self.group.label = self.fonts.get(number, "")
        elif page := _CHARSETS.get(number):
            self.fonts[self.font] = code_page_label(page)

    def symbol(self, symbol: str) -> None:
        self.starred = symbol == "*"
        if symbol in _SYMBOLS:
            self._write(_SYMBOLS[symbol])

    def byte(self, byte: int) -> None:
        if self.skip:
            self.skip -= 1
        elif self._heard():
            self.bytes.append(byte)

    def plain(self, text: str) -> None:
        skipped, self.skip = min(self.skip, len(text)), 0
        if self._heard():
            self.bytes += text[skipped:].encode("latin-1")

    def brace(self, brace: str) -> None:
        self._flush()
        self.skip = 0
        self.starred = False
        group = self.group
        if brace == "{" and len(self.around) < _DEEPEST:
            self.around.append(group)
            self.group = _Group(group.silent, group.tag, group.doubled, group.replaced, group.label)
        elif brace == "{":
            self.too_deep += 1
        elif self.too_deep:
            self.too_deep -= 1
        elif self.around:
            self.group = self.around.pop()

    def _write(self, text: str) -> None:
        if self._heard():
            self._flush()
            self.pieces.append(text)

    def _heard(self) -> bool:
        """Is what comes now text?"""
        return not self.group.silent and not (self.is_html and self.group.doubled and not self.group.tag)

    def _flush(self) -> None:
        if self.bytes:
            self.pieces.append(decode_text(bytes(self.bytes), self.group.label or self.label))
            self.bytes.clear()

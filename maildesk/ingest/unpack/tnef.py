"""TNEF, the `winmail.dat` of Outlook and Exchange (MS-OXTNEF): its files, and its text in the best of its forms.

One pass over offsets: a length that leads beyond its container ends the reading there, and what was found before stays.
The public decoders copy the rest of the stream for every attribute, and give up as a whole at the first fault.
"""

import struct
from dataclasses import dataclass, field
from typing import Final

from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import Opened, decoded_stretch, file_part, text_part
from maildesk.ingest.unpack.mapi import OBJECT, PropertyReader, Value, code_page_label, number_at, text_of
from maildesk.ingest.unpack.rtf import read_compressed_rtf
from maildesk.reason import because

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
TYPES: Final = ("application/ms-tnef", "application/vnd.ms-tnef", "application/x-ms-tnef")
MOST_FILES: Final = 100
#: Mails inside of mails.
_DEEPEST: Final = 2
#: So many of them are read; of more, the streams stand as they are.
_MOST_MAILS: Final = 3
#: In bytes.
_LONGEST_TEXT: Final = 4 << 20
_LONGEST_NAME: Final = 2000
_MOST_ATTRIBUTES: Final = 5000
_ATTRIBUTE: Final = struct.Struct("<BHHI")
_CHECKSUM: Final = 2

# MS-OXTNEF 2.1.3.2: the attributes that are read.
_BODY: Final = 0x800C
_FILE_DATA: Final = 0x800F
_FILE_TITLE: Final = 0x8010
_FILE_BEGINS: Final = 0x9002
_PROPERTIES: Final = 0x9003
_FILE_PROPERTIES: Final = 0x9005
_CODE_PAGE: Final = 0x9007

# MS-OXPROPS: the properties that are read.
_P_BODY: Final = 0x1000
_P_RTF: Final = 0x1009
_P_HTML: Final = 0x1013
_P_DISPLAY_NAME: Final = 0x3001
_P_FILE_DATA: Final = 0x3701
_P_FILE_NAMES: Final = (0x3707, 0x3704, _P_DISPLAY_NAME)
_P_MIME_TYPE: Final = 0x370E
_P_CONTENT_ID: Final = 0x3712
_P_INTERNET_CODE_PAGE: Final = 0x3FDE
#: In front of a file that is an object: the GUID of its interface; a message inside is a stream of its own.
_INTERFACE: Final = 16


@dataclass(slots=True)
class _File:
    title: str = ""
    data: tuple[int, int] | None = None
    properties: dict[int, Value] = field(default_factory=dict)


def is_tnef(leaf: Leaf) -> bool:
    """By its type or name; or by its first bytes, encoded or not, where the type says nothing."""
    if leaf.content_type in TYPES or leaf.filename.lower() == "winmail.dat":
        return True
    beginning = leaf.raw[leaf.start : min(leaf.start + 16, leaf.end)].lstrip()
    return leaf.content_type == "application/octet-stream" and beginning.startswith((SIGNATURE, b"eJ8+I"))


def open_tnef(leaf: Leaf, *, with_text: bool) -> Opened:
    """The files of the stream, then its text if that is wanted and there is one; `rest` is the part itself."""
    stretch = decoded_stretch(leaf)
    stream = _Stream(*stretch)
    opened = Opened(leaf)
    _take_files(stream, opened, 0)
    text = stream.text() if with_text else None
    opened.found += [text] if text else []
    return opened


def _take_files(stream: "_Stream", opened: Opened, depth: int) -> None:
    """The files; of a mail among them, which is a stream of its own, its text as a file and its files."""
    if stream.broken:
        opened.problems.append(because("winmail_broken"))
    mails = 0
    for file in stream.files:
        if len(opened.found) >= MOST_FILES:
            opened.problems.append(because("winmail_files", MOST_FILES))
            return
        raw, start, end = stretch = stream.data_of(file)
        if raw.startswith(SIGNATURE, start, end) and depth < _DEEPEST and mails < _MOST_MAILS:
            mails += 1
            _take_mail(_Stream(*stretch), stream.name_of(file), opened, depth)
        elif start < end:
            opened.found.append(stream.part_of(file))


def _take_mail(mail: "_Stream", name: str, opened: Opened, depth: int) -> None:
    if text := mail.text():
        extension = text.content_type.partition("/")[2].replace("plain", "txt")
        content_type = text.fields.first("content-type")
        opened.found.append(file_part((text.raw, text.start, text.end), f"{name or 'mail'}.{extension}", content_type))
    _take_files(mail, opened, depth + 1)


class _Stream:
    """One TNEF stream, read as far as it is whole."""

    def __init__(self, raw: bytes, start: int, end: int) -> None:
        self.raw = raw
        self.end = end
        self.label = ""
        self.body: tuple[int, int] | None = None
        self.properties: dict[int, Value] = {}
        self.files: list[_File] = []
        self.reader = PropertyReader(raw)
        whole = raw.startswith(SIGNATURE, start) and self._read(start + 6)
        self.broken = not (whole and self.reader.whole)

    def data_of(self, file: _File) -> tuple[bytes, int, int]:
        """Where the bytes of the file are; nowhere where there is nothing of it but its place."""
        if file.data is not None:
            return self.raw, *file.data
        value = file.properties.get(_P_FILE_DATA)
        if value is None:
            return self.raw, 0, 0
        begin = value.start + (_INTERFACE if value.kind == OBJECT else 0)
        return self.raw, min(begin, value.end), value.end

    def name_of(self, file: _File) -> str:
        """The longest name it has."""
        return next((name for one in _P_FILE_NAMES if (name := self._text(file, one))), file.title)

    def part_of(self, file: _File) -> Leaf:
        """The file as a part."""
        return file_part(
            self.data_of(file),
            self.name_of(file),
            self._text(file, _P_MIME_TYPE).lower() or "application/octet-stream",
            content_id=self._text(file, _P_CONTENT_ID),
        )

    def text(self) -> Leaf | None:
        """The first form of the text there is: HTML, plain, RTF, the plain text of old writers."""
        label = self._internet_label()
        if html := self._data(_P_HTML, label).strip():
            return text_part(html, "html")
        if (plain := self._data(_P_BODY, label)).strip():
            return text_part(plain)
        if rtf := self.properties.get(_P_RTF):
            read = read_compressed_rtf(self.raw[rtf.start : rtf.end], self.label)
            if read.text.strip():
                return text_part(read.text, "html" if read.is_html else "plain")
        if self.body:
            return text_part(decode_text(self.raw[self.body[0] : self.body[1]].rstrip(b"\0"), self.label))
        return None

    def _read(self, at: int) -> bool:
        """Reads attribute by attribute; some writers leave the last checksum out."""
        for _ in range(_MOST_ATTRIBUTES):
            start = at + _ATTRIBUTE.size
            if start > self.end:
                return True
            _, name, _, length = _ATTRIBUTE.unpack_from(self.raw, at)
            if start + length > self.end:
                return False
            self._take(name, start, start + length)
            at = start + length + _CHECKSUM
        return False

    def _take(self, name: int, start: int, end: int) -> None:
        if name == _CODE_PAGE:
            self.label = code_page_label(number_at(self.raw, start, end))
        elif name == _BODY:
            self.body = (start, end)
        elif name == _PROPERTIES:
            self.properties |= self.reader.read(start, end)
        elif name == _FILE_BEGINS:
            self.files.append(_File())
        elif self.files:
            self._take_of_file(self.files[-1], name, start, end)

    def _take_of_file(self, file: _File, name: int, start: int, end: int) -> None:
        if name == _FILE_DATA:
            file.data = (start, end)
        elif name == _FILE_TITLE:
            file.title = decode_text(self.raw[start:end].rstrip(b"\0"), self.label)
        elif name == _FILE_PROPERTIES:
            file.properties |= self.reader.read(start, end)

    def _internet_label(self) -> str:
        page = self.properties.get(_P_INTERNET_CODE_PAGE)
        return code_page_label(number_at(self.raw, page.start, page.end)) if page else self.label

    def _data(self, name: int, label: str) -> str:
        value = self.properties.get(name)
        return text_of(self.raw, value, label, _LONGEST_TEXT) if value else ""

    def _text(self, file: _File, name: int) -> str:
        value = file.properties.get(name)
        return text_of(self.raw, value, self.label, _LONGEST_NAME) if value else ""

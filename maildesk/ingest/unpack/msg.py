"""Mails that Outlook saved as .msg (MS-OXMSG): who wrote to whom, when, what, and the files, as parts for people.

The .msg itself always stays. Mails and objects inside of it stay closed. Reading takes the extra `msg`; without it that
is said.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import Final

from maildesk.filekinds import SAYS_NOTHING
from maildesk.ingest.mime.fields import Fields, header_start, read_fields
from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.as_mail import File, mailbox, words, write_mail
from maildesk.ingest.unpack.compound import SIGNATURE, Allowance, Compound, can_read_compound, open_compound
from maildesk.ingest.unpack.found import Opened, file_part
from maildesk.ingest.unpack.mapi import BINARY, STRING, UNICODE, Value, code_page_label, text_of
from maildesk.ingest.unpack.rtf import read_compressed_rtf
from maildesk.reason import because

TYPE: Final = "application/vnd.ms-outlook"
MOST_FILES: Final = 100
MOST_RECIPIENTS: Final = 200
MISSING: Final = because("msg_missing")
BROKEN: Final = because("msg_broken")
#: Of one mail; together they are held decoded, and once more in pieces.
_MOST_MSGS: Final = 20
_MOST_BYTES: Final = 40 << 20
#: In bytes.
_LONGEST_TEXT: Final = 4 << 20
_LONGEST_VALUE: Final = 2000
_LONGEST_HEADER: Final = 64 << 10
_MOST_FIELDS: Final = 300
#: How a compound file begins, as it is and in the encodings of mail.
_BEGINNINGS: Final = (SIGNATURE, b"0M8R4KGxG", b"=D0=CF=11=E0")
_PROPERTIES: Final = "__properties_version1.0"
#: As it stands in the directory of the file.
_MARK: Final = _PROPERTIES.encode("utf-16-le")
_STREAM: Final = "__substg1.0_{:04x}{:04x}"
_STORED: Final = "__substg1.0_3701000d"
#: MS-OXMSG 2.4.1: what stands before the properties of the mail, and before those of a recipient or a file.
_HEADS: Final = (32, 8)
_PROPERTY: Final = struct.Struct("<HHIQ")
_MOST_PROPERTIES: Final = 2000
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_DRAWN_IN_TEXT: Final = 4
_LINE_ENDS: Final = re.compile(r"\r\n?")

# MS-OXPROPS: the properties that are read.
_P_SUBJECT: Final = 0x0037
_P_SENT: Final = (0x0039, 0x0E06)
_P_FROM: Final = ((0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F))
_P_HEADER: Final = 0x007D
_P_RECIPIENT_TYPE: Final = 0x0C15
_P_RECIPIENT: Final = (0x3001, 0x39FE, 0x3003)
_P_BODY: Final = 0x1000
_P_RTF: Final = 0x1009
_P_HTML: Final = 0x1013
_P_IDS: Final = ((0x1035, "message-id"), (0x1042, "in-reply-to"), (0x1039, "references"))
_P_FILE_DATA: Final = 0x3701
_P_FILE_NAMES: Final = (0x3707, 0x3704, 0x3001)
_P_MIME_TYPE: Final = 0x370E
_P_CONTENT_ID: Final = 0x3712
_P_FILE_FLAGS: Final = 0x3714
_P_INTERNET_CODE_PAGE: Final = 0x3FDE
_P_CODE_PAGE: Final = 0x3FFD
_ROLES: Final = {1: "to", 2: "cc"}


@dataclass(frozen=True, slots=True)
class Msg:
    """`data` is the mail in its usual form; `problems` is what could not be read of it."""

    data: bytes
    problems: list[str]


def is_msg(leaf: Leaf) -> bool:
    """May it be one? By its first bytes, and its type or name; where they say nothing, only opening it tells."""
    if not _is_called_msg(leaf):
        beginning = leaf.raw[leaf.start : min(leaf.start + 32, leaf.end)].lstrip()
        if leaf.content_type not in SAYS_NOTHING or not beginning.startswith(_BEGINNINGS):
            return False
    return next(leaf.pieces(), b"").startswith(SIGNATURE)


def is_msg_file(data: bytes) -> bool:
    """Are these the bytes of a .msg? No library is needed to tell."""
    return data.startswith(SIGNATURE) and _MARK in data


def mail_of_msg(data: bytes) -> Msg:
    """A .msg as a mail, with its files. Raises ValueError, with the reason, where it cannot be read."""
    mail = _read(data, Allowance())
    if isinstance(mail, str):
        raise ValueError(mail)
    return Msg(mail.written(mail.files()), mail.problems())


class MsgOpener:
    """Opens the .msg of one mail, which share what opening may cost."""

    def __init__(self) -> None:
        self._allowance = Allowance()
        self._msgs = _MOST_MSGS
        self._bytes = _MOST_BYTES

    def open(self, leaf: Leaf) -> Opened | None:
        """The mail without its files, and the files; `rest` is the .msg by its right type. None for what is no .msg."""
        self._bytes -= leaf.end - leaf.start
        if self._msgs <= 0 or self._bytes < 0:
            return Opened(leaf, problems=[because("msg_too_much")])
        data = leaf.data()
        if not _is_called_msg(leaf) and _MARK not in data:
            return None
        leaf = _typed(leaf)
        self._msgs -= 1
        mail = _read(data, self._allowance)
        return Opened(leaf, problems=[mail]) if isinstance(mail, str) else _opened(leaf, mail)


def _read(data: bytes, allowance: Allowance) -> "_Mail | str":
    """The mail, or why there is none."""
    if not can_read_compound():
        return MISSING
    compound = open_compound(data, allowance)
    return _Mail(compound) if compound and (_PROPERTIES,) in compound else BROKEN


def _opened(leaf: Leaf, mail: "_Mail") -> Opened:
    opened = Opened(leaf)
    written = mail.written([])
    parts = [file_part((written, 0, len(written)), "", "message/rfc822")]
    for file in mail.files():
        stretch = (file.data, 0, len(file.data))
        parts.append(file_part(stretch, file.name, file.safe_type, content_id=file.content_id))
    for part in parts:
        part.inside = leaf.inside
    opened.found = parts
    opened.problems = mail.problems()
    return opened


def _is_called_msg(leaf: Leaf) -> bool:
    return leaf.content_type == TYPE or leaf.filename.lower().endswith(".msg")


def _typed(leaf: Leaf) -> Leaf:
    """Its sender's type stands, unless that says nothing."""
    if leaf.content_type not in SAYS_NOTHING:
        return leaf
    others = [(name, value) for name, value in leaf.fields.items if name != "content-type"]
    name = leaf.fields.first("content-type").partition(";")
    fields = Fields([*others, ("content-type", f"{TYPE}{name[1]}{name[2]}")])
    return Leaf(leaf.raw, leaf.index, fields, leaf.start, leaf.end, leaf.inside)


@dataclass(frozen=True)
class _Item:
    """The mail itself, a recipient or a file: a storage with properties."""

    compound: Compound
    path: tuple[str, ...]
    #: The charset of its texts that are not Unicode.
    label: str = ""

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The properties of a fixed size, as unsigned numbers of eight bytes."""
        head = _HEADS[bool(self.path)]
        data = self.compound.read(*self.path, _PROPERTIES)[head : head + _MOST_PROPERTIES * _PROPERTY.size]
        whole = data[: len(data) - len(data) % _PROPERTY.size]
        return {name: value for _, name, _, value in _PROPERTY.iter_unpack(whole)}

    def number(self, name: int) -> int:
        return self.numbers.get(name, 0) & 0xFFFFFFFF

    def data(self, name: int) -> bytes:
        return self.compound.read(*self.path, _STREAM.format(name, BINARY))

    def text(self, name: int, most: int = _LONGEST_VALUE) -> str:
        """A text property in either form, of `most` bytes at most."""
        for kind in (UNICODE, STRING):
            if data := self.compound.read(*self.path, _STREAM.format(name, kind)):
                return text_of(data, Value(kind, 0, len(data)), self.label, most).rstrip("\0")
        return ""

    def person(self, names: tuple[int, int, int]) -> str:
        """Name and address: the one of SMTP, or the other if it looks like one."""
        name, *addresses = (self.text(one).strip() for one in names)
        return mailbox(name, next((one for one in addresses if "@" in one), ""))


class _Mail:
    """The mail in a .msg."""

    def __init__(self, compound: Compound) -> None:
        self._compound = compound
        number = _Item(compound, ()).number
        self._internet = code_page_label(number(_P_INTERNET_CODE_PAGE)) if number(_P_INTERNET_CODE_PAGE) else ""
        self._label = code_page_label(number(_P_CODE_PAGE)) if number(_P_CODE_PAGE) else self._internet
        self._item = _Item(compound, (), self._label)
        self._storages = compound.storages("__attach_version1.0_#")

    def written(self, files: list[File]) -> bytes:
        return write_mail(self._fields(), *self._texts(), files)

    def files(self) -> list[File]:
        """The files with bytes of their own; a link to a file elsewhere has none."""
        items = (_Item(self._compound, (one,), self._label) for one in self._storages[:MOST_FILES])
        return [file for item in items if (file := _file(item)).data]

    def problems(self) -> list[str]:
        found = []
        if not self._compound.whole:
            found.append(because("msg_damaged"))
        if len(self._storages) > MOST_FILES:
            found.append(because("msg_files", MOST_FILES))
        if any(self._compound.has_storage(one, _STORED) for one in self._storages[:MOST_FILES]):
            found.append(because("msg_inside"))
        return found

    def _fields(self) -> list[tuple[str, str]]:
        """The header that the mail came with, if it came by mail; what is not in it, from the properties."""
        header = self._item.text(_P_HEADER, _LONGEST_HEADER).encode("utf-8", "replace")
        came, _ = read_fields(header, header_start(header), len(header), _MOST_FIELDS)
        own = {name: value for name, value in self._own_fields() if value and name not in came}
        return [*came.items, *own.items()]

    def _own_fields(self) -> Iterator[tuple[str, str]]:
        people = [person for names in _P_FROM if (person := self._item.person(names))]
        yield "from", next((person for person in people if "@" in person), next(iter(people), ""))
        recipients = [_Item(self._compound, (one,), self._label) for one in self._compound.storages("__recip")]
        for role, name in _ROLES.items():
            of_role = (one for one in recipients[:MOST_RECIPIENTS] if one.number(_P_RECIPIENT_TYPE) & 0xF == role)
            yield name, ",\r\n ".join(filter(None, (one.person(_P_RECIPIENT) for one in of_role)))
        yield "subject", words(self._item.text(_P_SUBJECT))
        yield "date", next((date for name in _P_SENT if (date := _date(self._item.numbers.get(name, 0)))), "")
        for number, name in _P_IDS:
            yield name, words(self._item.text(number))

    def _texts(self) -> tuple[str, str]:
        """Plain and HTML; out of the RTF only where there is neither."""
        plain = _LINE_ENDS.sub("\n", self._item.text(_P_BODY, _LONGEST_TEXT))
        data = self._item.data(_P_HTML)
        html = text_of(data, Value(BINARY, 0, len(data)), self._internet or self._label, _LONGEST_TEXT)
        html = html or self._item.text(_P_HTML, _LONGEST_TEXT)
        if plain.strip() or html.strip():
            return plain, html
        read = read_compressed_rtf(self._item.data(_P_RTF), self._label)
        return ("", read.text) if read.is_html else (read.text, "")


def _file(item: _Item) -> File:
    content_id = item.text(_P_CONTENT_ID).strip("<> ")
    content_type = item.text(_P_MIME_TYPE).lower()
    # A text that says it is drawn within the mail would become a part of its text.
    drawn = bool(content_id) and not content_type.startswith("text/") and item.number(_P_FILE_FLAGS) & _DRAWN_IN_TEXT
    return File(
        name=next((name for one in _P_FILE_NAMES if (name := item.text(one).strip())), ""),
        content_type=content_type,
        content_id=content_id,
        inline=bool(drawn),
        data=item.data(_P_FILE_DATA),
    )


def _date(ticks: int) -> str:
    """Tenths of a microsecond since 1601 as the value of a Date field; empty for none, and beyond the year 9999."""
    try:
        return format_datetime(_EPOCH + timedelta(microseconds=ticks // 10)) if ticks else ""
    except OverflowError:
        return ""

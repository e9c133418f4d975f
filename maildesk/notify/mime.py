"""The bytes of a mail: 7-bit, CRLF, no line longer than 998. The same input gives the same bytes, for ever.

Written by hand on `binascii`, because `email.message.EmailMessage` takes a millisecond per letter and encodes long
Message-IDs, which breaks threads. Bytes of a sender are never passed through: each part is encoded anew (threats T27).
"""

import re
import unicodedata
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from maildesk.notify.headers import LONGEST_LINE, Field, clean_header

__all__ = [
    "begin_of_multipart",
    "boundary",
    "clean_header",
    "end_of_multipart",
    "file_part",
    "multipart",
    "safe_filename",
    "text_part",
    "write_mail",
]

#: Programs in disguise: a mail client would run or render them.
_ACTIVE: Final = frozenset({"text/html", "text/xml", "text/javascript", "text/ecmascript", "text/vbscript"})
_ACTIVE_ENDS: Final = ("xml", "javascript", "ecmascript", "html", "x-sh", "hta")
#: Cannot be encoded (RFC 2046 5.1, 5.2), or are somebody's raw bytes.
_COMPOSITE: Final = ("message/", "multipart/")
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_CONTENT_ID: Final = re.compile(r"[!-;=?-~]{1,200}")
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f/\\:*?\"<>|]")
#: White space at a line's end gets lost, "From " gets an angle bracket in mailbox files, "=_" is our boundary.
_NOT_7BIT: Final = (" \n", "\t\n", "\nFrom ", "=_")
_LONGEST_NAME: Final = 100
_LONGEST_ENCODED_NAME: Final = 800


def write_mail(fields: Sequence[Field], part: bytes) -> bytes:
    """Head and body together. Raises ValueError where the head would not be exactly these fields (threats T25)."""
    head = "\r\n".join(field.line for field in fields)
    _check(head, [field.name for field in fields])
    return head.encode("ascii") + b"\r\n" + part


def text_part(subtype: str, text: str) -> bytes:
    """A text/plain or text/html part with its own fields. 7bit where that is possible, else the shorter encoding."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    if subtype == "html" and _mostly_ascii(text):
        # Character references keep a letter readable in its source, and quick to write.
        text = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    encoding, body = _encoded_text(text)
    charset = "utf-8"
    head = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body


def file_part(filename: str, content_type: str, data: bytes, inline: bool = False, content_id: str = "") -> bytes:
    """An attachment in base64. What a client could run goes as application/octet-stream; only pictures are inline."""
    kind = _safe_type(content_type)
    shown = "inline" if inline and kind in _PICTURES else "attachment"
    lines = [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {shown};\r\n {_filename_parameter(safe_filename(filename))}",
    ]
    if _CONTENT_ID.fullmatch(content_id):
        lines.append(f"Content-ID: <{content_id}>")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + _base64(data)


def multipart(subtype: str, edge: str, parts: Sequence[bytes]) -> bytes:
    """The parts between boundaries, with the field that says so."""
    return begin_of_multipart(subtype, edge, parts) + end_of_multipart(edge, [])


def begin_of_multipart(subtype: str, edge: str, parts: Sequence[bytes]) -> bytes:
    """A multipart without its end, which `end_of_multipart` writes: more parts and the closing boundary."""
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{edge}"\r\n\r\n'.encode("ascii")
    return head + _between(edge, parts)


def end_of_multipart(edge: str, parts: Sequence[bytes]) -> bytes:
    """The last parts of a multipart, and its closing boundary."""
    return _between(edge, parts) + f"--{edge}--\r\n".encode("ascii")


def _between(edge: str, parts: Sequence[bytes]) -> bytes:
    before = f"--{edge}\r\n".encode("ascii")
    return b"".join(before + part for part in parts)


def boundary(seed: str, level: str) -> str:
    """A line that no part contains: quoted-printable and base64 never write "=_", and 7bit text with it is encoded."""
    return f"=_{level}_{sha256(seed.encode('utf-8')).hexdigest()[:32]}"


def safe_filename(name: str) -> str:
    """A name to show and to save by: composed, no path, no control or direction characters, at most 100 characters."""
    # Mac clients send Hangul names in pieces (NFD).
    name = unicodedata.normalize("NFC", clean_header(_NOT_IN_NAMES.sub("_", name))).strip(" .")
    name = name or "attachment"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    stem = stem[: _LONGEST_NAME - len(dot + ending)]
    while len(quote(stem, safe="")) > _LONGEST_ENCODED_NAME:
        stem = stem[:-5]
    return f"{stem}{dot}{ending}"


def _encoded_text(text: str) -> tuple[str, bytes]:
    if _is_7bit(text):
        return "7bit", text.replace("\n", "\r\n").encode("ascii")
    data = text.replace("\n", "\r\n").encode("utf-8", "replace")
    if not _mostly_ascii(text):
        return "base64", _base64(data)
    return "quoted-printable", b2a_qp(data, istext=True).replace(b"\nFrom ", b"\n=46rom ")


def _mostly_ascii(text: str) -> bool:
    """Is quoted-printable, which triples the bytes outside ASCII, shorter than base64, which adds a third to all?"""
    return text.isascii() or (len(text.encode("utf-8", "replace")) - len(text)) * 10 < len(text)


def _is_7bit(text: str) -> bool:
    if not text.isascii() or any(odd in text for odd in _NOT_7BIT) or text.startswith("From "):
        return False
    lines = text.split("\n")
    return max(map(len, lines)) <= LONGEST_LINE and "".join(lines).replace("\t", "").isprintable()


def _base64(data: bytes) -> bytes:
    """Lines of 76 characters (RFC 2045 6.8)."""
    whole = b2a_base64(data, newline=False)
    return b"".join([whole[at : at + 76] + b"\r\n" for at in range(0, len(whole), 76)])


def _safe_type(content_type: str) -> str:
    kind = content_type.strip().lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(_COMPOSITE):
        return "application/octet-stream"
    return "application/octet-stream" if kind in _ACTIVE or kind.endswith(_ACTIVE_ENDS) else kind


def _filename_parameter(name: str) -> str:
    if name.isascii():
        return f'filename="{name}"'
    # RFC 2231 section 4; one form only, since two that disagree are read differently by scanner and client.
    return f"filename*=utf-8''{quote(name, safe='')}"


def _check(head: str, names: list[str]) -> None:
    lines = head.split("\r\n")
    found = [line.partition(":")[0] for line in lines if not line.startswith(" ")]
    if found != names or not "".join(lines).isascii() or not "".join(lines).isprintable():
        raise ValueError(f"the head of a letter would be {found}, not {names}")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise ValueError("a field of a letter is too long for a line")

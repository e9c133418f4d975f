"""The bytes of a mail: 7-bit, CRLF, no line longer than 998. The same input gives the same bytes, for ever.

Written by hand on `binascii`, because `email.message.EmailMessage` takes a millisecond per letter and encodes long
Message-IDs, which breaks threads. Bytes of a sender are never passed through: each part is encoded anew (threats T27).
"""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from maildesk.filenames import saved_as
from maildesk.notify.headers import LONGEST_LINE, Field, clean_header
from maildesk.notify.proof import prove_fields

__all__ = [
    "PICTURES",
    "begin_of_multipart",
    "boundary",
    "clean_header",
    "end_of_multipart",
    "file_part",
    "multipart",
    "text_part",
    "write_mail",
]

#: Programs in disguise: a mail client would run or render them.
_ACTIVE: Final = frozenset({"text/html", "text/xml", "text/javascript", "text/ecmascript", "text/vbscript"})
_ACTIVE_ENDS: Final = ("xml", "javascript", "ecmascript", "html", "x-sh", "hta")
#: Cannot be encoded (RFC 2046 5.1, 5.2), or are somebody's raw bytes.
_COMPOSITE: Final = ("message/", "multipart/")
#: What every mail client shows in the middle of a letter.
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_CONTENT_ID: Final = re.compile(r"[!-;=?-~]{1,200}")
#: All that 7-bit text may be made of.
_PLAIN: Final = bytes([*b"\t\n", *range(0x20, 0x7F)])
#: White space at a line's end gets lost, "From " gets an angle bracket in mailbox files, "=_" is our boundary.
_NOT_7BIT: Final = (" \n", "\t\n", "\nFrom ", "=_")


def write_mail(fields: Sequence[Field], part: bytes) -> bytes:
    """Head and body together. Raises ValueError where the head would not be exactly these fields (threats T25)."""
    head = "\r\n".join(field.line for field in fields)
    letter = head.encode("utf-8", "replace") + b"\r\n" + part
    # What a text says about itself is one field more than what a multipart says.
    encoding = ["Content-Transfer-Encoding"] if part.startswith(b"Content-Type: text/") else []
    prove_fields(letter, [*(field.name for field in fields), "Content-Type", *encoding])
    return letter


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
    shown = "inline" if inline and kind in PICTURES else "attachment"
    lines = [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {shown};\r\n {_filename_parameter(saved_as(filename))}",
    ]
    if _CONTENT_ID.fullmatch(content_id):
        lines.append(f"Content-ID: <{content_id}>")
    head = "\r\n".join([*lines, "", ""]).encode("ascii")
    prove_fields(head, [line.partition(":")[0] for line in lines])
    return head + _base64(data)


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
    # Cheapest first: words that people wrote are often one long line of HTML.
    return max(map(len, text.split("\n"))) <= LONGEST_LINE and not text.encode("ascii").translate(None, _PLAIN)


def _base64(data: bytes) -> bytes:
    """Lines of 76 characters (RFC 2045 6.8)."""
    whole = b2a_base64(data, newline=False)
    lines = [whole[at : at + 76] for at in range(0, len(whole), 76)]
    return b"\r\n".join([*lines, b""])


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

"""Writes a mail that came in another form down as a mail (RFC 5322, MIME), so that everything that reads mail reads it.

What it is given is data of a stranger: nothing of it can end a field, a header or a part.
"""

import hashlib
import re
from base64 import b64encode, encodebytes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from maildesk.ingest.mime.fields import octets

_NOT_PRINTED: Final = re.compile(r"[\x00-\x20\x7f\s]+")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
#: Bytes that fit into an encoded word of 75 characters (RFC 2047 2).
_WORD: Final = 45


@dataclass(frozen=True, slots=True)
class File:
    """`inline`: it is shown where the HTML names its Content-ID."""

    name: str
    content_type: str
    content_id: str
    inline: bool
    data: bytes

    @property
    def safe_type(self) -> str:
        """Its type as far as it is one; a file that calls itself a multipart or a mail would have to be read as one."""
        opens = self.content_type.startswith(("multipart/", "message/"))
        return self.content_type if _TYPE.fullmatch(self.content_type) and not opens else _OCTETS


_OCTETS: Final = "application/octet-stream"
_NAMES: Final = {"message-id": "Message-ID", "mime-version": "MIME-Version"}


def write_mail(fields: Iterable[tuple[str, str]], plain: str, html: str, files: Sequence[File] = ()) -> bytes:
    """The whole mail. `fields` are raw values under lower-case names; those of MIME among them are left out."""
    head = [(name, value) for name, value in fields if name != "mime-version" and not name.startswith("content-")]
    texts = [_text(text, subtype) for text, subtype in ((plain, "plain"), (html, "html")) if text.strip()]
    body = texts[0] if len(texts) == 1 else _multipart("alternative", texts or [_text(plain, "plain")], "texts")
    if files:
        body = _multipart("mixed", [body, *map(_file, files)], _boundary(files))
    return b"".join([*(_field(name, value) for name, value in head), b"MIME-Version: 1.0\r\n", *body])


def words(text: str) -> str:
    """Free text as the value of a field: one line, in encoded words where it has to be."""
    text = _NOT_PRINTED.sub(" ", text).strip()
    if text.isascii() and "=?" not in text:
        return text
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode('ascii')}?=" for piece in _pieces(text))


def mailbox(name: str, address: str) -> str:
    """A person as one writes him in a field; the name alone where the address is none (Exchange has others inside)."""
    name = _NOT_PRINTED.sub(" ", name).strip()
    phrase = '"' + name.replace("\\", "").replace('"', "") + '"' if name.isascii() and "=?" not in name else words(name)
    if not _ADDRESS.fullmatch(address):
        return phrase if name else ""
    return f"{phrase} <{address}>" if name and name != address else address


def _pieces(text: str) -> list[bytes]:
    """The text in UTF-8, cut between characters."""
    pieces, piece = [], b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _WORD:
            pieces.append(piece)
            piece = b""
        piece += encoded
    return [*pieces, piece]


def _field(name: str, value: str) -> bytes:
    shown = _NAMES.get(name, "-".join(word.capitalize() for word in name.split("-")))
    return b"%b: %b\r\n" % (shown.encode("ascii"), octets(value).strip())


def _text(text: str, subtype: str) -> list[bytes]:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return [head.encode("ascii"), encodebytes(text.encode("utf-8", "replace"))]


def _file(file: File) -> list[bytes]:
    """Its bytes as they are: in base64 a large file would be held several times."""
    disposition = "inline" if file.inline else "attachment"
    # RFC 2231: whatever stands in the name, it reads back as it was.
    head = f"Content-Type: {file.safe_type}\r\nContent-Transfer-Encoding: binary\r\n"
    head += f"Content-Disposition: {disposition}; filename*=utf-8''{quote(file.name, safe='', errors='replace')}\r\n"
    head += f"Content-ID: <{quote(file.content_id, safe='@.-_+=$')}>\r\n" if file.content_id else ""
    return [head.encode("ascii"), b"\r\n", file.data]


def _boundary(files: Sequence[File]) -> str:
    """The same for the same files, and in none of them: nobody can write a file with its own digest in it."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.data)
    return digest.hexdigest()


def _multipart(subtype: str, parts: list[list[bytes]], boundary: str) -> list[bytes]:
    line = f"--=_{boundary}".encode("ascii")
    pieces = [f'Content-Type: multipart/{subtype}; boundary="=_{boundary}"\r\n\r\n'.encode("ascii")]
    for part in parts:
        pieces += [line, b"\r\n", *part, b"\r\n"]
    return [*pieces, line, b"--\r\n"]

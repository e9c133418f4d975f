"""Chooses the readable body of a mail among its leaves, and lists the others as attachments.

Text and HTML of one multipart/alternative say the same (RFC 2046 5.1.4); parts beside each other follow one another.
"""

import hashlib
import posixpath
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.charsets import decode_text
from maildesk.ingest.headers import decode_words
from maildesk.ingest.html import html_to_text
from maildesk.ingest.structure import Leaf
from maildesk.mail import Part

LONGEST_TEXT: Final = 1 << 20
MOST_ATTACHMENTS: Final = 100
#: Data of a part up to this size travels with the mail, and not more than this of all parts together.
LARGEST_KEPT: Final = 1 << 20
_KEPT_IN_ALL: Final = 4 << 20
_TEXT_TYPES: Final = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/enriched",
    "text/richtext",
    "text/x-amp-html",
    "text/watch-html",
)
_INVISIBLE: Final = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
_LONGEST_NAME: Final = 120
_CR: Final = re.compile("\r\n?")


@dataclass(frozen=True, slots=True)
class Body:
    """`html` is as it came, not cleaned: nothing but the cleaner may read it."""

    text: str
    html: str
    problems: tuple[str, ...]


def split_leaves(leaves: tuple[Leaf, ...]) -> tuple[list[Leaf], list[Leaf]]:
    """The leaves that are read as text, and the attachments."""
    bodies = [leaf for leaf in leaves if _is_body(leaf)]
    return bodies, [leaf for leaf in leaves if leaf not in bodies]


def read_body(bodies: list[Leaf]) -> Body:
    """One text from all body leaves; from the HTML where there is no text."""
    groups: dict[int, list[Leaf]] = {}
    for leaf in bodies:
        groups.setdefault(_alternative(leaf), []).append(leaf)
    texts: list[str] = []
    htmls: list[str] = []
    problems: list[str] = []
    for group in groups.values():
        plain = "\n\n".join(text for leaf in group if leaf.content_type in _PLAIN and (text := _plain(leaf)).strip())
        html = "\n".join(_decoded(leaf) for leaf in group if leaf.content_type == "text/html")
        htmls += [html] if html.strip() else []
        texts.append(plain if plain.strip() or not html.strip() else html_to_text(html))
    text = "\n\n".join(one for one in texts if one.strip()) or "".join(texts)
    if len(text) > LONGEST_TEXT:
        problems.append("the text is very long; the rest stands in the original")
    return Body(text[:LONGEST_TEXT], "\n".join(htmls), tuple(problems))


def read_attachments(leaves: list[Leaf]) -> tuple[Part, ...]:
    """What can be listed of each attachment; the bytes of large ones stay in the raw mail."""
    parts: list[Part] = []
    room = _KEPT_IN_ALL
    for leaf in leaves[:MOST_ATTACHMENTS]:
        part = _attachment(leaf, min(room, LARGEST_KEPT))
        room -= len(part.data)
        parts.append(part)
    return tuple(parts)


def clean_filename(name: str) -> str:
    """A name for people to see, and safe in any of their systems: normalised first, then judged (threats T43)."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(character for character in name if unicodedata.category(character) not in _INVISIBLE)
    name = posixpath.basename(name.replace("\\", "/")).strip(" .") if name.strip(" ./\\") else ""
    stem, dot, extension = name.rpartition(".")
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    if not dot or len(extension.encode()) > 20:
        return name.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    return stem.encode()[: _LONGEST_NAME - len(extension.encode()) - 1].decode("utf-8", "ignore") + dot + extension


_PLAIN: Final = ("text/plain", "text/markdown", "text/enriched", "text/richtext")


def _is_body(leaf: Leaf) -> bool:
    if leaf.content_type not in _TEXT_TYPES or leaf.disposition == "attachment":
        return False
    return not leaf.filename or (leaf.disposition == "inline" and leaf.content_type == "text/plain" and leaf.index == 0)


def _alternative(leaf: Leaf) -> int:
    """The outermost alternative around the leaf; a number of its own for a leaf outside of any."""
    return next((one.number for one in leaf.inside if one.media_type == "multipart/alternative"), -1 - leaf.index)


def _decoded(leaf: Leaf) -> str:
    data = b"".join(_limited(leaf, 4 * LONGEST_TEXT))
    return _CR.sub("\n", decode_text(data, decode_words(leaf.parameters.get("charset", ""))))


def _limited(leaf: Leaf, most: int) -> list[bytes]:
    pieces: list[bytes] = []
    for piece in leaf.pieces():
        pieces.append(piece[:most])
        most -= len(piece)
        if most <= 0:
            break
    return pieces


def _plain(leaf: Leaf) -> str:
    text = _decoded(leaf)
    if leaf.parameters.get("format", "").lower() == "flowed":
        return _unflow(text, leaf.parameters.get("delsp", "").lower() == "yes")
    return text


def _unflow(text: str, delete_space: bool) -> str:
    """Joins the soft line breaks of format=flowed (RFC 3676 4): a line that ends with a space goes on."""
    lines: list[str] = []
    going_on: tuple[int, list[str]] | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        soft = words.endswith(" ") and words != "-- "
        if going_on and going_on[0] == depth and words != "-- ":
            going_on[1].append(words[:-1] if soft and delete_space else words)
        else:
            lines += _flowed_line(going_on)
            going_on = (depth, [words[:-1] if soft and delete_space else words])
        if not soft:
            lines += _flowed_line(going_on)
            going_on = None
    return "\n".join(lines + _flowed_line(going_on))


def _flowed_line(flowed: tuple[int, list[str]] | None) -> list[str]:
    if flowed is None:
        return []
    depth, words = flowed
    return [">" * depth + (" " if depth else "") + "".join(words)]


def _attachment(leaf: Leaf, room: int) -> Part:
    digest = hashlib.sha256()
    size = 0
    pieces: list[bytes] = []
    for piece in leaf.pieces():
        digest.update(piece)
        size += len(piece)
        if size <= room:
            pieces.append(piece)
    inline = leaf.disposition == "inline" or bool(leaf.content_id and leaf.disposition != "attachment")
    return Part(
        index=leaf.index,
        filename=clean_filename(leaf.filename),
        content_type=leaf.content_type,
        size=size,
        sha256=digest.hexdigest(),
        inline=inline,
        content_id=leaf.content_id,
        disposition=leaf.disposition,
        data=b"".join(pieces) if size <= room else b"",
    )

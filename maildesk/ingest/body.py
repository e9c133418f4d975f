"""Chooses the readable body of a mail among its leaves, and lists the others as attachments.

Text and HTML of one multipart/alternative say the same (RFC 2046 5.1.4); parts beside each other follow one another.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from maildesk.filenames import clean_filename
from maildesk.ingest.html.to_text import html_to_text
from maildesk.ingest.inside import TEXT_TYPES, is_shown
from maildesk.ingest.mime.charsets import decode_text, whole_letters
from maildesk.ingest.mime.fields import header_start, read_fields
from maildesk.ingest.mime.flowed import unflow
from maildesk.ingest.mime.headers import decode_words
from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.true_type import HEAD, true_type
from maildesk.ingest.unpack.enriched import enriched_to_text
from maildesk.ingest.unpack.rtf import read_rtf
from maildesk.mail import Part
from maildesk.reason import because

LONGEST_TEXT: Final = 1 << 20
#: Bytes of all texts together that are turned into one; the first text is always read.
_MOST_READ: Final = 8 << 20
MOST_ATTACHMENTS: Final = 100
#: Data of a part up to this size travels with the mail, and not more than this of all parts together.
LARGEST_KEPT: Final = 1 << 20
_KEPT_IN_ALL: Final = 4 << 20
_LARGEST_HEADER: Final = 64 << 10
_MOST_FIELDS: Final = 200
_LONG: Final = because("very_long")
_UNREAD: Final = because("letters_unread")
#: What stands for a letter that could not be read; senders have it in their texts as well.
_LOST: Final = "\ufffd"
_SEPARATORS: Final = re.compile(r'[/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Body:
    """`html` is as it came, not cleaned: nothing but the cleaner may read it."""

    text: str
    html: str
    problems: tuple[str, ...]


def split_leaves(leaves: tuple[Leaf, ...]) -> tuple[list[Leaf], list[Leaf]]:
    """The leaves that are read as text, and the attachments."""
    roots = _roots(leaves)
    bodies: list[Leaf] = []
    others: list[Leaf] = []
    for leaf in leaves:
        shown = is_shown(leaf) and not _belongs_to_another(leaf, roots)
        (bodies if shown else others).append(leaf)
    return bodies, others


def read_body(bodies: list[Leaf]) -> Body:
    """One text from all body leaves; from the HTML where there is no text."""
    groups: dict[int, list[Leaf]] = {}
    for leaf in bodies:
        groups.setdefault(_alternative(leaf), []).append(leaf)
    texts: list[str] = []
    htmls: list[str] = []
    long = False
    room = _MOST_READ
    for group in groups.values():
        room -= sum(_cost(leaf) for leaf in group)
        if room < 0 and texts:
            long = True
            break
        plain = "\n\n".join(text for leaf in group if _is_plain(leaf) and (text := _plain(leaf)).strip())
        html = "\n".join(text for leaf in group if (text := _html(leaf)).strip())
        htmls += [html] if html else []
        texts.append(_choose(plain, html))
    text = "\n\n".join(one for one in _different(texts) if one.strip()) or "".join(texts)
    long = long or len(text) > LONGEST_TEXT
    problems = [_LONG] if long else []
    if _LOST in text and any(_loses_letters(leaf) for group in groups.values() for leaf in group):
        problems.append(_UNREAD)
    return Body(text[:LONGEST_TEXT], "\n".join(htmls), tuple(problems))


def read_attachments(
    leaves: list[Leaf], in_signature: frozenset[str] = frozenset(), folded: frozenset[str] = frozenset()
) -> tuple[Part, ...]:
    """What can be listed of each attachment; the bytes of large ones stay in the raw mail.

    `in_signature` are the Content-IDs of pictures that only adorn a signature, `folded` of those that stand in a quote
    or a signature alone.
    """
    parts: list[Part] = []
    room = _KEPT_IN_ALL
    for leaf in leaves[:MOST_ATTACHMENTS]:
        part = _attachment(leaf, min(room, LARGEST_KEPT), in_signature, folded)
        room -= len(part.data)
        parts.append(part)
    return tuple(parts)


_PLAIN: Final = ("text/plain", "text/markdown", "text/enriched", "text/richtext", "text/rtf")
#: A plain text that only says that the mail is HTML does so in few words, and the HTML does not repeat them.
_LONGEST_EXCUSE: Final = 500


def _roots(leaves: tuple[Leaf, ...]) -> dict[int, Leaf]:
    """The first part of each multipart/related, or the one its `start` names (RFC 2387 3.2)."""
    roots: dict[int, Leaf] = {}
    for leaf in leaves:
        for container in leaf.inside:
            if container.media_type == "multipart/related":
                root = roots.setdefault(container.number, leaf)
                if container.start and leaf.content_id == container.start != root.content_id:
                    roots[container.number] = leaf
    return roots


def _belongs_to_another(leaf: Leaf, roots: dict[int, Leaf]) -> bool:
    """A text beside the root of a multipart/related that has an id to be referred to by: a frame, a style, a page."""
    if not leaf.inside or leaf.inside[-1].media_type != "multipart/related" or not leaf.content_id:
        return False
    return roots[leaf.inside[-1].number] is not leaf


def _choose(plain: str, html: str) -> str:
    """The text of an alternative: the plain one, unless there is none or it is an excuse for not being HTML."""
    if not html:
        return plain
    if not plain.strip():
        return html_to_text(html)
    if len(plain) > _LONGEST_EXCUSE or "html" not in plain.lower():
        return plain
    read = html_to_text(html)
    return plain if _squeezed(plain) in _squeezed(read) or len(read) < len(plain) else read


def _different(texts: list[str]) -> list[str]:
    """Some programs put the text and its HTML beside each other as if they were two (instead of an alternative)."""
    if len(texts) < 2:
        return texts
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(_squeezed(text), text)
    return list(seen.values())


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _alternative(leaf: Leaf) -> int:
    """The outermost alternative around the leaf; a number of its own for a leaf outside of any."""
    return next((one.number for one in leaf.inside if one.media_type == "multipart/alternative"), -1 - leaf.index)


def _decoded(leaf: Leaf) -> str:
    text = decode_text(_limited(leaf, 4 * LONGEST_TEXT), decode_words(leaf.parameters.get("charset", "")))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _loses_letters(leaf: Leaf) -> bool:
    """Does reading it leave marks for lost letters that were not in it?"""
    text = _decoded(leaf)
    return _LOST in text and text.count(_LOST) > _limited(leaf, 4 * LONGEST_TEXT).count(_LOST.encode())


def _limited(leaf: Leaf, most: int) -> bytes:
    """The first bytes, not cut inside of a letter of UTF-8: half a letter would make all of it look foreign."""
    data = bytearray()
    for piece in leaf.pieces():
        # With the byte behind them, which tells whether a letter ends there.
        data += piece[: most + 1 - len(data)]
        if len(data) > most:
            break
    return bytes(data[: whole_letters(data, most)])


def _cost(leaf: Leaf) -> int:
    """Markup that is read sign by sign costs more."""
    size = min(leaf.end - leaf.start, 4 * LONGEST_TEXT)
    return size * 4 if leaf.content_type in ("text/rtf", "text/enriched", "text/richtext") else size


def _is_plain(leaf: Leaf) -> bool:
    return leaf.content_type in _PLAIN or leaf.content_type not in TEXT_TYPES


def _html(leaf: Leaf) -> str:
    return _decoded(leaf) if leaf.content_type == "text/html" else ""


def _plain(leaf: Leaf) -> str:
    if leaf.content_type == "text/rtf":
        read = read_rtf(_limited(leaf, LONGEST_TEXT))
        return html_to_text(read.text) if read.is_html else read.text
    text = _decoded(leaf)
    if leaf.content_type in ("text/enriched", "text/richtext"):
        return enriched_to_text(text[:LONGEST_TEXT], rich=leaf.content_type == "text/richtext")
    if leaf.parameters.get("format", "").lower() == "flowed":
        return unflow(text, leaf.parameters.get("delsp", "").lower() == "yes")
    return text


def _attachment(leaf: Leaf, room: int, in_signature: frozenset[str], folded: frozenset[str]) -> Part:
    digest = hashlib.sha256()
    size = 0
    pieces: list[bytes] = []
    head = b""
    for piece in leaf.pieces():
        head += piece[: HEAD - len(head)]
        digest.update(piece)
        size += len(piece)
        if size <= room:
            pieces.append(piece)
    inline = leaf.disposition == "inline" or bool(leaf.content_id and leaf.disposition != "attachment")
    return Part(
        index=leaf.index,
        filename=clean_filename(leaf.filename) or _attached_mail_name(leaf),
        content_type=leaf.content_type,
        size=size,
        sha256=digest.hexdigest(),
        inline=inline,
        content_id=leaf.content_id,
        disposition=leaf.disposition,
        data=b"".join(pieces) if size <= room else b"",
        true_type=true_type(head, leaf.content_type),
        in_signature=leaf.content_id in in_signature,
        folded=inline and leaf.content_id in folded,
    )


def _attached_mail_name(leaf: Leaf) -> str:
    """An attached mail without a name is called by its subject."""
    if leaf.content_type not in ("message/rfc822", "message/global"):
        return ""
    beginning = next(leaf.pieces(), b"")[:_LARGEST_HEADER]
    fields, _ = read_fields(beginning, header_start(beginning), len(beginning), _MOST_FIELDS)
    subject = clean_filename(_SEPARATORS.sub("-", decode_words(fields.first("subject"))))
    return clean_filename(f"{subject or 'mail'}.eml")

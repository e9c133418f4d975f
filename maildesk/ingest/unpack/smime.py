"""S/MIME (RFC 8551): what is signed inside an application/pkcs7-mime part is read, what is encrypted is named.

Only so much of CMS (RFC 5652) and of its encoding (X.690) is read as leads to the content: offsets over the bytes, no
copies, no recursion. No signature is verified: the desk trusts nobody because of one. The part itself stays, for who
wants to verify it.
"""

import re
from dataclasses import replace
from typing import Final

from maildesk.ingest.mime.structure import Leaf, read_structure
from maildesk.ingest.unpack.found import Opened, decoded_stretch, file_part
from maildesk.reason import because

ENCRYPTED: Final = because("smime_encrypted")
_TYPES: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/cms")
_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_SEALED: Final = {
    bytes.fromhex("2a864886f70d010703"),  # enveloped
    bytes.fromhex("2a864886f70d010704"),  # signed and enveloped
    bytes.fromhex("2a864886f70d010706"),  # encrypted
    bytes.fromhex("2a864886f70d0109100117"),  # authenticated and enveloped
}
#: A signed part is a mail part (RFC 8551 3.1) where it begins with a header; else somebody signed a file.
_HEADER: Final = re.compile(rb"(?:\r?\n)?(?:content-[a-z-]{1,40}|mime-version)[ \t]*:", re.I)
_DEEPEST: Final = 20
#: Elements that are passed over, or pieces of the content; programs write a piece for every thousand bytes or more.
_MOST_ELEMENTS: Final = 200_000
_SEQUENCE: Final = 0x30
_OBJECT: Final = 0x06
_OCTETS: Final = 0x04
_OCTETS_IN_PIECES: Final = 0x24
_CONTENT: Final = 0xA0
#: Multiparts inside are numbered apart from those around.
_NUMBERS: Final = 1 << 20


def is_smime(leaf: Leaf) -> bool:
    return leaf.content_type in _TYPES or (
        leaf.content_type == "application/octet-stream" and leaf.filename.lower().endswith(".p7m")
    )


def open_smime(leaf: Leaf) -> Opened | None:
    """The signed parts inside; None for certificates and for what is no CMS at all."""
    raw, start, end = decoded_stretch(leaf)
    try:
        kind, at, end = _content_info(raw, start, end)
        if kind in _SEALED:
            return Opened(leaf, problems=[ENCRYPTED])
        content = _signed_content(raw, at, end) if kind == _SIGNED else None
    except ValueError:
        return Opened(leaf, problems=[because("smime_broken")])
    if not content:
        return None
    return _open_content(leaf, content)


def _open_content(leaf: Leaf, stretch: tuple[bytes, int, int]) -> Opened:
    raw, start, end = stretch
    if not _HEADER.match(raw, start, end):
        return Opened(leaf, [file_part(stretch, leaf.filename.removesuffix(".p7m").removesuffix(".P7M"))])
    structure = read_structure(raw[start:end])
    shift = _NUMBERS * (leaf.index + 1)
    for one in structure.leaves:
        inner = tuple(replace(container, number=container.number + shift) for container in one.inside)
        one.inside = leaf.inside + inner
    return Opened(leaf, list(structure.leaves), list(structure.problems))


def _content_info(raw: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """RFC 5652 3: the kind of the content, and where it stands."""
    at, end = _enter(raw, at, end, _SEQUENCE)
    start, after = _enter(raw, at, end, _OBJECT)
    kind = raw[start:after]
    return kind, *_enter(raw, after, end, _CONTENT)


def _signed_content(raw: bytes, at: int, end: int) -> tuple[bytes, int, int] | None:
    """RFC 5652 5.1 and 5.2: behind the version and the digest algorithms; None for a detached signature."""
    at, end = _enter(raw, at, end, _SEQUENCE)
    at = _after(raw, _after(raw, at, end), end)
    at, end = _enter(raw, at, end, _SEQUENCE)
    at = _after(raw, at, end)
    if at >= end or raw[at] != _CONTENT:
        return None
    at, end = _enter(raw, at, end, _CONTENT)
    ranges = _octets(raw, at, end)
    if len(ranges) == 1:
        return raw, *ranges[0]
    data = b"".join(raw[start:after] for start, after in ranges)
    return data, 0, len(data)


def _octets(raw: bytes, at: int, end: int) -> list[tuple[int, int]]:
    """X.690 8.7: an octet string in one piece, or in pieces that may be in pieces themselves."""
    found: list[tuple[int, int]] = []
    ends: list[int | None] = []
    for _ in range(_MOST_ELEMENTS):
        if at >= end:
            return found
        tag, start, after = _head(raw, at, end)
        if tag == _OCTETS_IN_PIECES and len(ends) < _DEEPEST:
            ends.append(after)
            at = start
        elif tag == _OCTETS and after is not None:
            found.append((start, after))
            at = after
        elif tag == 0 and ends and ends.pop() is None:
            at = start
        else:
            raise ValueError
        while ends and ends[-1] is not None and at >= ends[-1]:
            ends.pop()
        if not ends:
            return found
    raise ValueError


def _enter(raw: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends; of one without a length, where its parent ends."""
    found, start, after = _head(raw, at, end)
    if found != tag:
        raise ValueError
    return start, end if after is None else after


def _after(raw: bytes, at: int, end: int) -> int:
    """Where the element at `at` ends, with all in it."""
    depth = 0
    for _ in range(_MOST_ELEMENTS):
        tag, start, after = _head(raw, at, end)
        depth += (after is None) - (tag == 0)
        at = start if after is None else after
        if depth <= 0:
            return at
    raise ValueError


def _head(raw: bytes, at: int, end: int) -> tuple[int, int, int | None]:
    """X.690 8.1: the tag, where the content begins, and where it ends; None where an end mark follows instead."""
    if at + 2 > end or raw[at] & 0x1F == 0x1F:
        raise ValueError
    length, start = raw[at + 1], at + 2
    if length == 0x80:
        return raw[at], start, None
    if length & 0x80:
        start += length & 0x7F
        if start > end or length > 0x88:
            raise ValueError
        length = int.from_bytes(raw[at + 2 : start], "big")
    if start + length > end:
        raise ValueError
    return raw[at], start, start + length

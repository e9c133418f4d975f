"""What opening a part brings to light: further parts, each a leaf like those of the mail, with a header written for it.

The bytes of a found part are a stretch of its container wherever that is possible; nothing is copied for it.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from maildesk.ingest.mime.fields import Fields
from maildesk.ingest.mime.structure import Leaf

#: The numbers are given where all parts of the mail are known.
UNNUMBERED: Final = -1
_ENCODED: Final = ("base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", "uue")


@dataclass(slots=True)
class Opened:
    """`rest` is what remains of the part itself, None where nothing does; `found` stands in the part's order."""

    rest: Leaf | None
    found: list[Leaf] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def file_part(
    stretch: tuple[bytes, int, int],
    filename: str,
    content_type: str = "application/octet-stream",
    *,
    encoding: str = "binary",
    content_id: str = "",
    disposition: str = "attachment",
) -> Leaf:
    """The file in `stretch` (bytes, start, end), its bytes encoded by `encoding`."""
    # RFC 2231: whatever stands in the name, it reads back as it was.
    name = f"; filename*=utf-8''{quote(filename, safe='')}" if filename else ""
    fields = [("content-type", content_type), ("content-disposition", disposition + name)]
    fields += [("content-transfer-encoding", encoding)]
    fields += [("content-id", f"<{content_id}>")] if content_id else []
    raw, start, end = stretch
    return Leaf(raw, UNNUMBERED, Fields(fields), start, end, ())


def text_part(text: str, subtype: str = "plain") -> Leaf:
    """A readable text in a place of its own: beside the others, not another form of one of them."""
    data = text.encode("utf-8", "replace")
    fields = Fields([("content-type", f"text/{subtype}; charset=utf-8"), ("content-transfer-encoding", "binary")])
    return Leaf(data, UNNUMBERED, fields, 0, len(data), ())


def remaining(leaf: Leaf, data: bytes, content_type: str = "") -> Leaf:
    """The leaf with other bytes in place of its own; they carry no transfer encoding any more."""
    replaced = {"content-transfer-encoding"} | ({"content-type"} if content_type else set())
    fields = [(name, value) for name, value in leaf.fields.items if name not in replaced]
    fields += [("content-type", content_type)] if content_type else []
    return Leaf(data, leaf.index, Fields(fields), 0, len(data), leaf.inside)


def decoded_stretch(leaf: Leaf) -> tuple[bytes, int, int]:
    """Where the decoded bytes of the leaf stand; they are copied only if they are encoded in the mail."""
    if leaf.encoding in _ENCODED:
        data = leaf.data()
        return data, 0, len(data)
    return leaf.raw, leaf.start, leaf.end


def cut(stretch: tuple[bytes, int, int], taken: list[tuple[int, int]]) -> bytes:
    """The bytes of `stretch` without the `taken` ranges, which stand in order."""
    raw, at, end = stretch
    pieces = []
    for start, after in taken:
        pieces.append(raw[at:start])
        at = after
    return b"".join([*pieces, raw[at:end]])

"""Pictures that stand in the HTML itself (`<img src="data:image/png;base64,...">`, RFC 2397) become files beside it.

The HTML then names them as it names pictures of the mail, by `cid:`; a picture in any other address stays untouched.
"""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import Opened, decoded_stretch, file_part, remaining
from maildesk.reason import because

MOST_IMAGES: Final = 100
_IMAGE: Final = re.compile(
    rb"""(?:\b(?:src|background|poster)[ \t\r\n]{0,9}=[ \t\r\n]{0,9}|\burl\()(["']?|&quot;|&\#39;)[ \t\r\n]{0,9}"""
    rb"""(data:(image/[a-z0-9.+-]{1,40})((?:;[ \t]?[a-z0-9=_."-]{1,60}){0,4}),)""",
    re.I,
)
#: What stands in every such address, and is found quickly.
_MENTION: Final = re.compile(rb":[Ii][Mm][Aa][Gg][Ee]/")
#: A drawing that is written out, in bytes; a longer one stays in the HTML.
_LONGEST_ESCAPED: Final = 1 << 20
#: Of the characters of base64 these may be escaped; all others are none of it.
_ESCAPES: Final = ((b"%2B", b"+"), (b"%2b", b"+"), (b"%2F", b"/"), (b"%2f", b"/"), (b"%3D", b"="), (b"%3d", b"="),
                   (b"%0A", b""), (b"%0a", b""), (b"%0D", b""), (b"%0d", b""), (b"%20", b""))  # fmt: skip
_ENDS: Final = {
    b'"': re.compile(rb'"'),
    b"'": re.compile(rb"'"),
    b"": re.compile(rb"[\s>)\"']"),
    b"&quot;": re.compile(rb"&quot;"),
    b"&#39;": re.compile(rb"&#39;"),
}


def lift_images(leaf: Leaf) -> Opened | None:
    """The pictures in an HTML part and the HTML that names them; None where there are none."""
    stretch = decoded_stretch(leaf)
    raw, at, end = stretch
    if not _MENTION.search(raw, at, end):
        return None
    opened = Opened(None)
    pieces: list[bytes] = []
    start = at
    while len(opened.found) < MOST_IMAGES and (image := _IMAGE.search(raw, at, end)):
        after = _ENDS[image[1].lower()].search(raw, image.end(), end)
        if after is None:
            break
        if not _is_base64(image) and after.start() - image.end() > _LONGEST_ESCAPED:
            at = after.start()
            continue
        # The part's own number makes the name one that no other part of the mail has.
        name = f"data-{leaf.index}-{len(opened.found) + 1}"
        opened.found.append(_picture(image, (raw, image.end(), after.start()), name))
        pieces += [raw[start : image.start(2)], b"cid:", name.encode()]
        at = start = after.start()
    if not opened.found:
        return None
    if len(opened.found) == MOST_IMAGES:
        opened.problems.append(because("pictures_left", MOST_IMAGES))
    opened.rest = remaining(leaf, b"".join([*pieces, raw[start:end]]))
    return opened


def _is_base64(image: re.Match[bytes]) -> bool:
    return b"base64" in image[4].lower()


def _picture(image: re.Match[bytes], stretch: tuple[bytes, int, int], name: str) -> Leaf:
    raw, start, end = stretch
    encoding = "base64" if _is_base64(image) else "binary"
    if encoding == "binary" or raw.find(b"%", start, end) >= 0:
        data = raw[start:end]
        for escape, sign in _ESCAPES if encoding == "base64" else ():
            data = data.replace(escape, sign)
        data = data if encoding == "base64" else unquote_to_bytes(data)
        stretch = (data, 0, len(data))
    content_type = image[3].decode("ascii").lower()
    extension = content_type.partition("/")[2].partition("+")[0].replace("jpeg", "jpg")
    return file_part(
        stretch, f"{name}.{extension}", content_type, encoding=encoding, content_id=name, disposition="inline"
    )

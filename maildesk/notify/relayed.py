"""An agent's words as he set them, made fit for a letter to others: his pictures inside, no address that speaks for
somebody. Pure. Where anything is in doubt there is no HTML, and his text is set as any text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape, unescape
from typing import Final
from urllib.parse import unquote

from maildesk.filenames import saved_as
from maildesk.notify.compose import Enclosure, Files
from maildesk.notify.mime import PICTURES
from maildesk.notify.same_words import essence

#: Characters; with the rest of a letter below what Gmail shows.
LARGEST: Final = 60_000
#: Pixels: as wide as a letter is.
_WIDEST: Final = 600
_PICTURE: Final = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)="([^"]*)"')
#: What every program writes and nobody means: black on white, which a dark client may turn round.
_UNMEANT: Final = re.compile(
    r"(?<![\w-])(?:color:\s?(?:black|windowtext|inherit|initial|#000(?:000)?|rgb\(0, ?0, ?0\))"
    r"|background(?:-color)?:\s?(?:white|transparent|none|inherit|initial|#fff(?:fff)?|rgb\(255, ?255, ?255\)))"
    r"\s?(?:;|(?=\"))",
    re.I,
)
_COLOURED: Final = re.compile(r'(?:(?<![\w-])color:|background|bgcolor="| color=")')


@dataclass(frozen=True, slots=True)
class Relayed:
    """`html` says what `said` is the essence of; `files` go with it, the pictures in it among them."""

    html: str
    said: str
    files: Files

    @property
    def is_coloured(self) -> bool:
        """Has its author chosen colours? They were chosen for white paper."""
        return bool(_COLOURED.search(self.html))


def relayed(html: str, words: str, files: Files, clean: Callable[[str], str]) -> Relayed | None:
    """None for what is relayed as text.

    `html` is harmless already; `words` is what it says; `clean` takes signed addresses out of a text.
    """
    if not html or len(html) > LARGEST or _speaks_for_somebody(html, words, clean):
        return None
    by_id = {one.content_id: one for one in files.enclosures if one.content_id and one.content_type in PICTURES}
    used: dict[int, Enclosure] = {}
    shown = _PICTURE.sub(lambda found: _picture(found[0], by_id, used), _UNMEANT.sub("", html))
    others = [one for one in files.enclosures if one.index not in used]
    return Relayed(shown, essence(words), Files(others, (), files.withheld, tuple(used.values())))


def _speaks_for_somebody(html: str, words: str, clean: Callable[[str], str]) -> bool:
    """Is a signed address in it, in whatever writing? Its reader could write as the one it belongs to (threats T6)."""
    read = unquote(unescape(html))
    return clean(words) != words or clean(read) != read or clean(html) != html


def _picture(tag: str, by_id: Mapping[str, Enclosure], used: dict[int, Enclosure]) -> str:
    """The picture under an id of ours, as wide as it was; nothing for one that does not travel."""
    given = dict(_ATTRIBUTE.findall(tag))
    source = unescape(given.get("src", ""))[len("cid:") :]
    # RFC 2392 section 2: the id in a link is percent-encoded.
    found = by_id.get(source) or by_id.get(unquote(source))
    if found is None:
        return ""
    named = used.setdefault(found.index, replace(found, inline=True, content_id=_content_id(found)))
    width = given.get("width", "")
    wide = f' width="{min(int(width), _WIDEST)}"' if width.isascii() and width.isdigit() and len(width) < 6 else ""
    name = escape(saved_as(found.filename))
    return f'<img src="cid:{named.content_id}" alt="{name}"{wide} style="max-width:100%;height:auto">'


def _content_id(picture: Enclosure) -> str:
    """Made of what it shows: the id that its author's program gave it tells of his machine. Nobody owns `.invalid`."""
    return f"picture-{picture.index}-{sha256(picture.data).hexdigest()[:20]}@maildesk.invalid"

"""Which files stand encoded in a text, one after the other, and what is left of the text without them?

How such a file is written is for uuencode.py and yenc.py to say. Nothing is looked at twice.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import Opened, cut, decoded_stretch, remaining

MOST_FILES: Final = 100
#: Places that look like the beginning of a file.
_MOST_TRIES: Final = 2000


@dataclass(frozen=True, slots=True)
class Block:
    """What stands at a beginning: a file that ends at `after`, or None for mere words; the search goes on there."""

    after: int
    file: Leaf | None = None
    problem: str = ""


#: Reads the block that has this beginning, in these bytes, which end there.
Read = Callable[[bytes, int, re.Match[bytes]], Block]


def open_in_text(leaf: Leaf, sign: bytes, begin: re.Pattern[bytes], read: Read) -> Opened | None:
    """The files in a text and the text without them; None where there are none.

    `sign` stands in every beginning, and is found quickly.
    """
    stretch = decoded_stretch(leaf)
    raw, start, end = stretch
    if raw.find(sign, start, end) < 0:
        return None
    opened = Opened(None)
    taken: list[tuple[int, int]] = []
    for _ in range(_MOST_TRIES):
        found = begin.search(raw, start, end)
        if found is None or len(taken) >= MOST_FILES:
            break
        block = read(raw, end, found)
        start = block.after
        if block.file is not None:
            taken.append((found.start(), block.after))
            opened.found.append(block.file)
            opened.problems += [block.problem] if block.problem else []
    if not taken:
        return None
    opened.rest = remaining(leaf, cut(stretch, taken))
    return opened

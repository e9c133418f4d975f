"""PGP that stands in a text as it is (RFC 9580 6 and 7): a signed text is read through, an encrypted one is named.

It verifies and decrypts nothing: the desk holds no keys, and a signature proves nobody to it.
"""

import re
from itertools import islice
from typing import Final

from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import Opened, cut, decoded_stretch, file_part, remaining
from maildesk.reason import because

ENCRYPTED: Final = because("pgp_encrypted")
MOST_BLOCKS: Final = 50
_MOST_DASHES: Final = 10_000
_ARMOR: Final = re.compile(
    rb"(?:(?<=[\r\n])|\A)-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----[ \t]*(?:\r\n|\r|\n)"
)
_HASHES: Final = re.compile(rb"(?:[A-Za-z-]{1,40}:[^\r\n]{0,200}(?:\r\n|\r|\n)){0,9}[ \t]*(?:\r\n|\r|\n)")
_DASHED: Final = re.compile(rb"(?:(?<=[\r\n])|\A)- (?=-|From )")
_NAMES: Final = {
    b"MESSAGE": ("encrypted.asc", "application/pgp-encrypted"),
    b"SIGNATURE": ("signature.asc", "application/pgp-signature"),
    b"PUBLIC KEY BLOCK": ("key.asc", "application/pgp-keys"),
}


def open_pgp(leaf: Leaf) -> Opened | None:
    """The text without its armor, which becomes files beside it; None where the text has none."""
    stretch = decoded_stretch(leaf)
    raw, at, end = stretch
    if raw.find(b"-----BEGIN PGP ", at, end) < 0:
        return None
    opened = Opened(None)
    taken: list[tuple[int, int]] = []
    while len(taken) < MOST_BLOCKS and (armor := _ARMOR.search(raw, at, end)):
        if armor[1] == b"SIGNED MESSAGE":
            at = _open_signed(raw, armor, end, taken)
        else:
            at = _take_block(raw, armor, end, opened, taken)
    if not taken:
        return None
    opened.rest = remaining(leaf, cut(stretch, taken))
    return opened


def _open_signed(raw: bytes, armor: re.Match[bytes], end: int, taken: list[tuple[int, int]]) -> int:
    """Takes away the line above a signed text, the names of its hashes, and the dashes put before its own dashes."""
    signature = raw.find(b"-----BEGIN PGP SIGNATURE-----", armor.end(), end)
    hashes = _HASHES.match(raw, armor.end(), end)
    if signature < 0 or hashes is None:
        # Nothing that follows can end either: who looks again for every armor looks for ever.
        return end
    taken.append((armor.start(), hashes.end()))
    taken += [found.span() for found in islice(_DASHED.finditer(raw, hashes.end(), signature), _MOST_DASHES)]
    return signature


def _take_block(raw: bytes, armor: re.Match[bytes], end: int, opened: Opened, taken: list[tuple[int, int]]) -> int:
    """Where the armor ends; where it does not, the text does."""
    last = b"-----END PGP " + armor[1] + b"-----"
    found = raw.find(last, armor.end(), end)
    if found < 0:
        return end
    after = found + len(last)
    name, content_type = _NAMES[armor[1]]
    taken.append((armor.start(), after))
    opened.found.append(file_part((raw, armor.start(), after), name, content_type))
    opened.problems += [ENCRYPTED] if armor[1] == b"MESSAGE" else []
    return after

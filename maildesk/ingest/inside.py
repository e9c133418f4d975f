"""What hides inside the parts of a mail: files and texts that are parts for people, but none of MIME.

The parts of the mail keep their numbers, those found inside are numbered behind them in the order of finding: the same
bytes give the same numbers for ever, so that `parts.leaf_bytes` finds each again. It chooses no text and lists no
attachment. All of it is bounded in depth, number and bytes; what is beyond stays closed, and that is said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.dataimages import lift_images
from maildesk.ingest.unpack.found import Opened, text_part
from maildesk.ingest.unpack.invitation import invitation_text, is_invitation
from maildesk.ingest.unpack.msg import MsgOpener, is_msg
from maildesk.ingest.unpack.pgp import ENCRYPTED, open_pgp
from maildesk.ingest.unpack.smime import is_smime, open_smime
from maildesk.ingest.unpack.tnef import is_tnef, open_tnef
from maildesk.ingest.unpack.uuencode import open_uuencoded
from maildesk.ingest.unpack.yenc import open_yenc
from maildesk.reason import because

MOST_FOUND: Final = 300
DEEPEST: Final = 4
#: Encoded bytes of parts that are opened, together: each of them may be held decoded.
MOST_OPENED: Final = 64 << 20
TEXT_TYPES: Final = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/enriched",
    "text/richtext",
    "text/rtf",
    "text/x-amp-html",
    "text/watch-html",
)
_TEXTS_FOR_PROGRAMS: Final = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv")
_TEXT_OPENERS: Final = (open_uuencoded, open_yenc, open_pgp)


@dataclass(frozen=True, slots=True)
class Inside:
    """All parts in reading order, and what could not be read of them."""

    leaves: tuple[Leaf, ...]
    problems: tuple[str, ...] = ()


def look_inside(leaves: tuple[Leaf, ...]) -> Inside:
    """Opens what can be opened. A part that was opened stands there as what is left of it."""
    looking = _Looking(leaves)
    for leaf in leaves:
        looking.look(leaf, 0)
    looking.open_msgs()
    return Inside((*looking.invitation, *looking.leaves), tuple(dict.fromkeys(looking.problems)))


def is_shown(leaf: Leaf) -> bool:
    """Is the part a text to be read, and not a file? A name makes it one, but for the first text of a mail."""
    if leaf.disposition == "attachment" or not (leaf.content_type in TEXT_TYPES or _is_unknown_text(leaf)):
        return False
    return not leaf.filename or (leaf.disposition == "inline" and leaf.content_type == "text/plain" and leaf.index == 0)


def _is_unknown_text(leaf: Leaf) -> bool:
    """A text of a kind nobody listed that is the whole mail (RFC 2046 4.1.4)."""
    kind = leaf.content_type
    return kind.startswith("text/") and not leaf.inside and kind not in _TEXTS_FOR_PROGRAMS


class _Looking:
    """The parts so far, and how much more may be opened."""

    def __init__(self, leaves: tuple[Leaf, ...]) -> None:
        self.leaves: list[Leaf] = []
        self.problems: list[str] = []
        self.next = len(leaves)
        self.bytes = MOST_OPENED
        #: Stands above the text: below it, it would be folded away with the quote or the signature.
        self.invitation: list[Leaf] = []
        self.has_text = any(_says_something(leaf) for leaf in leaves)
        #: Where the mails of Outlook stand among the leaves.
        self.msgs: list[int] = []

    def look(self, leaf: Leaf, depth: int) -> None:
        opener = self._opener(leaf)
        if opener is None:
            self.leaves.append(leaf)
            return
        self.bytes -= leaf.end - leaf.start
        if depth >= DEEPEST or self.bytes < 0:
            self.problems.append(because("too_much_inside"))
            self.leaves.append(leaf)
            return
        opened = opener(leaf)
        if opened is None:
            self.leaves.append(leaf)
            return
        self.problems += opened.problems
        if opened.rest is not None:
            self.leaves.append(opened.rest)
        for found in opened.found:
            self._add(found, depth + 1)

    def open_msgs(self) -> None:
        """After all others, whose numbers are then the same with the extra that reads these and without it.

        What they hold stays closed, as in any attached mail: none of it may become text of the mail around them.
        """
        opener = MsgOpener()
        for place in self.msgs:
            if (opened := opener.open(self.leaves[place])) is not None:
                self.leaves[place] = opened.rest or self.leaves[place]
                self.problems += opened.problems
                self.leaves += [found for found in opened.found if self._number(found)]

    def _add(self, found: Leaf, depth: int) -> None:
        if self._number(found):
            self.look(found, depth)

    def _number(self, found: Leaf) -> bool:
        if self.next >= MOST_FOUND:
            self.problems.append(because("parts_unread", MOST_FOUND))
            return False
        found.index = self.next
        self.next += 1
        return True

    def _opener(self, leaf: Leaf) -> Callable[[Leaf], Opened | None] | None:
        if any(container.media_type == "multipart/encrypted" for container in leaf.inside):
            return _name_encrypted
        if is_tnef(leaf):
            return self._open_tnef
        if is_smime(leaf):
            return open_smime
        if is_invitation(leaf):
            return self._show_invitation
        if is_msg(leaf):
            return self._put_off
        if is_shown(leaf):
            return {"text/plain": _open_text, "text/html": lift_images}.get(leaf.content_type)
        return None

    def _open_tnef(self, leaf: Leaf) -> Opened:
        """The stream itself stays only where something of it would be lost without it."""
        opened = open_tnef(leaf, with_text=not self.has_text)
        files = [found for found in opened.found if found.disposition]
        texts = [found for found in opened.found if not found.disposition]
        self.has_text = self.has_text or bool(texts)
        kept = leaf if opened.problems or not (files or texts) else None
        return Opened(kept, [*texts, *files], opened.problems)

    def _put_off(self, leaf: Leaf) -> None:
        self.msgs.append(len(self.leaves))

    def _show_invitation(self, leaf: Leaf) -> None:
        """Senders often give the same invitation twice, to be shown and to be kept: it is shown once, and kept."""
        text = "" if self.invitation else invitation_text(leaf)
        if text:
            self.invitation.append(text_part(text))
            self.invitation[0].index = self.next
            self.next += 1


def _open_text(leaf: Leaf) -> Opened | None:
    """What the text is left with by one opener, the next one reads."""
    whole = Opened(leaf)
    for opener in _TEXT_OPENERS:
        if (opened := opener(whole.rest or leaf)) is not None:
            whole = Opened(opened.rest, whole.found + opened.found, whole.problems + opened.problems)
    return whole if whole.rest is not leaf else None


def _name_encrypted(leaf: Leaf) -> Opened:
    return Opened(leaf, problems=[ENCRYPTED])


def _says_something(leaf: Leaf) -> bool:
    return is_shown(leaf) and bool(leaf.raw[leaf.start : min(leaf.end, leaf.start + 4096)].strip())

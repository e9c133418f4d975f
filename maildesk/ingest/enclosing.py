"""Which files of a mail travel with the letters about it, and with which previews. The rest is named, with the reason:
nothing is left out silently, and all of it stays in the raw mail.
"""

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Final

from maildesk.blobs import Blobs
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.pictures.previews import DRAWN, Drawn
from maildesk.ingest.readings import readings
from maildesk.ingest.true_type import HEAD, is_text
from maildesk.mail import Delivery, Mail, Part
from maildesk.notify.compose import Enclosure, Files, Preview
from maildesk.tokens import holds_tag
from maildesk.vocabulary import Withheld

#: Bytes of files in one letter: with base64 about 25 MB, what the large mail providers take.
LARGEST_ENCLOSURES = 18 << 20
#: In one letter; and pictures that are drawn for it, some of which may turn out to be logos.
MOST_PREVIEWS = 4
MOST_DRAWN = 8
#: Bytes of a picture that is drawn.
LARGEST_DRAWN = 20 << 20
#: What a program shows as a text or as another mail, whatever its first bytes look like.
_TEXTS: Final = ("text/", "message/", "application/vnd.ms-outlook", "application/ms-tnef")


class Attached:
    """The files of one mail; each is read once."""

    def __init__(self, loop_id: str, blobs: Blobs, delivery: Delivery, mail: Mail) -> None:
        self._loop_id = loop_id
        self._blobs = blobs
        self._delivery = delivery
        self._mail = mail
        self._read: dict[int, bytes] = {}
        self._drawn: list[Preview] = []
        #: Indexes of files that are not passed on, and whether the whole mail may be: known once it is prepared.
        self._own: set[int] = set()
        self._original: Enclosure | None = None

    def prepare(self, draw: Callable[[bytes], Drawn | None]) -> None:
        """Has the previews drawn, and looks the files through. It takes time: not while the database waits."""
        pictures = [part for part in self._mail.attachments if _may_be_drawn(part)]
        for part in pictures[:MOST_DRAWN]:
            drawn = draw(self._bytes_of(part))
            if drawn:
                self._drawn.append(Preview(part.index, drawn.width, drawn.jpeg))
        small = [part for part in self._mail.attachments if part.size <= LARGEST_ENCLOSURES]
        self._own = {part.index for part in small if self._speaks_for_somebody(part)}
        # What may not travel by itself may not travel inside the whole.
        self._original = None if self._own else self._whole()

    def files(self, logos: Collection[int]) -> Files:
        """What travels; `logos` are the indexes of files that do not, and that nobody misses."""
        room = LARGEST_ENCLOSURES
        chosen: list[Enclosure] = []
        withheld: dict[int, Withheld] = {}
        for part in self._mail.attachments:
            if part.index in logos:
                continue
            if part.size > room:
                withheld[part.index] = Withheld.TOO_LARGE
            elif part.index in self._own:
                withheld[part.index] = Withheld.OWN_LETTER
            else:
                room -= part.size
                chosen.append(self._enclosure(part))
        previews = [one for one in self._drawn if one.index not in logos]
        original = self._original if self._original and len(self._original.data) <= room else None
        return Files(chosen, previews[:MOST_PREVIEWS], withheld, original=original)

    def _whole(self) -> Enclosure | None:
        """The mail as it came, where an agent may see more in it than we could read. It is a file and not a mail in the
        letter: base64 is not for message/rfc822 (RFC 2046 5.2.1)."""
        if not self._mail.problems or len(self._raw) > LARGEST_ENCLOSURES or self._has_our_marks(self._raw):
            return None
        return Enclosure("original.eml", "application/octet-stream", self._raw)

    def _enclosure(self, part: Part) -> Enclosure:
        return Enclosure(
            part.filename,
            part.true_type or part.content_type,
            self._bytes_of(part),
            part.inline,
            part.content_id,
            part.index,
        )

    def _speaks_for_somebody(self, part: Part) -> bool:
        """Our own letter as an attachment, or a text with a signed address in whatever writing: its reader could write
        as the one it went to (threats T6)."""
        data = self._bytes_of(part)
        if self._loop_id.encode() in data:
            return True
        return _may_be_read(part, data) and self._has_our_marks(data)

    def _has_our_marks(self, data: bytes) -> bool:
        loop_id = self._loop_id.encode()
        return any(holds_tag(reading) or loop_id in reading for reading in readings(data))

    def _bytes_of(self, part: Part) -> bytes:
        if part.data or not part.size:
            return part.data
        if part.index not in self._read:
            self._read[part.index] = leaf_bytes(self._raw, part.index)
        return self._read[part.index]

    @cached_property
    def _raw(self) -> bytes:
        return self._blobs.read(self._delivery.raw_sha256)


def _may_be_drawn(part: Part) -> bool:
    return part.true_type in DRAWN and part.size <= LARGEST_DRAWN and not part.in_signature


def _may_be_read(part: Part, data: bytes) -> bool:
    declared = any(one.startswith(_TEXTS) for one in (part.content_type, part.true_type))
    # UTF-16 is a text as well, without its NUL.
    return declared or is_text(data[:HEAD].replace(b"\0", b""))

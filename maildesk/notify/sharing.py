"""Does once what the letters of one mail have in common: the words a team is told alike, and the files all bring.

A team's notices differ only in the signed tags of their addresses. The tags are long and unguessable and stand nowhere
else in a letter, since relayed words never hold one, so the words of one member become those of the next by putting his
tags in their place. In a mailto link and in plain text a tag looks the same: it has no character that either would
escape.
"""

import re
from collections.abc import Mapping
from typing import Final

from maildesk.blobs import Blob, Blobs
from maildesk.notify.rendered import Rendered, Words
from maildesk.vocabulary import NoticeKind

_SIGNED: Final = ("reply_address", "note_address")
_TAG: Final = re.compile(r"[tn][0-9]+-p[0-9]+-[a-z2-7]{16}", re.ASCII)


class SharedWords:
    """Words for the letters of one mail to readers in one zone. Not for letters with other signed addresses (the
    rating's)."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._known: list[tuple[NoticeKind, str, Mapping[str, object], tuple[str, ...], Rendered]] = []

    def render(self, kind: NoticeKind, language: str, facts: Mapping[str, object]) -> Rendered:
        tags = tuple(tag for name in _SIGNED for tag in _TAG.findall(str(facts.get(name, ""))))
        alike = {name: value for name, value in facts.items() if name not in _SIGNED}
        for known in self._known:
            if known[:3] == (kind, language, alike) and len(known[3]) == len(tags):
                return _retagged(known[4], known[3], tags)
        rendered = self._words.render(kind, language, facts)
        self._known.append((kind, language, alike, tags, rendered))
        return rendered


def _retagged(rendered: Rendered, before: tuple[str, ...], after: tuple[str, ...]) -> Rendered:
    text, html = (_with_tags(one, before, after) for one in (rendered.text, rendered.html))
    return Rendered(rendered.subject, text, html, _retagged_parts(rendered, before, after))


def _with_tags(words: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    for old, new in zip(before, after, strict=True):
        words = words.replace(old, new)
    return words


def _retagged_parts(rendered: Rendered, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[bytes, ...]:
    """The written words with the other tags, to the byte what writing them anew would give; () where it would not be.

    A tag is made of signs that are written as they are, so another one of the same length takes its very place; but not
    where lines are broken inside of it, or base64 hides it.
    """
    pairs = [(old.encode("ascii"), new.encode("ascii")) for old, new in zip(before, after, strict=True)]
    seen = [(one.count(old), part.count(old.encode("ascii"))) for one, part in _both(rendered) for old in before]
    if any(len(old) != len(new) for old, new in pairs) or any(there != found for there, found in seen):
        return ()
    text, html = rendered.parts
    for old, new in pairs:
        text, html = text.replace(old, new), html.replace(old, new)
    return text, html


def _both(rendered: Rendered) -> list[tuple[str, bytes]]:
    return list(zip((rendered.text, rendered.html), rendered.parts, strict=True))


class SharedFiles:
    """Keeps the end of the letters once, as long as it is the same bytes."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: tuple[bytes, Blob] | None = None

    def keep(self, data: bytes) -> Blob:
        if self._kept is None or self._kept[0] is not data:
            self._kept = data, self._blobs.keep(data)
        return self._kept[1]

"""How alike are two subjects? The share of the words that both have (Jaccard 1912), so the order does not matter.
Pure; what likeness means is decided in desk/alike.py."""

import re
from functools import lru_cache
from typing import Final

from maildesk.desk.reply_subject import bare_subject

_WORD: Final = re.compile(r"[^\W_]+")
#: Letters; shorter words are in every second subject. A syllable of Hangul or a Chinese sign is a word's worth.
_SHORTEST: Final = 3
_LONGEST_SUBJECT: Final = 400
#: Subjects that are remembered as their words: several times as many as each new one is held against.
_REMEMBERED: Final = 1024


@lru_cache(_REMEMBERED)
def words_of(subject: str) -> frozenset[str]:
    """The words that say what a subject is about. Remembered: they follow from the subject alone."""
    words = _WORD.findall(bare_subject(subject[:_LONGEST_SUBJECT]))
    return frozenset(word for word in words if len(word) >= _SHORTEST or not word.isascii())


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0 for nothing in common, 1 for the same words; a single common word is none, unless it is all there is."""
    common, together = len(one & other), len(one | other)
    return 0.0 if not common or (common == 1 and together > 1) else common / together

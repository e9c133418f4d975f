"""Reads a rating from 1 (very poor) to 5 (very good) out of an answer: a number, stars, a thumb or one word."""

import re
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = re.compile(r"([1-5])(?:\s*(?:/|of|av)\s*5)?[.!]?", re.ASCII | re.IGNORECASE)
_STARS: Final = re.compile(r"(★{1,5})☆{0,4}|(⭐{1,5})")

#: One word in the three languages; a thumb may carry a skin tone.
_WORDS: Final[dict[str, int]] = {
    "👍": 5,
    "👎": 1,
    "excellent": 5,
    "great": 5,
    "good": 4,
    "ok": 3,
    "poor": 2,
    "bad": 2,
    "utmerket": 5,
    "kjempebra": 5,
    "bra": 4,
    "greit": 3,
    "dårlig": 2,
    "매우 만족": 5,
    "만족": 4,
    "보통": 3,
    "불만족": 2,
    "매우 불만족": 1,
}
_SKIN_TONES: Final = dict.fromkeys(range(0x1F3FB, 0x1F400))


@dataclass(frozen=True, slots=True)
class Rating:
    score: int
    comment: str


def read_rating(text: str) -> Rating | None:
    """The rating that an answer to the rating question gives in its first line; what follows is the comment.

    Anything else in the first line is not a rating but an answer: "5 printers are still dead" reopens.
    """
    first, _, rest = text.strip().partition("\n")
    score = _score(first.strip())
    return Rating(score, rest.strip()) if score else None


def _score(line: str) -> int:
    number = _NUMBER.fullmatch(line)
    if number:
        return int(number.group(1))
    stars = _STARS.fullmatch(line)
    if stars:
        return len(stars.group(1) or stars.group(2))
    return _WORDS.get(line.translate(_SKIN_TONES).strip(" .!\ufe0f").casefold(), 0)

"""Reads the answer to "how did we do?": a rating from 1 (very poor) to 5 (very good), a "no", or points we have not.

A rating is a number, stars, one emoji or a few words of a closed list, alone in the first line. Nothing is guessed:
what is negated, doubted or not known is an answer like others.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from maildesk.desk.words.feedback_words import DISLIKE, EMOJI, NO, NUMBERS, PLAIN_NO, POLITE, THANKED, WORDS

#: Longer lines are somebody's sentences.
_LONGEST: Final = 60
_MOST: Final = 5
_UNIT: Final = r"(?: ?(?:stars?|stjerner?|points?|poeng|점|별))?"
_BEFORE: Final = r"(?:(?:rating|score|vurdering|karakter|별점|평점|점수|별) ?:? ?)?"
_NUMBER: Final = re.compile(rf"{_BEFORE}([1-5])(?: ?(?:/|of|out of|av) ?5)?{_UNIT}개?", re.ASCII)
_OUT_OF_FIVE: Final = re.compile(r"5점 ?(?:만점에|중) ?([1-5])점?", re.ASCII)
_STARS: Final = re.compile(r"(★{1,5})☆{0,4}|(⭐{1,5})")
#: What looks like points, and are none of ours.
_OTHER_POINTS: Final = re.compile(
    rf"{_BEFORE}-?[0-9]{{1,3}}(?:[.,][0-9]{{1,2}})?(?: ?(?:/|of|out of|av) ?[0-9]{{1,3}})?(?: ?%)?{_UNIT}개?", re.ASCII
)
_OTHER_STARS: Final = re.compile(r"[★☆⭐]+")
_SPELT_UNITS: Final = ("star", "stars", "points", "stjerne", "stjerner", "poeng")
#: Skin tones, the sign that asks for a coloured emoji, and the frame of a key.
_SHADES: Final = dict.fromkeys((*range(0x1F3FB, 0x1F400), 0xFE0F, 0x20E3))
_MARKS: Final = " .,!:;~^\t\u3002\uff01\uff0c"


@dataclass(frozen=True, slots=True)
class Rating:
    score: int
    comment: str


@dataclass(frozen=True, slots=True)
class No:
    """It did not help; `words` are what else was said."""

    words: str


def read_rating(text: str) -> Rating | None:
    """The rating that an answer to the rating question gives in its first line; what follows is the comment.

    Anything else in the first line is not a rating but an answer: "5 printers are still dead" reopens.
    """
    line, words = _split(text)
    score = _score(line)
    # A thumb down with a reason is a request for help.
    return Rating(score, words) if score and not (words and line in DISLIKE) else None


def says_no(text: str) -> No | None:
    """Does the first line say that it did not help? Only words of a closed list say so."""
    line, words = _split(text)
    said = _bare(line)
    first, _, more = said.partition(" ")
    return No(words) if said in NO or (first in PLAIN_NO and more in NO) else None


def is_no_rating(text: str) -> bool:
    """Points that we have not ("11", "zero stars", "4.5"), or mere thanks; and nothing beside them."""
    line, words = _split(text)
    if words or not line or _score(line):
        return False
    said = _polite(line)
    number, _, unit = said.partition(" ")
    points = (unit in _SPELT_UNITS and number in NUMBERS) or _OTHER_POINTS.fullmatch(said)
    return bool(points) or _OTHER_STARS.fullmatch(said) is not None or said in POLITE or said in THANKED


def _split(text: str) -> tuple[str, str]:
    """(the first line as it is compared, the rest as it was written)."""
    first, _, rest = text.strip().partition("\n")
    if len(first) > _LONGEST:
        return "", rest.strip()
    line = unicodedata.normalize("NFKC", first.translate(_SHADES)).casefold().replace("\u2019", "'")
    return " ".join(line.split()).strip(_MARKS), rest.strip()


def _score(line: str) -> int:
    words = _polite(line)
    for pattern in (_NUMBER, _OUT_OF_FIVE):
        if number := pattern.fullmatch(words):
            return int(number.group(1))
    if stars := _STARS.fullmatch(words):
        return len(stars.group(1) or stars.group(2))
    if words != _bare(line) and words in THANKED:
        # "Ok, thanks" is thanks.
        return 0
    return _spelt(words) or _emoji(words) or WORDS.get(words, 0)


def _spelt(words: str) -> int:
    """ "Five stars", "fem stjerner"; a number word alone is too often another word."""
    number, _, unit = words.partition(" ")
    score = NUMBERS.get(number, 0) if unit in _SPELT_UNITS else 0
    return score if score <= _MOST else 0


def _emoji(words: str) -> int:
    """One, or the same several times."""
    signs = set(words.replace(" ", ""))
    return EMOJI.get(signs.pop(), 0) if len(signs) == 1 else 0


def _polite(line: str) -> str:
    """Without thanks before or after it, where anything else is said."""
    words = _bare(line)
    for thanks in POLITE if words not in POLITE else ():
        for left in (words.removeprefix(f"{thanks} "), words.removesuffix(f" {thanks}")):
            if left != words:
                return left.strip(_MARKS)
    return words


def _bare(line: str) -> str:
    """Without commas and the like between the words; points stay, because "4.5" is not "45"."""
    return " ".join(line.replace(", ", " ").replace("! ", " ").replace(". ", " ").split())

"""Which of these words stand in a text? Whole words and phrases, in any case of letters; in time linear in the text.

A Korean word is found with its particles too ("장애가", "VPN이"), but not inside another one ("장애인").
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")
_HANGUL: Final = ("가", "힣")
#: What Korean sets behind a noun without a blank: particles, and "it is" in its forms.
_PARTICLES: Final = (
    "가 이 은 는 을 를 에 의 도 만 로 으로 와 과 랑 에서 에게 에는 에도 까지 부터 처럼 마다 "
    "입니다 이다 이에요 예요 이예요 "
    "인데 인데요 이네요 네요 라서 이라서 라고 이라고 중 중입니다 중이에요"
).split()
_LONGEST_PARTICLE: Final = max(map(len, _PARTICLES))
_IS_PARTICLE: Final = frozenset(_PARTICLES)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as its words, and where each word and each stem of a Korean one stands."""

    places: dict[str, list[int]]
    stems: tuple[frozenset[str], ...]


def text_of(words: str) -> Text:
    """Takes a text apart."""
    stems = tuple(_stems(word) for word in _split(words))
    places: dict[str, list[int]] = {}
    for at, forms in enumerate(stems):
        for form in forms:
            places.setdefault(form, []).append(at)
    return Text(places, stems)


def first_found(phrases: Iterable[str], text: Text) -> str:
    """The first of the phrases that stands in the text, as it was given; "" where none does."""
    return next((phrase for phrase in phrases if _stands(_split(phrase), text)), "")


def _stands(phrase: list[str], text: Text) -> bool:
    if not phrase:
        return False
    # Only the last word of a phrase has a particle that is not part of the phrase.
    last = len(phrase) - 1
    for begin in text.places.get(phrase[0], ()):
        words = text.stems[begin : begin + len(phrase)]
        if len(words) > last and all(word in forms for word, forms in zip(phrase, words, strict=True)):
            return True
    return False


def _split(words: str) -> list[str]:
    # Mac clients write Hangul and ø in pieces (NFD); a typographic apostrophe is an apostrophe.
    plain = unicodedata.normalize("NFC", words).casefold().replace("’", "'")
    return _WORD.findall(plain)


def _stems(word: str) -> frozenset[str]:
    """The word itself, and without each particle that it may end with."""
    if not _HANGUL[0] <= word[-1] <= _HANGUL[1]:
        return frozenset({word})
    ends = range(1, min(_LONGEST_PARTICLE, len(word) - 1) + 1)
    return frozenset({word, *(word[:-end] for end in ends if word[-end:] in _IS_PARTICLE)})

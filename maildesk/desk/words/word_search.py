"""Which of these words stand in a text? Whole words and phrases, in any case of letters; in time linear in the text.

A Korean word is found with its particles too ("장애가", "VPN이"), but not inside another one ("장애인").
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
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
    """A text as its words, in their order; and all that may be asked for: each of them, and each stem of a Korean
    one."""

    words: list[str]
    forms: frozenset[str]


def text_of(words: str) -> Text:
    """Takes a text apart."""
    said = _split(words)
    different = set(said)
    stems = {stem for word in different if _HANGUL[0] <= word[-1] <= _HANGUL[1] for stem in _stems(word)}
    return Text(said, frozenset(different | stems))


def first_found(phrases: Iterable[str], text: Text) -> str:
    """The first of the phrases that stands in the text, as it was given; "" where none does."""
    for phrase in phrases:
        words = _words_of(phrase)
        # Most phrases have a word that is nowhere in the text.
        if words and text.forms.issuperset(words) and _stands(words, text):
            return phrase
    return ""


def _stands(phrase: tuple[str, ...], text: Text) -> bool:
    begins = (at for at, word in enumerate(text.words) if _is_form(phrase[0], word))
    return any(_stands_at(begin, phrase, text.words) for begin in begins)


def _stands_at(begin: int, phrase: tuple[str, ...], said: list[str]) -> bool:
    words = said[begin : begin + len(phrase)]
    return len(words) == len(phrase) and all(map(_is_form, phrase, words))


def _is_form(wanted: str, word: str) -> bool:
    """Is it the word itself, perhaps with a particle behind it?"""
    return word == wanted or (word.startswith(wanted) and word[len(wanted) :] in _IS_PARTICLE)


@lru_cache(maxsize=4096)
def _words_of(phrase: str) -> tuple[str, ...]:
    """Remembered: the phrases are those of the rules."""
    return tuple(_split(phrase))


def _split(words: str) -> list[str]:
    # Mac clients write Hangul and ø in pieces (NFD); a typographic apostrophe is an apostrophe.
    plain = unicodedata.normalize("NFC", words).casefold().replace("’", "'")
    return _WORD.findall(plain)


def _stems(word: str) -> list[str]:
    """A Korean word without each particle that it may end with."""
    ends = range(1, min(_LONGEST_PARTICLE, len(word) - 1) + 1)
    return [word[:-end] for end in ends if word[-end:] in _IS_PARTICLE]

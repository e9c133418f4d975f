"""Which of the desk's languages is a text in? An empty answer where the text does not say."""

import re
from typing import Final

_SAMPLE: Final = 4000
_WORD: Final = re.compile(r"[^\W\d_]+")
_HANGUL: Final = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
#: Small words that every longer text has and the other language has not.
_SMALL_WORDS: Final = {
    "en": frozenset(
        "the and is are was were have has had not this that with you your we our they it of to from what when which "
        "would could should please can cannot does did been there an my i'm it's don't hello thanks thank".split()
    ),
    "nb": frozenset(
        "og er ikke det en et jeg vi du dere på som har hadde av til fra med dette denne kan skal vil ble blir var "
        "når hvor hva hvordan men eller også hei takk ingen noen vår vårt deres få fått mvh hilsen etter siden nå "
        "kunne må gjøre".split()
    ),
}


def language_of(text: str, languages: tuple[str, ...]) -> str:
    """One of `languages`, or empty."""
    sample = text[:_SAMPLE]
    words = _WORD.findall(sample.lower())
    hangul = len(_HANGUL.findall(sample))
    if "ko" in languages and hangul >= 2 and hangul * 4 >= sum(map(len, words)):
        return "ko"
    votes = {language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()}
    best, second = sorted(votes, key=lambda language: -votes[language])
    clear = votes[best] >= 2 and votes[best] > 1.5 * votes[second]
    return best if clear and best in languages else ""

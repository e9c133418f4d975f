"""Dates, numbers and endings as a language wants them: CLDR through Babel, and Korean particles. Pure.

Babel is loaded when the first letter is set: it takes as long as a tenth of the start of a daemon.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

#: How the names of the digits end: 일, 삼, 육, 칠, 팔 and 영 on a consonant.
_CLOSED_DIGITS: Final = frozenset("013678")
_FIRST_SYLLABLE, _LAST_SYLLABLE, _ENDINGS = "가", "힣", 28
_RIEUL: Final = 8


def dated(moment: datetime, pattern: str, language: str) -> str:
    """The time by a pattern of CLDR ("EEE d MMMM, HH:mm"), in its own zone and in the words of the language."""
    # Two times are equal in different zones too, and are said otherwise.
    return _dated(moment, f"{moment} {getattr(moment, 'tzinfo', '')}", pattern, language)


def city(moment: datetime, language: str) -> str:
    """The city of the zone a time is given in: "Oslo", "New York", "오슬로"; empty where the zone has no city."""
    key = getattr(moment.tzinfo, "key", "")
    return _city(key, language) if "/" in key else ""


def plural(number: int, language: str, **forms: str) -> str:
    """The form that goes with the number, named as in CLDR ("one", "few", "other"); `{n}` in it is the number."""
    form: str = _locale(language).plural_form(number)
    return forms.get(form, forms["other"]).replace("{n}", str(number))


def particle(word: str, pair: str) -> str:
    """The word with the Korean particle that fits its last sound: pair "이/가" (behind a consonant, behind a vowel).

    Where nobody can tell how the word ends in Korean, both are written: "Acme이(가)".
    """
    closed, open_ = pair.split("/")
    last = word[-1:]
    if last.isascii() and last.isdigit():
        return word + (closed if last in _CLOSED_DIGITS and not (closed == "으로" and last in "178") else open_)
    if not _FIRST_SYLLABLE <= last <= _LAST_SYLLABLE:
        return f"{word}{closed}({open_})"
    ending = (ord(last) - ord(_FIRST_SYLLABLE)) % _ENDINGS
    # Behind ㄹ it is 로, as behind a vowel.
    return word + (closed if ending and not (closed == "으로" and ending == _RIEUL) else open_)


@lru_cache(maxsize=256)
def _dated(moment: datetime, _in_its_zone: str, pattern: str, language: str) -> str:
    """Remembered, since each time stands in both forms of a letter, and in those of a whole team."""
    written: str = _pattern(pattern).apply(moment, _locale(language))
    return written


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> Any:
    from babel.dates import parse_pattern

    return parse_pattern(pattern)


@lru_cache
def _city(key: str, language: str) -> str:
    known = _locale(language).time_zones.get(key, {}).get("city")
    return str(known or key.rpartition("/")[2].replace("_", " "))


@lru_cache
def _locale(language: str) -> Any:
    from babel import Locale

    return Locale.parse(language)

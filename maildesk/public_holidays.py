"""Which days are public holidays in a country? Asks the library `holidays`, for dates alone.

The library brings its tables as Python and reads nothing else but translations of their names: like zoneinfo it gives
the same answer to the same question. It is large (0.4 s of CPU, 15 MB), so it is imported by the first question about a
country; a desk without one never pays.
"""

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Final

#: Languages and habits that are taken for countries (ISO 639 against ISO 3166).
_MISTAKEN: Final = {"CS": "CZ", "DA": "DK", "EL": "GR", "EN": "GB", "JA": "JP", "KO": "KR", "NB": "NO", "NN": "NO"}


@cache
def public_days(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country ("NO") or of a region ("DE-BY"). Raises ValueError where there is none such."""
    from holidays import country_holidays

    land, _, region = country.partition("-")
    try:
        # With a language, as the library looks for one in the environment otherwise.
        found = country_holidays(land, subdiv=region or None, years=year, expand=False, language="en_US")
    except NotImplementedError:
        # So the library says that it does not know a country or region.
        raise ValueError(f'"{country}" is no country or region; {_hint(land, region)}') from None
    return frozenset(found)


def _hint(land: str, region: str) -> str:
    """What may be meant by a country, or by the region of one that is known."""
    from holidays import list_supported_countries

    known = list_supported_countries()
    if land not in known:
        meant = _MISTAKEN.get(land) or _nearest(land, (code for code in known if len(code) == 2))
        return f'did you mean "{meant}"?'
    if not known[land]:
        return f'{land} has no regions with holidays of their own: write "{land}"'
    meant = _nearest(region, known[land])
    # Some regions have long names, which stand for no code.
    return f'did you mean "{land}-{meant}"?' if meant else f"regions of {land} are {', '.join(known[land])}"


def _nearest(word: str, words: Iterable[str]) -> str:
    """The most similar of the words that begin alike; where none does, of all."""
    known = sorted(words)
    alike = [other for other in known if other[0] == word[0]]
    return next(iter(get_close_matches(word, alike or known, 1, 0.5)), "")

"""Compares a text with hundreds of phrases at once: only with those that begin, or end, in the same two letters."""

from collections.abc import Iterable
from typing import Final

_LETTERS: Final = 2


class Beginnings:
    """Phrases that a text may begin with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._alike, self._short = _sorted({phrase: phrase[:_LETTERS] for phrase in phrases})

    def like(self, text: str) -> tuple[str, ...]:
        """The phrases that this text may begin with, by its first letters."""
        return self._alike.get(text[:_LETTERS], self._short)

    def begin(self, text: str) -> bool:
        return text.startswith(self.like(text))


class Endings:
    """Phrases that a text may end with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._alike, self._short = _sorted({phrase: phrase[-_LETTERS:] for phrase in phrases})

    def end(self, text: str) -> bool:
        return text.endswith(self._alike.get(text[-_LETTERS:], self._short))


def _sorted(phrases: dict[str, str]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The phrases by their letters, and those that are shorter, which are in every group."""
    short = tuple(phrase for phrase in phrases if len(phrase) < _LETTERS)
    alike: dict[str, tuple[str, ...]] = {}
    for phrase, letters in phrases.items():
        if len(phrase) >= _LETTERS:
            alike[letters] = (*alike.get(letters, short), phrase)
    return alike, short

"""Which keys are there, and which of them may be meant by one that is not? It knows the names alone, never a value."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final, get_args

from pydantic import BaseModel

from maildesk.config.environment import variable_of
from maildesk.config.lines import KeyPath, dotted
from maildesk.config.settings import Settings

_POSITION: Final = re.compile(r"__(\d+)(?=__|$)")


@cache
def known_keys() -> frozenset[KeyPath]:
    """Every table and key; the tables of a list stand under position 0."""
    return frozenset(_keys_of(Settings, ()))


def key_meant_by(path: KeyPath) -> str:
    """The key nearest to an unknown one: in its own table, else one of the same name elsewhere; "" where none is."""
    *table, wrong = (0 if isinstance(step, int) else step for step in path)
    beside = [str(key[-1]) for key in known_keys() if key[:-1] == tuple(table)]
    if near := nearest(str(wrong), beside):
        return dotted((*path[:-1], near))
    elsewhere = [key for key in known_keys() if key[-1] == wrong] or known_keys()
    return nearest(dotted(path), [dotted(tuple(s for s in key if s != 0)) for key in elsewhere])


def variable_meant_by(name: str, path: KeyPath) -> str:
    """The variable nearest to an unknown one; where `name` is known and its JSON wrong, the one for the key in it."""
    position = found[1] if (found := _POSITION.search(name)) else "0"
    variables = [_POSITION.sub(f"__{position}", variable_of(key)) for key in known_keys()]
    if name.upper() not in variables:
        return nearest(name.upper(), variables)
    *table, wrong = path
    beside = [str(key[-1]) for key in known_keys() if key[:-1] == tuple(table)]
    near = nearest(str(wrong), beside)
    return variable_of((*table, near)) if near else ""


def nearest(word: str, words: Sequence[str], cutoff: float = 0.6) -> str:
    """The most similar of `words`, or ""."""
    return next(iter(get_close_matches(word, sorted(words), 1, cutoff)), "")


def _keys_of(table: type[BaseModel], above: KeyPath) -> Iterator[KeyPath]:
    for name, field in table.model_fields.items():
        path = (*above, name)
        yield path
        kind = field.annotation
        # tuple[ImapSettings, ...] is a list of tables.
        inner = next(iter(get_args(kind)), kind)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _keys_of(inner, path if inner is kind else (*path, 0))

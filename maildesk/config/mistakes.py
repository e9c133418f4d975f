"""Turns what the models refuse into problems: plain words, the place in the file or the variable, what may be meant.

It never shows a value, which may be a secret under a mistyped name; only to closed sets of words is it compared.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from maildesk.config.known import key_meant_by, nearest, variable_meant_by
from maildesk.config.lines import KeyPath, line_of
from maildesk.config.problems import Problem

_WORDS: Final[Mapping[str, str]] = {
    "extra_forbidden": "is not a setting",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "model_type": "must be a table",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "value_error": "{error}",
}
#: One of a closed set of words.
_CHOICES: Final = frozenset({"literal_error", "enum"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Where each setting came from: the lines of the file, and the variables of the environment."""

    file: str
    lines: Mapping[KeyPath, int]
    variables: Mapping[KeyPath, str]

    def problem(self, path: KeyPath, message: str, suggestion: str = "") -> Problem:
        """A problem with its place: the variable that gave the setting, else the line nearest to it."""
        written, line = line_of(path, self.lines)
        for length in range(len(path), max(len(written), 1) - 1, -1):
            if variable := self.variables.get(path[:length]) or self._maker(path[:length], whole=length == len(path)):
                return Problem(path, message, suggestion, variable=variable)
        return Problem(path, message, suggestion, file=self.file, line=line)

    def _maker(self, path: KeyPath, *, whole: bool) -> str:
        """The variable that set something inside `path`, and so made it a table, or a table of a list."""
        if path in self.lines or not (whole or isinstance(path[-1], int)):
            return ""
        return min((name for key, name in self.variables.items() if key[: len(path)] == path), default="")


def mistakes_of(refusal: ValidationError, sources: Sources) -> list[Problem]:
    """A problem for each thing the models refused, in the order of the tables."""
    return [problem for detail in refusal.errors(include_url=False) for problem in _explain(detail, sources)]


def _explain(detail: ErrorDetails, sources: Sources) -> Iterator[Problem]:
    path, message = detail["loc"], _message(detail)
    if detail["type"] == "extra_forbidden":
        yield from _unknown(path, message, sources)
    elif detail["type"] in _CHOICES:
        words = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        yield sources.problem(path, message, nearest(str(detail["input"]).lower(), words, 0.5))
    else:
        yield sources.problem(path, message)


def _unknown(path: KeyPath, message: str, sources: Sources) -> Iterator[Problem]:
    # One unknown table may come from several variables, and from the file as well.
    names = {name: key for key, name in sources.variables.items() if key[: len(path)] == path}
    for name, key in sorted(names.items()):
        yield Problem(key, message, variable_meant_by(name, path), variable=name)
    if path in sources.lines or not names:
        yield sources.problem(path, message, key_meant_by(path))


def _message(detail: ErrorDetails) -> str:
    kind, path = detail["type"], detail["loc"]
    if kind == "tuple_type":
        return f"must be tables in a list: write [[{path[0]}]]" if len(path) == 1 else 'must be a list: ["a", "b"]'
    if kind == "missing":
        return f"is missing: write it under {f'[[{path[0]}]]' if len(path) > 2 else f'[{path[0]}]'}"
    words = _WORDS[kind].format(**detail.get("ctx", {})) if kind in _WORDS else detail["msg"]
    return words.replace("'", '"') if kind in _CHOICES else words

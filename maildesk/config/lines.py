"""On which line of a TOML text does a key stand? tomllib does not say.

It never judges: the text has been read by tomllib before, so it is valid TOML.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

#: The way to a setting: names, and positions (from 0) in lists.
KeyPath = tuple[str | int, ...]

#: Strings of four kinds, a comment, a line end, punctuation, anything else (bare keys and values); TOML 1.0.
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|\n"
    r"|[\[\]{}=.,]"
    r"|[^\s\[\]{}=.,#\"']+",
    re.DOTALL,
)
_PUNCTUATION: Final = frozenset("[]{}=.,")


@dataclass(slots=True)
class _Tables:
    """Where the reader is: the table that was opened last, and how many there are of each [[list]]."""

    current: KeyPath = ()
    last: dict[KeyPath, int] = field(default_factory=dict)

    def open(self, names: list[str], *, in_list: bool) -> None:
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._inside((*path, name))
        path = (*path, names[-1])
        if in_list:
            self.last[path] = self.last.get(path, -1) + 1
        self.current = self._inside(path)

    def _inside(self, path: KeyPath) -> KeyPath:
        return (*path, self.last[path]) if path in self.last else path


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every table and every key. A key inside an inline table stands where that table does."""
    lines: dict[KeyPath, int] = {}
    tables = _Tables()
    for line, tokens in _statements(text):
        if tokens[0] == "[":
            tables.open(_names(tokens), in_list=tokens[1] == "[")
            path = tables.current
        else:
            path = (*tables.current, *_names(tokens[: tokens.index("=")]))
        for length in range(1, len(path)):
            lines.setdefault(path[:length], line)
        lines[path] = line
    return lines


def dotted(path: KeyPath) -> str:
    """As people write it: ("imap", 0, "port") is `imap[0].port`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> tuple[KeyPath, int | None]:
    """The longest known beginning of `path`, and its line; an empty path and None where nothing of it is there."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return path[:length], lines[path[:length]]
    return (), None


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """A table header or a key with its value, as tokens, with the line it begins on."""
    line, begins, depth = 1, 1, 0
    tokens: list[str] = []
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == "\n" and depth == 0:
            if tokens:
                yield begins, tokens
            tokens = []
        elif token != "\n" and not token.startswith("#"):
            begins = begins if tokens else line
            tokens.append(token)
            depth += (token in "[{") - (token in "]}")
        line += token.count("\n")
    if tokens:
        yield begins, tokens


def _names(tokens: list[str]) -> list[str]:
    return [token.strip("\"'") for token in tokens if token not in _PUNCTUATION]

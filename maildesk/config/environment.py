"""Which settings does the environment give? MAILDESK_RELAY__HOST is relay.host, MAILDESK_IMAP__0__PORT imap[0].port.

It gets the environment as a mapping and never reads the process's own. A list or a table is written as JSON.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from maildesk.config.lines import KeyPath
from maildesk.config.problems import Problem

PREFIX: Final = "MAILDESK_"
#: Names the file itself, so it is no setting.
CONFIG_VARIABLE: Final = "MAILDESK_CONFIG"


@dataclass(slots=True)
class Overlaid:
    """The tables with the environment laid over them, and which variable gave which setting."""

    tables: dict[str, Any]
    variables: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    replaced: set[KeyPath] = field(default_factory=set)

    def replaces(self, path: KeyPath) -> bool:
        """Does what the file says at `path` not count, because a variable says otherwise?"""
        return any(path[:length] in self.replaced for length in range(1, len(path) + 1))


def overlay(tables: dict[str, Any], environment: Mapping[str, str]) -> Overlaid:
    """Puts each MAILDESK_ variable over `tables`, which is changed. A whole table is merged, a list replaced."""
    result = Overlaid(tables)
    for name in sorted(name for name in environment if name.upper().startswith(PREFIX)):
        if name.upper() == CONFIG_VARIABLE:
            continue
        path = _path_of(name)
        value = _value_of(environment[name])
        if not _put(result.tables, path, value):
            result.problems.append(_misplaced(name, path))
            continue
        for inner, merged in _settings_in(path, value):
            result.variables[inner] = name
            if not merged:
                result.replaced.add(inner)
    return result


def variable_of(path: KeyPath) -> str:
    """The name of the variable that gives a setting."""
    return PREFIX + "__".join(str(step) for step in path).upper()


def _path_of(name: str) -> KeyPath:
    steps = name[len(PREFIX) :].lower().split("__")
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps)


def _value_of(text: str) -> Any:
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            # Text that only looks like JSON, such as "[::1]:8024". Where a list is wanted, the models say so.
            return text
    return text


def _put(tables: dict[str, Any], path: KeyPath, value: Any) -> bool:
    """Puts a value where the path leads; False where a step leads nowhere."""
    place: Any = tables
    for step, following in pairwise(path):
        if not _fits(place, step):
            return False
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(place, list):
            if step == len(place):
                place.append(empty)
            place = place[int(step)]
        else:
            place = place.setdefault(step, empty)
    if not _fits(place, path[-1]):
        return False
    _set(place, path[-1], value)
    return True


def _fits(place: Any, step: str | int) -> bool:
    """A list takes the positions it has and the next one; a table takes names."""
    if isinstance(place, list):
        return isinstance(step, int) and step <= len(place)
    return isinstance(place, dict) and isinstance(step, str)


def _set(place: Any, step: str | int, value: Any) -> None:
    if isinstance(place, list) and step == len(place):
        place.append(value)
    elif isinstance(place, dict) and isinstance(value, dict) and isinstance(place.get(step), dict):
        for name, inner in value.items():
            _set(place[step], name, inner)
    else:
        place[step] = value


def _settings_in(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, bool]]:
    """Every key a value sets, and whether it is a table, which is merged with the one there."""
    yield path, isinstance(value, dict)
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield from _settings_in((*path, step), inner)


def _misplaced(name: str, path: KeyPath) -> Problem:
    return Problem(
        path,
        "leads to no setting: one of its steps is a plain value, or skips a position of a list",
        variable=name,
    )

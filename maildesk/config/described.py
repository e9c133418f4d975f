"""What does each setting mean? The commented configuration that comes along is the one place that says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

_TABLE: Final = re.compile(r"#?\[\[?([a-z_.]+)\]\]?")
#: A value ends where a comment begins; a sign of number in quotes begins none.
_SETTING: Final = re.compile(r'#?([a-z_.]+) = ((?:[^"#]|"[^"]*")*)(?:# (.*))?')
_CONTINUED: Final = re.compile(r" {8,}# (.*)")
#: One table stands for several: [sla.normal] for every priority.
_STANDS_FOR: Final = {"sla.normal": ("sla.urgent", "sla.high", "sla.normal", "sla.low")}


@dataclass(frozen=True, slots=True)
class Described:
    """One setting: `key` is dotted, `default` as it is written in TOML."""

    key: str
    default: str
    meaning: str


def described(text: str) -> list[Described]:
    """Every setting of the commented configuration, in its order."""
    found: list[Described] = []
    table = ""
    for line in text.splitlines():
        if head := _TABLE.fullmatch(line):
            table = head[1]
        elif setting := _SETTING.fullmatch(line):
            found += _rows(table, setting[1], setting[2].strip(), setting[3] or "")
        elif (more := _CONTINUED.fullmatch(line)) and found:
            found[-1] = replace(found[-1], meaning=f"{found[-1].meaning} {more[1]}")
    return found


def _rows(table: str, key: str, default: str, meaning: str) -> Iterator[Described]:
    for name in _STANDS_FOR.get(table, (table,)):
        yield Described(f"{name}.{key}" if name else key, default, meaning)

"""Looks at one line of a text: how deep it is quoted, what stands behind the marks, and which label it begins with."""

import re
from typing import Final, NamedTuple

from maildesk.ingest.forward.wording import KINDS, is_technical, plain

#: What is longer is no line of a head; a list of recipients may be long.
_LONGEST: Final = 20_000
_INVISIBLE: Final = re.compile("[\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\xad]+")
_LABEL: Final = re.compile(
    r"[\s|•]*([*_]{0,2})([^\s*_:：|<>@\"][^:：*|<>@\"]{0,40}?)[\s_]*([*_]{0,2})[\s_]*[:：]([*_]{0,2})"
)
_UNKNOWN: Final = re.compile(r"[^\W\d_][^\d:：<>@\"(),;]{1,24}\s?[:：]\s")
#: No program writes these into a label.
_NO_LABEL: Final = re.compile(r"[\d,;.!?/\\\[\]{}=]")
_MOST_WORDS: Final = 3
_RULE: Final = re.compile(r"[-_=*~—─━]{3,}")
_BEFORE_MARKS: Final = (">", " ", "\t", "\xa0")


class Labelled(NamedTuple):
    """A line of a head: `kind` is what its label names, `label` the label as it is compared."""

    kind: str
    label: str
    value: str


def depth_of(line: str) -> int:
    """How many quotation marks stand in front."""
    return _marks(line).count(">")


def content(line: str) -> str:
    """The line without quotation marks, letters that nobody sees, and space at either end."""
    bare = line[len(_marks(line)) : _LONGEST]
    return (bare if bare.isascii() else _INVISIBLE.sub("", bare)).strip()


def unquote(line: str, depth: int) -> str:
    """The line with up to `depth` quotation marks taken off."""
    for _ in range(min(depth, depth_of(line))):
        line = line.partition(">")[2]
    return line.removeprefix(" ") if depth else line


def is_rule(line: str) -> bool:
    """ "________________________________", as programs draw it above an older mail."""
    return bool(_RULE.fullmatch(content(line)))


def labelled(line: str) -> Labelled | None:
    """The line as one field of a head; None where it does not begin with a label that some program writes."""
    if ":" not in line and "：" not in line:
        return None
    bare = content(line)
    found = _LABEL.match(bare[:120])
    if not found:
        return None
    label = plain(found[2])
    kind = KINDS.get(label) or ("other" if is_technical(label) else "")
    return Labelled(kind, label, _value(bare[found.end() :], found[1], found[3] or found[4])) if kind else None


def any_label(line: str) -> tuple[str, str] | None:
    """The kind, empty for a label that no list of ours has, and the value of a line that begins with few words and a
    colon; None for any other.
    """
    known = labelled(line)
    if known:
        return known.kind, known.value
    found = _LABEL.match(content(line)[:120])
    if not found or _NO_LABEL.search(found[2]) or len(found[2].split()) > _MOST_WORDS:
        return None
    return "", _value(content(line)[found.end() :], found[1], found[3] or found[4])


def skip_blank(lines: list[str], number: int, most: int = 20) -> int:
    """The next line with something on it, at most so many lines on."""
    last = min(len(lines), number + most)
    while number < last and not content(lines[number]):
        number += 1
    return number


def has_unknown_label(line: str) -> bool:
    """ "Prioritas: tinggi": does it look like a field whose label no list of ours has?"""
    return bool(_UNKNOWN.match(content(line)[:120] + " "))


def _value(value: str, opened: str, closed: str) -> str:
    """Bold type is shown by asterisks around the label, or around the whole line; others belong to the value."""
    # A bar stands between the cells of a table.
    value = value.strip().strip("|").strip()
    return value.removesuffix(opened).rstrip() if opened and not closed else value


def _marks(line: str) -> str:
    if not line.startswith(_BEFORE_MARKS):
        return ""
    start = line[:100]
    return start[: start.rfind(">", 0, len(start) - len(start.lstrip("> \t\xa0"))) + 1]

"""Reads a head that stands on one line: "From: Kari <kari@...>To: "Ola" <ola@...>Sent: Monday 10:15 CETSubject: Hi".

Yahoo writes such heads, in some languages without the colon behind a label.
"""

import re
from itertools import islice
from typing import Final

from maildesk.ingest.forward.wording import KINDS, plain

_LONGEST: Final = 20_000
_FEWEST_COLONS: Final = 2
_LONGEST_LABEL: Final = max(map(len, KINDS))
_COLON: Final = re.compile("[:：]")
#: The end of a label, with its colon, or without one where the label is written right behind the value before it.
_BREAK: Final = re.compile(r"(?<!\s)\s*[:：]|(?<=[>A-Z0-9][^\W\d_a-z][^\W\d_])[^\W\d_]{0,14}(?P<gap>\s)(?!\s*[:：])")
_MOST_BREAKS: Final = 60
_MAIN: Final = ("sender", "to", "cc", "subject", "date")


def read_glued(line: str) -> dict[str, str]:
    """The values by kind, in the order of the line. The subject is the last of them: it goes on to the end."""
    line = line[:_LONGEST]
    found: dict[str, str] = {}
    kind, start = "", 0
    if len(_COLON.findall(line)) < _FEWEST_COLONS:
        return found
    for mark in islice(_BREAK.finditer(line), _MOST_BREAKS):
        end = mark.start("gap") if mark["gap"] else mark.start()
        named = _label_before(line, end, start, not mark["gap"])
        if not named or named[0] in found or named[0] == kind or (not kind and named[1] > 0):
            continue
        if kind:
            found[kind] = line[start : named[1]].strip()
        kind, start = named[0], mark.end()
        if kind == "subject" and found:
            break
    if kind:
        found[kind] = line[start:].strip()
    return found


def _label_before(line: str, end: int, start: int, has_colon: bool) -> tuple[str, int] | None:
    """The kind of the label that ends here, and where the label begins."""
    for at in range(max(start, end - _LONGEST_LABEL), end):
        if not line[at].isalpha() or line[at].islower() or not _may_begin(line, at, start, has_colon):
            continue
        kind = KINDS.get(plain(line[at:end]), "")
        if kind in _MAIN:
            return kind, at
    return None


def _may_begin(line: str, at: int, start: int, has_colon: bool) -> bool:
    before = line[at - 1 : at]
    if at <= start:
        return has_colon
    if has_colon:
        return not before.islower()
    # Without a colon only what cannot be a word of the value: "...>Cc Kari", "10:15 CETSubject Hi".
    return before == ">" or (line[at + 1 : at + 2].islower() and (before.isupper() or before.isdigit()))

"""Finds the lines with which programs introduce a quote: "On Mon, 4 March 2024 at 10:15, Kari <kari@...> wrote:".

What counts is what a line holds: a date, a time, an address, the verb of some language, and what follows it. People
write such lines, too, so that none of these is enough alone.
"""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.folding.lines import LONGEST, is_barred, is_quoted, next_written, readable, unquoted
from maildesk.ingest.phrases.lookup import Beginnings, Endings
from maildesk.ingest.phrases.tables import BEGINS, QUOTING, SELVES, WROTE

_TIME: Final = re.compile(r"\b\d{1,2}\s?[:.h時点點시]\s?\d{2}(?!\d)")
_DATE: Final = re.compile(
    r"(?<!\d)(?:19|20|25)\d\d(?!\d)|\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\b|\b\d{1,2}-[a-z]{3,4}\.?-\d{2,4}\b"
    r"|\b\d\d\. \d{1,2}\. \d{1,2}\.",
    re.I,
)
_STARTS_WITH_DATE: Final = re.compile(r"\W{0,3}(?:[^\W\d]{1,12}[.,]{0,2}\s){0,2}\d")
_ADDRESS: Final = re.compile(r"[^\s<>\"'()@]+@[^\s<>\"'()@]+")
_ENDS_WITH_ADDRESS: Final = re.compile(r"@[^\s<>\"'()@]+[>)\]\"']{0,3}$")
_BRACKETED: Final = re.compile(r"[<(][^\s<>\"'()@]+@[^\s<>\"'()@]+[>)]")
_ENDS_WITH_DATE: Final = re.compile(r"(?:\d|[ap]\.?m\.?)[)\]. ]{0,3}$", re.I)
#: What Gmail wrote while it had no translation: "2016-03-03 17:21 GMT+01:00 Kari Nordmann".
_UNTRANSLATED: Final = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d? \d\d?:\d\d GMT[+-]\d\d:\d\d \S")
#: The words of each verb, the longest first, by the first one.
_VERBS: Final = {
    first: sorted((verb.split() for verb in WROTE if verb.split()[0] == first), key=len, reverse=True)
    for first in {verb.split()[0] for verb in WROTE}
}
_BEGINS: Final = Beginnings(BEGINS)
_WROTE: Final = Endings(WROTE)
_SHORTEST: Final = 8
_NOT_A_NAME: Final = 9
_WIDEST_NAME: Final = 100
_MOST_LINES: Final = 3
#: Some programs put the name and the address into lines of their own, with blank ones between.
_MOST_SPREAD_LINES: Final = 7


@dataclass(frozen=True, slots=True)
class _Line:
    """What a possible attribution holds. `verb`: "" none, "end" nothing follows it, "name" a name or a date does."""

    text: str
    colon: bool
    dashed: bool
    address: bool
    date: bool
    time: bool
    verb: str


def is_attribution(line: str, next_line: str = "") -> bool:
    """Does this line introduce a quote, in any language? `next_line` is the next one that is not blank."""
    if len(line) > LONGEST:
        return False
    line = unquoted(readable(line)).strip("*_ \t\r")
    if len(line) < _SHORTEST:
        return False
    held = _look(line)
    quoted = is_quoted(next_line) or (is_barred(next_line) and held.date)
    return (quoted and _may_introduce(held)) or (_introduces(held) and not _is_sentence(line.lower()))


def find_attributions(lines: list[str]) -> dict[int, int]:
    """Where an attribution begins and how many lines it has: programs wrap it."""
    found: dict[int, int] = {}
    for last, line in enumerate(lines):
        if not _may_end(line):
            continue
        following = next_written(lines, last + 1)
        for first in _first_lines(lines, last):
            joined = " ".join(unquoted(one).strip() for one in lines[first : last + 1])
            begins = first == last or _may_begin(lines[first]) or _is_torn(lines, first)
            if begins and is_attribution(joined, following):
                found.pop(last, None)
                found[first] = last - first + 1
            if first in found and _may_begin(lines[first]) and not (first and _is_torn(lines, first - 1)):
                break
    return found


def share_line(line: str, next_line: str) -> tuple[str, str]:
    """Splits "Yes. On Mon, 4 March 2024 at 10:15, Kari wrote:" above a quote; some programs lose the line break."""
    if not is_quoted(next_line) or not line.rstrip().endswith(":") or len(line) > LONGEST:
        return "", line
    if is_quoted(line) or _BEGINS.begin(line.lower()):
        return "", line
    for word in BEGINS:
        at = max(line.rfind(f"{mark}{word.capitalize()}") for mark in (" ", "-"))
        if at > 0 and is_attribution(line[at + 1 :]):
            answer = line[: at + 1].rstrip("- ")
            return answer, line[len(answer) :]
    return "", line


def _first_lines(lines: list[str], last: int) -> range:
    """Where an attribution that ends here may begin, the nearest first."""
    alone = _look(unquoted(lines[last]).strip()).verb and len(unquoted(lines[last]).split()) <= 2
    most = _MOST_SPREAD_LINES if alone else _MOST_LINES
    first = last
    while first > max(last - most + 1, 0):
        above = lines[first - 1]
        if above.rstrip("* \t").endswith(":") or not (above.strip() or alone):
            break
        first -= 1
    return range(last, first - 1, -1)


def _may_end(line: str) -> bool:
    """A cheap look: the others are not looked at."""
    bare = line.rstrip("* \t_")
    if bare.endswith(":"):
        return True
    if bare.endswith("--"):
        return True
    told = "@" in bare or "GMT" in bare or _WROTE.end(bare.lower())
    return told and any(map(str.isdigit, bare))


def _may_begin(line: str) -> bool:
    line = line.strip().lstrip("> *-_|")
    return _BEGINS.begin(line.lower()) or bool(_DATE.search(line) or _TIME.search(line))


def _is_torn(lines: list[str], number: int) -> bool:
    """Is this line the name whose address the next one begins with, and a paragraph's first?"""
    torn = lines[number].rstrip().endswith("<") or unquoted(lines[number + 1]).startswith("<")
    return torn and len(lines[number]) < _WIDEST_NAME and not (number and unquoted(lines[number - 1]).strip())


def _is_sentence(low: str) -> bool:
    """ "I wrote", "skrev jeg": no program says this."""
    padded = f" {low}"
    return any(f" {words}" in padded for words in SELVES)


def _look(line: str) -> _Line:
    bare = line.strip("-_* \t")
    text = bare.rstrip(": ")
    return _Line(
        text=text,
        colon=bare.endswith(":"),
        dashed=line.startswith("--") and line.endswith("--"),
        address=bool(_ADDRESS.search(text)),
        date=bool(_DATE.search(text)),
        time=bool(_TIME.search(text)),
        verb=_verb(text),
    )


def _verb(text: str) -> str:
    if _WROTE.end(f" {text.lower()}"):
        return "end"
    words = text.split()
    low = [word.lower() for word in words]
    for at, word in enumerate(low):
        for verb in _VERBS.get(word, ()):
            if low[at : at + len(verb)] == verb and _is_name(" ".join(words[at + len(verb) :])):
                return "name"
    return ""


def _is_name(rest: str) -> bool:
    """Is what follows the verb a name, an address or a date, and not the rest of a sentence?"""
    words = rest.split()
    if _ENDS_WITH_ADDRESS.search(rest) or _BRACKETED.search(rest):
        return True
    return len(words) < _NOT_A_NAME and (not rest[:1].islower() or bool(_ENDS_WITH_DATE.search(rest)))


def _introduces(held: _Line) -> bool:
    """Enough by itself, with or without quoted lines below."""
    if not held.colon:
        if held.verb == "end" and held.date and held.time and held.address:
            return True
        return bool(_UNTRANSLATED.match(held.text)) or (held.dashed and held.verb == "end" and len(held.text) < 200)
    if held.verb and held.date and (held.time or held.address):
        return True
    if held.verb == "end" and held.address:
        return True
    if held.date and held.time and _BRACKETED.search(held.text):
        # In whatever language: nobody writes all of this before a colon himself.
        return True
    starts = _BEGINS.begin(held.text.lower()) or bool(_STARTS_WITH_DATE.match(held.text))
    return held.date and starts and bool(_ENDS_WITH_ADDRESS.search(held.text))


def _may_introduce(held: _Line) -> bool:
    """Enough above quoted lines."""
    if not held.colon:
        named = bool(_ENDS_WITH_ADDRESS.search(held.text))
        return (held.verb == "end" and (held.date or held.address)) or (held.date and named)
    if held.address or held.text.lower().startswith(QUOTING):
        return True
    named = held.verb == "end" and len(held.text.split()) < _NOT_A_NAME and not held.text[:1].islower()
    return named or bool(held.verb and (held.date or held.time)) or (held.date and held.time)

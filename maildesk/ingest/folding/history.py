"""Finds the line from which on everything is older than this mail: a separator, a header block, an attribution."""

import re
from typing import Final

from maildesk.ingest.folding.lines import LONGEST, is_barred, is_quoted, next_number, next_written
from maildesk.ingest.phrases.lookup import Beginnings
from maildesk.ingest.phrases.tables import FORWARDED, LABELS, MARKERS, SEPARATORS

_MARKER: Final = re.compile(r"##-.{3,200}-##")
_LABELLED: Final = re.compile(r"[\s>*_]*([^\s>*_:][^:*]{0,24}?)\s*[*_]{0,2}\s*:")
#: Letters, and the marks that some scripts write beside them.
_LETTER: Final = r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0dff\u0e31-\u0e4e\u1780-\u17ff])"
_WORDS: Final = re.compile(rf"{_LETTER}+(?: {_LETTER}+){{0,3}}")
_RULE: Final = re.compile(r"[\s>]*[-_*=–—─━]{3,}\s*")
_LONG_RULE: Final = re.compile(r"\s*[-_=─━]{15,}\s*")
_SHOWN: Final = re.compile(r"<(?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,253}>")
_TIME: Final = re.compile(r"\d\s?[:.h時点點시]\s?\d{2}")
#: A date as RFC 5322 3.3 writes it, to its zone.
_FULL_DATE: Final = re.compile(r"\d{4},? \d{1,2}:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UTC)")
#: Novell GroupWise: ">>> Kari Nordmann <kari@customer.example> 3/4/2024 10:15 >>>"; Lotus Notes in a browser.
_ODD: Final = re.compile(r"\s*>>> [^>].{3,200}\d{1,2}[./-]\d.{3,60}>>>\s*|\[?Inactive hide details for .{3,300}")
_DECORATION: Final = "-_=*:~–—─━# \t>"
_RULED: Final = ("--", "##", "==", "__", "~~", "**", "—", "──", "━━", "=-", "-=")
_ASKED: Final = Beginnings((*MARKERS, "please ", "bitte ", "vennligst "))
_FORWARDED: Final = Beginnings(FORWARDED)
#: How lines begin that are one of these without any sign round them.
_FIRST_WORDS: Final = Beginnings(
    (*FORWARDED, *SEPARATORS, *MARKERS, "please ", "bitte ", "vennligst ", "inactive hide details")
)
_SHORTEST_MARKER: Final = min(map(len, MARKERS))
_FEWEST_LABELS: Final = 3
#: Between two rules; horde and mutt name the sender there ("----- Forwarded message from Kari <kari@...> -----").
_MOST_WORDS: Final = 5
_MOST_WORDS_OF_ONE: Final = 12
_MOST_FOREIGN_LABELS: Final = 1


def history_start(lines: list[str], attributions: dict[int, int]) -> int:
    """The number of the first line that is older; the number of lines where there is none."""
    for number, line in enumerate(lines):
        if number in attributions:
            below = next_written(lines, number + attributions[number])
            if not is_quoted(below) and not is_barred(below):
                return number
        if _may_begin_history(line) and len(line) <= LONGEST and line.strip() and _begins_history(lines, number):
            return _introduced_from(lines, number, attributions)
    return len(lines)


def _introduced_from(lines: list[str], number: int, attributions: dict[int, int]) -> int:
    """A separator may be the first line of a quote: then the line that introduces the quote is older, too."""
    above = number - 1
    while above >= 0 and not lines[above].strip("> \t"):
        above -= 1
    return next((first for first, count in attributions.items() if first + count - 1 == above), number)


def _may_begin_history(line: str) -> bool:
    """A cheap look: ordinary lines begin with a letter and are looked at no further."""
    bare = line.lstrip("> \t")
    if not bare[:1].isalnum() or ":" in line or "##" in line or ">>>" in line:
        return True
    return _FIRST_WORDS.begin(bare.lower())


def _begins_history(lines: list[str], number: int) -> bool:
    line = lines[number]
    if is_separator(line) or _is_marker(line) or _ODD.fullmatch(line):
        return True
    if ":" in line and _starts_header_block(lines, number):
        return True
    if _RULE.fullmatch(line):
        return _starts_header_block(lines, number + 1, ruled=bool(_LONG_RULE.fullmatch(line)))
    return _has_words_between_rules(line) and _starts_header_block(lines, number + 1, ruled=True)


def is_separator(line: str) -> bool:
    """ "-----Original Message-----" and its kin."""
    bare = line.strip("> *\t")
    words = line.strip(_DECORATION).lower()
    if not bare.startswith(("--", "__", "==", "—", "––", "──", "━━", "~~")):
        return words in FORWARDED and bare.rstrip(":").lower() == words
    if words in SEPARATORS or words in FORWARDED:
        return True
    closed = bare.rstrip(":* ").endswith(("--", "__", "==", "—"))
    return closed and _FORWARDED.begin(words) and len(words) < 80


def _is_marker(line: str) -> bool:
    """The line above which the answer was to be written."""
    if len(line) > 200:
        return False
    if "##" in line and _MARKER.search(line):
        return True
    bare = line.strip("> \t")
    words = bare.strip(_DECORATION).lower()
    if not bare.startswith(_RULED) and not _ASKED.begin(words):
        return False
    return len(words) >= _SHORTEST_MARKER and any(marker in words for marker in MARKERS)


def _has_words_between_rules(line: str) -> bool:
    """ "------ Some words ------", or a separator without its dashes: it takes a header block below it to count."""
    bare = line.strip("> *\t")
    if bare.lower().rstrip(":") in SEPARATORS:
        return True
    most = _MOST_WORDS_OF_ONE if "@" in bare else _MOST_WORDS
    return bare.startswith("---") and bare.endswith("---") and 0 < len(bare.strip("- ").split()) <= most


def _starts_header_block(lines: list[str], number: int, ruled: bool = False) -> bool:
    """Fields of a mail header under one another, as Outlook quotes; a form to fill in looks much alike."""
    number = next_number(lines, number)
    if number >= len(lines):
        return False
    near = [one for one in lines[number : number + 12] if one.strip()][:6]
    kinds = [LABELS.get(label, "") if (label := _label(line)) else "" for line in near]
    if (ruled or _is_bold_sender(near[0])) and _looks_like_fields(near):
        return True
    if not kinds[0]:
        return False
    if len({*kinds} - {""}) < _FEWEST_LABELS:
        return _is_short_block(near, kinds, _TIME if ruled else _FULL_DATE)
    marked = ruled or near[0].lstrip("> \t").startswith(("*", "_"))
    if "sender" not in kinds or (not marked and _foreign_labels(near, kinds) > _MOST_FOREIGN_LABELS):
        return False
    if marked or any("@" in line for line, kind in zip(near, kinds, strict=True) if kind in ("sender", "to", "cc")):
        return True
    return "subject" in kinds and any(
        _TIME.search(line) for line, kind in zip(near, kinds, strict=True) if kind == "date"
    )


def _is_short_block(near: list[str], kinds: list[str], date: re.Pattern[str]) -> bool:
    """Two fields are enough below a long rule, or where the date is written as only programs write it."""
    pair = near[:2]
    return (
        {*kinds[:2]} in ({"date", "to"}, {"date", "sender"})
        and any(map(date.search, pair))
        and any("@" in line for line in pair)
    )


def _is_bold_sender(line: str) -> bool:
    """ "*Von:* Kari <kari@...>": a bold label, and a person as programs show them."""
    return line.lstrip("> \t").startswith("*") and bool(_SHOWN.search(line))


def _looks_like_fields(near: list[str]) -> bool:
    """Below a rule, or where the first label is bold, the labels may be in a language nobody listed: four fields, an
    address and a time among them.
    """
    fields = near[:4]
    if len(fields) < 4 or not all(_WORDS.fullmatch(_label(line)) for line in fields):
        return False
    return any("@" in line for line in fields) and any(_TIME.search(line) for line in fields)


def _foreign_labels(near: list[str], kinds: list[str]) -> int:
    return sum(bool(not kind and _WORDS.fullmatch(_label(line))) for line, kind in zip(near, kinds, strict=True))


def _label(line: str) -> str:
    found = _LABELLED.match(line[:60])
    return found[1].strip().lower() if found else ""

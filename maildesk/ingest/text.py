"""Splits a text into what its author wrote now and what was there before: quotes, signatures, the lines of a program.

Nothing is deleted: every line of the text is in exactly one of the two results, in its order. Where folding would leave
nothing, nothing is folded. One pass over lines; the rules for a language are data in phrases/.
"""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.phrases.tables import CLOSINGS, DEVICES, FORWARDED, LABELS, SEPARATORS, WROTE

_LONGEST_LINE: Final = 400
_MARKER: Final = re.compile(r"##-.{3,200}-##")
_TIME: Final = re.compile(r"\b\d{1,2}\s?[:.h時点시]\s?\d{2}(?!\d)")
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|(?:19|20)\d\d[년年/-]|\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\b")
_ADDRESS: Final = re.compile(r"[^\s<>\"'()@]+@[^\s<>\"'()@]+")
_COLON: Final = (":", "：")
_LABELLED: Final = re.compile(r"[\s>*_]*([^\s>*_:：][^:：*]{0,24}?)\s*\*?\s*[:：]")
_RULE: Final = re.compile(r"[\s>]*[-_*=]{5,}\s*")
_FOOT: Final = re.compile(r"_{20,}\s*")
#: How an attribution may begin whose date stands on its second line, or has no year.
_STARTS: Final = ("On ", "Den ", "Le ", "Am ", "El ", "Il ", "Em ", "Op ", "W dniu", "Dnia ")
_CONTACT: Final = re.compile(r"(?:\d[ ()./-]{0,2}){6}|@|https?:|www\.")
_MOST_SIGNATURE_LINES: Final = 40
_MOST_BARE_SIGNATURE: Final = 12


@dataclass(frozen=True, slots=True)
class Folded:
    """`visible` and `quoted` hold all lines of the text between them."""

    visible: str
    quoted: str


def fold(text: str) -> Folded:
    """What the author wrote now, and the rest."""
    lines = text.split("\n")
    hidden = _hidden_lines(lines)
    if all(hidden[number] for number, line in enumerate(lines) if line.strip()):
        return Folded(text.strip("\n"), "")
    visible = "\n".join(line for line, gone in zip(lines, hidden, strict=True) if not gone)
    quoted = "\n".join(line for line, gone in zip(lines, hidden, strict=True) if gone)
    return Folded(visible.strip("\n"), quoted.strip("\n"))


def is_attribution(line: str, next_line: str = "") -> bool:
    """Does this line introduce a quote: "On Mon, 4 March 2024 at 10:15, Kari <kari@...> wrote:", in any language?"""
    line = line.strip().lstrip("> \t").rstrip("* ")
    if not line.endswith(_COLON) or not 10 <= len(line) <= _LONGEST_LINE:
        return False
    address, date, time = _ADDRESS.search(line), _DATE.search(line), _TIME.search(line)
    if address and date:
        return True
    wrote = _has_verb(line)
    if wrote and ((time and date) or (address and line.rstrip(":： ").lower().endswith(WROTE))):
        return True
    return bool((wrote and (date or time)) or (address and time)) and _is_quoted(next_line)


def _hidden_lines(lines: list[str]) -> list[bool]:
    hidden = [False] * len(lines)
    attributions = _attributions(lines)
    _hide_quotes(lines, hidden, attributions)
    end = _history_start(lines, attributions)
    for number in range(end, len(lines)):
        hidden[number] = True
    for number in range(end):
        hidden[number] = hidden[number] or _is_device(lines[number])
    _hide_signature(lines, hidden, end)
    return hidden


def _attributions(lines: list[str]) -> dict[int, int]:
    """Where an attribution begins and how many lines it has: programs wrap it, up to three."""
    found: dict[int, int] = {}
    for last, line in enumerate(lines):
        if not line.rstrip("* \t\r").endswith(_COLON) or len(line) > _LONGEST_LINE:
            continue
        following = _next_written(lines, last + 1)
        for first in range(last, max(last - 3, -1), -1):
            if not lines[first].strip() or (first < last and lines[first].rstrip().endswith(_COLON)):
                break
            joined = " ".join(one.strip().lstrip("> ") for one in lines[first : last + 1])
            if (first == last or _may_begin(lines[first])) and is_attribution(joined, following):
                found.pop(last, None)
                found[first] = last - first + 1
                if _may_begin(lines[first]):
                    break
    return found


def _may_begin(line: str) -> bool:
    line = line.strip().lstrip("> *")
    return line.startswith(_STARTS) or bool(_DATE.search(line) or _TIME.search(line))


def _history_start(lines: list[str], attributions: dict[int, int]) -> int:
    """The line from which on everything is older than this mail; the number of lines where there is none."""
    for number, line in enumerate(lines):
        if number in attributions and not _is_quoted(_next_written(lines, number + attributions[number])):
            return number
        if len(line) > _LONGEST_LINE or not line.strip():
            continue
        if _is_separator(line) or ((":" in line or "：" in line) and _starts_header_block(lines, number)):
            return number
        if _RULE.fullmatch(line) and _starts_header_block(lines, number + 1):
            return number
    return len(lines)


def _hide_quotes(lines: list[str], hidden: list[bool], attributions: dict[int, int]) -> None:
    """Hides quoted lines with the attribution above them; quotes between answers stay, the answers need them."""
    blocks = _quote_blocks(lines, attributions)
    starts = [start for start, _ in blocks[1:]] + [len(lines)]
    answered = [_is_answered(lines, end, limit) for (_, end), limit in zip(blocks, starts, strict=False)]
    between = sum(answered) >= 2
    for (start, end), has_answer in zip(blocks, answered, strict=True):
        if not (between and has_answer):
            hidden[start:end] = [True] * (end - start)


def _quote_blocks(lines: list[str], attributions: dict[int, int]) -> list[tuple[int, int]]:
    """Runs of lines with ">" in front, with blank lines inside and the attribution above."""
    blocks: list[tuple[int, int]] = []
    number = 0
    while number < len(lines):
        first = _next_number(lines, number + attributions[number]) if number in attributions else number
        if first < len(lines) and _is_quoted(lines[first]):
            end = last = first
            while end < len(lines) and (_is_quoted(lines[end]) or not lines[end].strip()):
                last = end if lines[end].strip() else last
                end += 1
            blocks.append((number, last + 1))
            number = last
        number += 1
    return blocks


def _is_answered(lines: list[str], end: int, limit: int) -> bool:
    """Is something written between the end of this quote and the next one?"""
    number = _next_number(lines, end)
    return number < limit and not lines[number].startswith(("--", "__"))


def _has_verb(line: str) -> bool:
    low = line.lower().rstrip(":： ")
    return low.endswith(WROTE) or any(f" {verb} " in low for verb in WROTE)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_device(line: str) -> bool:
    """ "Sent from my phone", alone on its line."""
    low = line.strip().lower().lstrip("*_ [")
    return low.startswith(DEVICES) and len(line) < 160 and low.partition("<")[0].count(" ") <= 8


def _next_number(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _next_written(lines: list[str], number: int) -> str:
    number = _next_number(lines, number)
    return lines[number] if number < len(lines) else ""


def _is_separator(line: str) -> bool:
    """ "-----Original Message-----" and its kin, or the line above which the answer was to be written."""
    if "##" in line:
        return bool(_MARKER.search(line))
    bare = line.strip("> *\t")
    if not bare.startswith(("--", "__", "==")):
        return bare.rstrip(":").lower() in FORWARDED
    text = bare.strip("-_= :*").lower()
    return bare.rstrip(":* ").endswith(("--", "__", "==")) and (text in SEPARATORS or text.startswith(tuple(FORWARDED)))


def _starts_header_block(lines: list[str], number: int) -> bool:
    """At least three fields of a mail header in six lines, the sender's among them (Outlook's way of quoting)."""
    number = _next_number(lines, number)
    if number >= len(lines) or _label(lines[number]) not in LABELS:
        return False
    near = [one for one in lines[number : number + 12] if one.strip()][:6]
    kinds = [LABELS[label] for line in near if (label := _label(line)) in LABELS]
    return len(set(kinds)) >= 3 and "sender" in kinds


def _label(line: str) -> str:
    found = _LABELLED.match(line[:60])
    return found[1].strip().lower() if found else ""


def _hide_signature(lines: list[str], hidden: list[bool], end: int) -> None:
    """Hides what follows "-- " (RFC 3676 4.3), a mailing list's foot, or a closing with telephone numbers below it."""
    below: list[int] = []
    written = 0
    for number in range(end - 1, -1, -1):
        if hidden[number]:
            continue
        if _begins_signature(lines[number], written) or (
            _is_closing(lines[number]) and _has_contacts([lines[one] for one in below])
        ):
            for one in (number, *below):
                hidden[one] = True
            below, written = [], 0
            continue
        below.append(number)
        written += bool(lines[number].strip())
        if written > _MOST_SIGNATURE_LINES:
            return


def _begins_signature(line: str, written: int) -> bool:
    if line == "-- ":
        return True
    return written <= _MOST_BARE_SIGNATURE and (line.strip() in ("--", "—", "__") or bool(_FOOT.fullmatch(line)))


def _is_closing(line: str) -> bool:
    return len(line) < 60 and line.strip(" ,.!*").lower() in CLOSINGS


def _has_contacts(lines: list[str]) -> bool:
    written = [line for line in lines if line.strip()]
    return len(written) >= 2 and all(len(line) < 100 for line in written) and any(map(_CONTACT.search, written))

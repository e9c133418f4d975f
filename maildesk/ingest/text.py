"""Splits a text into what its author wrote now and what was there before: quotes, signatures, the lines of a program.

Nothing is deleted: every line of the text is in exactly one of the two results, in its order. Where folding would leave
nothing, nothing is folded. The rules for a language are data in phrases/; docs/reading.md shows what is folded and why.
"""

from dataclasses import dataclass
from typing import Final

from maildesk.ingest.folding.attribution import find_attributions, is_attribution, share_line
from maildesk.ingest.folding.card import hide_card
from maildesk.ingest.folding.foot import hide_devices, hide_foot, hide_last_rule
from maildesk.ingest.folding.gateways import hide_banners
from maildesk.ingest.folding.history import history_start, is_separator
from maildesk.ingest.folding.lines import LONGEST, is_quoted, next_number, next_written, readable
from maildesk.ingest.folding.quotes import hide_quotes

#: What stands below so many lines is kept with the last of them, unlooked at.
_MOST_LINES: Final = 10_000

__all__ = ["Folded", "fold", "is_attribution"]


@dataclass(frozen=True, slots=True)
class Folded:
    """`visible` and `quoted` hold all lines of the text between them."""

    visible: str
    quoted: str


def fold(text: str, author: str = "") -> Folded:
    """What the author wrote now, and the rest. `author` is the name in his From; his signature may begin with it."""
    lines = _lines(text)
    looked = [readable(line) for line in lines]
    attributions = find_attributions(looked)
    hidden = _hidden_lines(looked, attributions, author)
    if not _is_anything_left(lines, hidden):
        hidden = _without_first(looked, attributions)
    if not _is_anything_left(lines, hidden):
        return Folded(text.strip("\n"), "")
    visible = "\n".join(line for line, gone in zip(lines, hidden, strict=True) if not gone)
    quoted = "\n".join(line for line, gone in zip(lines, hidden, strict=True) if gone)
    return Folded(visible.strip("\n"), quoted.strip("\n"))


def above_older_mail(text: str) -> str:
    """What the author wrote now with his signature, wherever it stands; without quotes."""
    lines = _lines(text)
    looked = [readable(line) for line in lines]
    end = history_start(looked, find_attributions(looked))
    return "\n".join(line for line in looked[:end] if not is_quoted(line))


def _lines(text: str) -> list[str]:
    """The lines, an answer and an attribution that share one apart."""
    lines = text.split("\n", _MOST_LINES)
    for number in range(len(lines) - 1, -1, -1):
        if ":" in lines[number][-3:]:
            answer, rest = share_line(lines[number], next_written(lines, number + 1))
            if answer:
                lines[number : number + 1] = [answer, rest]
        elif ":  " in lines[number] or lines[number].lstrip().startswith("---"):
            lines[number : number + 1] = _parted(lines[number])
    return lines


def _parted(line: str) -> list[str]:
    """Telephones write on behind the words that introduce older mail: "wrote:  Hello", "--- Message ---From: ..."."""
    at = line.find(":  ", 0, LONGEST) + 1
    if at and line[at:].strip() and is_attribution(line[:at]):
        return [line[:at], line[at:]]
    at = line.rfind("---", 0, LONGEST) + 3
    if at > len("------") and line[at:].strip() and is_separator(line[:at]):
        return [line[:at], line[at:]]
    return [line]


def _hidden_lines(lines: list[str], attributions: dict[int, int], author: str) -> list[bool]:
    hidden = [False] * len(lines)
    introducing = {first + at for first, count in attributions.items() for at in range(count)}
    end = history_start(lines, attributions)
    hidden[end:] = [True] * (len(lines) - end)
    hide_banners(lines, hidden, end)
    hide_devices(lines, hidden, end)
    bare = list(hidden)
    hide_foot(lines, hidden, end, introducing)
    hide_quotes(lines, hidden, attributions)
    if hidden != bare:
        # Once the quotes are away, a signature above them is the last thing there is.
        hide_foot(lines, hidden, end, introducing)
    hide_card(lines, hidden, end, author)
    hide_last_rule(lines, hidden)
    return hidden


def _without_first(lines: list[str], attributions: dict[int, int]) -> list[bool]:
    """For a text whose first line introduces all the rest: the rest is what there is to read."""
    first = next_number(lines, 0)
    count = attributions.get(first, 0)
    return [first <= number < first + count for number in range(len(lines))]


def _is_anything_left(lines: list[str], hidden: list[bool]) -> bool:
    return any(line.strip() and not gone for line, gone in zip(lines, hidden, strict=True))

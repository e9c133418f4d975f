"""Decides which quoted lines are folded: those that only repeat, not those that an answer needs.

Quotes with answers between them stay, and so does a quote its author chose, without a program's line above it.
"""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.folding.lines import is_barred, is_quoted, next_number, next_written

#: A program that wraps at a width wraps quoted lines, too, and leaves the rest without a mark.
_WRAPPED: Final = 60
_LINK_ALONE: Final = re.compile(r"[\s(<\[]*https?://[^\s<>()]*[)>\].\s]*")
_ENDS_SENTENCE: Final = (".", "?", "!", ":", ";")


@dataclass(frozen=True, slots=True)
class _Block:
    """Quoted lines `first` to `end`, with blank ones inside; `start` is `first` or its attribution above it."""

    start: int
    first: int
    end: int

    @property
    def attributed(self) -> bool:
        return self.start < self.first


def hide_quotes(lines: list[str], hidden: list[bool], attributions: dict[int, int]) -> None:
    """Marks in `hidden` what is folded. `hidden` already tells signatures and older mail."""
    blocks = _blocks(lines, hidden, attributions)
    limits = [*[block.start for block in blocks[1:]], len(lines)]
    answered = [_is_written(lines, hidden, block.end, limit) for block, limit in zip(blocks, limits, strict=False)]
    interleaved = sum(answered) >= 2
    top = next_number(lines, 0)
    last = len(blocks) - 1
    for number, block in enumerate(blocks):
        if interleaved and answered[number]:
            continue
        followed = number < last and blocks[number + 1].attributed and not answered[number]
        placed = answered[number] if block.start == top else followed
        if not block.attributed and (placed or _is_announced(lines, hidden, block) or _is_inside(lines, block)):
            continue
        hidden[block.start : block.end] = [True] * (block.end - block.start)


def _is_announced(lines: list[str], hidden: list[bool], block: _Block) -> bool:
    """ "This is what I typed:" above it: the author put this quote there, and not the program."""
    above = next((one for one in range(block.start - 1, max(block.start - 3, -1), -1) if lines[one].strip()), -1)
    return above >= 0 and not hidden[above] and lines[above].rstrip().endswith(":")


def _is_inside(lines: list[str], block: _Block) -> bool:
    """Text above and below without a blank line: a prompt, an arrow, a remark."""
    return block.start > 0 and bool(
        lines[block.start - 1].strip() and "".join(lines[block.end : block.end + 1]).strip()
    )


def _blocks(lines: list[str], hidden: list[bool], attributions: dict[int, int]) -> list[_Block]:
    found: list[_Block] = []
    number = 0
    # A program that marks the first quote in its own way marks the others so, too.
    barred = any(is_barred(next_written(lines, first + count)) for first, count in attributions.items())
    while number < len(lines):
        attributed = number in attributions
        first = next_number(lines, number + attributions[number]) if attributed else number
        if first < len(lines) and not hidden[first] and _is_part(lines, first, barred):
            end = _end_of_block(lines, first, barred)
            found.append(_Block(number, first, end))
            number = end
        else:
            number += 1
    return found


def _end_of_block(lines: list[str], first: int, barred: bool) -> int:
    number = end = first
    while number < len(lines):
        if _is_part(lines, number, barred) or (number == end and _is_wrapped(lines, number)):
            number = end = number + 1
        elif not lines[number].strip():
            number += 1
        else:
            break
    return end


def _is_part(lines: list[str], number: int, barred: bool) -> bool:
    return is_quoted(lines[number]) or (barred and is_barred(lines[number]))


def _is_wrapped(lines: list[str], number: int) -> bool:
    """The rest of a quoted line that was too long, between quoted lines."""
    if number + 1 >= len(lines) or not is_quoted(lines[number + 1]):
        return False
    above, line = lines[number - 1].rstrip(), lines[number].strip()
    if _LINK_ALONE.fullmatch(line):
        return True
    if "(" in above and above.count("(") > above.count(")") and line.count(")") > line.count("("):
        return True
    return len(above) >= _WRAPPED and not above.endswith(_ENDS_SENTENCE)


def _is_written(lines: list[str], hidden: list[bool], start: int, limit: int) -> bool:
    """Is something of the author's between these two lines?"""
    return any(lines[number].strip() and not hidden[number] for number in range(start, limit))

"""Sets rows of numbers in columns of plain text, a Hangul syllable counting two."""

from collections.abc import Sequence

from maildesk.notify.plaintext import COLUMNS, width, wrap

#: Between two columns.
_GAP = 2
_LEAST = 12


def plain_table(rows: Sequence[Sequence[object]], columns: int = COLUMNS) -> str:
    """The first column to the left, all others to the right. Where a row is too wide, its first cell is wrapped."""
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    if not cells:
        return ""
    wide = [max(width(row[at]) for row in cells) for at in range(len(cells[0]))]
    room = columns - sum(one + _GAP for one in wide[1:])
    wide[0] = min(wide[0], max(room, _LEAST))
    return "\n".join(line for row in cells for line in _lines(row, wide))


def _lines(row: Sequence[str], wide: Sequence[int]) -> list[str]:
    *above, last = wrap(row[0], wide[0]).split("\n")
    numbers = "".join(" " * (most + _GAP - width(cell)) + cell for cell, most in zip(row[1:], wide[1:], strict=True))
    return [*above, (last + " " * max(0, wide[0] - width(last)) + numbers).rstrip()]

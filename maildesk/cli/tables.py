"""How the commands show rows: a table for people, one JSON document per line for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

#: Characters of a cell; programs get all of it.
_LONGEST_CELL: Final = 400
#: Columns of a table that goes into a pipe or a file: nothing is folded there.
_ENDLESS: Final = 100_000


def show_json(document: Mapping[str, Any]) -> None:
    """One document, one line of UTF-8. Where stdout speaks another encoding, JSON's own escapes stand for letters."""
    text = json.dumps(document, ensure_ascii=not _speaks_utf8(), default=_plain)
    # Bytes of a mail that are no text at all: JSON may not have half of a surrogate pair.
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def show_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    """All rows, in their order. `columns` are those people see, the longest last; programs get everything."""
    if as_json:
        for row in rows:
            show_json(row)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column in ("at", "number", "id"), overflow="fold")
    for row in rows:
        # Text, not markup: a subject like "[red]" is only words, and escape sequences do nothing (threats T55).
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console(width=None if sys.stdout.isatty() else _ENDLESS, highlight=False).print(table)


def when(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return moment.isoformat(timespec="seconds") if moment else None


def printable(text: str) -> str:
    """Words of strangers as one line without any power: no line ends, escape sequences or marks of direction."""
    return "".join(character if character.isprintable() else " " for character in text)


def _cell(value: Any) -> str:
    text = printable("" if value is None else str(_plain(value)))
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"


def _speaks_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _plain(value: Any) -> Any:
    return when(value) if isinstance(value, datetime) else str(value)

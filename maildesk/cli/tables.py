"""How the commands show rows: a table for people, one JSON document per line for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_json(document: Mapping[str, Any]) -> None:
    """One document, one line. Text stays readable; what a terminal or a pipe cannot take is escaped by JSON."""
    text = json.dumps(document, ensure_ascii=False, default=_plain)
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def show_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    """All rows, in their order. `columns` are those people see; programs get everything."""
    if as_json:
        for row in rows:
            show_json(row)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column)
    for row in rows:
        # Text, not markup: a subject like "[red]" is only words, and escape sequences do nothing (threats T55).
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def when(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return moment.isoformat(timespec="seconds") if moment else None


def _cell(value: Any) -> str:
    text = "" if value is None else str(_plain(value))
    return "".join(character if character.isprintable() else " " for character in text)[:80]


def _plain(value: Any) -> Any:
    return when(value) if isinstance(value, datetime) else str(value)

"""Reads a head whose labels are in a language that nobody listed: by what stands behind them, and in which order.

Every program names the sender before the recipients; a moment is the date, and what is left is the subject. It is asked
only where something says that a mail is passed on, for forms to fill in look alike.
"""

import re
from typing import Final

from maildesk.ingest.forward.lines import any_label, content, depth_of, skip_blank

_MAIN: Final = ("sender", "to", "cc", "subject", "date")
_FEWEST: Final = 4
_MOST: Final = 10
_MOMENT: Final = re.compile(r"\d.{0,40}\d[:.h時点點시]\s?\d{2}(?!\d)|\d[:.h]\d{2}.{0,40}\d{4}")
_SHOWN: Final = re.compile(r"[<\[(](?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,253}[>\])]")


def guess_head(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """The values by kind and the line after the head; no values where these lines are no head."""
    number = skip_blank(lines, start)
    depth = depth_of(lines[number]) if number < len(lines) else 0
    fields: list[tuple[str, str]] = []
    while number < len(lines) and len(fields) < _MOST and depth_of(lines[number]) == depth:
        found = any_label(lines[number]) if content(lines[number]) else None
        if not found:
            break
        fields.append(found)
        number += 1
    values = _sorted(fields) if len(fields) >= _FEWEST else {}
    return (values, number) if _is_head(values) else ({}, start)


def _sorted(fields: list[tuple[str, str]]) -> dict[str, str]:
    """Known labels name their kind; the others are told by their values."""
    values = {kind: value for kind, value in fields if kind in _MAIN}
    for kind, value in fields:
        guess = "" if kind else _kind_of(value, values)
        if guess:
            values[guess] = value
    return values


def _kind_of(value: str, known: dict[str, str]) -> str:
    """The first that this value may be and that is not known yet; empty where it is none."""
    if "@" in value:
        kinds: tuple[str, ...] = ("sender", "to", "cc")
    elif _MOMENT.search(value):
        kinds = ("date", "subject")
    else:
        kinds = ("subject",)
    return next((kind for kind in kinds if value and kind not in known), "")


def _is_head(values: dict[str, str]) -> bool:
    complete = {"sender", "date"} <= values.keys() and bool({"to", "subject"} & values.keys())
    return complete and bool(_SHOWN.search(values["sender"])) and bool(_MOMENT.search(values["date"]))

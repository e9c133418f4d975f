"""Reads heads without colons. Lotus Notes writes one in columns: sender and date at the left, the others at the right.

Ola Hansen
<ola@other.example>                                        To
                          kari@customer.example
03/04/2024 09:00                                           cc
                                                      Subject
                          Invoice
"""

import re
from typing import Final

from maildesk.ingest.forward.lines import content
from maildesk.ingest.forward.wording import KINDS, plain

_MOST_LINES: Final = 60
_LONGEST: Final = 200
_GAP: Final = re.compile(r"[ \t\xa0]{3,}")
_MOMENT: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\b\d{1,2}[:.]\d{2}\b")
#: Where the right column begins: a Notes head is never narrower.
_RIGHT: Final = 24
_MOST_BLANKS: Final = 3
#: Fields of a head whose labels have no colon.
_FEWEST: Final = 3
_ON: Final = re.compile(r"(?P<who>\S.{0,120}?)\s(?:on\s)?\s*(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b.{0,30})")


def read_columns(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """The values by kind and the line after the head; no values where this is no such head."""
    values: dict[str, str] = {}
    kind, blanks, number = "", 0, start
    for number in range(start, min(len(lines), start + _MOST_LINES)):
        line = lines[number].expandtabs()
        if not content(line):
            blanks += 1
            if "subject" in values and blanks > 1 and (values["subject"] or blanks > _MOST_BLANKS):
                break
            continue
        blanks = 0
        left, right = _split(line)
        label = KINDS.get(plain(right), "")
        if left:
            _take_left(values, left)
        if label:
            kind = label
            values.setdefault(kind, "")
        elif right and kind:
            values[kind] = f"{values[kind]} {right}".strip()
        elif right or not left:
            return {}, start
    return (values, number) if {"sender", "subject"} <= values.keys() else ({}, start)


def read_bare(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """The same of a head that eM Client writes: From "Kari" <kari@...>, To ..., Date ..., Subject ..."""
    values: dict[str, str] = {}
    number = start
    for number in range(start, min(len(lines), start + _MOST_LINES)):
        label, _, value = content(lines[number])[:_LONGEST].partition(" ")
        kind = KINDS.get(plain(label), "")
        if not kind or kind in values:
            break
        values[kind] = value.strip()
    credible = "@" in values.get("sender", "") and {"to", "date", "subject"} & values.keys() and len(values) >= _FEWEST
    return (values, number) if credible else ({}, start)


def split_moment(text: str) -> tuple[str, str]:
    """Sender and date of a line that older Notes writes: "Ola Hansen <ola@...> on 03/04/2024 09:00 AM"."""
    found = _ON.fullmatch(text.strip()[:_LONGEST])
    return (found["who"].strip(), found["date"].strip()) if found else (text, "")


def _split(line: str) -> tuple[str, str]:
    """Left and right column."""
    bare = line.strip()
    if len(line) - len(line.lstrip()) >= _RIGHT:
        return "", bare
    left, *more = _GAP.split(bare)
    return left, " ".join(more)


def _take_left(values: dict[str, str], left: str) -> None:
    if "date" in values or _MOMENT.search(left):
        values["date"] = f"{values.get('date', '')} {left}".strip()
        return
    sender = values.get("sender", "")
    # An address is cut where the column ends.
    joint = "" if sender.count("<") > sender.count(">") else " "
    values["sender"] = f"{sender}{joint}{left}".strip()

"""Reads a letter as a stranger's program will, before anybody gets it: are these the fields that were meant (threats
T25)? It repairs nothing.

It shares no code with the writing: what slips through one is caught by the other.
"""

from collections.abc import Sequence
from typing import Final

from maildesk.notify.headers import LONGEST_LINE

#: Fields that a program might send by, or answer to.
_OTHERS: Final = frozenset(
    "cc bcc sender resent-to resent-cc resent-bcc resent-from apparently-to return-path errors-to "
    "disposition-notification-to return-receipt-to mail-followup-to mail-reply-to x-bcc delivered-to".split()
)


def fields_in(raw: bytes) -> list[tuple[str, str]]:
    """The fields up to the first empty line, as (name, unfolded value). Strict: raises ValueError for anything odd."""
    end = raw.find(b"\r\n\r\n")
    if end < 0:
        raise ValueError("the head of a letter has no end")
    fields: list[tuple[str, str]] = []
    for text in _checked(raw[:end]):
        if text[0] in " \t":
            if not fields:
                raise ValueError("the head of a letter begins in the middle of a field")
            name, value = fields.pop()
            fields.append((name, value + text))
        else:
            name, colon, value = text.partition(":")
            if not colon or not name or " " in name:
                raise ValueError(f"no field of a letter: {text!r}")
            fields.append((name, value))
    return fields


def prove_fields(raw: bytes, names: Sequence[str]) -> None:
    """Raises ValueError where the part, or letter, does not begin with exactly these fields in this order."""
    found = [name for name, _ in fields_in(raw)]
    if found != list(names):
        raise ValueError(f"the head of a letter would be {found}, not {list(names)}")


def prove_letter(raw: bytes, recipient: str) -> None:
    """Raises ValueError where a field stands twice, or the letter names anybody but its one recipient as such."""
    fields = [(name.lower(), value.strip()) for name, value in fields_in(raw)]
    names = [name for name, _ in fields]
    if len(set(names)) != len(names):
        raise ValueError(f"a field of a letter stands twice: {names}")
    if others := sorted(_OTHERS.intersection(names)):
        raise ValueError(f"a letter would name others: {others}")
    to = dict(fields).get("to", "")
    # The display name is quoted or encoded, so that the last angle brackets are those of the address.
    if to.rpartition("<")[2] != f"{recipient}>":
        raise ValueError(f"a letter to {recipient} would name {to!r}")


def _checked(head: bytes) -> list[str]:
    """Its lines."""
    lines = head.decode("ascii", "replace").split("\r\n")
    if max(map(len, lines)) > LONGEST_LINE:
        raise ValueError("a field of a letter is too long for a line")
    if not all(map(str.strip, lines)):
        raise ValueError("a line of the head of a letter is empty")
    # All at once, which is quick; where something is odd, it is looked for.
    if not _is_plain("".join(lines)):
        odd = next(line for line in lines if not _is_plain(line))
        raise ValueError(f"a line of the head of a letter is not plain: {odd!r}")
    return lines


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace("\t", " ").isprintable()

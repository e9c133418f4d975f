"""Opens a forwarded mail: what the forwarder wrote above, and whom and what the forwarded mail says it is from.

The inner sender is text until an authenticated agent vouches for it (threats T17).
"""

import re
from typing import Final

from maildesk.ingest.addresses import read_addresses
from maildesk.ingest.phrases.tables import FORWARDED, LABELS
from maildesk.mail import Address, Forward

_LABELLED: Final = re.compile(r"[\s>*_|]*([^\s>*_|:：][^:：*]{0,24}?)\s*\*?\s*[:：]\s*\*?\s*(.*)")
_DASHES: Final = re.compile(r"[\s>*_=-]+")
_SUBJECT: Final = re.compile(r"\s*(?:fwd?|vs|vb|wg|tr|i|enc|rv|fs|doorst|pd|továbbítás|전달|转发|轉寄)\s*[:：]", re.I)
_MOST_HEADER_LINES: Final = 20


def open_forward(text: str, subject: str) -> Forward | None:
    """The forwarded mail inside `text`; None where the text does not forward one."""
    lines = text.split("\n")
    # Without a subject nothing speaks against it; with one, a header block alone may as well quote for an answer.
    passed_on = not subject or bool(_SUBJECT.match(subject))
    for number, line in enumerate(lines):
        if _announces(line):
            return _read(lines, number, number + 1)
        if passed_on and LABELS.get(_label(line)) in ("sender", "subject", "date") and _labels_follow(lines, number):
            return _read(lines, number, number)
    return None


def _announces(line: str) -> bool:
    if len(line) > 150:
        return False
    words = _DASHES.sub(" ", line).strip().rstrip(":").lower()
    return any(words.startswith(phrase) and (len(words) < len(phrase) + 40) for phrase in FORWARDED)


def _labels_follow(lines: list[str], number: int) -> bool:
    return sum(_label(line) in LABELS for line in lines[number : number + 8]) >= 3


def _read(lines: list[str], above: int, start: int) -> Forward | None:
    found: dict[str, str] = {}
    number, last = start, ""
    while number < min(len(lines), start + _MOST_HEADER_LINES):
        line = lines[number]
        match = _LABELLED.fullmatch(line[:998])
        label = match[1].strip().lower() if match else ""
        if match and label in LABELS:
            last = LABELS[label]
            found.setdefault(last, match[2].strip().rstrip("*").strip())
        elif not line.strip(" >") and len(found) >= 2:
            break
        elif line.strip(" >") and last and line[:1] in " \t":
            found[last] += f" {line.strip()}"
        elif line.strip(" >") and found:
            break
        number += 1
    if "sender" not in found:
        return None
    return _forward(lines, above, number, found)


def _forward(lines: list[str], above: int, body: int, found: dict[str, str]) -> Forward:
    sender = _addresses(found.get("sender", ""))
    text = [line.removeprefix("> ").removeprefix(">") for line in lines[body:]]
    return Forward(
        sender=sender[0] if sender else None,
        to=_addresses(found.get("to", "")),
        cc=_addresses(found.get("cc", "")),
        subject=found.get("subject", ""),
        date=found.get("date", ""),
        text="\n".join(text).strip("\n"),
        text_top="\n".join(lines[:above]).strip("\n"),
    )


def _addresses(value: str) -> tuple[Address, ...]:
    """As mail programs show them: "Kari <kari@...>", "kari@... [mailto:kari@...]", "Kari (kari@...)"."""
    value = re.sub(r"\[mailto:([^\]]*)\]|<mailto:([^>]*)>", r"<\1\2>", value)
    return read_addresses([value]) if "@" in value else ((Address(value, ""),) if value else ())


def _label(line: str) -> str:
    match = _LABELLED.match(line[:60])
    return match[1].strip().lower() if match else ""

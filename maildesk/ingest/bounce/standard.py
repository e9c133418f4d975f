"""Reads the fields of RFC 3464 and RFC 6533 wherever they stand: in a part of their own, or in the middle of a text.

Forgiving about blank lines, order and missing fields; it takes nothing that names no recipient.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from maildesk.ingest.bounce.verdict import best_status, plain_reason
from maildesk.ingest.mime.headers import decode_words
from maildesk.mail import FailedRecipient

MOST_RECIPIENTS: Final = 50
_MOST_LINES: Final = 5000
#: Not failures, and no delays either: nothing is to be told (RFC 3464 2.3.3).
ARRIVED: Final = ("delivered", "relayed", "expanded")
_FIELD: Final = re.compile(
    r"(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code|remote-mta|reporting-mta"
    r"|will-retry-until|last-attempt-date)[ \t]*:[ \t]*(.*)",
    re.I,
)
_RECIPIENTS: Final = ("original-recipient", "final-recipient", "x-actual-recipient")
#: RFC 3461 4: in xtext "+" and two hexadecimal digits are one character; only those are read that must be written so.
_XTEXT: Final = re.compile(r"\+(2B|3D|20)")
#: RFC 6533 3: "\x{...}" in utf-8-addr-xtext.
_UNITEXT: Final = re.compile(r"\\x\{([0-9A-F]{2,6})\}", re.I)
_TYPE: Final = re.compile(r"[a-z0-9-]{1,20}[ \t]*;", re.I)
_MAILBOX: Final = re.compile(r"""["']?[^\s<>"']{1,200}@[^\s<>"',;()]{1,253}|"[^"\n]{1,100}"@[^\s<>"',;()]{1,253}""")


def read_recipients(text: str, said: str = "", otherwise: str = "") -> list[FailedRecipient]:
    """All recipients of the report in `text`, those that got the letter too; `said` is what it says to people,
    `otherwise` the address of a recipient whose fate is told without one.
    """
    found: list[FailedRecipient] = []
    for block in _blocks(text):
        address = _address(block) or (otherwise if _complete(block) or _tells_fate(block) else "")
        if address:
            found.append(_recipient(address, block, said))
        if len(found) >= MOST_RECIPIENTS:
            break
    return _once(found)


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """One set of fields per recipient. A field that comes again begins the next one, as does one behind a blank line
    that follows a recipient whose fate is known, unless it says more of that.
    """
    block: dict[str, str] = {}
    last = margin = ""
    parted = False
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        indent = line[: len(line) - len(line.lstrip())]
        # Some servers indent all fields alike; what is indented further goes on with the one above.
        field = _FIELD.match(line.strip()) if not last or indent in ("", margin) else None
        name = field[1].lower() if field else ""
        further = name in ("action", "status", "diagnostic-code") or not line.strip()
        if (name and name in block) or name == "reporting-mta" or (parted and _complete(block) and not further):
            yield block
            block = {}
        if field:
            block[name] = field[2].strip()
            margin = indent
        elif last in block and indent and line.strip():
            block[last] += " " + line.strip()
        parted = not line.strip() or (parted and not field)
        last = name or (last if indent and line.strip() else "")
    yield block


def _complete(block: dict[str, str]) -> bool:
    return any(name in block for name in _RECIPIENTS) and ("action" in block or "status" in block)


def _tells_fate(block: dict[str, str]) -> bool:
    return "action" in block and "status" in block


def _address(block: dict[str, str]) -> str:
    """The address the letter was written to, before the one it was passed on to (RFC 3464 2.3.1)."""
    for name in _RECIPIENTS:
        value = decode_words(block.get(name, ""))
        kind = _TYPE.match(value)
        value = value[kind.end() :] if kind else value
        if "@" in value and (found := _MAILBOX.search(_unescaped(value))):
            return found[0].strip("'\"<>. ") if not found[0].startswith('"') else found[0]
    return ""


def _unescaped(value: str) -> str:
    value = _UNITEXT.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), value)
    value = "".join(char for char in value if not 0xD800 <= ord(char) <= 0xDFFF and char.isprintable())
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), value)


def _recipient(address: str, block: dict[str, str], said: str) -> FailedRecipient:
    diagnostic = decode_words(block.get("diagnostic-code", ""))
    kind = _TYPE.match(diagnostic)
    diagnostic = (diagnostic[kind.end() :] if kind else diagnostic).strip()
    written = decode_words(block.get("status", ""))
    status = best_status(written, diagnostic, said)
    action = _action(decode_words(block.get("action", "")), status, "will-retry-until" in block)
    # A 4.x.x that has failed says: not now, and not any more in this attempt. The address may well be good.
    permanent = action == "failed" and not status.startswith("4")
    reason = plain_reason(status, diagnostic or _in_brackets(written) or _said_of(address, said))
    return FailedRecipient(address, status, action, permanent, reason)


def _action(written: str, status: str, retrying: bool) -> str:
    word = written.strip().partition(" ")[0].strip(".;,").lower()
    for known in ("delayed", *ARRIVED):
        if word.startswith(known[:5]):
            return known
    if word:
        return "failed"
    if status.startswith("2"):
        return "delivered"
    return "delayed" if retrying or status.startswith("4") else "failed"


def _in_brackets(written: str) -> str:
    """Old servers give the reason as a comment: `Status: 5.0.0 (recipient reached disk quota)`."""
    return written.partition("(")[2].rpartition(")")[0]


def _said_of(address: str, said: str) -> str:
    at = said.lower().find(address.lower())
    return " ".join(said[at + len(address) : at + 300].split()).strip("<>:;,.*() ")[:200] if at >= 0 else ""


def _once(found: list[FailedRecipient]) -> list[FailedRecipient]:
    """One row per address: the worst that is said of it."""
    rows: dict[str, FailedRecipient] = {}
    for one in found:
        before = rows.get(one.address.lower())
        if before is None or (one.permanent and not before.permanent):
            rows[one.address.lower()] = replace(one, address=before.address if before else one.address)
    return list(rows.values())

"""Lines of a text as the rules that fold it look at them: one writing for each character, nothing invisible.

They are for judging only; what is shown and kept are the lines as they came.
"""

import re
import unicodedata
from typing import Final

#: Longer lines are no line of a program. It also bounds the cost of every rule.
LONGEST: Final = 400
_INITIALS: Final = re.compile(r"[A-ZÄÅÆÉÖØÜА-ЯЁ]{1,3}>+(?: |$)")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")


def readable(line: str) -> str:
    """The line in NFKC, so that a no-break space is a space and a wide colon is a colon; cut where it is too long."""
    if "&" in line and not line.startswith("&gt;"):
        # Some programs leave them in plain text; at the beginning of a line it is as well a person's markup.
        line = line.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
    if line.isascii() and len(line) <= LONGEST:
        return line.rstrip("\r")
    line = unicodedata.normalize("NFKC", _INVISIBLE.sub("", line[:LONGEST])).replace("\u2019", "'").rstrip("\r")
    # The mark keeps the cut line from ending like one that introduces a quote.
    return f"{line[:LONGEST]}…" if len(line) >= LONGEST else line


def is_quoted(line: str) -> bool:
    """ "> " in front, and no pair of arrows around the words."""
    return line.lstrip().startswith(">") and "<<" not in line


def is_barred(line: str) -> bool:
    """ "| " in front, or the initials of who wrote it ("KN> "), as some programs quote. It counts below an attribution
    only, for tables and prompts are written so, too.
    """
    line = line.strip()
    if _INITIALS.match(line):
        return True
    return line.startswith("|") and not (len(line) > 1 and line.endswith("|"))


def unquoted(line: str) -> str:
    return line.lstrip(" \t>|")


def next_number(lines: list[str], number: int) -> int:
    """The next line that is not blank, from this one on; the number of lines where there is none."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def next_written(lines: list[str], number: int) -> str:
    number = next_number(lines, number)
    return lines[number] if number < len(lines) else ""

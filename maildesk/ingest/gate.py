"""Looks at the raw bytes before any parser does: may this mail be read in full (threats 4.2)?

Counting only, linear in the size of the mail. A mail that trips is not refused: it is read in the restricted way, the
first fields and the first text, and says so.
"""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.mime.fields import header_start
from maildesk.reason import because

LARGEST_HEADER: Final = 100 << 10
MOST_FIELDS: Final = 1000
MOST_RECEIVED: Final = 99
#: Characters of a header block that parsers of addresses, comments and encoded words work on.
_MOST_IN_HEADER: Final = ((b",", 2000), (b"(", 500), (b"*", 500), (b"=?", 2000), (b"<", 2000), (b'"', 4000))
_MOST_BOUNDARIES: Final = 200
_END: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD_START: Final = re.compile(rb"(?:\A|\n)[^\s:]")
_RECEIVED: Final = re.compile(rb"(?:\A|\n)received[ \t]*:", re.I)


@dataclass(frozen=True, slots=True)
class Look:
    """`restricted` with its reasons (maildesk.reason); `header_end` is where the header block ends, with its empty
    line."""

    header_end: int
    problems: tuple[str, ...]

    @property
    def restricted(self) -> bool:
        return bool(self.problems)


def look_at(raw: bytes) -> Look:
    """Counts what makes a mail expensive to read."""
    start = header_start(raw)
    end = _END.search(raw, start, start + LARGEST_HEADER + 4)
    if end is None and len(raw) - start > LARGEST_HEADER:
        return Look(start + LARGEST_HEADER, (because("header_large"),))
    header = raw[start : end.start() if end else len(raw)]
    problems = [
        because("header_signs", repr(sign.decode())) for sign, most in _MOST_IN_HEADER if header.count(sign) > most
    ]
    if len(_FIELD_START.findall(header)) > MOST_FIELDS:
        problems.append(because("header_fields"))
    if len(_RECEIVED.findall(header)) > MOST_RECEIVED:
        problems.append(because("many_servers"))
    if raw.count(b"boundary=") > _MOST_BOUNDARIES:
        problems.append(because("many_multiparts"))
    return Look(end.end() if end else len(raw), tuple(problems))

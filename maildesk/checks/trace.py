"""What a mail server writes on top of a mail, read from one that came back to us: under which name it says what it
found, and below how many Received fields. It connects to nobody.
"""

from dataclasses import dataclass
from typing import Final

from maildesk.desk.speaker.authentication import UNNAMED
from maildesk.ingest.mime.fields import Fields, header_start, read_fields, unfold

#: Stands in the field that only a stranger could have written.
FORGED: Final = "header.from=forged.invalid"
_FIELDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Trace:
    """`server` is the authserv-id of the topmost field (RFC 8601 2.5), UNNAMED where that has none, "" where there is
    no field."""

    server: str = ""
    received_above: int = 0
    #: A field that we forged is still there.
    forged: bool = False


def read_trace(raw: bytes) -> Trace:
    """The trace block of a mail, of which the beginning is enough."""
    fields, _ = read_fields(raw, header_start(raw), len(raw), _FIELDS)
    forged = any(FORGED in value for value in fields.all("authentication-results"))
    received = 0
    for name, value in fields.items:
        if name == "received":
            received += 1
        elif name == "authentication-results" and FORGED not in value:
            return Trace(_server_of(value), received, forged)
    return Trace(forged=forged)


def has_id(raw: bytes, message_id: str) -> bool:
    fields: Fields = read_fields(raw, header_start(raw), len(raw), _FIELDS)[0]
    return f"<{message_id}>" in fields.first("message-id")


def _server_of(value: str) -> str:
    """The authserv-id without its version; UNNAMED where a result stands in its place."""
    first = unfold(value).partition(";")[0].partition("(")[0].split()
    return "" if not first else UNNAMED if "=" in first[0] else first[0].lower()

"""How a letter and an address are written in SMTP, so that neither can end its place and begin another."""

import re
from typing import Final

from maildesk.errors import Refused
from maildesk.reason import because

#: A local part that may hold blanks (RFC 5321 4.1.2), in the form in which we read one.
_QUOTED: Final = re.compile(r'"[A-Za-z0-9 ._-]+"@')


def stuffed(raw: bytes) -> bytes:
    """The letter as DATA wants it: dots doubled at the beginning of lines, and the last dot (RFC 5321 4.5.2)."""
    doubled = raw.replace(b"\n.", b"\n..")
    if doubled.startswith(b"."):
        doubled = b"." + doubled
    return doubled + (b".\r\n" if doubled.endswith(b"\r\n") else b"\r\n.\r\n")


def path(address: str) -> str:
    """An address as MAIL and RCPT take it. Raises Refused where it would end the command or begin another."""
    quoted = _QUOTED.match(address)
    if not all(char.isprintable() and char not in "<> " for char in address[quoted.end() if quoted else 0 :]):
        raise Refused(because("address_unwritable"))
    return f"<{address}>"

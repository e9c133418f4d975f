"""Writes the links that open a ready-made mail (RFC 6068). Never a link to the web."""

from functools import lru_cache
from urllib.parse import quote

#: Some clients cut links at 2 048 characters.
LONGEST = 2000


def mailto(address: str, subject: str, body: str = "") -> str:
    """A link to a mail that only has to be sent. Its subject is shortened where the link would grow too long.

    Raises ValueError where address and body alone are too long: a body cut short would say something else.
    """
    # A bare "+" is read as a space by some clients, and would break the token of the address: RFC 6068 section 5.
    to = quote(address, safe="@")
    ready = _quoted(body.replace("\r\n", "\n").replace("\n", "\r\n"))
    room = LONGEST - len(f"mailto:{to}?subject=&body={ready}") - 1
    if room < 0:
        raise ValueError(f"a ready-made mail to {address} is too long for a link")
    about = _quoted_within(subject, room)
    return f"mailto:{to}?subject={about}" + (f"&body={ready}" if ready else "")


def _quoted_within(text: str, room: int) -> str:
    done = _quoted(text)
    while len(done) > room:
        text = text[: len(text) * room // len(done)]
        done = _quoted(text)
    return done


@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    """Remembered: the buttons of a letter have one subject, and those of all letters the same commands."""
    return quote(text, safe="", errors="replace")

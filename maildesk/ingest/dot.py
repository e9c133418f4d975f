"""Finds the end of a mail in DATA and undoes the dot stuffing (RFC 5321 4.5.2), in chunks of any size.

Only CRLF ends a line and only CRLF.CRLF ends a mail (RFC 5321 2.3.8): a bare CR or LF beside a dot is data, so that no
second mail can be smuggled inside a first one. Lines may be of any length. It reads nothing and decides nothing else.
"""

from typing import Final

END: Final = b"\r\n.\r\n"
_TAILS: Final = tuple(END[:length] for length in range(len(END) - 1, 0, -1))


class DotStuffed:
    """Fed with what the client sends after 354. Linear time, one pass; holds back four bytes at most."""

    def __init__(self) -> None:
        # The line end of the DATA command counts: a dot alone may be the first line.
        self._held = b"\r\n"
        self._ahead = len(self._held)

    def feed(self, chunk: bytes) -> tuple[bytes, bytes | None]:
        """Returns the next bytes of the mail and, once the end has come, what the client sent behind it; else None."""
        window = self._held + chunk
        end = window.find(END)
        if end >= 0:
            return self._unstuffed(window[: end + 2]), window[end + len(END) :]
        held = next((len(tail) for tail in _TAILS if window.endswith(tail)), 0)
        cut = len(window) - held
        self._held = window[cut:]
        return self._unstuffed(window[:cut]), None

    def _unstuffed(self, text: bytes) -> bytes:
        mail = text.replace(b"\r\n.", b"\r\n")
        if not self._ahead:
            return mail
        # The line end of the DATA command is not part of the mail.
        ahead, self._ahead = self._ahead, max(0, self._ahead - len(mail))
        return mail[ahead:]

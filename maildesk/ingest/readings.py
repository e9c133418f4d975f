"""Which texts can be read out of these bytes, whatever their structure says? It decodes, and understands nothing."""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from typing import Final

#: As long as the signature of an address, encoded; white space is looked at by itself (RFC 2045 6.8).
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\r\n]{24,}")
_LINE_ENDS: Final = b"\r\n"


def readings(data: bytes) -> Iterator[bytes]:
    """The bytes as they are, and as they are without the encodings of RFC 2045 6.7 and 6.8. Of a broken mail, and of
    one inside another, nobody knows which of them counts. Without NUL, so that UTF-16 reads like ASCII."""
    yield data.replace(b"\0", b"")
    yield a2b_qp(data).replace(b"\0", b"")
    runs = [found[0].translate(None, _LINE_ENDS) for found in _BASE64.finditer(data)]
    # Anywhere in a run: a word may stand before it without a gap, like the "base64" of a header.
    for begin in range(4):
        yield b" ".join(a2b_base64(run[begin : begin + (len(run) - begin) // 4 * 4]) for run in runs).replace(
            b"\0", b""
        )

"""Whose certificate does a server show? For the person whose setting names another host. It believes nothing it reads.

No password is sent here, and nothing is encrypted for anybody: the handshake serves the certificate alone.
"""

import socket
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

SECONDS: Final = 5.0

#: What a client says before STARTTLS, and what begins the answer it waits for (RFC 3207, RFC 9051 6.2.1).
_GREETINGS: Final = {
    "smtp": ((b"", b"220 "), (b"EHLO localhost\r\n", b"250 "), (b"STARTTLS\r\n", b"220 ")),
    "imap": ((b"", b"* "), (b"a STARTTLS\r\n", b"a OK")),
}
_MOST_LINES: Final = 100
_LONGEST_LINE: Final = 1000

#: The OID of subjectAltName (2.5.29.17) and the kinds of name in it (RFC 5280 4.2.1.6).
_SUBJECT_ALT_NAME: Final = bytes.fromhex("0603551d11")
_BOOLEAN, _OCTETS, _SEQUENCE, _DNS, _ADDRESS = 0x01, 0x04, 0x30, 0x82, 0x87
_LONG_FORM: Final = 0x80


def names_shown(host: str, port: int, protocol: str, tls: str) -> tuple[str, ...]:
    """The names in the certificate of a server; none where it cannot be had. `protocol` is "imap" or "smtp"."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), SECONDS) as plain:
            if tls == "starttls":
                _begin_tls(plain, protocol)
            with context.wrap_socket(plain, server_hostname=host) as secure:
                return names_in(secure.getpeercert(binary_form=True) or b"")
    except OSError:
        return ()


def names_in(certificate: bytes) -> tuple[str, ...]:
    """The host names and addresses a certificate (DER) is for; none where it has none, or is none."""
    at = certificate.find(_SUBJECT_ALT_NAME)
    if at < 0:
        return ()
    try:
        value = _inside(certificate[at + len(_SUBJECT_ALT_NAME) :])
        return tuple(name for kind, text in _elements(value) if (name := _name(kind, text)))
    except (IndexError, ValueError):
        return ()


def _inside(extension: bytes) -> bytes:
    """The list of names: behind "critical", where that stands, in a text of bytes, a sequence."""
    for kind, text in _elements(extension):
        if kind == _OCTETS:
            ((inner, names),) = _elements(text)
            return names if inner == _SEQUENCE else b""
        if kind != _BOOLEAN:
            break
    return b""


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of a DER value, one after the other: kind and content (X.690 8.1)."""
    at = 0
    while at < len(data):
        kind, length = data[at], data[at + 1]
        at += 2
        if length >= _LONG_FORM:
            digits = length - _LONG_FORM
            length, at = int.from_bytes(data[at : at + digits], "big"), at + digits
        yield kind, data[at : at + length]
        at += length


def _name(kind: int, text: bytes) -> str:
    if kind == _ADDRESS:
        return str(ip_address(text))
    return "".join(sign for sign in text.decode("ascii", "replace") if sign.isprintable()) if kind == _DNS else ""


def _begin_tls(plain: socket.socket, protocol: str) -> None:
    with plain.makefile("rb", buffering=0) as answers:
        for said, hoped in _GREETINGS[protocol]:
            plain.sendall(said)
            lines = (answers.readline(_LONGEST_LINE) for _ in range(_MOST_LINES))
            if not any(line.startswith(hoped) for line in lines):
                raise ConnectionError("no STARTTLS")

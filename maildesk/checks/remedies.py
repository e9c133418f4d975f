"""What a person does about trouble with a server: a table from the cause to the remedy. The order is the priority."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Final

#: X509_V_ERR_*: the certificate is for another host, or another address.
_OTHER_NAME: Final = frozenset({62, 64})
_NOT_YET, _EXPIRED = 9, 10

_BY_CAUSE: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (ssl.SSLError, "{key}.port and {key}.tls do not go together: 993 and 465 are implicit, 143 and 587 starttls"),
    (socket.gaierror, "write {key}.host as the provider gives it; if it is right, this machine's DNS does not work"),
    (
        ConnectionRefusedError,
        "nobody listens there: is the server running, and is {key}.port right (IMAP 993 or 143, SMTP 587 or 465)?",
    ),
    (
        TimeoutError,
        "is a firewall between, or do {key}.host, {key}.port and {key}.tls not go together "
        "(993 and 465 are implicit, 143 and 587 starttls)?",
    ),
    (ConnectionError, "the server hung up: does {key}.tls fit {key}.port, and does its log say why?"),
)
#: Said of an OSError with one of these alone: the SMTP client's errors are OSErrors too, whatever they mean.
_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_NO_WAY_REMEDY: Final = "can this machine reach {key}.host at all? Look at its network, routes and firewall"

#: Words of our own adapters, which tests hold against real servers.
_BY_WORDS: Final = (
    (
        "password was refused",
        "correct {key}.user and {key}.password; many providers want an app password or OAuth here",
    ),
    (
        "offers neither PLAIN nor LOGIN",
        "maildesk logs in with PLAIN or LOGIN: set {key}.tls so that the relay offers one",
    ),
    ("AUTH:", "correct {key}.user and {key}.password; many providers want an app password or OAuth here"),
    ("offers no STARTTLS", 'set {key}.tls = "implicit" and its port, or let the server offer STARTTLS'),
    ("STARTTLS: the relay does not offer", 'set {key}.tls = "implicit" and its port, or let the server offer STARTTLS'),
    ("allows no login", 'set {key}.tls = "implicit" or "starttls"'),
    ("closed the connection", "the server hung up: does {key}.tls fit {key}.port, and does its log say why?"),
    ("broke off the conversation", "the server hung up: does {key}.tls fit {key}.port, and does its log say why?"),
    ("the command ", "run the command by hand, as the user maildesk runs as"),
    ("may only read", "give the user the right to move and flag mails there, or choose another {key}.folder"),
)

_OTHERWISE: Final = "the server's own log says more; compare the table of {key} with what the provider writes"


def remedy_for(trouble: BaseException, key: str) -> str:
    """What to do about it; `key` is the table of the configuration, such as "relay"."""
    certificate = cause_in(trouble, ssl.SSLCertVerificationError)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return _about_certificate(certificate.verify_code, key)
    remedies = [remedy for kind, remedy in _BY_CAUSE if cause_in(trouble, kind)]
    told = [remedy for words, remedy in _BY_WORDS if words in str(trouble)]
    if any(isinstance(error, OSError) and error.errno in _NO_WAY for error in _chain(trouble)):
        remedies.append(_NO_WAY_REMEDY)
    return (told or remedies or [_OTHERWISE])[0].format(key=key)


def cause_in(trouble: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The exception of this kind that the trouble came from."""
    return next((error for error in _chain(trouble) if isinstance(error, kind)), None)


def _chain(trouble: BaseException | None) -> Iterator[BaseException]:
    while trouble is not None:
        yield trouble
        # The context too: adapters cut the cause off ("from None") because a log would show it.
        trouble = trouble.__cause__ or trouble.__context__


def _about_certificate(code: int, key: str) -> str:
    if code in _OTHER_NAME:
        return f"write a name that is in the certificate as {key}.host, or give the server a certificate for this one"
    if code == _EXPIRED:
        return "renew the certificate on the server; if it is not old, this machine's clock is wrong"
    if code == _NOT_YET:
        return "the certificate begins in the future: set the clocks of this machine and of the server"
    return (
        f"if the server has an authority of its own, name its certificate (a PEM file) as {key}.ca_file; "
        "otherwise let the server send its whole chain"
    )

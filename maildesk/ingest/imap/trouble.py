"""Every way a conversation with an IMAP server can fail, as Deferred with its remedy. The order is the priority.

Of an answer that cannot be read nothing is shown: it may hold the text of a mail. A server's NO is, cut and cleaned.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from imapclient.exceptions import ProtocolError

from maildesk.errors import Deferred
from maildesk.ingest.imap.wire import Broken

_CERTIFICATE: Final = (
    "its certificate is not trusted ({}): imap.host must be the name in the certificate, and imap.ca_file the "
    "authority where that is your own"
)


def shown(error: Exception) -> str:
    """A server's words, fit for one line of a log."""
    return "".join(letter if letter.isprintable() else " " for letter in str(error)[:160])


def _nonsense(error: Exception) -> str:
    return f"the server's answer is not IMAP ({type(error).__name__})"


#: Kind of error, what to say of it, and whether the connection, rather than one command, has failed.
_TROUBLES: Final[tuple[tuple[tuple[type[Exception], ...], Callable[[Any], str], bool], ...]] = (
    ((Broken,), str, True),
    ((ssl.SSLCertVerificationError,), lambda error: _CERTIFICATE.format(error.verify_message), True),
    ((imaplib.IMAP4.readonly,), lambda _: "the user may only read the folder, and must be able to change it", True),
    ((ProtocolError,), _nonsense, True),
    ((imaplib.IMAP4.abort,), lambda _: "the server broke off the conversation", True),
    ((imaplib.IMAP4.error,), shown, False),
    ((TimeoutError,), lambda _: "no answer in time", True),
    ((OSError,), lambda error: f"no connection ({error.strerror or type(error).__name__})", True),
    # What imaplib and imapclient raise on an answer that is none.
    ((ValueError, TypeError, LookupError, AttributeError, RecursionError), _nonsense, True),
)


@contextmanager
def conversation(where: str) -> Iterator[None]:
    """Turns what imaplib and imapclient raise into Deferred; `where` is the server, as host:port."""
    try:
        yield
    except Deferred:
        raise
    except Exception as raised:
        # imaplib raises an error of its own over that of the connection.
        error = raised.__context__ if isinstance(raised.__context__, Broken) else raised
        for kinds, say, everyone in _TROUBLES:
            if isinstance(error, kinds):
                raise Deferred(f"{where}: {say(error)}", everyone=everyone) from raised
        raise

"""imapclient and imaplib with limits around them: a server may be slow, wrong or hostile, and costs no more than this.

No command may hold a line end or NUL inside, so no text can become a second command. A response may be so large, so
long in coming and hold a literal so large, and no more: nothing is allocated because a server announced it. Between the
answer to STARTTLS and the handshake there must be no bytes (they would be an attacker's), and PREAUTH is refused: it
would skip STARTTLS (RFC 9051 6.2.1, 11.3).
"""

import imaplib
import io
import socket
import ssl
import time
from typing import Any, Final, cast

from imapclient import IMAPClient, SocketTimeout

CHUNK: Final = 1 << 20
"""A literal is never longer: bodies are fetched in parts of this many bytes."""

CONNECT_SECONDS: Final = 20.0
READ_SECONDS: Final = 60.0
#: One command with all of its answer.
COMMAND_SECONDS: Final = 180.0
_LONGEST_LINE: Final = 1_000_000
_LARGEST_ANSWER: Final = 16 << 20
#: What a line costs beside its bytes: a flood of short ones must end too.
_COST_OF_LINE: Final = 128


class Broken(imaplib.IMAP4.abort):
    """The server went beyond a limit. The text is ours and may be shown."""


class Connection(imaplib.IMAP4):
    """An imaplib connection that reads by itself; `context` makes it TLS from the first byte."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._renew_budget(CONNECT_SECONDS * 2)
        super().__init__(host, port, CONNECT_SECONDS)
        if self.state == "AUTH":
            self.shutdown()
            raise Broken("the server greets with PREAUTH, which would skip the login")

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self._stream = self._open_stream()

    def read(self, size: int) -> bytes:
        if size > CHUNK:
            raise Broken(f"the server announced {size} bytes, more than was asked for")
        data = bytearray()
        while len(data) < size and (part := self._stream.read1(size - len(data))):
            self._spend(len(part))
            data += part
        return bytes(data)

    def readline(self) -> bytes:
        line = bytearray()
        # One receive a turn, so that a server that drips is noticed.
        while ready := self._stream.peek(1):
            cut = ready.find(b"\n") + 1
            line += self._stream.read(cut or len(ready))
            self._spend(cut or len(ready))
            if len(line) > _LONGEST_LINE:
                raise Broken(f"the server sent a line of more than {_LONGEST_LINE} bytes")
            if cut:
                self._spend(_COST_OF_LINE)
                break
        return bytes(line)

    def send(self, data: bytes) -> None:  # type: ignore[override]
        inside = data.removesuffix(b"\r\n")
        if any(byte in inside for byte in b"\r\n\0"):
            raise ValueError("a line end or NUL inside an IMAP command")
        super().send(data)

    def shutdown(self) -> None:
        self._stream.close()
        super().shutdown()

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """Encrypts the connection; never goes on in the clear."""
        kind, data = cast(Any, self)._simple_command("STARTTLS")
        if kind != "OK" or ssl_context is None:
            raise Broken("the server declined STARTTLS")
        if self.has_pending():
            raise Broken("somebody put bytes in the clear behind STARTTLS")
        self._stream.close()
        self.sock = ssl_context.wrap_socket(self.sock, server_hostname=self.host)
        self._stream = self._open_stream()
        self._tls_established = True
        # What was said in the clear does not count (RFC 9051 6.2.1).
        self.untagged_responses: dict[str, list[Any]] = {}
        cast(Any, self)._get_capabilities()
        return kind, data

    def has_pending(self) -> bool:
        """Is something there to read, on the wire or in a buffer that poll() cannot see?"""
        timeout = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            return bool(self._stream.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.sock.settimeout(timeout)

    def allow_time(self, seconds: float) -> None:
        """The answer to the present command may take so long."""
        self._deadline = time.monotonic() + seconds

    def _command(self, name: str, *args: Any) -> bytes:
        self._renew_budget(COMMAND_SECONDS)
        return cast(bytes, super()._command(name, *args))  # type: ignore[misc]

    def _new_tag(self) -> bytes:
        # imapclient composes SEARCH by itself and begins with the tag.
        self._renew_budget(COMMAND_SECONDS)
        return cast(bytes, super()._new_tag())  # type: ignore[misc]

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = cast(socket.socket, super()._create_socket(timeout))  # type: ignore[misc]
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain

    def _open_stream(self) -> io.BufferedReader:
        return cast(io.BufferedReader, self.sock.makefile("rb", buffering=1 << 16))

    def _renew_budget(self, seconds: float) -> None:
        self._left = _LARGEST_ANSWER
        self._deadline = time.monotonic() + seconds

    def _spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise Broken("the server sent more than was asked for")
        if time.monotonic() > self._deadline:
            raise Broken("the server took too long over one answer")


class Client(IMAPClient):  # type: ignore[misc]
    """imapclient on such a connection. Not thread-safe: one for each thread."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        limits = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=limits)
        # Times with their zone, and no log of what passes: passwords and mail do.
        self.normalise_times = False
        self._imap.debug = 0

    def _create_IMAP4(self) -> Connection:
        return Connection(self.host, self.port, self.ssl_context if self.ssl else None)

    def select_folder(self, folder: str, readonly: bool = False) -> dict[bytes, Any]:
        told: dict[bytes, Any] = super().select_folder(folder, readonly)
        # What is there from now on is news.
        self._imap.untagged_responses.clear()
        return told

    def has_news(self) -> bool:
        """Did an answer since SELECT say, beside what was asked, that mail has come? The server says it once."""
        return "EXISTS" in self._imap.untagged_responses

    def begin_idle(self, seconds: float) -> bool:
        """IDLE for at most so long; True where news came before the wait began.

        imapclient's own `idle` takes an EXISTS in front of the continuation for an error, and does not see what is
        already in a buffer.
        """
        self._idle_tag = self._imap._command("IDLE")
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands.get(self._idle_tag):
                raise imaplib.IMAP4.error("IDLE declined")
        self._imap.allow_time(seconds + COMMAND_SECONDS)
        return self.has_news() or self._imap.has_pending()

"""One connection to the relay: opened, greeted, encrypted, logged in; then one letter after the other.

The only importer of smtplib, and of that only the talking: each stage is asked by itself, so that its reply is known.
"""

import base64
import contextlib
import io
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NoReturn

from maildesk.certificate_end import certificate_end
from maildesk.errors import Deferred, Refused
from maildesk.mail import Letter
from maildesk.notify.account import Account
from maildesk.notify.replies import Stage, lost_at, queue_id, trouble_of
from maildesk.notify.wire import path, stuffed
from maildesk.reason import because

_LARGEST_REPLY = 64 * 1024
_CLOSING = 421
_CHALLENGE = 334
_LOWEST_FAILURE = 400


class Line:
    """One connection: opened, greeted, encrypted and logged in; then letter after letter.

    Raises Deferred where it cannot be opened. `end` is when the letter's time is up, by time.monotonic().
    """

    def __init__(self, account: Account, context: ssl.SSLContext, end: float) -> None:
        self.usable = False
        self.hung_up_before_dot = False
        self.rests_since = 0.0
        self._account = account
        self._end = end
        self._begun = False
        try:
            self._session = _Session(account, context, self._until())
        except smtplib.SMTPResponseException as error:
            raise trouble_of(Stage.CONNECT, error.smtp_code, _text(error.smtp_error)) from None
        except OSError as error:
            raise lost_at(Stage.CONNECT, _why(error)) from None
        try:
            self._greet()
            if account.tls == "starttls":
                self._encrypt(context)
            if account.user:
                self._log_in()
        except BaseException:
            self._session.close()
            raise
        self.usable = True

    def carry(self, letter: Letter, end: float) -> str:
        """The transaction of one letter (RFC 5321 3.3); returns the relay's name for it."""
        self._end = end
        if self._begun:
            self._reset()
        options = self._options(letter)
        self._begun = True
        self._ask(Stage.MAIL, f"MAIL FROM:{path(letter.envelope_from)}{options}")
        self._ask(Stage.RCPT, f"RCPT TO:{path(letter.recipient)}")
        self._ask(Stage.DATA, "DATA", hoped=3)
        with self._watching(Stage.BODY):
            self._session.send(stuffed(letter.whole))
        taken = self._answer(Stage.DOT, self._session.getreply, self._end)
        self._begun = False
        return queue_id(taken)

    @property
    def largest(self) -> int | None:
        """The bytes of the largest letter the relay takes; None where it states no limit (RFC 1870 4)."""
        stated = self._session.esmtp_features.get("size", "").strip()
        return int(stated) or None if stated.isdecimal() else None

    @property
    def certificate_ends(self) -> datetime | None:
        """When the relay's certificate is good no more; None without TLS."""
        return certificate_end(self._session.sock)

    def quit(self) -> None:
        """Says goodbye; whether anybody hears it does not matter."""
        self._session.until = time.monotonic() + 1.0
        with contextlib.suppress(OSError):
            self._session.docmd("QUIT")
        self._session.close()

    def cut(self) -> None:
        """Ends the connection under the hands of the thread that uses it."""
        sock = self._session.sock
        with contextlib.suppress(OSError):
            if sock is not None:
                sock.shutdown(socket.SHUT_RDWR)

    def _greet(self) -> None:
        self._answer(Stage.EHLO, lambda: self._session.ehlo(self._account.local_hostname))

    def _encrypt(self, context: ssl.SSLContext) -> None:
        if not self._session.has_extn("starttls"):
            raise Deferred(
                f"{Stage.STARTTLS}: the relay does not offer it; nothing is sent in the clear", everyone=True
            )
        with self._watching(Stage.STARTTLS):
            try:
                self._session.starttls(context=context)
            except smtplib.SMTPResponseException as error:
                self._refuse(Stage.STARTTLS, error.smtp_code, _text(error.smtp_error))
        # What was said before encryption may have been said by anybody (RFC 3207 4.2).
        self._greet()

    def _log_in(self) -> None:
        user, password = self._account.user, self._account.password
        offered = self._session.esmtp_features.get("auth", "").upper().split()
        if self._account.token is not None:
            said = f"user={user}\1auth=Bearer {self._account.token()}\1\1"
            self._answer(Stage.AUTH, lambda: self._present(said))
        elif "PLAIN" in offered:
            self._ask(Stage.AUTH, "AUTH PLAIN " + _base64("\0".join(("", user, password))))
        elif "LOGIN" in offered:
            self._ask(Stage.AUTH, "AUTH LOGIN", hoped=3)
            self._ask(Stage.AUTH, _base64(user), hoped=3)
            self._ask(Stage.AUTH, _base64(password))
        else:
            raise Deferred(f"{Stage.AUTH}: the relay offers neither PLAIN nor LOGIN on this connection", everyone=True)

    def _present(self, said: str) -> tuple[int, bytes]:
        """XOAUTH2. A refusal comes as a challenge with the details, to be answered by an empty line."""
        code, text = self._session.docmd("AUTH", f"XOAUTH2 {_base64(said)}")
        return self._session.docmd("") if code == _CHALLENGE else (code, text)

    def _reset(self) -> None:
        """Forgets a transaction that did not end with a letter taken (RFC 5321 4.1.1.5)."""
        with self._watching(Stage.MAIL):
            code, _ = self._session.docmd("RSET")
        if code // 100 != 2:
            self._end_here(Stage.MAIL)
            raise lost_at(Stage.MAIL, "the connection could not be reset")
        self._begun = False

    def _options(self, letter: Letter) -> str:
        """What MAIL must announce. Raises Refused for a letter that this relay can never take."""
        features = self._session.esmtp_features
        whole = letter.whole
        if self.largest is not None and self.largest < len(whole):
            raise Refused(because("relay_takes_less", len(whole), self.largest))
        options = f" SIZE={len(whole)}" if "size" in features else ""
        if "8bitmime" in features and not whole.isascii():
            options += " BODY=8BITMIME"
        international = not (letter.envelope_from + letter.recipient).isascii()
        if international and "smtputf8" not in features:
            raise Refused(because("relay_takes_ascii"))
        self._session.command_encoding = "utf-8" if international else "ascii"
        return options + (" SMTPUTF8" if international else "")

    def _ask(self, stage: Stage, command: str, hoped: int = 2) -> str:
        return self._answer(stage, lambda: self._session.docmd(command), hoped=hoped)

    def _answer(
        self, stage: Stage, ask: Callable[[], tuple[int, bytes]], until: float | None = None, hoped: int = 2
    ) -> str:
        with self._watching(stage, until):
            code, text = ask()
        if code // 100 != hoped:
            self._refuse(stage, code, _text(text))
        return _text(text)

    def _refuse(self, stage: Stage, code: int, text: str) -> NoReturn:
        if code == _CLOSING or code < _LOWEST_FAILURE:
            self._end_here(stage)
        if code < _LOWEST_FAILURE:
            raise lost_at(stage, f"an answer that has no meaning here ({code})")
        raise trouble_of(stage, code, text)

    @contextlib.contextmanager
    def _watching(self, stage: Stage, until: float | None = None) -> Iterator[None]:
        self._session.until = self._until() if until is None else until
        try:
            yield
        except OSError as error:
            self._end_here(stage, timed_out=_timed_out(error))
            raise lost_at(stage, _why(error)) from None

    def _end_here(self, stage: Stage, *, timed_out: bool = False) -> None:
        self.usable = False
        self.hung_up_before_dot = stage is not Stage.DOT and not timed_out
        self._session.close()

    def _until(self) -> float:
        return min(self._end, time.monotonic() + self._account.reply_seconds)


class _Session(smtplib.SMTP):
    """smtplib's session, with TLS from the first byte where asked, and replies that must be whole by `until`."""

    def __init__(self, account: Account, context: ssl.SSLContext, until: float) -> None:
        self.until = until
        self._implicit = context if account.tls == "implicit" else None
        self._reader = _Reader()
        super().__init__(account.host, account.port, account.local_hostname, timeout=account.connect_seconds)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's; a dripping or endless reply ends at `until` or _LARGEST_REPLY bytes."""
        if self.file is None and self.sock is not None:
            self._reader = _Reader(self.sock)
            self.file = io.BufferedReader(self._reader)
        self._reader.until = self.until
        self._reader.left = _LARGEST_REPLY
        return super().getreply()

    def send(self, s: "bytes | str") -> None:  # type: ignore[override]
        if self.sock is not None:
            self.sock.settimeout(max(0.001, self.until - time.monotonic()))
        super().send(s)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._implicit is None:
            return sock
        try:
            return self._implicit.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise


class _Reader(io.RawIOBase):
    """Reads a socket until a moment, and so many bytes at most, however they arrive."""

    def __init__(self, sock: socket.socket | None = None) -> None:
        self._sock = sock
        self.until = 0.0
        self.left = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        remaining = self.until - time.monotonic()
        if self._sock is None or remaining <= 0:
            raise TimeoutError
        if self.left <= 0:
            raise ConnectionError("the reply does not end")
        self._sock.settimeout(remaining)
        count = self._sock.recv_into(buffer)
        self.left -= count
        return count


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply


def _timed_out(error: OSError) -> bool:
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _why(error: OSError) -> str:
    """What went wrong, in words of ours: nothing of the session is quoted."""
    if _timed_out(error):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate was not accepted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection ({error.reason or 'TLS'})"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return "the relay closed the connection"
    if isinstance(error, smtplib.SMTPException):
        return "what came back is not SMTP"
    return error.strerror or type(error).__name__

"""A scripted SMTP server: records every mail, and at any stage answers as told, dawdles or hangs up.

    sink.answer("rcpt", "451 4.3.0 later", to="kari@customer.example")   # for one recipient
    sink.answer("dot", "550 5.7.1 no", times=1)                          # once, then as usual
    sink.answer("data", DROP)                                            # closes the connection
    sink.delay("dot", 3.0)                                               # answers after three seconds

Stages: banner, ehlo, starttls, auth, mail, rcpt, data, dot, rset, noop, quit.
"""

import contextlib
import socket
import socketserver
import ssl
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

#: An answer that is none: the connection is closed, after `dot` with the mail in hand.
DROP: Final = "drop"
#: The same by a reset (RST), as a crashed host or a middlebox does it.
RESET: Final = "reset"

_USUAL: Final = {
    "banner": "220 sink.test.example ESMTP",
    "helo": "250 sink.test.example",
    "starttls": "220 2.0.0 go ahead",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go ahead",
    "dot": "250 2.0.0 kept",
    "rset": "250 2.0.0 ok",
    "noop": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
}


@dataclass(slots=True)
class Received:
    """A mail that was answered with 2xx after its dot. `data` is unstuffed, with CRLF."""

    sender: str
    recipients: list[str]
    data: bytes
    connection: int


@dataclass(slots=True)
class _Rule:
    stage: str
    answer: str
    to: str | None
    times: int | None


@dataclass(slots=True)
class _Talk:
    """What one connection has said so far."""

    number: int
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    secure: bool = False


class Sink:
    """Listens on `port` while used as a context manager. Thread-safe; one thread per connection."""

    host: Final = "127.0.0.1"

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800", "ENHANCEDSTATUSCODES"),
    ) -> None:
        self.tls = tls
        self.implicit_tls = implicit_tls
        self.extensions = extensions
        self.mails: list[Received] = []
        self.commands: list[tuple[int, str]] = []  # (connection, line), AUTH lines too
        self.connections = 0
        self._rules: list[_Rule] = []
        self._delays: dict[str, float] = {}
        self._lock = threading.Lock()
        self._arrival = threading.Condition(self._lock)
        self._open: set[socket.socket] = set()
        self._server = _Listener(self)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "Sink":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="sink", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.drop_connections()

    def answer(self, stage: str, answer: str, *, to: str | None = None, times: int | None = None) -> None:
        """From now on (or so many times) answers a stage so; of several rules the latest counts."""
        with self._lock:
            self._rules.append(_Rule(stage, answer, to, times))

    def delay(self, stage: str, seconds: float) -> None:
        """Waits before the answer at a stage."""
        self._delays[stage] = seconds

    def usual(self) -> None:
        """Forgets all rules and delays."""
        with self._lock:
            self._rules.clear()
            self._delays.clear()

    def await_mails(self, count: int, seconds: float = 20.0) -> list[Received]:
        """Waits until so many mails were taken. Raises TimeoutError."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self.mails) >= count, seconds):
                raise TimeoutError(f"{len(self.mails)} of {count} mails within {seconds:.0f} s")
            return list(self.mails)

    def drop_connections(self) -> None:
        """Hangs up on everybody, as a restarting relay does."""
        with self._lock:
            for connection in self._open:
                _close(connection)

    def _answer_to(self, stage: str, recipient: str = "") -> str:
        time.sleep(self._delays.get(stage, 0.0))
        with self._lock:
            for rule in reversed(self._rules):
                if rule.stage == stage and rule.times != 0 and rule.to in (None, recipient):
                    rule.times = None if rule.times is None else rule.times - 1
                    return rule.answer
        return _USUAL[stage]

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            talk = _Talk(self.connections)
            self._open.add(connection)
        try:
            _Conversation(self, connection, talk).run()
        except (_HungUp, OSError):
            pass  # either side went away; what was taken until then is recorded
        finally:
            with self._lock:
                self._open.discard(connection)

    def _take(self, talk: _Talk, data: bytes) -> None:
        with self._arrival:
            self.mails.append(Received(talk.sender, list(talk.recipients), data, talk.number))
            self._arrival.notify_all()

    def _note(self, talk: _Talk, line: str) -> None:
        with self._lock:
            self.commands.append((talk.number, line))


class _HungUp(Exception):
    """The conversation is over."""


class _Conversation:
    """One connection: reads a command, answers it by the rules."""

    def __init__(self, sink: Sink, connection: socket.socket, talk: _Talk) -> None:
        self._sink = sink
        self._talk = talk
        self._connection = connection
        if sink.tls is not None and sink.implicit_tls:
            self._encrypt()
        self._file = self._connection.makefile("rb")

    def run(self) -> None:
        self._reply("banner")
        while True:
            line = self._line()
            self._sink._note(self._talk, line)
            verb, _, rest = line.partition(" ")
            self._obey(verb.lower(), rest)

    def _obey(self, verb: str, rest: str) -> None:
        if verb in ("ehlo", "helo", "lhlo"):
            self._greet(verb)
        elif verb == "mail":
            self._begin(rest)
        elif verb == "rcpt":
            self._add(rest)
        elif verb == "data":
            self._data()
        elif verb == "starttls" and self._sink.tls is not None:
            self._starttls()
        elif verb == "auth":
            self._auth(rest)
        elif verb in ("rset", "noop", "quit"):
            self._simple(verb)
        else:
            self._send("500 5.5.2 not understood")

    def _greet(self, verb: str) -> None:
        told = self._sink._answer_to("ehlo") if self._ruled("ehlo") else ""
        if told or verb == "helo":
            self._say(told or _USUAL["helo"])
            return
        offered = list(self._sink.extensions)
        if self._sink.tls is not None and not self._talk.secure and not self._sink.implicit_tls:
            offered.append("STARTTLS")
        lines = ["sink.test.example", *offered]
        dashes = ["-"] * (len(lines) - 1) + [" "]
        self._send("\r\n".join(f"250{dash}{line}" for dash, line in zip(dashes, lines, strict=True)))

    def _ruled(self, stage: str) -> bool:
        time.sleep(self._sink._delays.get(stage, 0.0))
        return any(rule.stage == stage and rule.times != 0 for rule in self._sink._rules)

    def _begin(self, rest: str) -> None:
        if self._reply("mail").startswith("2"):
            self._talk.sender, self._talk.recipients = _path(rest), []

    def _add(self, rest: str) -> None:
        recipient = _path(rest)
        if self._reply("rcpt", recipient).startswith("2"):
            self._talk.recipients.append(recipient)

    def _data(self) -> None:
        if not self._talk.recipients:
            self._send("554 5.5.1 no valid recipients")
            return
        if not self._reply("data").startswith("3"):
            return
        data = self._read_data()
        answer = self._sink._answer_to("dot")
        if answer.startswith("2"):
            self._sink._take(self._talk, data)
        self._talk.recipients = []
        self._say(answer)

    def _read_data(self) -> bytes:
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise _HungUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _starttls(self) -> None:
        if self._reply("starttls").startswith("2"):
            self._encrypt()
            self._file = self._connection.makefile("rb")
            self._talk.secure = True

    def _auth(self, rest: str) -> None:
        # PLAIN with its initial response, or LOGIN by question and answer. The rule decides, not the password.
        words = rest.split()
        questions = 2 if words[:1] == ["LOGIN"] else 1
        for _ in range(questions - len(words[1:])):
            self._send("334 ")
            self._sink._note(self._talk, self._line())
        self._reply("auth")

    def _simple(self, verb: str) -> None:
        if verb == "rset":
            self._talk.sender, self._talk.recipients = "", []
        self._reply(verb)
        if verb == "quit":
            raise _HungUp

    def _encrypt(self) -> None:
        assert self._sink.tls is not None
        self._connection = self._sink.tls.wrap_socket(self._connection, server_side=True)

    def _line(self) -> str:
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise _HungUp
        return line.decode("utf-8", "surrogateescape").rstrip("\r\n")

    def _reply(self, stage: str, recipient: str = "") -> str:
        answer = self._sink._answer_to(stage, recipient)
        self._say(answer)
        return answer

    def _say(self, answer: str) -> None:
        if answer == RESET:
            # Linger of zero seconds makes close() send RST.
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        if answer in (DROP, RESET):
            self._file.close()
            self._connection.close()
            raise _HungUp
        self._send(answer)
        if answer.startswith("421"):
            raise _HungUp

    def _send(self, answer: str) -> None:
        self._connection.sendall(answer.encode() + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sink: Sink) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                sink._serve(self.request)

        super().__init__((Sink.host, 0), Handler)


def _path(rest: str) -> str:
    """The address between the angle brackets of MAIL FROM and RCPT TO."""
    return rest.partition("<")[2].rpartition(">")[0] if ">" in rest else rest.partition(":")[2].strip()


def _close(connection: socket.socket) -> None:
    # It may have gone already.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

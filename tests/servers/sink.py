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
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from tests.servers.servers import PATIENCE
from tests.servers.sink_talk import DROP, RESET, USUAL, Conversation, HungUp, Talk

__all__ = ["DROP", "RESET", "Received", "Sink"]


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

    def await_mails(self, count: int, seconds: float = PATIENCE) -> list[Received]:
        """Waits until so many mails were taken. Raises TimeoutError."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self.mails) >= count, seconds):
                said = "\n".join(f"{number}: {line}" for number, line in self.commands[-40:])
                raise TimeoutError(f"{len(self.mails)} of {count} mails within {seconds:.0f} s\n{said}")
            return list(self.mails)

    def drop_connections(self) -> None:
        """Hangs up on everybody, as a restarting relay does."""
        with self._lock:
            for connection in self._open:
                _close(connection)

    def answer_to(self, stage: str, recipient: str = "") -> str:
        time.sleep(self._delays.get(stage, 0.0))
        with self._lock:
            for rule in reversed(self._rules):
                if rule.stage == stage and rule.times != 0 and rule.to in (None, recipient):
                    rule.times = None if rule.times is None else rule.times - 1
                    return rule.answer
        return USUAL[stage]

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            talk = Talk(self.connections)
            self._open.add(connection)
        try:
            Conversation(self, connection, talk).run()
        except (HungUp, OSError):
            pass  # either side went away; what was taken until then is recorded
        finally:
            with self._lock:
                self._open.discard(connection)

    def take(self, talk: Talk, data: bytes) -> None:
        with self._arrival:
            self.mails.append(Received(talk.sender, list(talk.recipients), data, talk.number))
            self._arrival.notify_all()

    def note(self, talk: Talk, line: str) -> None:
        with self._lock:
            self.commands.append((talk.number, line))


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sink: Sink) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                sink._serve(self.request)

        super().__init__((Sink.host, 0), Handler)


def _close(connection: socket.socket) -> None:
    # It may have gone already.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

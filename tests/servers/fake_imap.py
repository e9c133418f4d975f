"""A scripted IMAP server: serves a folder as it should, and at a chosen command says or does something else.

    server.answer("UID FETCH 1", b"* 1 FETCH (UID 7 BODY[]<0> {5}\\r\\nhello)\\r\\nTAG OK done\\r\\n")
    server.answer("SELECT", b"* BYE going down\\r\\n", then_close=True)

TAG stands for the tag of the command. An answer is used so many times (default: once), then the usual one again.
"""

import contextlib
import re
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

CAPABILITIES = "IMAP4rev1 IDLE MOVE UIDPLUS"
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>")


@dataclass(slots=True)
class _Scripted:
    command: str
    said: bytes
    then_close: bool
    times: int


class FakeImap:
    """Listens while used as a context manager. `mails` is the folder by UID; `commands` is all that was said to it."""

    host = "127.0.0.1"

    def __init__(self, mails: dict[int, bytes], capabilities: str = CAPABILITIES) -> None:
        self.mails = dict(mails)
        self.moved: dict[int, bytes] = {}
        self.capabilities = capabilities
        self.greeting = b"* OK ready\r\n"
        self.uidvalidity = 7
        self.uidnext = max(mails, default=0) + 1
        #: Mails that are listed, and whose bytes are not handed out.
        self.withheld: set[int] = set()
        self.commands: list[str] = []
        self.connections = 0
        #: Seconds between two bytes of a scripted answer.
        self.drip = 0.0
        self._scripted: list[_Scripted] = []
        self._idling = ""
        self._server = _Listener(self)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "FakeImap":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, command: str, said: bytes, *, then_close: bool = False, times: int = 1) -> None:
        """The next commands that contain these words are answered so."""
        self._scripted.append(_Scripted(command, said, then_close, times))

    def serve(self, connection: socket.socket) -> None:
        self.connections += 1
        # The other side may hang up whenever it likes.
        with contextlib.suppress(OSError):
            self._say(connection, self.greeting)
            with connection.makefile("rb") as lines:
                for line in lines:
                    if not self._obey(connection, line.decode("utf-8", "replace").rstrip("\r\n")):
                        return

    def _obey(self, connection: socket.socket, line: str) -> bool:
        self.commands.append(line)
        tag, _, command = line.partition(" ")
        if tag == "DONE":
            self._say(connection, f"{self._idling} OK done\r\n".encode())
            return True
        if command == "IDLE":
            self._idling = tag
        for scripted in self._scripted:
            if scripted.times and scripted.command in command:
                scripted.times -= 1
                self._say(connection, scripted.said.replace(b"TAG", tag.encode()), self.drip)
                return not scripted.then_close
        usual = next((do for name, do in self._usual() if command.upper().startswith(name)), None)
        untagged = usual(command) if usual else b""
        self._say(connection, untagged + (f"{tag} OK done\r\n" if usual else f"{tag} BAD what\r\n").encode())
        return not command.upper().startswith("LOGOUT")

    def _usual(self) -> list[tuple[str, Callable[[str], bytes]]]:
        return [
            ("CAPABILITY", lambda _: f"* CAPABILITY {self.capabilities}\r\n".encode()),
            ("SELECT", self._select),
            ("UID SEARCH", self._search),
            ("UID FETCH", self._fetch),
            ("UID MOVE", self._move),
            ("IDLE", lambda _: b"+ idling\r\n"),
            *(
                (name, lambda _: b"")
                for name in ("LOGIN", "LIST", "CREATE", "SUBSCRIBE", "NOOP", "LOGOUT", "UID STORE")
            ),
        ]

    def _select(self, _: str) -> bytes:
        return (
            f"* {len(self.mails)} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n"
            f"* OK [UIDVALIDITY {self.uidvalidity}] ok\r\n* OK [UIDNEXT {self.uidnext}] ok\r\n"
        ).encode()

    def _search(self, command: str) -> bytes:
        wanted = " ".join(str(uid) for uid in self._wanted(command.rsplit(maxsplit=1)[-1]))
        return f"* SEARCH {wanted}\r\n".encode()

    def _fetch(self, command: str) -> bytes:
        uids, partial = self._wanted(command.split()[2]), _PARTIAL.search(command)
        return b"".join(self.fetched(uid, partial) for uid in uids if not partial or uid not in self.withheld)

    def fetched(self, uid: int, part: re.Match[str] | None) -> bytes:
        """One untagged FETCH, as it should be."""
        body = self.mails[uid]
        if part is None:
            told = b'RFC822.SIZE %d INTERNALDATE "07-Sep-2026 10:00:00 +0200"' % len(body)
        else:
            offset, length = int(part[1]), int(part[2])
            chunk = body[offset : offset + length]
            told = b"BODY[]<%d> {%d}\r\n%s" % (offset, len(chunk), chunk)
        return b"* %d FETCH (UID %d %s)\r\n" % (sorted(self.mails).index(uid) + 1, uid, told)

    def _move(self, command: str) -> bytes:
        for uid in self._wanted(command.split()[2]):
            self.moved[uid] = self.mails.pop(uid)
        return b""

    def _wanted(self, uid_set: str) -> list[int]:
        wanted: set[int] = set()
        for part in uid_set.strip("()").split(","):
            first, _, last = part.partition(":")
            end = 1 << 32 if last == "*" else int(last or first)
            wanted |= {uid for uid in self.mails if int(first) <= uid <= end}
        return sorted(wanted)

    def _say(self, connection: socket.socket, said: bytes, drip: float = 0.0) -> None:
        if not drip:
            connection.sendall(said)
            return
        for at in range(len(said)):
            connection.sendall(said[at : at + 1])
            time.sleep(drip)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, fake: FakeImap) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                fake.serve(self.request)

        super().__init__((FakeImap.host, 0), Handler)

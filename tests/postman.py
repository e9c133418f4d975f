"""A sending MTA for tests: it keeps each mail until a 250 for it was read, whatever becomes of the connection."""

import queue
import threading
import time
from dataclasses import dataclass

from tests.dialogue import Talk, stuffed


@dataclass(frozen=True, slots=True)
class Posting:
    """One mail, with CRLF line ends to its last line, and its envelope."""

    mail: bytes
    recipient: str
    sender: str


class Postmen:
    """`count` connections that deliver what is posted by LMTP to `ports`, in turns, until it is acknowledged.

    `delivered` holds the acknowledged mails; `replies` counts how often something else than 250 was heard, by code.
    """

    def __init__(self, ports: list[int], count: int = 4, pause: float = 0.02) -> None:
        self._ports = ports
        self._pause = pause
        # No SimpleQueue: with several readers its `get(timeout=...)` can wait for ever (CPython 3.11: the time left,
        # once below zero because another reader was faster, means "no limit").
        self._waiting: queue.Queue[Posting] = queue.Queue()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.posted: list[Posting] = []
        self.delivered: list[Posting] = []
        self.replies: dict[str, int] = {}
        self._threads = [threading.Thread(target=self._work, args=(n,), name=f"postman-{n}") for n in range(count)]
        for thread in self._threads:
            thread.start()

    def post(self, posting: Posting) -> None:
        with self._lock:
            self.posted.append(posting)
        self._waiting.put(posting)

    @property
    def idle(self) -> bool:
        """Is all that was posted acknowledged?"""
        with self._lock:
            return len(self.posted) == len(self.delivered)

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        talk: Talk | None = None
        turn = number
        while not self._stop.is_set():
            try:
                posting = self._waiting.get(timeout=0.1)
            except queue.Empty:
                continue
            while not self._stop.is_set():
                try:
                    talk = talk or self._call(self._ports[turn % len(self._ports)])
                    reply = deliver(talk, posting)
                except OSError:
                    reply = ""
                self._count(reply, posting)
                if reply.startswith("250"):
                    break
                if talk is not None:
                    talk.close()
                talk = None
                turn += 1
                time.sleep(self._pause)
        if talk is not None:
            talk.close()

    def _call(self, port: int) -> Talk:
        talk = Talk(f"127.0.0.1:{port}")
        talk.socket.settimeout(60)
        if _hear(talk).startswith("220"):
            talk.say("LHLO postman.example\r\n")
            if _hear(talk).startswith("250"):
                return talk
        talk.close()
        raise ConnectionError("not let in")

    def _count(self, reply: str, posting: Posting) -> None:
        with self._lock:
            if reply.startswith("250"):
                self.delivered.append(posting)
            else:
                code = reply[:3] or "none"
                self.replies[code] = self.replies.get(code, 0) + 1


def deliver(talk: Talk, posting: Posting) -> str:
    """One transaction; the reply after the dot, or the first that refuses. Raises OSError where nobody answers."""
    commands = [
        (f"MAIL FROM:<{posting.sender}>\r\n".encode(), "250"),
        (f"RCPT TO:<{posting.recipient}>\r\n".encode(), "250"),
        (b"DATA\r\n", "354"),
        (stuffed(posting.mail) + b".\r\n", ""),
    ]
    reply = ""
    for command, hoped in commands:
        talk.say(command)
        reply = _hear(talk)
        if not reply.startswith(hoped):
            break
    return reply


def _hear(talk: Talk) -> str:
    """The last line of the reply. Raises ConnectionError where the server has hung up."""
    reply = talk.hear().rpartition("\n")[2]
    if not reply:
        raise ConnectionError("hung up")
    return reply

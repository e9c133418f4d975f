"""A name server on loopback with zones of our own, which writes down every question.

    with NameServer({"acme.example": {"TXT": ["v=spf1 -all"]}}) as dns:
        dns.place, dns.questions

`{"name": SILENT}` never answers, `{"name": BROKEN}` answers SERVFAIL; a name that is not there does not exist.
"""

import contextlib
import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

HOST = "127.0.0.1"
SILENT: Mapping[str, Sequence[str]] = {"": ["silent"]}
BROKEN: Mapping[str, Sequence[str]] = {"": ["broken"]}

Zone = dict[str, Mapping[str, Sequence[str]]]


class NameServer:
    """Answers by UDP in a thread, until the end of the `with`. The zone may be changed while it runs."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.questions: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._thread = threading.Thread(target=self._serve, name="name-server", daemon=True)

    @property
    def place(self) -> tuple[str, int]:
        return HOST, self._socket.getsockname()[1]

    def __enter__(self) -> "NameServer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # An empty datagram ends the thread, a closed socket would not wake it.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self.place)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, client = self._socket.recvfrom(4096)
            if not data:
                return
            if answer := self._answer(data):
                with contextlib.suppress(OSError):
                    self._socket.sendto(answer, client)

    def _answer(self, data: bytes) -> bytes | None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.questions.append((name, kind))
        records = self.zone.get(name)
        if records is SILENT:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if records is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif records is BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts := records.get(kind):
            said = [_text_of(text) for text in texts] if kind == "TXT" else list(texts)
            answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *said))
        return answer.to_wire(max_size=65_535)


def _text_of(text: str) -> str:
    """One TXT record, in strings of at most 255 bytes."""
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join('"{}"'.format(piece.replace("\\", "\\\\").replace('"', '\\"')) for piece in pieces)

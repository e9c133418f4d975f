"""One conversation of the scripted SMTP server: reads a command, and answers it as the sink says."""

import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.servers.sink import Sink

#: An answer that is none: the connection is closed, after `dot` with the mail in hand.
DROP: Final = "drop"
#: The same by a reset (RST), as a crashed host or a middlebox does it.
RESET: Final = "reset"

USUAL: Final = {
    "banner": "220 sink.test.example ESMTP",
    "ehlo": "",
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
class Talk:
    """What one connection has said so far."""

    number: int
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    secure: bool = False


class HungUp(Exception):
    """The conversation is over."""


class Conversation:
    """One connection: reads a command, answers it by the rules."""

    def __init__(self, sink: "Sink", connection: socket.socket, talk: Talk) -> None:
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
            self._sink.note(self._talk, line)
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
        told = self._sink.answer_to("ehlo")
        if told or verb == "helo":
            self._say(told or USUAL["helo"])
            return
        offered = list(self._sink.extensions)
        if self._sink.tls is not None and not self._talk.secure and not self._sink.implicit_tls:
            offered.append("STARTTLS")
        lines = ["sink.test.example", *offered]
        dashes = ["-"] * (len(lines) - 1) + [" "]
        self._send("\r\n".join(f"250{dash}{line}" for dash, line in zip(dashes, lines, strict=True)))

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
        answer = self._sink.answer_to("dot")
        if answer.startswith("2"):
            self._sink.take(self._talk, data)
        self._talk.recipients = []
        self._say(answer)

    def _read_data(self) -> bytes:
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise HungUp
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
            self._sink.note(self._talk, self._line())
        self._reply("auth")

    def _simple(self, verb: str) -> None:
        if verb == "rset":
            self._talk.sender, self._talk.recipients = "", []
        self._reply(verb)
        if verb == "quit":
            raise HungUp

    def _encrypt(self) -> None:
        assert self._sink.tls is not None
        self._connection = self._sink.tls.wrap_socket(self._connection, server_side=True)

    def _line(self) -> str:
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise HungUp
        return line.decode("utf-8", "surrogateescape").rstrip("\r\n")

    def _reply(self, stage: str, recipient: str = "") -> str:
        answer = self._sink.answer_to(stage, recipient)
        self._say(answer)
        return answer

    def _say(self, answer: str) -> None:
        if answer == RESET:
            # Linger of zero seconds makes close() send RST.
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        if answer in (DROP, RESET):
            self._file.close()
            self._connection.close()
            raise HungUp
        self._send(answer)
        if answer.startswith("421"):
            raise HungUp

    def _send(self, answer: str) -> None:
        self._connection.sendall(answer.encode() + b"\r\n")


def _path(rest: str) -> str:
    """The address between the angle brackets of MAIL FROM and RCPT TO."""
    return rest.partition("<")[2].rpartition(">")[0] if ">" in rest else rest.partition(":")[2].strip()

"""A raw SMTP or LMTP client for tests: it says exactly the bytes it is told to, and a dialogue reads like one.

    talk.play('''
        <- 220
        -> LHLO client.example
        <- 250
    ''')

`<-` is what the reply must begin with (of a reply in several lines, its last line); alone, the server has hung up.
`->` is said with CRLF.
"""

import socket
from typing import Self

MAIL = (
    b"From: Kari <kari@customer.example>\r\nTo: support@acme.example\r\nSubject: Printer\r\n"
    b"Message-ID: <1@customer.example>\r\n\r\nIt prints nothing.\r\n"
)


class Talk:
    """One connection. `hear` returns whole replies, of several lines too; "" when the server has hung up."""

    def __init__(self, address: str, *, hello: str = "") -> None:
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(60)
            self.socket.connect(address.removeprefix("unix:"))
        else:
            host, _, port = address.rpartition(":")
            self.socket = socket.create_connection((host.strip("[]"), int(port)), 20)
        self._replies = self.socket.makefile("rb")
        if hello:
            self.play(f"<- 220\n-> {hello} client.example\n<- 250")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def hear(self) -> str:
        lines = []
        while True:
            try:
                line = self._replies.readline().decode()
            except ConnectionError:
                line = ""
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                return "\n".join(lines)

    def play(self, script: str) -> None:
        for number, line in enumerate(script.strip().splitlines(), 1):
            way, _, words = line.strip().partition(" ")
            if way == "->":
                self.say(words + "\r\n")
                continue
            heard = self.hear().rpartition("\n")[2]
            assert way == "<-", f"line {number}: {line}"
            assert heard.startswith(words) if words else not heard, f"line {number}: {line} <> {heard}"

    def envelope(self, *recipients: str, sender: str = "kari@customer.example") -> None:
        """Up to the 354."""
        self.play(f"-> MAIL FROM:<{sender}>\n<- 250 2.1.0")
        for recipient in recipients:
            self.play(f"-> RCPT TO:<{recipient}>\n<- 250 2.1.5")
        self.play("-> DATA\n<- 354")

    def send(self, mail: bytes, *recipients: str, replies: int = 1) -> list[str]:
        """One whole transaction; the replies after the dot."""
        self.envelope(*recipients)
        self.say(stuffed(mail) + b".\r\n")
        return [self.hear() for _ in range(replies)]

    def close(self) -> None:
        self._replies.close()
        self.socket.close()


def stuffed(mail: bytes) -> bytes:
    """Dot-stuffed (RFC 5321 4.5.2)."""
    return (b"\r\n" + mail).replace(b"\r\n.", b"\r\n..")[2:]

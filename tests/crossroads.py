"""Where desks and the machines of others meet: one relay for all of them, which carries each letter on to whom it is
for, by LMTP, as the mail servers between them would.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.kills.ledger import Ledger
from tests.postman import Posting, Postmen
from tests.running import RunningDaemon, await_quiet, running
from tests.servers.sink import Received, Sink

Machine = Callable[[Received], Posting | None]
Gateway = Callable[[bytes], bytes]


@dataclass
class _Side:
    daemon: RunningDaemon
    ledger: Ledger
    postmen: Postmen


def as_it_is(mail: bytes) -> bytes:
    """A gateway that changes nothing."""
    return mail


def washed(mail: bytes) -> bytes:
    """A gateway that leaves nothing to tell a machine by, or a thread: only who wrote to whom about what."""
    before = message_from_bytes(mail, policy=policy.default)
    after = EmailMessage(policy=policy.SMTP)
    for name in ("From", "To", "Subject", "Date"):
        after[name] = str(before[name])
    after["Message-ID"] = f"<washed.{abs(hash(mail)):x}@gateway.example>"
    after.set_content(f"Your mail about {before['Subject']} is here.\n")
    return after.as_bytes()


class Crossroads:
    """`desks` by domain, `machines` by address; what is for nobody of these is only kept in `sink.mails`."""

    def __init__(self, sink: Sink, gateway: Gateway = as_it_is) -> None:
        self._sink = sink
        self._gateway = gateway
        self._sides: dict[str, _Side] = {}
        self.machines: dict[str, Machine] = {}
        self._carried = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="crossroads")

    @contextmanager
    def open(self, folder: Path, *domains: str) -> Iterator[None]:
        """A running desk for each domain."""
        if not domains:
            self._thread.start()
            try:
                yield
            finally:
                self._stop.set()
                self._thread.join()
                for side in self._sides.values():
                    side.postmen.close()
            return
        with running(_daemon(folder / domains[0], self._sink, domains[0])) as daemon:
            ledger = Ledger("sqlite", daemon.data)
            self._sides[domains[0]] = _Side(daemon, ledger, Postmen([daemon.port], 1))
            with self.open(folder, *domains[1:]):
                yield

    def post(self, posting: Posting) -> None:
        """Brings a mail to the desk it is for. The desk's own server says that the sender's domain let it out."""
        domain = posting.recipient.rpartition("@")[2]
        sender = str(message_from_bytes(posting.mail, policy=policy.default)["From"]).rpartition("@")[2].rstrip(">")
        proof = f"Authentication-Results: mx.{domain}; dmarc=pass header.from={sender}\r\n".encode()
        self._sides[domain].postmen.post(
            Posting(proof + self._gateway(posting.mail), posting.recipient, posting.sender)
        )

    def await_silence(self) -> None:
        """Until nobody has anything to say any more."""

        def silent() -> bool:
            idle = all(side.postmen.idle and side.ledger.is_quiet() for side in self._sides.values())
            return idle and self._carried == len(self._sink.mails)

        await_quiet(silent, "everybody is silent")

    def letters(self, event: str = "", to: str = "") -> list[EmailMessage]:
        """What was sent: letters of one kind, to one address."""
        found = []
        for mail in self._sink.mails:
            letter = message_from_bytes(mail.data, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            if event in ("", letter["X-Maildesk-Event"]) and to in ("", mail.recipients[0]):
                found.append(letter)
        return found

    def tickets(self, domain: str) -> int:
        return self._sides[domain].daemon.ask("ticket", "list", "--json").stdout.count("\n")

    def _carry(self) -> None:
        while not self._stop.is_set():
            if self._carried == len(self._sink.mails):
                self._stop.wait(0.02)
                continue
            self._pass_on(self._sink.mails[self._carried])
            self._carried += 1

    def _pass_on(self, mail: Received) -> None:
        recipient = mail.recipients[0]
        if recipient in self.machines:
            answer = self.machines[recipient](mail)
            if answer is not None:
                self.post(answer)
        elif recipient.startswith("support") and recipient.rpartition("@")[2] in self._sides:
            self.post(Posting(mail.data, recipient, mail.sender))


def _daemon(folder: Path, sink: Sink, domain: str) -> RunningDaemon:
    daemon = RunningDaemon(folder, sink.port, forked=True)
    config = folder / "maildesk.toml"
    config.write_text(config.read_text().replace("acme.example", domain))
    return daemon

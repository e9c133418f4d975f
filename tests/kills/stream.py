"""The people of the killing test: customers ask, an agent answers and gives orders, customers answer again or rate.

What each does is decided by the number of his request, so that the oracle knows what must have come of it. Everybody
acts once on a letter, however often it comes, as people do.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from maildesk.mail import Letter
from maildesk.vocabulary import Disposition, EventKind, NoticeKind
from tests.desk import answer, mail
from tests.postman import Posting
from tests.servers.sink import Received, Sink

DESK: Final = "support@acme.example"
ANNA: Final = "anna@acme.example"
BOB: Final = "bob@acme.example"
_NUMBER: Final = re.compile(r"K(\d{6})")


@dataclass(frozen=True, slots=True)
class Script:
    """What follows a request: what Anna writes, what the customer writes then; and what must come of both.

    `letters` are (kind, recipient), a recipient of "" being the customer; `events` are of the two answers.
    """

    anna: str = ""
    customer: str = ""
    dispositions: tuple[Disposition, ...] = ()
    letters: tuple[tuple[NoticeKind, str], ...] = ()
    events: tuple[EventKind, ...] = ()


#: After the request of number n comes SCRIPTS[n % 4].
SCRIPTS: Final = (
    Script(
        "Is the red lamp on?\n",
        "Yes, it is.\n",
        (Disposition.REPLY, Disposition.REPLY),
        ((NoticeKind.ANSWER, ""), (NoticeKind.CUSTOMER_ANSWER, ANNA)),
        (EventKind.TAKEN, EventKind.ANSWERED, EventKind.CUSTOMER_ANSWERED),
    ),
    Script(
        "#close\n\nThe fuse was broken, it is a new one now.\n",
        "5\n",
        (Disposition.REPLY, Disposition.RATING),
        ((NoticeKind.CLOSED, ""), (NoticeKind.RECEIPT, ANNA)),
        (EventKind.TAKEN, EventKind.ANSWERED, EventKind.CLOSED, EventKind.DONE, EventKind.RATED),
    ),
    Script(
        "#assign bob\n",
        "",
        (Disposition.COMMAND,),
        ((NoticeKind.ASSIGNED, BOB), (NoticeKind.RECEIPT, ANNA)),
        (EventKind.ASSIGNED, EventKind.DONE),
    ),
    Script(),
)
#: What comes of every request.
FIRST_LETTERS: Final = ((NoticeKind.RECEIVED, ""), (NoticeKind.NEW_TICKET, ANNA), (NoticeKind.NEW_TICKET, BOB))
FIRST_EVENTS: Final = (EventKind.OPENED, EventKind.ACKNOWLEDGED)


def customer(number: int) -> str:
    return f"kari{number}@customer.example"


def request(number: int) -> Posting:
    """What the customer of this number writes first."""
    text = f"It burns, for the time number {number}.\n.\n..\n" + "and smokes\n" * (number % 50)
    subject = f"Printer K{number:06d}"
    raw = mail(customer(number), subject=subject, text=text, message_id=f"<{number}@customer.example>", proven=True)
    return Posting(raw, DESK, customer(number))


class People:
    """Reads the letters in the sink and posts what people answer to them. `answers` are (number, mail), in order."""

    def __init__(self, sink: Sink, post: Callable[[Posting], None]) -> None:
        self._sink = sink
        self._post = post
        self._acted: set[tuple[int, str]] = set()
        self._read = 0
        self._stop = threading.Event()
        self.answers: list[tuple[int, Posting]] = []
        self._thread = threading.Thread(target=self._live, name="people")
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._stop.wait(0.01):
            for received in self._sink.mails[self._read :]:
                self._read += 1
                self._act(received)

    def _act(self, received: Received) -> None:
        """Anna answers a new ticket; a customer answers what a person wrote to him."""
        message = message_from_bytes(received.data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        found = _NUMBER.search(str(message["Subject"]))
        to = received.recipients[0]
        if found is None or to == BOB or (to != ANNA and message["Auto-Submitted"]):
            return
        number = int(found[1])
        script = SCRIPTS[number % len(SCRIPTS)]
        text = script.anna if to == ANNA else script.customer
        if not text or (number, to) in self._acted:
            return
        self._acted.add((number, to))
        letter = Letter(NoticeKind.ANSWER, "", to, received.sender, "", received.data, automatic=False)
        raw, recipient = answer(letter, to, text, message_id=f"<a{number}.{to}>", proven=True)
        posting = Posting(raw, recipient, to)
        self.answers.append((number, posting))
        self._post(posting)

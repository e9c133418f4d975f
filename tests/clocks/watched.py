"""A desk whose clocks are watched: who writes, who answers, and what has fired."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from maildesk.mail import Letter
from maildesk.model import Deadline
from maildesk.vocabulary import EventKind, Metric
from tests.desk import SETTINGS, TestDesk, answer, mail

KARI, ANNA, BOB, CARL = (
    "kari@customer.example",
    "anna@acme.example",
    "bob@acme.example",
    "carl@acme.example",
)
SUPPORT = "support@acme.example"
#: Around the clock, so that downtime is the only thing that puts off.
MANAGED = f"""{SETTINGS}
[[agent]]
email = "carl@acme.example"
name = "Carl"
manager = true
[hours]
week = "24x7"
[sla.normal]
first_response = "4h"
"""
ROUND_THE_CLOCK = f"""{MANAGED}
[digest]
daily = ""
weekly = ""
"""
OFFICE_HOURS = ROUND_THE_CLOCK.replace('"24x7"', '"Mon-Fri 08:00-16:00"')
PEOPLE_SLEEP = (
    ROUND_THE_CLOCK.replace("[[agent]]", '[[agent]]\nhours = "Mon-Fri 08:00-16:00"')
    + '\n[sla.urgent]\nfirst_response = "4h"\n'
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Make = Callable[..., TestDesk]


def writes(desk: TestDesk, sender: str = KARI, subject: str = "Printer") -> list[Letter]:
    desk.receive(mail(sender, subject=subject, proven=True), recipients=(SUPPORT,), envelope_from=sender)
    return desk.run()


def answers(desk: TestDesk, letter: Letter, who: str = ANNA, text: str = "Which printer?\n") -> list[Letter]:
    raw, to = answer(letter, who, text, proven=True)
    desk.receive(raw, recipients=(to,), envelope_from=who)
    return desk.run()


def later(desk: TestDesk, by: timedelta) -> list[Letter]:
    desk.clock.forward(by)
    return desk.run()


def kinds(letters: list[Letter]) -> Counter[tuple[str, str]]:
    return Counter((letter.kind, letter.recipient) for letter in letters)


def deadlines(desk: TestDesk, metric: Metric = Metric.FIRST_RESPONSE) -> dict[str, str]:
    with desk.look() as session:
        found = select(Deadline).where(Deadline.metric == metric).order_by(Deadline.id)
        return {row.level: row.state for row in session.scalars(found)}


def told_of(desk: TestDesk, kind: EventKind, ticket: int = 1) -> int:
    return desk.events(ticket).count(kind)


LADDER = {
    EventKind.WARNED: [2 * HOUR, 3.2 * HOUR],
    EventKind.BREACHED: [4 * HOUR],
    EventKind.ESCALATED: [6 * HOUR],
}


def report(letter: Letter) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.customer.example\r\nTo: support@acme.example\r\nSubject: Undelivered\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter.message_id}>\r\n\r\n--b--\r\n"
    ).encode()

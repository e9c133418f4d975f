"""The language of the conversations: mail in, every letter out, time moved by hand. A manager can read and write it.

    SENDER > RECIPIENT: SUBJECT         a new mail, its text below, four spaces in
    SENDER answers NOTICE               an answer to the newest letter of that kind to the sender
    SENDER answers NOTICE to PERSON     to another person's letter (it was forwarded, or is read on a second account)
    SENDER answers NOTICE at ADDRESS    sent there, and not to the signed address of the letter
    SENDER notes below NOTICE           an answer to the note address that stands in the letter
    SENDER presses N [of PERSON]        the button N of the rating question; what stands below he wrote himself
    NOTICE to PERSON comes back         our own letter, in our own mailbox
    NOTICE to PERSON bounces            his server says that he does not exist
    the same mail again by WAY          the last mail, by another way
        with NAME: VALUE                a header of that mail
      < RECIPIENT: NOTICE "WORDS"       a letter that must leave; WORDS must stand in it; no other letter may leave
    + 2 days                            time passes (minutes, hours, days)
    ticket N STATUS [agent A] [rating R] [follows M] [mentions M] [queue Q]
    N tickets                           so many there are in all
    it was FATE                         what became of the last mail: new, reply, note, command, rating, held ...
    ticket N is merged into M
    agent NAME notes                    from the beginning: one more agent, whose answers are internal by themselves

`SENDER proven` is a mail of which our own server says that the sender's domain let it out; `SENDER disowned`, that it
did not; `SENDER imported`, a mail of an old mailbox.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from urllib.parse import unquote

from sqlalchemy import select, update

from maildesk.mail import Letter
from maildesk.model import Inbound, Person, Ticket, TicketLink
from tests.desk import SETTINGS, TestDesk, answer, mail, opened, text_of

_AGENT = """
[[agent]]
email = "{name}@acme.example"
name = "{title}"
reply_default = "note"
"""
_REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: support@acme.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>

--b--
"""


@dataclass
class Step:
    """One line at the margin, with what stands below it."""

    number: int
    line: str
    text: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "\n".join(self.text)


def steps_of(text: str) -> Iterator[Step]:
    step: Step | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith("  "):
            if step is not None:
                yield step
            step = Step(number, line.strip())
            continue
        assert step is not None, f"line {number} stands below nothing"
        header = re.fullmatch(r" {4}with ([\w-]+): (.*)", line)
        if line.startswith("  < "):
            step.letters.append(line[4:].strip())
        elif header and not step.text:
            step.headers[header.group(1)] = header.group(2)
        else:
            step.text.append(line[4:])
    if step is not None:
        yield step


def settings_of(text: str) -> str:
    """The desk of a conversation: Anna and Bob, and the agents it names."""
    names = re.findall(r"(?m)^agent (\w+) notes$", text)
    return SETTINGS + "".join(_AGENT.format(name=name, title=name.title()) for name in names)


class Player:
    """Plays a conversation, and says at which line it went another way."""

    def __init__(self, desk: TestDesk) -> None:
        self.desk = desk
        self.seen: list[Letter] = []
        self.last = b""

    def play(self, step: Step) -> None:
        for pattern, say in _LINES:
            found = re.fullmatch(pattern, step.line)
            if found:
                say(self, step, **found.groupdict())
                self.compare(step, self.desk.run())
                return
        raise AssertionError(f"line {step.number} says nothing that is understood: {step.line}")

    def writes(self, step: Step, sender: str, how: str | None, to: str, subject: str) -> None:
        message_id = step.headers.pop("Message-ID", "")
        raw = mail(sender, to, subject, step.words, headers=self.head(step, sender, how), message_id=message_id)
        self.send(raw, to, sender, silent=how == "imported")

    def answers(
        self, step: Step, sender: str, how: str | None, notice: str, person: str | None, address: str | None
    ) -> None:
        raw, to = self.answer(step, sender, how, self.letter(notice, person or sender))
        if address:
            raw = re.sub(rb"(?m)^To: .*\r$", b"To: " + address.encode() + b"\r", raw, count=1)
        self.send(raw, address or to, sender, silent=how == "imported")

    def notes(self, step: Step, sender: str, how: str | None, notice: str) -> None:
        letter = self.letter(notice, sender)
        found = re.search(r"support\+n[\w-]+@acme\.example", html_of(letter))
        assert found is not None, f"line {step.number}: no note address in\n{html_of(letter)}"
        raw, _ = self.answer(step, sender, how, letter)
        self.send(raw, found.group(), sender)

    def presses(self, step: Step, sender: str, how: str | None, button: str, person: str | None) -> None:
        letter = self.letter("closed", person or sender)
        addresses = {
            one: address for address, one in re.findall(r"(support\+r[\w-]+-([1-5])-[a-z2-7]+@)", html_of(letter))
        }
        text = "\n".join([button, *step.text])
        subject = f"Re: {opened(letter)['Subject']}"
        to = addresses[button] + "acme.example"
        self.send(mail(sender, to, subject, text, headers=self.head(step, sender, how)), to, sender)

    def comes_back(self, step: Step, notice: str, person: str) -> None:
        letter = self.letter(notice, person)
        self.send(b"Received: by mx.acme.example\r\n" + letter.raw, person, letter.envelope_from)

    def bounces(self, step: Step, notice: str, person: str) -> None:
        letter = self.letter(notice, person)
        raw = _REPORT.format(recipient=person, message_id=letter.message_id).replace("\n", "\r\n").encode()
        self.send(raw, letter.envelope_from, "")

    def again(self, step: Step, way: str) -> None:
        self.desk.receive(b"Received: by another road\r\n" + self.last.replace(b"\r\n", b"\n"), source=way)

    def later(self, step: Step, amount: str, unit: str) -> None:
        self.desk.clock.forward(timedelta(**{unit.rstrip("s") + "s": float(amount)}))

    def merged(self, step: Step, number: str, other: str) -> None:
        with self.desk.store.begin() as session:
            session.execute(update(Ticket).where(Ticket.id == int(number)).values(merged_into_id=int(other)))

    def count(self, step: Step, amount: str) -> None:
        assert len(self.desk.tickets()) == int(amount), f"line {step.number}"

    def fate(self, step: Step, fate: str) -> None:
        with self.desk.look() as session:
            newest = session.scalars(select(Inbound).order_by(Inbound.id.desc()).limit(1)).one()
        assert newest.disposition == fate, f"line {step.number}: {newest.disposition}, because {newest.reason}"

    def ticket(self, step: Step, number: str, status: str, more: str) -> None:
        ticket = self.desk.ticket(int(number))
        with self.desk.look() as session:
            agent = session.get(Person, ticket.agent_id) if ticket.agent_id else None
            links = session.scalars(
                select(TicketLink.other_id).where(TicketLink.ticket_id == ticket.id, TicketLink.kind == "mentions")
            ).all()
        facts = {
            "agent": agent.address if agent else "nobody",
            "rating": str(ticket.rating or "none"),
            "follows": str(ticket.follows_id),
            "mentions": " ".join(map(str, links)),
            "queue": ticket.queue,
        }
        assert ticket.status == status, f"line {step.number}: it is {ticket.status}"
        words = more.split()
        for name, value in zip(words[::2], words[1::2], strict=True):
            assert facts[name] == value, f"line {step.number}: {name} is {facts[name]}"

    def nothing(self, step: Step) -> None:
        """Said before the desk was opened."""

    def letter(self, notice: str, person: str) -> Letter:
        return next(one for one in reversed(self.seen) if (one.recipient, one.kind) == (person, notice))

    def head(self, step: Step, sender: str, how: str | None) -> dict[str, str]:
        if how not in ("proven", "disowned"):
            return step.headers
        verdict, domain = "pass" if how == "proven" else "fail", sender.rpartition("@")[2]
        return {"Authentication-Results": f"mx.acme.example; dmarc={verdict} header.from={domain}", **step.headers}

    def answer(self, step: Step, sender: str, how: str | None, letter: Letter) -> tuple[bytes, str]:
        subject = step.headers.pop("Subject", None)
        raw, to = answer(letter, sender, step.words, headers=self.head(step, sender, how))
        if subject:
            raw = re.sub(rb"(?m)^Subject: .*\r$", b"Subject: " + subject.encode() + b"\r", raw, count=1)
        return raw, to

    def send(self, raw: bytes, to: str, sender: str, *, silent: bool = False) -> None:
        self.last = raw
        self.desk.receive(raw, recipients=(to,), envelope_from=sender.partition(",")[0], silent=silent)

    def compare(self, step: Step, letters: list[Letter]) -> None:
        self.seen += letters
        left = list(letters)
        for wanted in step.letters:
            recipient, kind, words = parts_of(wanted)
            found = next((one for one in left if (one.recipient, one.kind) == (recipient, kind)), None)
            assert found is not None, f"line {step.number}: no {kind} to {recipient} left, but {shown(letters)}"
            assert words in text_of(found), f"line {step.number}: {words!r} is not in\n{text_of(found)}"
            left.remove(found)
        assert not left, f"line {step.number}: nobody expected {shown(left)}"


_SENDER = r"(?P<sender>\S+@\S+(?:, \S+@\S+)*)(?: (?P<how>proven|disowned|imported))?"
_LINES = (
    (rf"{_SENDER} > (?P<to>\S+): (?P<subject>.*)", Player.writes),
    (rf"{_SENDER} answers (?P<notice>\w+)(?: to (?P<person>\S+))?(?: at (?P<address>\S+))?", Player.answers),
    (rf"{_SENDER} notes below (?P<notice>\w+)", Player.notes),
    (rf"{_SENDER} presses (?P<button>[1-5])(?: of (?P<person>\S+))?", Player.presses),
    (r"(?P<notice>\w+) to (?P<person>\S+) comes back", Player.comes_back),
    (r"(?P<notice>\w+) to (?P<person>\S+) bounces", Player.bounces),
    (r"the same mail again by (?P<way>\S+)", Player.again),
    (r"\+ (?P<amount>[0-9.]+) (?P<unit>minutes?|hours?|days?)", Player.later),
    (r"ticket (?P<number>\d+) is merged into (?P<other>\d+)", Player.merged),
    (r"ticket (?P<number>\d+) (?P<status>new|open|pending|on_hold|resolved|closed)(?P<more>.*)", Player.ticket),
    (r"(?P<amount>\d+) tickets?", Player.count),
    (r"it was (?P<fate>\w+)", Player.fate),
    (r"agent \w+ notes", Player.nothing),
)


def html_of(letter: Letter) -> str:
    """What the buttons of a letter say, as a client sends it."""
    body = opened(letter).get_body(("html",))
    assert isinstance(body, EmailMessage)
    return unquote(unescape(str(body.get_content())))


def parts_of(line: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(\S+): (\w+)(?: \"(.*)\")?", line)
    assert found is not None, line
    return found.group(1), found.group(2), found.group(3) or ""


def shown(letters: list[Letter]) -> str:
    return ", ".join(f"{one.kind} to {one.recipient}" for one in letters) or "nothing"

"""The language of the conversations: mail in, every letter out, time moved by hand. A manager can read and write it.

    SENDER > RECIPIENT: SUBJECT         a new mail, its text below, four spaces in
    SENDER answers NOTICE               an answer to the newest letter of that kind to the sender
    SENDER answers NOTICE to PERSON     to another person's letter (it was forwarded, or is read on a second account)
    SENDER answers NOTICE at ADDRESS    sent there, and not to the signed address of the letter
    SENDER notes below NOTICE           an answer to the note address that stands in the letter
    SENDER presses N [of PERSON]        the button N of the rating question; what stands below he wrote himself
    SENDER decides WORD for N           the address of held mail N in the operator's daily letter
    mail N is STATE                     held, dropped, done or new
    NOTICE to PERSON comes back         our own letter, in our own mailbox
    NOTICE to PERSON bounces [with S]   his server says that he does not exist, or what the status S means (RFC 3463)
    PERSON is away until DAY            as the desk believes; or: PERSON is not away
    the same mail again by WAY          the last mail, by another way
        with NAME: VALUE                a header of that mail
      < RECIPIENT: NOTICE "WORDS"       a letter that must leave; WORDS must stand in it; no other letter may leave
    + 2 days                            time passes (minutes, hours, days)
    ticket N STATUS [agent A] [rating R] [follows M] [mentions M] [queue Q] [answered yes or no]
    N tickets                           so many there are in all
    PERSON has never read "WORDS"       in none of his letters
    it was FATE                         what became of the last mail: new, reply, note, command, rating, held ...
    ticket N is merged into M
    agent NAME notes                    from the beginning: one more agent, whose answers are internal by themselves
    letters come back to signed addresses    from the beginning
    AGENT knows WORD, WORD              from the beginning: declared skills
    settings                            from the beginning: more of the configuration, below it
    ticket N is assigned because WORDS  in the stored reason; also: ticket N presses because WORDS
    answers wait N seconds          from the beginning: so long an agent may take an answer back

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
from maildesk.model import Inbound, Person, Ticket, TicketLink, TicketTag
from maildesk.notify.why import in_words
from tests.bounces import returned
from tests.desk import SETTINGS, TestDesk, answer, mail, opened, text_of

_AGENT = """
[[agent]]
email = "{name}@acme.example"
name = "{title}"
reply_default = "note"
"""
_SIGNED = """
[relay]
return_path = "signed"
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
    relay = _SIGNED if re.search(r"(?m)^letters come back to signed addresses$", text) else ""
    wait = re.search(r"(?m)^answers wait (\d+) seconds$", text)
    settings = SETTINGS.replace('hold = "0s"', f'hold = "{wait.group(1)}s"') if wait else SETTINGS
    for name, skills in re.findall(r"(?m)^(\w+) knows (.+)$", text):
        row = f'name = "{name.title()}"\n'
        settings = settings.replace(row, f"{row}skills = {skills.split(', ')}\n")
    more = re.search(r"(?m)^settings\n((?: {4}.*\n)+)", text)
    settings += more.group(1).replace("\n    ", "\n").strip() + "\n" if more else ""
    return settings + relay + "".join(_AGENT.format(name=name, title=name.title()) for name in names)


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
        mine = [one for one in reversed(self.seen) if one.recipient == (person or sender)]
        letter = next(one for one in mine if one.kind in ("closed", "survey"))
        addresses = {
            one: address for address, one in re.findall(r"(support\+r[\w-]+-([1-5])-[a-z2-7]+@)", html_of(letter))
        }
        text = "\n".join([button, *step.text])
        subject = f"Re: {opened(letter)['Subject']}"
        to = addresses[button] + "acme.example"
        self.send(mail(sender, to, subject, text, headers=self.head(step, sender, how)), to, sender)

    def decides(self, step: Step, sender: str, how: str | None, word: str, number: str) -> None:
        letter = next(one for one in reversed(self.seen) if one.kind == "held_daily")
        row = text_of(letter).partition(f"\n{number} · ")[2]
        found = re.search(r"support\+c[\w-]+@acme\.example", row)
        assert found is not None, f"line {step.number}: no address for {number} in\n{text_of(letter)}"
        self.send(mail(sender, found[0], "Held", word, headers=self.head(step, sender, how)), found[0], sender)

    def state(self, step: Step, number: str, state: str) -> None:
        row = self.desk.inbound(int(number))
        assert row.state == state, f"line {step.number}: {row.state}, because {row.reason}"

    def comes_back(self, step: Step, notice: str, person: str) -> None:
        letter = self.letter(notice, person)
        self.send(b"Received: by mx.acme.example\r\n" + letter.raw, person, letter.envelope_from)

    def bounces(self, step: Step, notice: str, person: str, status: str | None) -> None:
        letter, status = self.letter(notice, person), status or "5.1.1"
        self.send(returned(person, letter.message_id, status), letter.envelope_from, "")

    def away(self, step: Step, person: str, day: str | None) -> None:
        with self.desk.look() as session:
            until = session.scalars(select(Person.away_until).where(Person.address == person)).one()
        # The last moment of a day is the first of the next.
        found = (until - timedelta(microseconds=1)).date().isoformat() if until else None
        assert found == day, f"line {step.number}: {person} is away until {found}"

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
            on_it = select(TicketTag.word).where(TicketTag.ticket_id == ticket.id).order_by(TicketTag.word)
            tags = session.scalars(on_it).all()
        facts = {
            "agent": agent.address if agent else "nobody",
            "rating": str(ticket.rating or "none"),
            "follows": str(ticket.follows_id),
            "mentions": " ".join(map(str, links)),
            "queue": ticket.queue,
            "type": ticket.type,
            "priority": ticket.priority,
            "service": ticket.service,
            "category": ticket.category,
            "tags": ",".join(tags) or "none",
            "answered": "yes" if ticket.first_response_at else "no",
        }
        assert ticket.status == status, f"line {step.number}: it is {ticket.status}"
        words = more.split()
        for name, value in zip(words[::2], words[1::2], strict=True):
            assert facts[name] == value, f"line {step.number}: {name} is {facts[name]}"

    def because(self, step: Step, number: str, what: str, words: str) -> None:
        ticket = self.desk.ticket(int(number))
        stored = ticket.assigned_reason if what == "is assigned" else ticket.priority_reason
        reason = in_words(stored, "en")
        assert words in reason, f"line {step.number}: because {reason}"

    def nothing(self, step: Step) -> None:
        """Said before the desk was opened."""

    def unread(self, step: Step, person: str, words: str) -> None:
        letters = [one for one in self.seen if one.recipient == person]
        assert letters, f"line {step.number}: {person} got no letter at all"
        assert not any(words in text_of(one) or words in html_of(one) for one in letters), f"line {step.number}"

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
            # Where a letter breaks its lines is no part of the story.
            said = " ".join(text_of(found).split())
            assert words in text_of(found) or words in said, (
                f"line {step.number}: {words!r} is not in\n{text_of(found)}"
            )
            left.remove(found)
        assert not left, f"line {step.number}: nobody expected {shown(left)}"


_SENDER = r"(?P<sender>\S+@\S+(?:, \S+@\S+)*)(?: (?P<how>proven|disowned|imported))?"
_LINES = (
    (rf"{_SENDER} > (?P<to>\S+): (?P<subject>.*)", Player.writes),
    (rf"{_SENDER} answers (?P<notice>\w+)(?: to (?P<person>\S+))?(?: at (?P<address>\S+))?", Player.answers),
    (rf"{_SENDER} notes below (?P<notice>\w+)", Player.notes),
    (rf"{_SENDER} presses (?P<button>[1-5])(?: of (?P<person>\S+))?", Player.presses),
    (rf"{_SENDER} decides (?P<word>\S+) for (?P<number>\d+)", Player.decides),
    (r"mail (?P<number>\d+) is (?P<state>new|done|held|dropped)", Player.state),
    (r"(?P<notice>\w+) to (?P<person>\S+) comes back", Player.comes_back),
    (r"(?P<notice>\w+) to (?P<person>\S+) bounces(?: with (?P<status>[0-9.]+))?", Player.bounces),
    (r"(?P<person>\S+@\S+) is (?:away until (?P<day>\S+)|not away)", Player.away),
    (r"the same mail again by (?P<way>\S+)", Player.again),
    (r"\+ (?P<amount>[0-9.]+) (?P<unit>seconds?|minutes?|hours?|days?)", Player.later),
    (r"ticket (?P<number>\d+) is merged into (?P<other>\d+)", Player.merged),
    (r"ticket (?P<number>\d+) (?P<status>new|open|pending|on_hold|resolved|closed)(?P<more>.*)", Player.ticket),
    (r"ticket (?P<number>\d+) (?P<what>is assigned|presses) because (?P<words>.*)", Player.because),
    (r"(?P<amount>\d+) tickets?", Player.count),
    (r"(?P<person>\S+@\S+) has never read \"(?P<words>.*)\"", Player.unread),
    (r"it was (?P<fate>\w+)", Player.fate),
    (r"agent \w+ notes|letters come back to signed addresses|answers wait \d+ seconds", Player.nothing),
    (r"\w+ knows .+|settings", Player.nothing),
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

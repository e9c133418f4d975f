"""Runs the conversations: mail in, every letter out, time moved by hand. They are the specification of the desk.

SENDER > RECIPIENT: SUBJECT         a new mail, its text below, four spaces in
SENDER answers NOTICE               an answer to the newest letter of that kind to the sender
    with NAME: VALUE                a header of that mail
  < RECIPIENT: NOTICE "WORDS"       a letter that must leave; WORDS must stand in it; no other letter may leave
+ 2 days                            time passes (minutes, hours, days)
ticket N STATUS [agent A] [rating R] [follows M]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.mail import Letter
from maildesk.model import Person
from tests.desk import TestDesk, answer, mail, text_of

FOLDER = Path(__file__).parent / "conversations"
TALKS = sorted(FOLDER.glob("*.talk"))


@dataclass
class Step:
    """One line at the margin, with what stands below it."""

    number: int
    line: str
    text: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)


def steps_of(text: str) -> Iterator[Step]:
    step: Step | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("    "):
            assert step is not None, f"line {number} stands below nothing"
            header = re.fullmatch(r"with ([\w-]+): (.*)", line.strip())
            if header and not step.text:
                step.headers[header.group(1)] = header.group(2)
            else:
                step.text.append(line[4:])
        elif line.startswith("  < "):
            assert step is not None, f"line {number} stands below nothing"
            step.letters.append(line[4:].strip())
        else:
            if step is not None:
                yield step
            step = Step(number, line.strip())
    if step is not None:
        yield step


class Player:
    def __init__(self, desk: TestDesk) -> None:
        self.desk = desk
        self.seen: list[Letter] = []

    def play(self, step: Step) -> None:
        if step.line.startswith("+ "):
            amount, unit = step.line[2:].split()
            self.desk.clock.forward(timedelta(**{unit.rstrip("s") + "s": float(amount)}))
        elif step.line.startswith("ticket "):
            self.check(step.line.split()[1:])
            return
        elif " answers " in step.line:
            sender, notice = step.line.split(" answers ")
            letter = next(one for one in reversed(self.seen) if (one.recipient, one.kind) == (sender, notice))
            subject = step.headers.pop("Subject", None)
            raw, to = answer(letter, sender, "\n".join(step.text), headers=step.headers)
            if subject:
                raw = re.sub(rb"(?m)^Subject: .*\r$", b"Subject: " + subject.encode() + b"\r", raw, count=1)
            self.desk.receive(raw, recipients=(to,), envelope_from=sender)
        else:
            people, subject = step.line.split(": ", 1)
            sender, to = people.split(" > ")
            raw = mail(sender, to, subject, "\n".join(step.text), headers=step.headers)
            self.desk.receive(raw, recipients=(to,), envelope_from=sender)
        self.compare(step, self.desk.run())

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

    def check(self, words: list[str]) -> None:
        ticket = self.desk.ticket(int(words[0]))
        assert ticket.status == words[1]
        for name, value in zip(words[2::2], words[3::2], strict=True):
            if name == "agent":
                with self.desk.look() as session:
                    agent = session.get(Person, ticket.agent_id) if ticket.agent_id else None
                    assert agent is not None and agent.address == value
            elif name == "rating":
                assert ticket.rating == int(value)
            else:
                assert name == "follows" and ticket.follows_id == int(value)


def parts_of(line: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(\S+): (\w+)(?: \"(.*)\")?", line)
    assert found is not None, line
    return found.group(1), found.group(2), found.group(3) or ""


def shown(letters: list[Letter]) -> str:
    return ", ".join(f"{one.kind} to {one.recipient}" for one in letters) or "nothing"


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_conversation(path: Path, tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    player = Player(desk)
    for step in steps_of(path.read_text(encoding="utf-8")):
        player.play(step)
    desk.close()

"""Threats that no other test is about, one test each, named after what is attacked; docs/security.md lists all of
them."""

import builtins
import io
import os
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from maildesk.model import Ticket
from maildesk.tokens import TagKind
from tests.attacked import ANNA, BOB, DESK, KARI, MALLORY, Attacked, everything
from tests.desk import answer, mail, opened
from tests.hostile.letters import formulas_in

VICTIM = "victim@bystander.example"


@pytest.fixture
def world(tmp_path: Path) -> Attacked:
    return Attacked(tmp_path)


def test_a_rating_is_a_mail_and_no_link_that_a_scanner_opens(world: Attacked) -> None:
    """Threats T7."""
    world.answers("new_ticket", ANNA, "#close\nDone.\n")
    letter = everything(world.letter("closed", KARI))
    assert "mailto:support" in letter and "http://" not in letter and "https://" not in letter


@pytest.mark.parametrize("reply_to", [VICTIM, ANNA, f"{VICTIM}, {MALLORY}", f'"{KARI}" <{VICTIM}>'])
def test_reply_to_is_nobodys_identity_and_gets_no_letter(world: Attacked, reply_to: str) -> None:
    """Threats T12."""
    text = "#close\nDone.\n" if ANNA in reply_to else "Help.\n"
    letters = world.send(mail(MALLORY, subject="Hello", text=text, headers={"Reply-To": reply_to}))
    assert world.fate == "new" and world.untouched()
    assert {one.recipient for one in letters} == {ANNA, BOB, MALLORY}


def test_our_own_fields_in_a_strangers_mail_say_nothing(world: Attacked) -> None:
    """Threats T15; RT CVE-2023-41259."""
    own = opened(world.letter("new_ticket", ANNA))
    fields = {name: str(own[name]) for name in own if name.startswith("X-Maildesk") and name != "X-Maildesk-Loop"}
    claimed = {**fields, "X-Maildesk-Ticket": "1", "X-Maildesk-Auth": "agent", "X-Original-To": DESK}
    assert len(fields) >= 2
    world.send(mail(MALLORY, subject="Hello", text="#close\nDone.\n", headers=claimed))
    assert (world.fate, world.desk.inbound(world.row).ticket_id) == ("new", 3) and world.untouched()


FORWARDS = {
    "in the text": f"See below.\n\n---------- Forwarded message ----------\nFrom: V <{VICTIM}>\nDate: Mon\nSubject: x\n"
    f"To: {MALLORY}\n\nIt broke.\n",
    "of our own mailbox": f"---------- Forwarded message ----------\nFrom: S <{DESK}>\nSubject: x\n\nIt broke.\n",
    "with a mark before each line": f"> From: V <{VICTIM}>\n> Subject: x\n>\n> It broke.\n",
}


@pytest.mark.parametrize("form", FORWARDS)
def test_a_strangers_forwarded_mail_reaches_nobody_it_names(world: Attacked, form: str) -> None:
    """Threats T17: the requester is who forwarded it."""
    letters = world.send(mail(MALLORY, subject="Fwd: x", text=FORWARDS[form]))
    assert world.fate == "new" and world.people_of(3) == {MALLORY}
    assert {one.recipient for one in letters} <= {ANNA, BOB, MALLORY}


def test_a_strangers_forwarded_file_reaches_nobody_it_names(world: Attacked) -> None:
    """Threats T17 and T19: the mail inside names an agent, with results of its own."""
    inside = mail(ANNA, subject="Re: [#1] Salary list", text="#close\nDone.\n", proven=True)
    raw = (
        f"From: {MALLORY}\r\nTo: {DESK}\r\nSubject: Fwd: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee.\r\n'
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    ).encode() + inside.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")
    world.send(raw + b"\r\n--b--\r\n")
    assert world.fate == "new" and world.people_of(3) == {MALLORY} and world.untouched()


def test_our_own_letter_come_back_does_nothing(world: Attacked) -> None:
    """Threats T22: by a Bcc to ourselves, a rule of the mailbox, or the folder of what was sent."""
    for kind, recipient in (("received", KARI), ("new_ticket", ANNA)):
        assert world.send(world.letter(kind, recipient).whole, sender=DESK) == []
        assert world.fate == "ignored"
    assert world.untouched() and len(world.desk.tickets()) == 2


def test_mail_in_our_own_name_is_kept_and_answered_by_nobody(world: Attacked) -> None:
    """Threats T22."""
    assert world.send(mail(DESK, subject="Hello"), sender=DESK) == []
    assert world.fate == "held" and world.untouched()


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of all files that are opened from now on."""
    names: list[str] = []
    really, really_low = builtins.open, os.open

    def noted(name: Any, *arguments: Any, **more: Any) -> Any:
        names.append(os.fsdecode(name) if not isinstance(name, int) else "")
        return really(name, *arguments, **more)

    def noted_low(name: Any, *arguments: Any, **more: Any) -> int:
        names.append(os.fsdecode(name))
        return really_low(name, *arguments, **more)

    monkeypatch.setattr(builtins, "open", noted)
    monkeypatch.setattr(io, "open", noted)
    monkeypatch.setattr(os, "open", noted_low)
    yield names


def test_no_file_that_a_mail_names_is_opened(world: Attacked, tmp_path: Path, opened_files: list[str]) -> None:
    """Threats T45; osTicket CVE-2026-22200."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the spare key lies under the blue stone")
    ways = [f"file://{secret}", str(secret), f"php://filter/convert.base64-encode/resource={secret}"]
    html = "".join(f'<img src="{way}"><iframe src="{way}"></iframe><object data="{way}"></object>' for way in ways)
    raw = mail(MALLORY, subject="Hello", text=f"<p>Hello</p>{html}").replace(b"text/plain", b"text/html")
    opened_files.clear()
    letters = world.send(raw)
    letters += world.answers("new_ticket", ANNA, "It is mended.\n", 3)
    assert opened_files and str(secret) not in opened_files
    assert not [one for one in letters if "blue stone" in everything(one)]


SQL = ["' OR '1'='1", "'; DROP TABLE ticket; --", '" OR 1=1 --', "%", "_", "\\", ":1 ? %(x)s {0}", "1) UNION SELECT 1"]


@pytest.mark.parametrize("words", SQL)
def test_words_are_no_sql(world: Attacked, words: str) -> None:
    """Threats T48: in every place that a query is asked with."""
    fields = {"In-Reply-To": "<WORDS>", "References": "<WORDS> <a@b>", "Thread-Index": "WORDS"}
    raw = mail(MALLORY, subject="WORDS", text="WORDS", message_id="<WORDS@x.example>", headers=fields)
    world.send(raw.replace(b"WORDS", words.encode()))
    assert world.fate == "new" and world.untouched()
    ticket = world.desk.ticket(3)
    assert ticket.subject == words.strip()
    with world.desk.look() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 3


FORMULAS = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1+1", '"=1",=2')


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_of_a_table_computes(world: Attacked, words: str) -> None:
    """Threats T47: in any table that leaves; what somebody sent as a file stays his file."""
    raw = mail("x@evil.example", text=words).replace(b"Printer on fire", words.encode())
    letters = world.send(raw.replace(b"From: x@", f'From: "{words.replace(chr(34), "")}" <x@'.encode(), 1))
    letters += world.answers("new_ticket", ANNA, words, 3)
    assert [cell for one in letters for cell in formulas_in(opened(one))] == []


def test_a_cell_that_computes_is_seen() -> None:
    letter = opened_table('id,subject\r\n1,"=1+1"\r\n2,\'=1+1\r\n')
    assert formulas_in(letter) == ['1,"=1+1"']


def opened_table(table: str) -> EmailMessage:
    letter = EmailMessage()
    letter.set_content("See the table.")
    letter.add_attachment(table, subtype="csv", filename="tickets.csv")
    return letter


SHELL = ("danger-$USER@evil.example", '"|touch pwned"@evil.example', "-froot@evil.example", "`id`@evil.example")


@pytest.mark.parametrize("sender", SHELL)
def test_no_program_is_started_for_a_mail(world: Attacked, monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    """Threats T49; RT CVE-2011-4458."""

    def refuse(*arguments: object, **_more: object) -> None:
        raise AssertionError(f"a program was started: {arguments}")

    for owner, name in ((subprocess, "Popen"), (os, "system"), (os, "popen"), (os, "posix_spawn"), (os, "execve")):
        monkeypatch.setattr(owner, name, refuse)
    raw = mail("x@evil.example", subject="$(id) `id` | id").replace(b"From: x@evil.example", f"From: {sender}".encode())
    world.send(raw, sender="x@evil.example")
    world.answers("new_ticket", ANNA, "$(id)\n", 3)
    assert world.fate in ("reply", "note")


def test_a_signed_address_of_a_revoked_ticket_is_worth_nothing(world: Attacked) -> None:
    """Threats T6: what has leaked is revoked by raising the epoch of the ticket."""
    leaked = world.tag(TagKind.REPLY, 1, KARI)
    with world.desk.store.begin() as session:
        session.get_one(Ticket, 1).token_epoch = 1
    world.send(mail(MALLORY, leaked, subject="Hello"), leaked)
    assert world.fate == "new" and world.people_of(1) == {KARI}


def test_an_answer_goes_on_where_the_ticket_is_not_revoked(world: Attacked) -> None:
    """The same road, unrevoked: the test above would see it."""
    raw, to = answer(world.letter("received", KARI), KARI, "More.\n")
    world.send(raw, to, sender=KARI)
    assert world.fate == "reply"

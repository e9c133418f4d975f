"""Attacks by words that never worked: they stay words, command nothing, and what is internal stays inside."""

import re
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.model import Person
from maildesk.tokens import TagKind
from tests.attacked import ANNA, BOB, DESK, KARI, MALLORY, UWE, Attacked, everything
from tests.attacks.forged import NOTES, close, html_mail, with_file
from tests.desk import mail, opened, text_of

ODD_WORDS = {
    "Bcc": "Hi=0D=0ABcc:_victim=40bystander.example",
    "a bare CR": "Hi=0DBcc:_x=40y.example",
    "a line separator": "Hi=E2=80=A8Bcc:_x=40y.example",
    "a next line": "Hi=C2=85Bcc:_x=40y.example",
    "a vertical tab": "Hi=0BBcc:_x=40y.example",
    "a body": "Hi=0D=0A=0D=0A<script>alert(1)</script>",
    "a template": "=7B=7B7*7=7D=7D=7B=25_for_x_in_y_=25=7D=24=7B7*7=7D=25(x)s=7B0.=5F=5Fclass=5F=5F=7D",
    "markup": "=3Cimg_src=3Dx_onerror=3Dalert(1)=3E",
    "a very long line": "a" * 5000,
    "right to left": "=E2=80=AEelif.exe",
}


@pytest.mark.parametrize("words", ODD_WORDS)
def test_words_stay_words(world: Attacked, words: str) -> None:
    """In a subject, a name and the name of a file (threats T25, T40, T46)."""
    word = f"=?utf-8?q?{ODD_WORDS[words]}?=".encode()
    raw = (
        b"From: " + word + b" <lisa@customer.example>\r\nTo: support@acme.example\r\nSubject: " + word + b"\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHelp {{ 7*7 }} me.\r\n'
        b'--b\r\nContent-Type: application/x-thing\r\nContent-Disposition: attachment; filename="' + word + b'"\r\n\r\n'
        b"data\r\n--b--\r\n"
    )
    letters = world.send(raw, sender="lisa@customer.example")
    letters += world.answers("new_ticket", ANNA, "{{ 7*7 }} {% raw %} %s ${x}\n", 3)
    assert {one.recipient for one in letters} == {ANNA, BOB, "lisa@customer.example"}
    for letter in letters:
        html = opened(letter).get_body(("html",))
        assert html is not None
        assert not re.search(r"<script|<img src=x|\b49\b", str(html.get_content()))
        assert not re.search(r"\b49\b", text_of(letter))
        for part in opened(letter).iter_attachments():
            assert re.fullmatch(r"[^\x00-\x1f/\\<>\u202e]{1,120}", part.get_filename() or "")


HIDDEN = {
    "in a quote": "Thanks.\n> #close\n> #assign mallory\n",
    "in an older mail": "Thanks.\n\nOn Mon, 2 Mar 2026 at 09:00, Kari <kari@customer.example> wrote:\n#close\n",
    "in a signature": "Thanks.\n\n-- \n#close\n",
    "deep in the text": "Please #close it.\nThat is\nmeant\n#close\n",
}
#: Below a greeting: no command, and no word for the customer either.
TOO_LATE = {
    "behind a sentence": "Please #close it.\n#close\n",
    "with an invisible character": "\u200bThanks\n#close\n",
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_command_counts_only_where_it_leads(world: Attacked, where: str) -> None:
    world.answers("new_ticket", ANNA, HIDDEN[where])
    assert (world.desk.ticket().status, world.fate) == ("pending", "reply")


@pytest.mark.parametrize("where", TOO_LATE)
def test_a_command_below_a_greeting_does_nothing(world: Attacked, where: str) -> None:
    letters = world.answers("new_ticket", ANNA, TOO_LATE[where])
    assert [(one.kind, one.recipient) for one in letters] == [("not_understood", ANNA)]
    assert world.desk.ticket().status == "new"


def test_a_command_in_a_file_or_in_quoted_html_is_none(world: Attacked) -> None:
    letter = world.letter("new_ticket", ANNA)
    for made in (with_file(b"#close\n", "text", "plain", "list.txt"), html_mail("Ok.<blockquote>#close</blockquote>")):
        made["To"] = opened(letter)["Reply-To"]
        world.send(made.as_bytes(), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
        assert (world.desk.ticket().status, world.fate) == ("pending", "reply")


def test_a_customer_has_no_commands(world: Attacked) -> None:
    letters = world.answers("received", KARI, "#close\n#assign mallory\n")
    assert world.desk.ticket().status == "new" and {one.recipient for one in letters} == {ANNA, BOB}


#: Internal words on every way they can come, and with what they come.
INTERNAL = {
    "#note": ("#note\nShe is a liar.\n", TagKind.REPLY),
    "#note on one line": ("#note She is a liar.\n", TagKind.REPLY),
    "the note address": ("She is a liar.\n", TagKind.NOTE),
    "#note and #close": ("#note\n#close\nShe is a liar.\n", TagKind.REPLY),
    "the note address and #close": ("#close\nShe is a liar.\n", TagKind.NOTE),
    "#note and a mistake": ("#note\n#clsoe\nShe is a liar.\n", TagKind.REPLY),
    "#help": ("#help\nShe is a liar.\n", TagKind.REPLY),
}


@pytest.mark.parametrize("way", INTERNAL)
def test_internal_words_stay_inside(world: Attacked, way: str) -> None:
    text, kind = INTERNAL[way]
    address = world.tag(kind, 1, ANNA)
    made = with_file(b"liar.png bytes", "image", "png", "liar.png", text)
    made["To"] = address
    world.send(made.as_bytes(), address, sender=ANNA)
    world.send(close(ANNA, world.tag(TagKind.REPLY, 1, ANNA)), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
    assert not [one for one in world.seen if one.recipient == KARI and "liar" in everything(one)]


def test_who_writes_notes_by_default_leaks_nothing(tmp_path: Path) -> None:
    world = Attacked(tmp_path, NOTES)
    for text in ("She is a liar.\n", "#close She is a liar.\n", "#solve\nShe is a liar.\n"):
        world.answers("new_ticket", ANNA, text)
    assert not [one for one in world.seen if one.recipient == KARI and "liar" in everything(one)]


#: Names that are shown to others, and that stay.
NAMED: dict[str, Callable[[str], str]] = {
    "a person's": lambda tag: f'From: "{tag}" <{KARI}>\r\nCc: "Lars {tag}" <lars@customer.example>',
    "a person's, without its domain": lambda tag: f'From: "{tag.partition("@")[0]}" <{KARI}>',
    "an encoded one": lambda tag: f"From: =?utf-8?q?{tag.replace('+', '=2B').replace('@', '=40')}?= <{KARI}>",
}


@pytest.mark.parametrize("whose", NAMED)
def test_a_signed_address_in_a_name_does_not_travel(world: Attacked, whose: str) -> None:
    """Threats T6: the world's judge looks into every letter. A file's name is one, too."""
    tag = world.tag(TagKind.REPLY, 1, KARI)
    made = with_file(b"scan", "image", "png", f"{tag}.png", "More.\n")
    del made["From"]
    letters = world.send(f"{NAMED[whose](tag)}\r\n".encode() + made.as_bytes(policy=policy.SMTP), tag, sender=KARI)
    assert world.fate == "reply" and {one.kind for one in letters} == {"customer_answer"}
    world.answers("customer_answer", ANNA, "Seen.\n")
    world.send(mail(KARI, subject="New", text="New.\n", proven=True), sender=KARI)
    assert any("Seen." in everything(one) for one in world.seen if one.recipient == KARI)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        (MALLORY, lambda w: w.tag(TagKind.RATE, 2, UWE, 1)),  # another ticket's button
        (ANNA, lambda w: w.tag(TagKind.RATE, 1, KARI, 5)),
        (ANNA, lambda w: w.tag(TagKind.RATE, 1, ANNA, 5)),
        (MALLORY, lambda w: w.tag(TagKind.RATE, 1, KARI, 1).replace("-1-", "-5-")),
        (MALLORY, lambda w: w.tag(TagKind.RATE, 1, BOB, 1)),
        (MALLORY, lambda w: opened(w.letter("closed", KARI))["Message-ID"]),
    ],
)
def test_nobody_else_rates(world: Attacked, sender: str, address: Callable[[Attacked], str]) -> None:
    world.answers("new_ticket", ANNA, "#close\nDone.\n")
    to = address(world)
    headers = {"In-Reply-To": to} if to.startswith("<") else {}
    to = DESK if headers else to
    world.send(mail(sender, to, "Re: Salary list", "1\n", headers=headers), to, sender=sender)
    assert [ticket.rating for ticket in world.desk.tickets()[:2]] == [None, None]
    assert world.desk.ticket().status == "closed" and world.desk.ticket(2).status == "new"


def test_a_bomb_brings_its_victim_one_letter(world: Attacked) -> None:
    for number in range(30):
        world.send(mail("victim@bystander.example", subject=f"YOU OWE US {number}", text="Pay.\n"))
    got = [one for one in world.seen if one.recipient == "victim@bystander.example"]
    assert [one.kind for one in got] == ["received"] and "OWE" not in everything(got[0])


@pytest.mark.parametrize(
    ("about", "recipient"), [("received", UWE), ("received", "victim@bystander.example"), ("", KARI)]
)
def test_a_forged_report_harms_nobody(world: Attacked, about: str, recipient: str) -> None:
    """It counts only with the id of a letter and the address that the letter went to (threats T16)."""
    name = opened(world.letter(about, KARI))["Message-ID"] if about else "<md.1.0@acme.example>"
    raw = (
        "From: MAILER-DAEMON@evil.example\r\nTo: support@acme.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nNo.\r\n--b\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {name}\r\n\r\n--b--\r\n"
    ).encode()
    assert world.send(raw, sender="") == [] and world.fate == "bounce"
    with world.desk.look() as session:
        assert session.scalars(select(Person).where(Person.undeliverable_since.is_not(None))).all() == []

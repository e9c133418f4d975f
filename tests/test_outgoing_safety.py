"""What leaves is what was meant: no field that a stranger wrote, nobody but the people of the ticket, no words that
act. Nothing is fetched for a mail, and no log line is another's.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.cli.place import log_to_stderr
from maildesk.desk import requests
from maildesk.ingest.parse import parse_mail
from maildesk.logline import OneLine, plain
from maildesk.mail import Ours
from maildesk.model import Outbound
from maildesk.notify import compose, headers, mime
from maildesk.notify.proof import fields_in, prove_fields, prove_letter
from maildesk.reason import because
from tests.attacked import ANNA, BOB, DESK, FIELDS, KARI, MALLORY, Attacked, everything
from tests.desk import TestDesk, mail, opened, text_of
from tests.hostile import HOSTILE

MAILS = Path(__file__).parent / "mails"
CORPUS = HOSTILE.parent / "corpus"
VICTIM = "victim@bystander.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Attacked]:
    world = Attacked(tmp_path)
    yield world
    world.desk.close()


# The bytes are read again before anybody gets them

GOOD = b'From: "Acme" <support@acme.example>\r\nTo: <kari@customer.example>\r\nSubject: a\r\n b\r\n\r\nwords\r\n'


def test_a_letter_is_read_as_others_will() -> None:
    assert fields_in(GOOD) == [
        ("From", ' "Acme" <support@acme.example>'),
        ("To", " <kari@customer.example>"),
        ("Subject", " a b"),
    ]
    prove_fields(GOOD, ["From", "To", "Subject"])
    prove_letter(GOOD, KARI)


@pytest.mark.parametrize(
    "bad",
    [
        GOOD.replace(b" b\r\n", b"Bcc: victim@bystander.example\r\n"),
        GOOD.replace(b" b\r\n", b"b\r\n"),
        GOOD.replace(b" b\r\n", b" \r\n"),
        GOOD.replace(b"\r\n b", b"\n b"),
        GOOD.replace(b"\r\n b", b"\rb"),
        GOOD.replace(b" b\r\n", b" \xc3\xb8\r\n"),
        GOOD.replace(b" b\r\n", b" \x00\r\n"),
        GOOD.replace(b" b\r\n", b" " + b"b" * 998 + b"\r\n"),
        GOOD.replace(b" b\r\n", b" b\r\nSubject: c\r\n"),
        GOOD.replace(b"Subject", b"Sub ject"),
        b" " + GOOD,
        GOOD.partition(b"\r\n\r\n")[0],
        b"",
    ],
)
def test_a_head_that_is_not_what_was_meant_is_found(bad: bytes) -> None:
    with pytest.raises(ValueError, match="letter"):
        prove_fields(bad, ["From", "To", "Subject"])


@pytest.mark.parametrize(
    "bad",
    [
        GOOD.replace(b"kari@", b"victim@"),
        GOOD.replace(b"To: <kari@customer.example>", b"To: <kari@customer.example>, <victim@bystander.example>"),
        GOOD.replace(b"To:", b"Cc:"),
        GOOD.replace(b"Subject: a\r\n b", b"Sender: <victim@bystander.example>"),
        GOOD.replace(b"Subject: a\r\n b", b"Disposition-Notification-To: <victim@bystander.example>"),
        GOOD.replace(b"Subject: a\r\n b", b"to: <kari@customer.example>"),
    ],
)
def test_a_letter_that_names_others_is_found(bad: bytes) -> None:
    with pytest.raises(ValueError, match="letter"):
        prove_letter(bad, KARI)


@pytest.mark.parametrize("broken", [True, False])
def test_with_the_cleaning_broken_nothing_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    """The second wall: a line end in a subject makes no letter, and the mail is kept for a person."""
    whole = requests._report
    monkeypatch.setattr(requests, "_report", lambda case, _: replace(whole(case, ""), subject=f"Help\r\nBcc: {VICTIM}"))
    for module in (headers, compose, mime) if broken else ():
        monkeypatch.setattr(module, "clean_header", lambda value, most=400: value)
    desk = TestDesk(tmp_path)
    row = desk.receive(mail(KARI, proven=True))
    letters = desk.run()
    assert all("Bcc" not in opened(letter) for letter in letters)
    if broken:
        assert [letter.kind for letter in letters] == ["held_mail"]
        assert desk.inbound(row).reason == because("our_fault", "ValueError")
    else:
        # With the cleaning in its place the same words are one harmless line.
        assert {letter.kind for letter in letters} == {"received", "new_ticket"}
        assert all(f"Help  Bcc: {VICTIM}" in str(opened(letter)["Subject"]) for letter in letters)
    desk.close()


# Every value that a stranger writes

BREAKS = ("\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("line_end", BREAKS, ids=ascii)
def test_no_field_of_a_letter_is_a_strangers(world: Attacked, line_end: str, named: bool) -> None:
    words = f"Help{line_end}Bcc: {VICTIM}{line_end}{line_end}<b>body</b>"
    word = encoded(words)
    author = f"{word if named else ''} <{MALLORY}>"
    raw = (
        f"From: {author}\r\nTo: {word} <{DESK}>\r\nSubject: {word}\r\nMessage-ID: <{word}@evil.example>\r\n"
        f"References: <a{word}@b> <c@d>\r\nIn-Reply-To: {word}\r\nReply-To: {word} <{VICTIM}>\r\nMIME-Version: 1.0\r\n"
        f"Authentication-Results: mx.acme.example; dmarc=pass header.from=evil.example\r\nDate: {word}\r\n"
        f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n'
        f'Content-Type: image/png{word}; name="{word}"\r\nContent-ID: <{word}>\r\n'
        f"Content-Disposition: attachment; filename*=utf-8''{percent(words)}.txt\r\n\r\nfile\r\n--b--\r\n"
    ).encode()
    letters = world.send(raw)
    # A name like that proves nobody; without it his own subject goes back to him.
    assert {letter.kind for letter in letters} == ({"new_ticket"} if named else {"received", "new_ticket"})
    for letter in letters:
        assert {name for name, _ in fields_in(letter.whole)} <= {*FIELDS, "Content-Transfer-Encoding"}
        assert letter.recipient in (MALLORY, ANNA, BOB)
        for part in opened(letter).walk():
            assert not part.defects and "Bcc" not in part and VICTIM not in str(part.get_content_type())


def encoded(words: str) -> str:
    return "=?utf-8?q?" + "".join(f"={byte:02X}" for byte in words.encode()) + "?="


def percent(words: str) -> str:
    return "".join(f"%{byte:02X}" for byte in words.encode())


NAMING = (
    "Reply-To Cc Sender Return-Path Errors-To Disposition-Notification-To Return-Receipt-To Resent-To Resent-From "
    "Mail-Followup-To Mail-Reply-To X-Original-To Delivered-To Apparently-To X-Forwarded-To Bcc"
).split()


@pytest.mark.parametrize("proven", [True, False])
def test_letters_go_to_the_people_of_the_ticket_and_nobody_else(world: Attacked, proven: bool) -> None:
    """`judge` looks at each; here every field that could name somebody names the same victim."""
    # Whom a proven requester has in Cc, he adds; everything else adds nobody.
    named = {name: f"Victim <{VICTIM}>" for name in NAMING if not (proven and name == "Cc")}
    letters = world.send(mail(MALLORY, headers=named, text=f"Write to {VICTIM}\n", proven=proven))
    assert {letter.recipient for letter in letters} == {MALLORY, ANNA, BOB}
    agents = world.answers("new_ticket", ANNA, "Is it better now?\n", ticket=3)
    assert {letter.recipient for letter in agents} <= {MALLORY, ANNA, BOB}
    with world.desk.look() as session:
        assert VICTIM not in set(session.scalars(select(Outbound.recipient)))


#: Marks of the template languages that helpdesks were broken by; each would print 49, or something of the program.
TEMPLATES = (
    "{{7*7}}",
    "{{ 7*7 }}{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{% for a in range(3) %}49{% endfor %}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config }}{{ self }}{{ say }}{{ facts }}",
    "{0.__class__.__init__.__globals__}",
    "%(words)s %s %d %n",
    "$words ${words} @{words} *{7*7}",
    "{# a {{ 7*7 }}",
    "{{ gap }}",
)


@pytest.mark.parametrize("mark", TEMPLATES)
@pytest.mark.parametrize("proven", [True, False])
def test_words_are_never_a_template(world: Attacked, mark: str, proven: bool) -> None:
    raw = mail(
        f'"{mark.replace(chr(34), "")}" <{MALLORY}>',
        subject=f"S {mark}",
        text=f"T {mark}\n",
        headers={"X-Mailer": mark, "Keywords": mark, "Comments": mark},
        proven=proven,
    ).replace(b"MIME-Version: 1.0", b"MIME-Version: 1.0\r\nOrganization: " + mark.encode())
    raw = with_file(raw, mark)
    letters = world.send(raw)
    agents = [letter for letter in letters if letter.kind == "new_ticket"]
    assert len(agents) == 2
    for letter in agents:
        shown = text_of(letter)
        # As it was written, and once only: nothing was put in its place.
        assert f"S {mark}" in " ".join(shown.split()) and f"T {mark}" in shown
        assert str(opened(letter)["Subject"]).endswith(f"S {mark}")
    for letter in letters:
        written = everything(letter).replace(mark, "")
        assert not re.search(r"\b49\b|__main__|<class |object at 0x", written), letter.kind
    # The agent's own words, with the same mark, go through to the customer as they are.
    answers = world.answers("new_ticket", ANNA, f"A {mark}\n", ticket=3)
    assert [f"A {mark}" in text_of(letter) for letter in answers if letter.recipient == MALLORY] == [True]


def with_file(raw: bytes, name: str) -> bytes:
    """The mail with a file of this name, and the mark in all that describes the file."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-", b"mime-version"))]
    parts = (
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + body
        + b"\r\n--b\r\nContent-Type: application/pdf\r\n"
        b"Content-Description: "
        + name.encode()
        + b"\r\nContent-Disposition: attachment; filename*=utf-8''"
        + percent(name).encode()
        + b".pdf\r\n\r\nfile\r\n--b--\r\n"
    )
    return b"\r\n".join(lines) + b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts


# The log


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain words, ø, 한국어", "plain words, ø, 한국어"),
        ("a\r\nINFO maildesk forged", r"a\r\nINFO maildesk forged"),
        ("\x1b[2J\x07", r"\x1b[2J\x07"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2028\u2029\x85\x9b", r"\u2028\u2029\x85\x9b"),
        ("\ud800", r"\ud800"),
        ("a\tb", r"a\tb"),
    ],
)
def test_a_value_is_written_out(value: str, written: str) -> None:
    assert plain(value) == written
    record = logging.LogRecord("maildesk", logging.INFO, "", 0, "sender=%s", (value,), None)
    assert OneLine("%(levelname)s %(message)s").format(record) == f"INFO sender={written}"


def test_a_traceback_forges_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    root.handlers.clear()
    try:
        log_to_stderr()
        try:
            raise ValueError("odd\r\nERROR maildesk forged\x1b[31m\u2028ERROR maildesk forged")
        except ValueError:
            logging.getLogger("maildesk.test").exception("inbound=%s failed", "1\nERROR maildesk forged")
        first, *more = capsys.readouterr().err.rstrip("\n").split("\n")
    finally:
        root.handlers[:] = before
    assert first == r"ERROR maildesk.test inbound=1\nERROR maildesk forged failed"
    assert more and all(line.startswith("    ") for line in more)
    assert all(line.isprintable() for line in more) and any("forged" in line for line in more)


# Nothing is fetched

#: What the interpreter tells of before it does it; everything that looks a name up or goes out.
_GOES_OUT = re.compile(
    r"socket\.(?:connect|getaddrinfo|gethost|getname|sendto|sendmsg)|urllib\.|http\.|smtplib\.|ftplib\.|webbrowser\."
)
_RECORDERS: list[list[str]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _RECORDERS and _GOES_OUT.match(event):
        for heard in _RECORDERS:
            heard.append(f"{event} {arguments[-1]!r}")


@contextmanager
def recorded() -> Iterator[list[str]]:
    """All that goes out of this process meanwhile. An audit hook stays for ever, so there is one."""
    if not getattr(sys, "_maildesk_hears", False):
        sys.addaudithook(_hear)
        sys._maildesk_hears = True  # type: ignore[attr-defined]
    heard: list[str] = []
    _RECORDERS.append(heard)
    try:
        yield heard
    finally:
        _RECORDERS.remove(heard)


def test_what_goes_out_is_heard() -> None:
    import socket

    with recorded() as heard:
        with pytest.raises(OSError), socket.socket() as nobody:
            nobody.settimeout(1)
            nobody.connect(("127.0.0.1", 1))
        socket.getaddrinfo("127.0.0.1", 25, flags=socket.AI_NUMERICHOST)
    assert [one.split()[0] for one in heard] == ["socket.connect", "socket.getaddrinfo"]


FETCHING = """\
<html><head><link rel=stylesheet href="https://track.evil.example/a.css"><base href="https://track.evil.example/">
<meta http-equiv=refresh content="0;url=https://track.evil.example/"></head><body background="//track.evil.example/b">
<img src="https://track.evil.example/c.gif"><img src="http://169.254.169.254/"><img srcset="//track.evil.example/d 2x">
<p style="background:url(https://track.evil.example/e)">words</p><iframe src="file:///etc/passwd"></iframe>
<video poster="https://track.evil.example/f"><object data="https://track.evil.example/g"></object></body></html>
"""


def test_no_mail_makes_the_desk_ask_anybody(world: Attacked) -> None:
    fetching = mail(MALLORY).replace(b"text/plain", b"text/html").replace(b"It burns.", FETCHING.encode())
    external = mail(MALLORY, text="words\n", message_id="<external@evil.example>").replace(
        b"text/plain", b'message/external-body; access-type=URL; URL="https://track.evil.example/h"'
    )
    pool = [*sorted(MAILS.glob("*.eml")), *sorted(HOSTILE.rglob("*.eml"))]
    assert pool
    with recorded() as heard:
        world.send(fetching)
        world.send(external)
        for path in pool:
            world.desk.receive(path.read_bytes(), recipients=(DESK,), envelope_from=MALLORY)
        letters = world.desk.run()
    assert heard == []
    assert letters
    for letter in letters:
        html = "".join(
            str(part.get_content()) for part in opened(letter).walk() if part.get_content_type() == "text/html"
        )
        # Nor does a letter make its reader's program ask: all that it shows, it brings.
        assert not re.search(
            r"(?i)<(?:img|link|iframe|object|video|base|meta)[^>]*(?:src|href|data|url)\s*=\s*[\"']?(?!cid:)[^\"'>]*//",
            html,
        )


def test_reading_asks_nobody() -> None:
    """The mails of others, where they are: reading alone, which is all that could be tempted."""
    ours = Ours(frozenset({DESK}), "+", ("en",), "loop")
    pool = [*sorted(MAILS.glob("*.eml")), *sorted(CORPUS.rglob("*.eml"))[::4]]
    with recorded() as heard:
        read = [parse_mail(path.read_bytes(), ours, MALLORY) for path in pool]
    assert heard == []
    assert len(read) == len(pool)

"""Relaying as a person would: what an agent's mail becomes for the people outside, picture and all."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from pathlib import Path

import pytest

from maildesk.mail import Letter
from tests.desk import SETTINGS, TestDesk, answer, mail, opened
from tests.desk import text_of as text_with_crlf

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
OLA = "Ola Nordmann <ola@customer.example>"
ANNA = "Anna <anna@acme.example>"
SIGNED = SETTINGS.replace("[desk]", '[desk]\nsignature = "Best regards\\n{agent}, Acme"', 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = TestDesk(tmp_path, settings=SIGNED)
    yield made
    made.close()


def letter_to(letters: list[Letter], address: str) -> Letter:
    (found,) = [one for one in letters if one.recipient == address]
    return found


def text_of(letter: Letter) -> str:
    return text_with_crlf(letter).replace("\r\n", "\n")


def html_of(letter: Letter) -> str:
    part = opened(letter).get_body(("html",))
    assert part is not None
    return unescape(str(part.get_content()))


def reply(letter: Letter, text: str, html: str, pictures: dict[str, bytes] | None = None) -> tuple[bytes, str]:
    """An agent's answer with HTML, as most programs write one."""
    raw, to = answer(letter, ANNA, text, proven=True)
    head, _, _ = raw.partition(b"\r\n\r\n")
    made = EmailMessage(policy=SMTP)
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    for name, data in (pictures or {}).items():
        part = made.get_payload()[1]  # type: ignore[index]
        assert isinstance(part, EmailMessage)
        part.add_related(data, "image", "png", cid=f"<{name}>", filename="오류 화면.png", disposition="inline")
    kept = b"\r\n".join(
        line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-", b"mime-version"))
    )
    return kept + b"\r\n" + made.as_bytes(), to


def send(desk: TestDesk, raw: bytes, to: str = "support@acme.example") -> list[Letter]:
    desk.receive(raw, recipients=(to,))
    letters = desk.run()
    desk.clock.forward(desk.settings.answers.hold)
    return [*letters, *desk.run()]


@pytest.fixture
def notice(desk: TestDesk) -> Letter:
    letters = send(desk, mail(OLA, subject="VPN", text="It stops.\n", proven=True))
    return letter_to(letters, "anna@acme.example")


def test_formatting_and_pictures_reach_the_customer(desk: TestDesk, notice: Letter) -> None:
    html = '<p>#take</p><p>Press <b>Reset</b>:</p><p><img src="cid:shot@host" width="40" alt="x"></p><blockquote>old'
    raw, to = reply(notice, "#take\n\nPress *Reset*:\n\n[image: x]\n\n> old\n", html, {"shot@host": PNG})
    letter = letter_to(send(desk, raw, to), "ola@customer.example")
    words = html_of(letter)
    assert "Press <b>Reset</b>:" in words and "#take" not in words and "old" not in words
    (shown,) = re.findall(r'<img src="cid:([^"]+)" alt="오류 화면.png" width="40"', words)
    related = [part for part in opened(letter).walk() if part.get_content_type() == "multipart/related"]
    parts = {part["Content-ID"]: part for one in related for part in one.iter_parts()}
    assert parts[f"<{shown}>"].get_content() == PNG
    assert parts[f"<{shown}>"].get_content_disposition() == "inline"
    assert "shot@host" not in words
    assert "Press *Reset*:" in text_of(letter)


def test_the_signature_of_the_desk_stands_below(desk: TestDesk, notice: Letter) -> None:
    raw, to = reply(
        notice, "Press Reset.\n\n-- \nAnna\nprivate 99 88 77 66\n", "<p>Press Reset.</p><p>-- </p><p>Anna</p>"
    )
    letter = letter_to(send(desk, raw, to), "ola@customer.example")
    assert "Press Reset.\n\nBest regards\nAnna, Acme\n" in text_of(letter)
    assert "Best regards<br>Anna, Acme" in html_of(letter)
    assert "99 88 77 66" not in text_of(letter) + html_of(letter)


def test_what_the_customer_wrote_is_quoted_once(desk: TestDesk, notice: Letter) -> None:
    first = letter_to(send(desk, *reply(notice, "Press Reset.", "<p>Press Reset.</p>")), "ola@customer.example")
    assert text_of(first).count("> It stops.") == 1 and html_of(first).count("It stops.") == 1
    again = send(desk, *answer(first, OLA, "Done that.\n", proven=True))
    second = letter_to(
        send(desk, *reply(letter_to(again, "anna@acme.example"), "Good.", "<p>Good.</p>")), "ola@customer.example"
    )
    text = text_of(second)
    assert text.index("Good.") < text.index("> Done that.") < text.index("> Press Reset.")
    assert "It stops." not in text, "two messages are enough"


def test_notes_and_strangers_are_never_quoted(desk: TestDesk, notice: Letter) -> None:
    send(desk, *reply(notice, "#note he is rude", "<p>#note he is rude</p>"))
    send(desk, mail("Eve <eve@elsewhere.example>", subject="Re: [#1] VPN", text="Pay to my account.\n"))
    letter = letter_to(send(desk, *reply(notice, "Hello.", "<p>Hello.</p>")), "ola@customer.example")
    everything = text_of(letter) + html_of(letter)
    assert "rude" not in everything and "account" not in everything and "> It stops." in text_of(letter)


def test_whoever_comes_later_sees_nothing_earlier(desk: TestDesk, notice: Letter) -> None:
    desk.clock.forward(timedelta(hours=1))
    letters = send(desk, *reply(notice, "#cc kim@customer.example\nHello both.", "<p>x</p>"))
    first = letter_to(letters, "kim@customer.example")
    assert "Hello both." in text_of(first) and "It stops." not in text_of(first) + html_of(first)
    desk.clock.forward(timedelta(hours=1))
    send(desk, *reply(notice, "Second.", "<p>Second.</p>"))
    letters = send(desk, *reply(notice, "More.", "<p>More.</p>"))
    later, theirs = letter_to(letters, "kim@customer.example"), letter_to(letters, "ola@customer.example")
    assert "It stops." not in text_of(later) + html_of(later) and "> Second." in text_of(later)
    assert "> Hello both." in text_of(theirs)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>Press Reset.</p><p>Internal: he is rude</p>", id="says more"),
        pytest.param('<p>Press <a href="mailto:{tag}">Reset</a>.</p>', id="a signed address behind a link"),
        pytest.param('<p title="{tag}">Press Reset.</p>', id="a signed address in a tooltip"),
        pytest.param('<p>Press <a href="mailto:{percent}">Reset</a>.</p>', id="a signed address, encoded"),
    ],
)
def test_what_may_not_travel_leaves_the_text_alone(desk: TestDesk, notice: Letter, html: str) -> None:
    tag = str(opened(notice)["Reply-To"]).rpartition("<")[2].rstrip(">")
    percent = "".join(f"%{ord(sign):02X}" for sign in tag)
    raw, to = reply(notice, "Press Reset.", html.format(tag=tag, percent=percent))
    words = html_of(letter_to(send(desk, raw, to), "ola@customer.example"))
    assert "Press Reset." in words and "rude" not in words
    assert tag not in words and percent not in words and "title=" not in words


def test_a_picture_that_nobody_shows_is_enclosed(desk: TestDesk, notice: Letter) -> None:
    raw, to = reply(notice, "Another way to say it.", '<p>Words that differ <img src="cid:a@b"></p>', {"a@b": PNG})
    letter = opened(letter_to(send(desk, raw, to), "ola@customer.example"))
    assert [part.get_content() for part in letter.iter_attachments()] == [PNG]


def test_agents_read_the_conversation_and_who_writes(desk: TestDesk, notice: Letter) -> None:
    first = letter_to(send(desk, *reply(notice, "Press Reset.", "<p>Press Reset.</p>")), "ola@customer.example")
    send(desk, *reply(notice, "#note he is new", "<p>#note he is new</p>"))
    send(desk, mail(OLA, subject="Another thing", text="Hm.\n", proven=True))
    text = text_of(letter_to(send(desk, *answer(first, OLA, "Done that.\n", proven=True)), "anna@acme.example"))
    assert "customer.example\n" in text and "#2 Another thing" in text
    past = text.partition("## The conversation so far")[2]
    assert past.index("> It stops.") < past.index("> Press Reset.") < past.index("> he is new")
    assert "(internal note)" in past

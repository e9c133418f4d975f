"""What a customer gets of an agent's answer, whatever program the agent writes with: his words as he set them, his
picture, one quote of what the customer said, and nothing of what only agents may read."""

import base64
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from pathlib import Path

import pytest

from maildesk.mail import Letter
from tests.answering import CARD, FIRST, PROGRAMS, SECOND, Program
from tests.desk import SETTINGS, TestDesk, answer, head_of, mail, opened, text_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
#: Of the notice, and of what programs write below.
_NOT_FOR_HIM = ("Organisation", "Internal note", "support+n", "#take", "원본", "Sendt", "iPhone", "notify", "confirm")
OLA, ANNA = "Ola Nordmann <ola@customer.example>", "Anna Berg <anna@acme.example>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = TestDesk(tmp_path, settings=SETTINGS)
    yield made
    made.close()


def html_of(letter: Letter) -> str:
    part = opened(letter).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def head_of_answer(notice: Letter) -> tuple[bytes, str]:
    """The fields of Anna's answer, without those that describe its content; and whom it goes to."""
    raw, to = answer(notice, ANNA, "x", proven=True)
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return b"".join(line + b"\r\n" for line in lines if not line.startswith((b"Content-", b"MIME-"))), to


def written_with(program: Program, notice: Letter, above: str = "") -> tuple[bytes, str]:
    """The answer to a notice as this program sends it, with a screenshot; `above`: a line in front of the words."""
    head, to = head_of_answer(notice)
    said = text_of(notice).replace("\r\n", "\n")
    text, html = program.parts(said, html_of(notice), to, str(head_of(notice)["Subject"]))
    if above:
        text, html = text.replace("Hi Ola,", f"{above}\n\nHi Ola,"), html.replace("Hi Ola,", f"{above}<br><br>Hi Ola,")
    made = EmailMessage(policy=SMTP)
    if text:
        made.set_content(text)
        made.add_alternative(html, subtype="html")
        page = made.get_payload()[1]  # type: ignore[index]
    else:
        made.set_content(html, subtype="html")
        page = made
    assert isinstance(page, EmailMessage)
    page.add_related(PNG, "image", "png", cid="<ii_1>", filename="shot.png", disposition="inline")
    if "cid:logo_1" in html:
        page.add_related(PNG + b"logo", "image", "png", cid="<logo_1>", filename="logo.png", disposition="inline")
    return head + made.as_bytes(), to


def told(desk: TestDesk, raw: bytes, to: str) -> dict[str, Letter]:
    desk.receive(raw, recipients=(to,))
    return {one.recipient: one for one in desk.run()}


@pytest.fixture
def notice(desk: TestDesk) -> Letter:
    asked = mail(OLA, subject="VPN", text="It stops every day.\n", proven=True)
    return told(desk, asked, "support@acme.example")["anna@acme.example"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.name)
def test_a_customer_reads_what_was_meant_for_him(desk: TestDesk, notice: Letter, program: Program) -> None:
    letter = told(desk, *written_with(program, notice))["ola@customer.example"]
    text, html = text_of(letter), unescape(html_of(letter))
    assert "<b>Reset</b>" in html and f"<li>{FIRST}" in re.sub("<div[^>]*>", "", html)
    assert all(step in text and step in html for step in (FIRST, SECOND))
    for other in (*CARD, *_NOT_FOR_HIM):
        assert other not in text and other not in html
    assert text.count("It stops every day.") == html.count("It stops every day.") == 1
    pictures = [part for part in opened(letter).walk() if part.get_content_maintype() == "image"]
    assert [part.get_content() for part in pictures] == [PNG]
    assert f'src="cid:{pictures[0]["Content-ID"].strip("<>")}"' in html
    assert set(re.findall(r'src="(\w+):', html)) == {"cid"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.name)
def test_commands_above_the_words_are_obeyed_and_left_out(desk: TestDesk, notice: Letter, program: Program) -> None:
    letters = told(desk, *written_with(program, notice, "#prio high"))
    assert desk.ticket().priority == "high"
    letter = letters["ola@customer.example"]
    assert "<b>Reset</b>" in html_of(letter)
    assert "#prio" not in text_of(letter) + html_of(letter)


@pytest.mark.parametrize(("size", "goes"), [(50, []), (200_000, ["own.png"])], ids=["small", "large"])
def test_pictures_below_the_words(desk: TestDesk, notice: Letter, size: int, goes: list[str]) -> None:
    """Beside his signature a small one adorns it, and of a large one the words may speak; the one of the mail that he
    answers never goes back."""
    head, to = head_of_answer(notice)
    page = f"<p>See below, Ola.</p><p>Best regards<br>{'<br>'.join(CARD)}</p><p><img src='cid:own'></p>"
    made = EmailMessage(policy=SMTP)
    quote = f"<blockquote type='cite'>{html_of(notice)}<p><img src='cid:his'></p></blockquote>"
    made.set_content(page + quote, subtype="html")
    for name in ("own", "his"):
        picture = PNG + name.encode() + b"\0" * size
        made.add_related(picture, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    letter = told(desk, head + made.as_bytes(), to)["ola@customer.example"]
    assert "See below, Ola." in text_of(letter) and not any(line in text_of(letter) for line in CARD)
    sent = [part.get_filename() for part in opened(letter).walk() if part.get_content_maintype() == "image"]
    assert sent == goes


def test_a_picture_that_an_agent_has_quoted_is_shown_when_it_comes_again(desk: TestDesk, notice: Letter) -> None:
    """That it stayed behind once makes no logo of it."""
    head, to = head_of_answer(notice)
    made = EmailMessage(policy=SMTP)
    quote = f"<blockquote type='cite'>{html_of(notice)}<p><img src='cid:his'></p></blockquote>"
    made.set_content(f"<p>Which button is it?</p>{quote}", subtype="html")
    made.add_related(PNG, "image", "png", cid="<his>", filename="his.png", disposition="inline")
    letter = told(desk, head + made.as_bytes(), to)["ola@customer.example"]
    assert not any(part.get_content_maintype() == "image" for part in opened(letter).walk())
    again = EmailMessage(policy=SMTP)
    again["From"], again["To"], again["Subject"] = OLA, "support@acme.example", "This one"
    again["Message-ID"] = "<again@customer.example>"
    again.set_content("<p>This one:</p><p><img src='cid:b'></p>", subtype="html")
    again.add_related(PNG, "image", "png", cid="<b>", filename="button.png", disposition="inline")
    shown = told(desk, again.as_bytes(), "support@acme.example")["anna@acme.example"]
    assert "button.png" in text_of(shown)

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


def written_with(program: Program, notice: Letter, above: str = "") -> tuple[bytes, str]:
    """The answer to a notice as this program sends it, with a screenshot; `above`: a line in front of the words."""
    raw, to = answer(notice, ANNA, "x", proven=True)
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    head = [line for line in lines if not line.startswith((b"Content-", b"MIME-"))]
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
    return b"\r\n".join(head) + b"\r\n" + made.as_bytes(), to


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

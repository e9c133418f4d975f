"""Marks that programs leave around what is folded: rules, containers of signatures, lines that lost their end."""

import pytest

from maildesk.ingest.html.to_text import html_to_text
from maildesk.ingest.text import fold

OLDER = "On Mon, 4 March 2024 at 10:15, Acme <support@acme.example> wrote:"


@pytest.mark.parametrize(
    "text",
    [
        f"It works.\n\n{OLDER}   Please switch it off and on.",
        "It works.\n\n-------- Original message --------From: Acme <support@acme.example> Subject: printer\nHello",
        "It works.\n\n---\nThis email has been checked for viruses by a program.",
        "It works.\n\n------------------&nbsp;原始邮件&nbsp;------------------\nHello",
        "It works.\n\n[Inactive hide details for Acme ---03/04/2024 10:15:00---Please]Acme ---Please\nHello",
        "It works.\n\nMvh Kari Nordmann\nTlf. 22 19 45 40",
        "It works.\n\n김민수 올림\n전화: 02-123-4567",
        "It works.\n\nMonday, March 4, 2024, 10:15:00 AM, you wrote:\n\nKN> Switch it off\nKN> and on.\nKN>> Why?",
        "It works.\n\nOn Mon, 4 Mar 2024 at 10:15, Acme &lt;support@acme.example&gt; wrote:\n\n&gt; Try again",
        "It works.\n\n____________________\nFrom: support@acme.example\nSent: Monday, March 4, 2024 10:15\n\nTry again",
        "It works.\n\n—-—-—\nReply above this line.\n\nHello",
        f"It works.\n\n{OLDER}\n\n> Reply above this line\n>\n> Hello",
        "It works.\n\n<https://virus.example/x> Virus-free.\nwww.virus.example",
        "It works.\n\nSent from my BlackBerry 10 smartphone on the Acme Wireless 4G LTE network of this town.",
    ],
)
def test_folded(text: str) -> None:
    assert fold(text).visible == "It works."


@pytest.mark.parametrize(
    "text",
    [
        "First part\n\n---\n\nSecond part",
        "The title\n-----",
        "This is what I see:\nSQL> select 1;\nSQL> quit\nand no more",
        "Monday, March 4, 2024, 10:15:00 AM, you wrote:\nit would be here today.\nIt is not.",
        "--------------------\nFrom: Oslo\nDate: Monday, March 4, 2024 10:15\n\nPlease book it.",
        "Time:  10:15\nPlace:  Oslo",
        "--- the value --- is what I typed",
    ],
)
def test_shown(text: str) -> None:
    assert fold(text).visible == text


@pytest.mark.parametrize(
    "mark",
    [
        'class="gmail_signature"',
        'class="bloop_sign extra"',
        'id="x_Signature"',
        'id="Signature"',
        'name="messageSignatureSection"',
    ],
)
def test_a_container_of_a_signature(mark: str) -> None:
    folded = fold(html_to_text(f"<div>It works.</div><div {mark}>Kari Nordmann<br>Acme</div>"))
    assert folded.visible == "It works."
    assert "Kari Nordmann" in folded.quoted


def test_a_delimiter_stands_once() -> None:
    assert html_to_text('<div>It works.</div>-- <div class="gmail_signature">Kari</div>').count("--") == 1


def test_outlook_on_the_web_marks_older_mail() -> None:
    fields = "<b>From:</b> Acme<br><b>Date:</b> Monday<br><b>To:</b> Kari<br><b>Subject:</b> printer<br>Hello"
    html = f'<div>It works.</div><div id="mail-editor-reference-message-container">{fields}</div>'
    assert fold(html_to_text(html)).visible == "It works."


@pytest.mark.parametrize("mark", [">", "|", "KN>"])
def test_answers_between_quotes_of_any_mark_keep_them(mark: str) -> None:
    text = f"{OLDER}\n{mark} Which printer?\n\nHP 4000\n\n{mark} Which floor?\n\nThird"
    assert fold(text).visible == text

"""A signature that nothing introduces, known by the name of whoever wrote; what only looks like one is shown."""

import pytest

from maildesk.ingest.html.fresh import fresh_html
from maildesk.ingest.html.to_text import html_to_text
from maildesk.ingest.text import fold


@pytest.mark.parametrize(
    ("author", "card"),
    [
        ("Anna Berg", "Anna Berg\nSupport Engineer\nAcme AS\nTel: +47 22 19 45 40"),
        ("Anna Berg", "Anna Berg\n\nSupport Engineer\n\nAcme AS\n\nanna@acme.example"),
        ("Anna Berg", "[cid:logo.png@01DA]\nAnna Berg\nAcme AS\nTel: +47 22 19 45 40"),
        ("Anna Berg", "Anna Berg | Support Engineer | +47 22 19 45 40"),
        ("Anna Berg", "*Anna Berg*\nAcme AS\nwww.acme.example"),
        ("Anna Berg", "ANNA BERG\nAcme AS\nwww.acme.example"),
        ("Anna Berg", "Anna\nAcme AS | 22 19 45 40"),
        ("Anna Berg", "Anna Kristine Berg\nAcme AS\nTlf 22194540"),
        ("Berg, Anna (Support)", "Anna Berg\nAcme AS\nTlf 22194540"),
        ("Anne-Lise O'Hara", "Anne-Lise O\u2019Hara\nAcme AS\nTlf 22194540"),
        ("김지우", "김지우 대리 | 고객지원팀\n에이크미 주식회사\n전화: 02-123-4567"),
        ("지우", "김지우\n고객지원팀\nT 02-123-4567  M 010-1234-5678"),
        ("김지우", "김지우 / 고객지원팀 / 02-123-4567"),
        ("Anna Berg", "Anna Berg\nAcme AS\n22 19 45 40\n\nSent from my iPhone"),
        ("Anna Berg", "Anna Berg\nAcme AS\n22 19 45 40\n\nFrom: Kari <kari@customer.example>\n"
         "Sent: Monday, March 2, 2026 10:00 AM\nTo: Support\nSubject: Printer\n\nIt burns."),
        ("Anna Berg", "Anna Berg\nAcme AS\n22 19 45 40\n\nOn Mon, 2 Mar 2026 at 10:00, Kari wrote:\n\n> It burns."),
    ],
)  # fmt: skip
def test_folded(author: str, card: str) -> None:
    assert fold(f"Hi Kari,\n\nplease unplug it.\n\n{card}", author).visible.rstrip() == "Hi Kari,\n\nplease unplug it."


@pytest.mark.parametrize(
    ("author", "text"),
    [
        # Nobody's name, another's, or one that is only part of it.
        ("", "Ask him:\n\nAnna Berg\nTel: 22 19 45 40"),
        ("Anna Berg", "He knows it.\n\nOla Hansen\nAcme AS\nTel: 22 19 45 40"),
        ("Anna Berg", "It was delivered to this place.\n\nAnna Karlsen Berg Hansen\nTel: 22 19 45 40"),
        ("support@acme.example", "Write to us.\n\nSupport\nwww.acme.example"),
        # What is announced, what is a sentence, and what reaches nobody.
        ("Anna Berg", "You reach me here:\n\nAnna Berg\nTel: 22 19 45 40"),
        ("Anna Berg", "Hi.\n\nAnna Berg\nhas the number 22 19 45 40, and is there until four."),
        ("Anna Berg", "Hi.\n\nAnna\n"),
        ("Anna Berg", "Hi.\n\nAnna Berg\nSupport Engineer"),
        ("Anna Berg", "Hi.\n\nAnna Berg\nTel: 22 19 45 40\n\nPS: Can you be there at nine?"),
        # There is nothing else.
        ("Anna Berg", "Anna Berg\nAcme AS\nTel: 22 19 45 40"),
    ],
)
def test_shown(author: str, text: str) -> None:
    assert fold(text, author).visible.strip() == text.strip()


OUTLOOK = """<html><body lang="EN-GB"><div class="WordSection1">
<p class="MsoNormal">Hi Kari,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">please <b>unplug</b> it.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><b>Anna Berg</b><o:p></o:p></p><p class="MsoNormal">Support Engineer<o:p></o:p></p>
<p class="MsoNormal"><img src="cid:logo@1" width="80"></p>
<p class="MsoNormal">Tel: +47 22 19 45 40<o:p></o:p></p></div></body></html>"""


def test_a_card_in_html_is_cut_out_with_its_picture() -> None:
    wanted = fold(html_to_text(OUTLOOK), "Anna Berg").visible
    html = fresh_html(OUTLOOK, wanted, "Anna Berg")
    assert "<b>unplug</b>" in html
    assert not any(word in html for word in ("Anna", "Engineer", "22 19", "logo"))

"""What several mail programs make of an agent's answer, and what of it is relayed."""

import re

import pytest

from maildesk.ingest.html.fresh import fresh_html
from maildesk.ingest.html.to_text import html_to_text

GMAIL = """<div dir="ltr"><div>#take</div><div><br></div><div>Hi <b>Ola</b>,</div><div><br></div>
<div>please try this:</div><div><ol><li>Open <i>Settings</i></li>
<li>Choose <a href="https://acme.example/vpn">our guide</a></li></ol>
<div><img src="cid:ii_abc" alt="shot.png" width="300"><br></div></div><div>Anna</div><div><br></div>
<span class="gmail_signature_prefix">-- </span><br>
<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div>Anna Berg<br>Acme<br>
<img src="cid:logo"></div></div></div><br>
<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Mar 5, 2024 at 10:04 AM Ola via
 Acme &lt;<a href="mailto:support@acme.example">support@acme.example</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex"><div>Your reply goes to Ola</div>
<div>Internal note</div>
<img src="cid:old"></blockquote></div>"""
GMAIL_TEXT = """Hi *Ola*,

please try this:

   1. Open *Settings*
   2. Choose our guide <https://acme.example/vpn>

[image: shot.png]
Anna"""

OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
p.MsoNormal {margin:0cm; font-size:11.0pt} --></style></head><body lang="EN-GB" link="#0563C1">
<div class="WordSection1"><p class="MsoNormal"><span style="color:black">#note<o:p></o:p></span></p>
<p class="MsoNormal"><span lang="EN-US" style="font-size:11.0pt;color:windowtext">The <b>certificate</b> is
old:<o:p></o:p></span></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><img width="120" height="80" src="cid:image001.png@01DA6F2A.5C1B9F20" alt="A screenshot"></p>
<table class="MsoTableGrid" border="1"><tr><td><p class="MsoNormal">Port</p></td><td><p class="MsoNormal">443</p></td>
</tr></table>
<p class="MsoNormal">Does it help?<o:p></o:p></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">
<b>From:</b> Ola via Acme &lt;support@acme.example&gt; <br><b>Sent:</b> Tuesday, 5 March 2024 10:04<br>
<b>To:</b> Anna Berg &lt;anna@acme.example&gt;<br><b>Subject:</b> Re: [#1042] VPN</p></div></div>
<p class="MsoNormal">Your reply goes to Ola</p></div></body></html>"""
OUTLOOK_TEXT = """The certificate is old:

[cid:image001.png@01DA6F2A.5C1B9F20]
Port

443

Does it help?"""

OUTLOOK_WEB = """<html><body><div class="elementToProof" style="font-family:Aptos;color:rgb(0, 0, 0)">Hei Ola,</div>
<div class="elementToProof"><br></div><div class="elementToProof">det er <u>ordnet</u>.</div>
<div id="Signature"><p>Anna Berg</p><p>Acme AS, tlf. 22 33 44 55</p></div><div id="appendonsend"></div>
<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>Fra:</b> Ola via Acme
&lt;support@acme.example&gt;<br><b>Sendt:</b> tirsdag 5. mars 2024 10:04<br><b>Til:</b> Anna Berg<br>
<b>Emne:</b> Re: [#1042] VPN</div><div>Gammel tekst</div></body></html>"""

APPLE = """<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>
<body style="overflow-wrap: break-word;">안녕하세요, <b>홍길동</b> 님.<div><br></div><div>다시 해 보시겠습니까?</div>
<div><img src="cid:6B9F@apple" alt="&#54868;&#47732;.png"></div>
<div><br><div><br><blockquote type="cite">
<div>2024. 3. 5. 오전 10:04, 홍길동 &lt;support@acme.example&gt; 작성:</div><br
 class="Apple-interchange-newline"><div>이전 내용</div></blockquote></div><br></div></body></html>"""
APPLE_TEXT = "안녕하세요, 홍길동 님.\n\n다시 해 보시겠습니까?\n\n<화면.png>"

THUNDERBIRD = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head>
<body><p>Hi Ola,</p><p>type this:</p><pre>ipconfig /flushdns
ping <b>-t</b> acme.example</pre><p>Anna<br></p>
<div class="moz-signature">-- <br>Anna Berg</div>
<div class="moz-cite-prefix">On 05.03.24 10:04, Ola via Acme wrote:<br></div>
<blockquote type="cite" cite="mid:md.1@acme.example"><p>Your reply goes to Ola</p></blockquote></body></html>"""
THUNDERBIRD_TEXT = "Hi Ola,\n\ntype this:\n\nipconfig /flushdns\nping *-t* acme.example\n\nAnna"


@pytest.mark.parametrize(
    ("html", "text", "kept", "gone"),
    [
        pytest.param(
            GMAIL,
            GMAIL_TEXT,
            ("<b>Ola</b>", "<ol>", "<i>Settings</i>", 'href="https://acme.example/vpn"', 'src="cid:ii_abc"'),
            ("#take", "Anna Berg", "cid:logo", "cid:old", "support@", "blockquote", "-- "),
            id="gmail",
        ),
        pytest.param(
            OUTLOOK,
            OUTLOOK_TEXT,
            ("<b>certificate</b>", "cid:image001.png", "<table", "443", "Does it help?"),
            ("#note", "Sent:", "Your reply", "<p", "border-top:solid", "margin"),
            id="outlook",
        ),
        pytest.param(
            OUTLOOK_WEB,
            "Hei Ola,\n\ndet er ordnet.",
            ("<u>ordnet</u>",),
            ("Anna Berg", "<hr", "Sendt", "Gammel"),
            id="outlook on the web",
        ),
        pytest.param(
            APPLE,
            APPLE_TEXT,
            ("<b>홍길동</b>", 'src="cid:6B9F@apple"'),
            ("이전", "blockquote", "작성"),
            id="apple mail",
        ),
        pytest.param(
            THUNDERBIRD,
            THUNDERBIRD_TEXT,
            ("<pre>ipconfig /flushdns\nping <b>-t</b> acme.example</pre>",),
            ("Anna Berg", "moz-", "wrote", "Your reply"),
            id="thunderbird",
        ),
    ],
)
def test_an_answer_is_cut_out_as_its_author_set_it(
    html: str, text: str, kept: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    fresh = fresh_html(html, text)
    for words in kept:
        assert words in fresh
    for words in gone:
        assert words not in fresh
    assert not re.search(r"[\u200c-\u200f\u202a-\u202e\u2060-\u2069]", fresh), "our own signs stay here"


def test_a_signature_that_the_text_has_too_stays_in_both() -> None:
    text = "Hei Ola,\n\ndet er ordnet.\n\nAnna Berg\n\nAcme AS, tlf. 22 33 44 55"
    fresh = fresh_html(OUTLOOK_WEB, text)
    assert "Anna Berg" in fresh and "22 33 44 55" in fresh and "Gammel" not in fresh


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>Hi</p><p>The password is hunter2</p>", "Hi", id="says more than the text"),
        pytest.param("<p>Hi</p>", "Hi\n\nand more", id="says less than the text"),
        pytest.param("<p>Hi <span style='display:none'>secret</span></p>", "Hi", id="hides words"),
        pytest.param("<p>Answer</p><p>note: he is rude</p>", "Answer note", id="another text"),
        pytest.param("<p>\u2060H\u200ci</p>", "Hi", id="has our signs in it"),
        pytest.param("<div>" * 300 + "Hi", "Hi", id="too deep"),
        pytest.param("<p>Hi</p>" + " " * (256 << 10), "Hi", id="too long"),
        pytest.param("", "Hi", id="no html"),
        pytest.param("<img src=cid:a>", "", id="no words"),
    ],
)
def test_where_the_two_differ_the_text_is_relayed(html: str, text: str) -> None:
    assert fresh_html(html, text) == ""


@pytest.mark.parametrize(
    ("html", "fresh"),
    [
        ("<p>Hi</p><div style='display:none'>secret</div>", "<p>Hi</p>"),
        ("<p>Hi</p><script>alert(1)</script><p>there</p>", "<p>Hi</p><p>there</p>"),
        ("<p onclick=x()>Hi <img src=https://spy.example/1.gif></p>", "<p>Hi </p>"),
        ("<p>👩\u200d💻 Hi</p>", "<p>👩\u200d💻 Hi</p>"),
        ("<br><hr><div><br></div><p>Hi</p><hr><div><br></div>", "<p>Hi</p>"),
        ("<p>Hi</p><div><br></div><p>there</p>", "<p>Hi</p><div><br></div><p>there</p>"),
    ],
)
def test_what_is_relayed_is_harmless(html: str, fresh: str) -> None:
    assert fresh_html(html, html_to_text(fresh) or "Hi") == fresh


def test_quotes_between_the_answers_stay() -> None:
    html = (
        "<p>Den 5. mars 2024 skrev Ola:</p><blockquote type=cite><p>Hvilken port?</p></blockquote><p>Port 443.</p>"
        "<blockquote type=cite><p>Og hvem?</p></blockquote><p>Jeg.</p>"
    )
    text = "Den 5. mars 2024 skrev Ola:\n\n> Hvilken port?\n\nPort 443.\n\n> Og hvem?\n\nJeg."
    assert fresh_html(html, text).count("<blockquote") == 2

import pytest

from maildesk.ingest.html.to_text import html_to_text
from maildesk.ingest.text import fold


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a   b\n c", "a b c"),
        ("a&nbsp;&amp;&lt;b", "a &<b"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<ul><li><p>one</p></li><li><div>two</div></li></ul>", "- one\n\n- two"),
        ("a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul>e", "a\n\n- b\n  - c\n- d\n\ne"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n  - b\n2. c"),
        ("<table><tr><th>name<th>price<tr><td>A<td>1</table>", "name | price\nA | 1"),
        ("<table border=1><tr><td><p>A</p></td><td><div>1</div></td></tr></table>", "A | 1"),
        ("a<hr>b", "a\n--------------------\nb"),
        ('a<div style="display: none">hidden</div>b', "ab"),
        ('a<blockquote style="display:none">hidden</blockquote>b', "ab"),
        ('<blockquote style="margin:0 0 0 40px;border:none;padding:0">indented</blockquote>', "indented"),
        ("new<blockquote>old<blockquote>older</blockquote></blockquote>after", "new\n\n> old\n>\n> > older\n\nafter"),
        ('<a href="https://acme.example/x">here</a>', "here <https://acme.example/x>"),
        ('<a href="https://acme.example/">acme.example</a>', "acme.example"),
        ('<a href="javascript:x()">here</a>', "here"),
        ('<img src="cid:a" alt="Screenshot">', "[Screenshot]"),
        ("<style>p{}</style><script>x()</script><title>t</title>text", "text"),
        ("text<!-- hidden -->", "text"),
        ("", ""),
        ("no tags", "no tags"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


#: How programs write an answer above the older mail; the text of the line above the quote is in no language we list.
ANSWERS = {
    "gmail": (
        '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Zzz 4 Acme:<br></div>'
        '<blockquote class="gmail_quote" style="border-left:1px solid #ccc"><div>old</div></blockquote></div>'
    ),
    "thunderbird": (
        '<p>Yes.</p><div class="moz-cite-prefix">Zzz 4 Acme:<br></div>\n'
        '<blockquote type="cite" cite="mid:x">old</blockquote>'
    ),
    "apple": 'Yes.<div><br><blockquote type="cite"><div>Zzz 4 Acme:</div><div>old</div></blockquote></div>',
    "outlook web": (
        '<div>Yes.</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><b>Frá:</b> Acme '
        "&lt;a@acme.example&gt;<br><b>Sent dags:</b> 4. mars 2024 10:15<br><b>Vidtakari:</b> K<br><b>Evni:</b> x</div>"
        "<div>old</div>"
    ),
    "outlook mobile": (
        '<div>Yes.</div><div id="mail-editor-reference-message-container"><div id="x_divRplyFwdMsg"><b>Frá:</b> Acme '
        "&lt;a@acme.example&gt;<br><b>Sent dags:</b> 4. mars 2024 10:15<br><b>Vidtakari:</b> K<br><b>Evni:</b> x</div>"
        "<div>old</div></div>"
    ),
    "outlook desktop": (
        '<p class="MsoNormal">Yes.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm">'
        '<p class="MsoNormal"><b>Frá:</b> Acme &lt;a@acme.example&gt;<br><b>Sent dags:</b> 4. mars 2024 10:15<br>'
        "<b>Vidtakari:</b> Kari<br><b>Evni:</b> x</p></div></div><p class=MsoNormal>old</p>"
    ),
    "outlook, hotmail": (
        'Yes.<br><hr id="stopSpelling">Date: Mon, 4 Mar 2024 10:15:00 +0100<br>From: a@acme.example<br>To: k@x.example'
        "<br>Subject: x<br><br>old"
    ),
    "yahoo": (
        '<div>Yes.</div><div id="ydp1yahoo_quoted_2" class="ydp1yahoo_quoted"><div>'
        "On Monday, March 4, 2024 at 10:15:00 AM GMT+1, Acme &lt;a@acme.example&gt; wrote: </div><div>old</div></div>"
    ),
    "proton": (
        'Yes.<div class="protonmail_quote">On Monday, March 4th, 2024 at 10:15, Acme &lt;a@acme.example&gt; wrote:<br>'
        '<blockquote class="protonmail_quote" type="cite">old</blockquote></div>'
    ),
    "zimbra": (
        '<div>Yes.</div><hr id="zwchr"><div><b>From: </b>"Acme" &lt;a@acme.example&gt;<br><b>To: </b>"Kari"<br>'
        "<b>Sent: </b>Monday, March 4, 2024 10:15:00 AM<br><b>Subject: </b>x<br></div><div>old</div>"
    ),
    "mail.ru": (
        "<p>Yes.</p><br>Понедельник, 4 марта 2024, 10:15 +03:00 от Acme &lt;a@acme.example&gt;:<br>"
        '<blockquote style="border-left:1px solid #0857A6; margin:10px" id="mail-app-auto-quote">old</blockquote>'
    ),
    "qq": (
        "<div>Yes.</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: Acme</div>"
        "<div>发送时间: 2024年3月4日</div><div>收件人: Kari</div><div>主题: x</div><div>old</div>"
    ),
    "naver": (
        "<p>Yes.</p><p>-----Original Message-----<br><b>From:</b> Acme &lt;a@acme.example&gt;<br><b>To:</b> Kari<br>"
        "<b>Sent:</b> 2024-03-04 (월) 10:15:00 (GMT+09:00)<br><b>Subject:</b> x</p><p>old</p>"
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_older_mail_of_each_program_is_folded(name: str) -> None:
    folded = fold(html_to_text(ANSWERS[name]))
    assert folded.visible == "Yes."
    assert folded.quoted.endswith("old")


def test_answers_inside_a_quote_stay() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, 4 Mar 2024 at 10:15, Acme wrote:</div>'
        '<blockquote class="gmail_quote">Which printer?</blockquote><div>HP 4000</div>'
        '<blockquote class="gmail_quote">Which floor?</blockquote><div>Third</div></div>'
    )
    visible = fold(html_to_text(html)).visible
    assert [line for line in visible.split("\n") if line.strip()][-4:] == [
        "> Which printer?",
        "HP 4000",
        "> Which floor?",
        "Third",
    ]


@pytest.mark.parametrize(
    "flood",
    [
        "<div>",
        "<blockquote>",
        "<!--",
        "<a ",
        "<b>",
        "&",
        '<p title="',
        "<table>",
        "<![CDATA[",
        "<ol><li>",
        "<table border=1><tr><td>",
    ],
)
def test_floods_are_read_in_time(flood: str) -> None:
    assert "\x00" not in html_to_text(flood * 50_000)


def test_very_deep_html_loses_its_form_but_not_its_text() -> None:
    assert html_to_text("<div>" * 3000 + "a &amp; b").strip() == "a & b"

import pytest

from maildesk.ingest.html import clean_html, html_to_text


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


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "<svg onload=alert(1)>",
        "<iframe src=https://evil.example>",
        "<math><mtext><style><img onerror=alert(1)>",
        '<img src="https://evil.example/pixel.png">',
        '<p style="background:url(https://evil.example)">x</p>',
        '<link rel=stylesheet href="https://evil.example">',
        "<form action=https://evil.example><input>",
        '<base href="https://evil.example">',
    ],
)
def test_harmful_html_is_made_harmless(html: str) -> None:
    cleaned, problem = clean_html(html)
    assert not problem
    assert not any(word in cleaned for word in ("alert", "evil.example", "<script", "<svg", "<iframe", "<form"))


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hei <b>du</b></p>",
        '<img src="cid:shot">',
        '<a href="mailto:kari@customer.example" rel="noopener noreferrer nofollow">Kari</a>',
        '<p style="color:red">x</p>',
    ],
)
def test_harmless_html_stays(html: str) -> None:
    assert clean_html(html)[0] == html


@pytest.mark.parametrize(("html", "reason"), [("<div>" * 1000, "deeply"), ("a" * 300_000, "large")])
def test_costly_html_is_not_cleaned(html: str, reason: str) -> None:
    cleaned, problem = clean_html(html)
    assert cleaned == "" and reason in problem


@pytest.mark.parametrize(
    "flood", ["<div>", "<blockquote>", "<!--", "<a ", "<b>", "&", '<p title="', "<table>", "<![CDATA["]
)
def test_floods_are_read_in_time(flood: str) -> None:
    assert "\x00" not in html_to_text(flood * 50_000)


def test_very_deep_html_loses_its_form_but_not_its_text() -> None:
    assert html_to_text("<div>" * 3000 + "a &amp; b").strip() == "a & b"

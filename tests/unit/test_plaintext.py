from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from maildesk.notify.mailto import LONGEST, mailto
from maildesk.notify.plaintext import aligned, quoted, shortened, width, wrap, wrap_after


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("blåbær", 6), ("한글", 4), ("Ａ！", 4), ("a한b", 4)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ("", ""),
        ("  one\n two\t six ", "one two\nsix"),
        ("aaaa bbbb cccc", "aaaa bbbb\ncccc"),
        ("aaaa bbbbb c", "aaaa bbbbb\nc"),
        ("한글 한글 한글", "한글 한글\n한글"),
        ("a https://customer.example/long b", "a\nhttps://customer.example/long\nb"),
    ],
)
def test_wrap_at_ten_columns(text: str, wrapped: str) -> None:
    assert wrap(text, 10) == wrapped


def test_later_lines_are_indented() -> None:
    assert wrap("aaaa bbbb cccc", 10, "  ") == "aaaa bbbb\n  cccc"
    assert wrap_after("- ", "word " * 20, "  ").split("\n")[1].startswith("  word")
    assert all(width(line) <= 72 for line in wrap_after("- ", "낱말 " * 60, "  ").split("\n"))


def test_rows_stand_in_two_columns_without_the_empty_ones() -> None:
    assert aligned([("From", "Ola"), ("Queue", ""), ("상태", "신규")]) == "From:  Ola\n상태:  신규"
    assert aligned([("#take", "yours"), ("#note", "internal")], "") == "#take  yours\n#note  internal"
    assert aligned([]) == ""


def test_a_quotation_keeps_every_line() -> None:
    long = "x " * 200
    assert quoted(f"\na\n\n  b\n{long}z\n") == f"> a\n>\n>   b\n> {long}z"


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("short", 10, "short"),
        ("one two three four", 12, "one two …"),
        ("unbroken" * 5, 10, "unbrokenun …"),
        ("한글한글", 7, "한글 …"),
    ],
)
def test_shortened(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


def test_a_link_carries_what_was_meant() -> None:
    link = mailto("support+t1042-p7-k3f9@acme.example", "Re: [#1042] 50% & 낱말?", "Yes + no\nline two")
    parts = urlsplit(link)
    assert "+" not in link and "%2B" in parts.path
    assert unquote(parts.path) == "support+t1042-p7-k3f9@acme.example"
    assert parse_qs(parts.query) == {"subject": ["Re: [#1042] 50% & 낱말?"], "body": ["Yes + no\r\nline two"]}


def test_a_link_without_a_body_has_none() -> None:
    assert mailto("a@b.example", "Hi") == "mailto:a@b.example?subject=Hi"


@pytest.mark.parametrize("subject", ["x" * 5000, "한" * 5000, "🙂" * 5000, " " * 5000])
def test_a_link_is_never_too_long(subject: str) -> None:
    link = mailto("support@acme.example", subject, "4")
    assert len(link) < LONGEST and link.endswith("&body=4")
    assert unquote(link, errors="strict")


def test_a_body_is_never_cut() -> None:
    with pytest.raises(ValueError, match="too long"):
        mailto("support@acme.example", "Re: a", "한" * 300)

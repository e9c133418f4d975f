"""Which parts are the text, which are files, and what their names and numbers are."""

import base64
import binascii

import pytest

from maildesk.ingest.body import LONGEST_TEXT, read_attachments, read_body, split_leaves
from maildesk.ingest.inside import MOST_FOUND, look_inside
from maildesk.ingest.mime.structure import read_structure
from maildesk.ingest.parts import leaf_bytes
from maildesk.reason import because

NORWEGIAN = "Skriveren på kontoret virker ikke, og ingen får åpnet døra. Ærlig talt!"
HTML = "<p>The whole offer, with prices and a table, stands here.</p>"


def part(body: str, content_type: str = "text/plain", *more: str) -> str:
    return "\n".join([f"Content-Type: {content_type}", *more, "", body])


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    head = f"Content-Type: multipart/{kind}; boundary={boundary}\n\n"
    if ";" in kind:
        head = f"Content-Type: multipart/{kind}\n\n"
    return head + "".join(f"--{boundary}\n{one}\n" for one in parts) + f"--{boundary}--\n"


def text_of(raw: str) -> str:
    bodies, _ = split_leaves(look_inside(read_structure(raw.encode()).leaves).leaves)
    return read_body(bodies).text


def files_of(raw: str) -> list[tuple[str, str]]:
    _, others = split_leaves(look_inside(read_structure(raw.encode()).leaves).leaves)
    return [(one.filename, one.content_type) for one in read_attachments(others)]


@pytest.mark.parametrize(
    ("plain", "html", "text"),
    [
        ("Hei", "<p>Hei</p>", "Hei"),
        ("", "<p>Hei</p>", "Hei"),
        (" \n\t\n", "<p>Hei</p>", "Hei"),
        ("Hei", "", "Hei"),
        ("Your mail program does not show HTML.", HTML, "The whole offer, with prices and a table, stands here."),
        ("E-posten må leses som HTML.", HTML, "The whole offer, with prices and a table, stands here."),
        ("이 메일은 HTML 형식입니다.", HTML, "The whole offer, with prices and a table, stands here."),
        # About HTML, and said in both forms: no excuse.
        (
            "The HTML of your page is broken",
            "<p>The HTML of your page<br>is broken</p>",
            "The HTML of your page is broken",
        ),
        ("My HTML question is longer than what the other form holds", "<p>short</p>", None),
        ("HTML " * 101, "<p>" + "word " * 600 + "</p>", None),
        ("See the web page", HTML, "See the web page"),
    ],
)
def test_one_of_two_forms(plain: str, html: str, text: str | None) -> None:
    raw = multipart("alternative", part(plain), part(html, "text/html"))
    assert text_of(raw).strip() == (plain if text is None else text).strip()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart("mixed", part("one"), part("x", "application/pdf"), part("two")), "one\n\ntwo"),
        (multipart("mixed", part("one"), part("<p>two", "text/html")), "one\n\ntwo"),
        (multipart("mixed", part("the same"), part("<p>the\nsame</p>", "text/html")), "the same"),
        (multipart("mixed", part("one"), part("two\n", "text/plain; name=log.txt")), "one"),
        (part("one \ntwo\n> three \n> four", "text/plain; format=flowed"), "one two\n> three four"),
        (part("<bold>Hei</bold>\n\n<<du>", "text/enriched"), "Hei\n<du>"),
        (part("Hei<nl>du", "text/richtext"), "Hei\ndu"),
        (part(r"{\rtf1 Hei\par du}", "text/rtf"), "Hei\ndu"),
        (part(r"{\rtf1\fromhtml1 {\*\htmltag <p>}Hei{\*\htmltag </p>}}", "text/rtf"), "Hei"),
        (multipart("mixed", part("top"), part("Subject: x\n\ninner", "message/rfc822")), "top"),
    ],
)
def test_text(raw: str, text: str) -> None:
    assert text_of(raw) == text


RELATED = [
    part("<p>frame</p>", "text/html", "Content-ID: <frame>"),
    part("<p>root</p>", "text/html", "Content-ID: <root>"),
]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart("related", *RELATED), "frame"),
        (multipart('related; boundary=b; start="<root>"', *RELATED), "root"),
        (multipart('related; boundary=b; start="<nowhere>"', *RELATED), "frame"),
        (multipart("related", part("<p>one", "text/html"), part("<p>two", "text/html")), "one\n\ntwo"),
    ],
)
def test_the_root_of_what_belongs_together(raw: str, text: str) -> None:
    assert text_of(raw) == text
    assert ("", "text/html") in files_of(raw) or "two" in text


@pytest.mark.parametrize(
    ("mail", "name"),
    [
        ("Subject: Faktura 4711\n\nx", "Faktura 4711.eml"),
        ("Subject: =?utf-8?q?Sp=C3=B8rsm=C3=A5l?=\n\nx", "Spørsmål.eml"),
        ("Subject: Re: a/b\\c\n\nx", "Re- a-b-c.eml"),
        ("Subject: ../../etc/passwd\n\nx", "etc-passwd.eml"),
        ("From: a@b.example\n\nx", "mail.eml"),
        ("", "mail.eml"),
    ],
)
def test_an_attached_mail_is_called_by_its_subject(mail: str, name: str) -> None:
    encoded = base64.encodebytes(mail.encode()).decode()
    assert files_of(multipart("mixed", part("top"), part(mail, "message/rfc822")))[0] == (name, "message/rfc822")
    one = part(encoded, "message/rfc822", "Content-Transfer-Encoding: base64")
    assert files_of(multipart("mixed", part("top"), one)) == [(name, "message/rfc822")]


def test_a_name_of_its_own_stays() -> None:
    assert files_of(part("Subject: x\n\nx", "message/rfc822; name=original.eml")) == [
        ("original.eml", "message/rfc822")
    ]


def uuencoded(data: bytes, name: str) -> str:
    return f"begin 644 {name}\n{binascii.b2a_uu(data).decode()}`\nend\n"


def test_found_parts_are_numbered_behind_the_others_and_found_again() -> None:
    html = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    raw = multipart("mixed", part(uuencoded(b"one", "1") + uuencoded(b"two", "2")), part(html, "text/html")).encode()
    _, others = split_leaves(look_inside(read_structure(raw).leaves).leaves)
    parts = read_attachments(others)
    assert [(one.index, one.filename) for one in parts] == [(2, "1"), (3, "2"), (4, "data-1-1.png")]
    assert [leaf_bytes(raw, one.index) for one in parts] == [b"one", b"two", b"\x89PNG\r\n\x1a\n"]
    assert leaf_bytes(raw, 1) == html.encode()
    with pytest.raises(IndexError):
        leaf_bytes(raw, 5)


def test_not_more_parts_than_anybody_sends() -> None:
    images = '<img src="data:image/gif;base64,AAAA">' * 90
    leaves = read_structure(multipart("mixed", *[part(images, "text/html")] * 5).encode()).leaves
    inside = look_inside(leaves)
    assert len(inside.leaves) == MOST_FOUND
    assert inside.problems == (because("parts_unread", MOST_FOUND),)


def test_a_long_text_is_not_cut_inside_of_a_letter() -> None:
    # The wrong label is noticed as long as all of the bytes are UTF-8.
    body = "æ" + "x" * (4 * LONGEST_TEXT - 3) + "øå"
    raw = part(body, "text/plain; charset=iso-8859-1")
    assert text_of(raw).startswith("æxx")


@pytest.mark.parametrize(
    ("raw", "text", "files"),
    [
        (part("Hello", "text/x-log"), "Hello", []),
        (multipart("mixed", part("Hello"), part("x", "text/x-log")), "Hello", [("", "text/x-log")]),
        (part("Hello", "text/x-log; name=a.log"), "", [("a.log", "text/x-log")]),
        (part("a,b", "text/csv"), "", [("", "text/csv")]),
    ],
)
def test_a_text_of_an_unknown_kind_is_read_where_it_is_all_there_is(
    raw: str, text: str, files: list[tuple[str, str]]
) -> None:
    assert text_of(raw) == text
    assert files_of(raw) == files


@pytest.mark.parametrize(
    ("data", "lost"),
    [
        (NORWEGIAN.encode() * 5 + b" \xe6\xf8 x", True),
        (NORWEGIAN.encode() + " \ufffd x".encode(), False),
        (NORWEGIAN.encode(), False),
    ],
)
def test_letters_that_are_lost_are_told(data: bytes, lost: bool) -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\n\n" + data
    bodies, _ = split_leaves(read_structure(raw).leaves)
    assert list(read_body(bodies).problems) == [because("letters_unread")] * lost

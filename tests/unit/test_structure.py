"""Where the parts of a mail are."""

import base64

import pytest

from maildesk.ingest.mime.structure import DEEPEST, MOST_PARTS, read_structure
from maildesk.ingest.parts import leaf_bytes
from maildesk.reason import because

MIXED = "Content-Type: multipart/mixed; boundary={}\n\n"
HTML = "Content-Type: text/html\n\n"


def leaves(text: str) -> list[tuple[str, bytes]]:
    return [(leaf.content_type, leaf.data()) for leaf in read_structure(text.encode()).leaves]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("text/plain", b"")]),
        ("A: b\n\nhello", [("text/plain", b"hello")]),
        (MIXED.format("b") + "--b\n\none\n--b\n\ntwo\n--b--\n", [("text/plain", b"one"), ("text/plain", b"two")]),
        (MIXED.format("b") + "before\n--b\n\none\n--b--\nafter", [("text/plain", b"one")]),
        (MIXED.format("b") + "--b  \n\none\n--b--  \n", [("text/plain", b"one")]),
        (MIXED.format("b") + "--b\n\none", [("text/plain", b"one")]),
        (MIXED.format("b") + "--b\n--b\n\none\n--b--", [("text/plain", b""), ("text/plain", b"one")]),
        (MIXED.format("b") + "--b\n" + HTML + "--b--", [("text/html", b"")]),
        (MIXED.format("AB") + "--AB\n\n--ABC\n--A\n--AB--", [("text/plain", b"--ABC\n--A")]),
        (
            MIXED.format("b") + "--b\n" + HTML + "x\n--b--\n--b\n" + HTML + "y\n--b--",
            [("text/html", b"x"), ("text/html", b"y")],
        ),
        (MIXED.format("b") + "--b\n\none\n--b--\n--b\nno part", [("text/plain", b"one")]),
        (MIXED.format("ABC") + "--abc\n" + HTML + "one\n--abc--", [("text/html", b"one")]),
        ("MIME-Version: 1.0\n\nIn parts.\n--b\n" + HTML + "one\n--b--", [("text/html", b"one")]),
        ("A: b\n\nSee:\n--b\n" + HTML + "one", [("text/plain", b"See:\n--b\nContent-Type: text/html\n\none")]),
        ("Content-Type: html\n\nx", [("text/html", b"x")]),
        ("Content-Type: foo\n\nx", [("text/plain", b"x")]),
        ("Content-Type: foo; name=x\n\nx", [("application/octet-stream", b"x")]),
        (MIXED.format("b") + "no delimiter at all", [("text/plain", b"no delimiter at all")]),
        (MIXED.format('""') + "no boundary at all", [("text/plain", b"no boundary at all")]),
        (
            MIXED.format("o") + "--o\n" + MIXED.format("i") + "--i\n\none\n--o\n\ntwo\n--o--",
            [("text/plain", b"one"), ("text/plain", b"two")],
        ),
        (
            MIXED.format("b") + "--b\n" + MIXED.format("b") + "--b\n\none\n--b\n\ntwo\n--b--\n--b--",
            [("text/plain", b""), ("text/plain", b"one"), ("text/plain", b"two")],
        ),
        (
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\nhello\n--b--",
            [("message/rfc822", b"Subject: x\n\nhello")],
        ),
        (
            MIXED.format("b") + "--b\nContent-Type: message/rfc822\n\n" + MIXED.format("i") + "--i\n\nx\n--i--\n--b--",
            [("message/rfc822", (MIXED.format("i") + "--i\n\nx\n--i--").encode())],
        ),
    ],
)
def test_leaves(text: str, expected: list[tuple[str, bytes]]) -> None:
    assert leaves(text) == expected
    assert leaves(text.replace("\n", "\r\n")) == [(kind, data.replace(b"\n", b"\r\n")) for kind, data in expected]


@pytest.mark.parametrize(
    ("encoding", "encoded", "data"),
    [
        ("base64", b"aGVsbG8=", b"hello"),
        ("BASE64", b"aGVs\r\nbG8", b"hello"),
        ("base64 (comment)", b"aGVsbG8=", b"hello"),
        ("base64", b"aGVs*bG8=!\n-- ", b"hello"),
        ("base64", b"aGVsbG8=aGVsbG8=", b"hellohello"),
        ("quoted-printable", b"a=E5=\r\nb=3D", b"a\xe5b="),
        ("quoted-printable", b"a=b==c=ZZ", b"a=b==c=ZZ"),
        ("quoted-printable", b"a= \t\r\nb=\r\r\nc", b"abc"),
        ("Quoted_Printable;", b"=e5", b"\xe5"),
        ("'base64'", b"aGVsbG8=", b"hello"),
        ("base64", b"This is no base64 at all.\n", b"This is no base64 at all.\n"),
        ("base64", b"aGVsbG8=\r\n\r\n-- \r\nThis is the footer", b"hello\n\r\n-- \r\nThis is the footer"),
        ("x-uuencode", b"begin 644 a.txt\n%:&5L;&\\\n`\nend\n", b"hello"),
        ("7bit", b"hello", b"hello"),
        ("no-such-encoding", b"hello", b"hello"),
    ],
)
def test_transfer_encodings(encoding: str, encoded: bytes, data: bytes) -> None:
    raw = b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n" + encoded
    assert leaf_bytes(raw, 0) == data


def test_a_picture_whose_encoding_nobody_named() -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(100)
    for kind, expected in (("image/png", data), ("text/plain", base64.encodebytes(data))):
        raw = f"Content-Type: {kind}\n\n".encode() + base64.encodebytes(data)
        assert leaf_bytes(raw, 0) == expected


def test_prose_below_a_file_is_no_part_of_it() -> None:
    raw = b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n\nSent to a list\n"
    assert leaf_bytes(raw, 0) == b"hello"


@pytest.mark.parametrize(
    ("value", "disposition", "filename"),
    [
        ("attachment; filename=x", "attachment", "x"),
        ("=?utf-8?q?attachment;_filename=3Dx?=", "attachment", "x"),
        ("INLINE", "inline", ""),
        ("form-data; name=x", "", ""),
        ("attachment; name=x", "attachment", "x"),
        ("attachment; filename='x y'", "attachment", "x y"),
        ("form-data; filename=x", "attachment", "x"),
        ("attachment; filename==?utf-8?q?b=C3=A5t;_1?=", "attachment", "båt; 1"),
        ("attachment; filename*0==?utf-8?q?b=C3?=; filename*1==?utf-8?q?=A5t?=", "attachment", "båt"),
    ],
)
def test_dispositions(value: str, disposition: str, filename: str) -> None:
    leaf = read_structure(f"Content-Disposition: {value}\n\nx".encode()).leaves[0]
    assert (leaf.disposition, leaf.filename) == (disposition, filename)


@pytest.mark.parametrize(
    "field", ["Content-Type: a/b; name=x", "Content-Type: a/b; filename=x", "Content-Type: a/b;\nname=x"]
)
def test_a_name_in_the_other_field_or_on_a_line_of_its_own(field: str) -> None:
    leaf = read_structure(f"Content-Disposition: attachment\n{field}\n\nx".encode()).leaves[0]
    assert (leaf.content_type, leaf.filename, leaf.data()) == ("a/b", "x", b"x")


def test_a_multipart_of_no_kind_is_a_mixed_one() -> None:
    assert leaves("Content-Type: multipart; boundary=b\n\n--b\n\nhello\n--b--\n") == [("text/plain", b"hello")]


def test_base64_does_not_depend_on_the_slices() -> None:
    data = bytes(range(256)) * 4000
    assert leaf_bytes(b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data), 0) == data


def test_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        leaf_bytes(b"A: b\n\nhello", 1)


@pytest.mark.parametrize("end", ["\r\n", "\r\r\n", "\r"])
def test_line_ends(end: str) -> None:
    text = MIXED.format("b") + "--b\n" + HTML + "one\n--b--\n"
    assert [kind for kind, _ in leaves(text.replace("\n", end))] == ["text/html"]


def test_too_many_parts() -> None:
    structure = read_structure((MIXED.format("b") + "--b\n\nx\n" * 5000).encode())
    assert len(structure.leaves) == MOST_PARTS
    assert structure.problems == (because("parts_unread", MOST_PARTS),)


def test_too_deep() -> None:
    text = "".join(MIXED.format(f"b{depth}") + f"--b{depth}\n" for depth in range(DEEPEST + 5)) + "\nhello"
    structure = read_structure(text.encode())
    assert because("too_deep") in structure.problems
    assert b"hello" in structure.leaves[-1].data()

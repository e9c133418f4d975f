import pytest

from maildesk.ingest.mime.fields import escaped, header_start, read_fields
from maildesk.ingest.mime.headers import decode_words, message_id, message_ids


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b" folded\r\n over\r\n\tlines ", "folded over lines"),
        (b"=?utf-8?q?Skriveren_p=C3=A5_kontoret?=", "Skriveren på kontoret"),
        (b"=?UTF-8?B?7ZSE66aw7YSw?=", "프린터"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        (b"=?utf-8?b?7ZSE66?= =?utf-8?b?aw7YSw?=", "프린터"),
        (b"=?utf-8?b?7ZSE6w==?= =?utf-8?b?prDthLA=?=", "프린터"),
        (b"=?utf-8?q?with space?=", "with space"),
        (b"=?utf-8?b?7ZSE66aw7YSw?", "프린터"),
        (b"=?no-such?q?caf=C3=A9?=", "café"),
        (b"=?utf-8*nb?q?p=C3=A5?=", "på"),
        ("på kontoret".encode(), "på kontoret"),
        (b"Re: \x1b$B$3$s$K$A$O\x1b(B", "Re: こんにちは"),
        ("på kontoret".encode("cp1252"), "på kontoret"),
        (b"=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        (b"a\x00b\x07c", "a b c"),
        (b"=?", "=?"),
        (b"=?utf-8?b?abcde?= x", None),
        (b"=?utf-8?q?=?=", "="),
        (b"=??q?abc?=", "abc"),
        (b"=? utf-8 ? q ?p=C3=A5?=", "på"),
        (b"=?utf-8?q?p=C3=A5? =\r\n x", "på x"),
        (b"=?utf-8?q?p=C3=A5", "på"),
        (b"=?utf-8?q?p=C3=A5? =?utf-8?q?_x?=", "på x"),
        (b"=?utf-8?q?Where? p=C3=A5?=", "Where? på"),
        (b"=?utf-8?q?Where?=C3=A5?=", "Where?å"),
        (b"=?utf-8?b?8J-YgA==?=", "😀"),
        (b"=?utf-8?q?=C3?= =?utf-8?b?pQ==?=", "å"),
        (b"=?utf-8?b?w6U=?==?utf-8?b?w6Y=?=", "åæ"),
        (b"=?gb2312?b?1tDOxA==?= =?big5?b?pKSk5Q==?=", "中文中文"),
        (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        (b"hello\rBcc: x@y.example", "hello Bcc: x@y.example"),
    ],
)
def test_words(raw: bytes, text: str | None) -> None:
    decoded = decode_words(escaped(raw))
    decoded.encode()
    assert "\n" not in decoded
    assert text is None or decoded == text


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        (["<a@b.example>"], ("a@b.example",)),
        (["<a@b.example>\r\n <c@d.example>"], ("a@b.example", "c@d.example")),
        (["<a@b\r\n .example>"], ("a@b.example",)),
        (["a@b.example"], ("a@b.example",)),
        (['Your mail of "Monday" <a@b.example>'], ("a@b.example",)),
        (["<a@b.example><a@b.example>"], ("a@b.example",)),
        (["<<<"], ("<<<",)),
        (["<>"], ()),
        ([], ()),
    ],
)
def test_message_ids(values: list[str], ids: tuple[str, ...]) -> None:
    assert message_ids(values) == ids


def test_very_many_references_keep_both_ends() -> None:
    ids = message_ids(["".join(f"<{n}@b.example>" for n in range(5000))])
    assert (len(ids), ids[0], ids[-1]) == (100, "0@b.example", "4999@b.example")


def test_message_id_of_the_first_field() -> None:
    assert message_id(["<a@b.example>", "<c@d.example>"]) == "a@b.example"


@pytest.mark.parametrize(
    ("raw", "names", "body"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", ["a", "b"], b"body"),
        (b"A: 1\n\tmore\n\nbody", ["a"], b"body"),
        (b"From x Mon\nA: 1\n\nbody", ["a"], b"body"),
        (b"A: 1\nbroken line\nB: 2\n\nbody", ["a", "b"], b"body"),
        (b"A: 1\nHello there\nI am text.\n", ["a"], b"Hello there\nI am text.\n"),
        (b"just text", [], b"just text"),
        (b"A: 1", ["a"], b""),
        (b"Content-Type: a/b;\nname=x\nB: 2\n\nbody", ["content-type", "b"], b"body"),
        (b"Subject: a;\nname=x and so on\n", ["subject"], b"name=x and so on\n"),
        (b"\n\nbody", [], b"\nbody"),
        (b"A: 1\r\r\nB: 2\r\r\n\r\r\nbody", ["a", "b"], b"body"),
        (b"A: 1\rB: 2\r\rbody", ["a", "b"], b"body"),
        (b"A: 1\rB: 2\r\n\r\nbody", ["a"], b"body"),
        (b"A : 1\n \nB\t: 2\n\nbody", ["a", "b"], b"body"),
        (b"A: 1\nbroken\nbroken too\nContent-Type: text/html\n\nbody", ["a", "content-type"], b"body"),
        (b"A: 1\nHello\nread this:\n\nSubject: x\n", ["a"], b"Hello\nread this:\n\nSubject: x\n"),
        (b" Subject: 1\nB: 2\n\nbody", ["subject", "b"], b"body"),
        (b"", [], b""),
    ],
)
def test_fields(raw: bytes, names: list[str], body: bytes) -> None:
    fields, at = read_fields(raw, 0, len(raw), 100)
    assert ([name for name, _ in fields.items], raw[at:]) == (names, body)


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        (b"Subject: x", 0),
        (b"\n\r\n Subject: x", 4),
        (b"\xef\xbb\xbfSubject: x", 3),
        (b"\nFrom a@b.example Mon Mar  4 10:15:00 2024\nSubject: x", 1),
        (b"\n\nDear: all", 0),
        (b"\n" * 500_000, 0),
        (b"", 0),
    ],
)
def test_header_start(raw: bytes, start: int) -> None:
    assert header_start(raw) == start

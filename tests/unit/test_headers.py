from datetime import UTC, datetime

import pytest

from maildesk.ingest.addresses import read_addresses
from maildesk.ingest.dates import read_date
from maildesk.ingest.fields import escaped, read_fields, split_parameters
from maildesk.ingest.headers import decode_words, message_id, message_ids


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
        ("på kontoret".encode("cp1252"), "på kontoret"),
        (b"=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        (b"a\x00b\x07c", "a b c"),
        (b"=?", "=?"),
        (b"=?utf-8?b?abcde?= x", None),
    ],
)
def test_words(raw: bytes, text: str | None) -> None:
    decoded = decode_words(escaped(raw))
    decoded.encode()
    assert "\n" not in decoded
    assert text is None or decoded == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("kari@customer.example", [("", "kari@customer.example")]),
        ("Kari Nordmann <kari@customer.example>", [("Kari Nordmann", "kari@customer.example")]),
        ('"Nordmann, Kari" <kari@customer.example>', [("Nordmann, Kari", "kari@customer.example")]),
        ("a@b.example, B <c@d.example>", [("", "a@b.example"), ("B", "c@d.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("a@b.example (Ola)", [("Ola", "a@b.example")]),
        ("Team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example:a@b.example>", [("", "a@b.example")]),
        ("=?utf-8?q?=C3=85se?= <a@b.example>", [("Åse", "a@b.example")]),
        ("=?utf-8?q?=C3=85se_=3Ca=40b.example=3E?=", [("Åse", "a@b.example")]),
        ('"mail x@y.example" z@b.example', [("mail x@y.example", "z@b.example")]),
        ('"a \\"b\\" c" <a@b.example>', [('a "b" c', "a@b.example")]),
        ("'Kari' <a@b.example>", [("Kari", "a@b.example")]),
        ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),
        ("", []),
        ("<>", []),
        (",,;,", []),
    ],
)
def test_addresses(raw: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in read_addresses([raw])] == expected


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
    ("value", "expected"),
    [
        ("text/plain; charset=utf-8", ("text/plain", {"charset": "utf-8"})),
        ('Text/HTML; Charset="UTF-8"; format=flowed', ("text/html", {"charset": "UTF-8", "format": "flowed"})),
        ("text/plain (a comment); charset=utf-8 (another)", ("text/plain", {"charset": "utf-8"})),
        ("text/html charset=utf-8", ("text/html", {"charset": "utf-8"})),
        ("a/b; name*=utf-8'nb'b%C3%A5t.txt", ("a/b", {"name": "båt.txt"})),
        ("a/b; name*0*=utf-8''b%C3%A5; name*1=t.txt", ("a/b", {"name": "båt.txt"})),
        ("a/b; name=my file.pdf; x=1", ("a/b", {"name": "my file.pdf", "x": "1"})),
        ('a/b; name="x\\"y"', ("a/b", {"name": 'x"y'})),
        ("", ("", {})),
    ],
)
def test_parameters(value: str, expected: tuple[str, dict[str, str]]) -> None:
    assert split_parameters(value) == expected


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
        (b"\n\nbody", [], b"\nbody"),
        (b"", [], b""),
    ],
)
def test_fields(raw: bytes, names: list[str], body: bytes) -> None:
    fields, at = read_fields(raw, 0, len(raw), 100)
    assert ([name for name, _ in fields.items], raw[at:]) == (names, body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 04 Mar 2024 10:15:00 +0100", datetime(2024, 3, 4, 9, 15, tzinfo=UTC)),
        ("man., 4. mars 2024 10:15:00 +0100", datetime(2024, 3, 4, 9, 15, tzinfo=UTC)),
        ("Mo., 4 Mär. 2024 10:15 +0100 (MEZ)", datetime(2024, 3, 4, 9, 15, tzinfo=UTC)),
        ("Mon, 4, Mar 2024 10:15:00 PM", datetime(2024, 3, 4, 22, 15, tzinfo=UTC)),
        ("2024-03-04T10:15:00Z", datetime(2024, 3, 4, 10, 15, tzinfo=UTC)),
        ("Mon, 99 Mar 2024 10:15:00 +0100", None),
        ("Mon, 04 Mar 2024 10:15:00 +9959", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    assert read_date(value) == expected

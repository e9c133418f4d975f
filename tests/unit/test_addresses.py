"""Mailboxes as people and programs write them, for display. Who is meant by a From is in test_identity.py."""

import pytest

from maildesk.ingest.mime.addresses import read_addresses


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
        ("A <a@b.example> B <c@d.example>", [("A", "a@b.example"), ("B", "c@d.example")]),
        ("a@b.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("<a@b.example,c@d.example>", [("", "a@b.example"), ("", "c@d.example")]),
        ("Nordmann, Kari <a@b.example>, c@d.example", [("Nordmann, Kari", "a@b.example"), ("", "c@d.example")]),
        ("root, a@b.example", [("", "root"), ("", "a@b.example")]),
        ("=?utf-8?q?N,_=C3=85se?= <a@b.example>, c@d.example", [("N, Åse", "a@b.example"), ("", "c@d.example")]),
        ("=?utf-8?b?IsOFc2UiIDxhQGIuZXhhbXBsZT4=?=, c@d.example", [("Åse", "a@b.example"), ("", "c@d.example")]),
        ('"=?utf-8?q?=C3=85se?= <a@b.example>"', [("Åse", "a@b.example")]),
        ("=?utf-8?q?A?= <=?utf-8?q?a=40b.example?=>", [("A", "a@b.example")]),
        ('"a b"@c.example', [("", '"a b"@c.example')]),
        ('X <"a b"@c.example>', [("X", '"a b"@c.example')]),
        ('"a@b.example"', [("", "a@b.example")]),
        ("'a@b.example'", [("", "a@b.example")]),
        ("A <a@b.example", [("A", "a@b.example")]),
        ("A a@b.example>", [("A", "a@b.example")]),
        ("A <<a@b.example>>", [("A", "a@b.example")]),
        ("A <mailto:a@b.example>", [("A", "a@b.example")]),
        ("A [mailto:a@b.example]", [("A", "a@b.example")]),
        ("A <a@[IPv6:::1]>", [("A", "a@[IPv6:::1]")]),
        ("A <@r.example,@s.example:a@b.example>", [("A", "a@b.example")]),
        ("A(x) <a(y)@b.example(z)>", [("A", "a@b.example")]),
        ("a (x) @ b . example", [("x", "a@b.example")]),
        ("A <a@b.example> (x)", [("A", "a@b.example")]),
        ("(x)G(y): A <a@b.example>, c@d.example;(z)", [("A", "a@b.example"), ("", "c@d.example")]),
        ("åse@bücher.example", [("", "åse@bücher.example")]),
        ("A\r\n\t<a@b.example>,\r\n c@d.example", [("A", "a@b.example"), ("", "c@d.example")]),
        ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),
        ("", []),
        ("<>", []),
        (",,;,", []),
    ],
)
def test_addresses(raw: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in read_addresses([raw])] == expected


@pytest.mark.parametrize("piece", ['"', "<", "(", "=?a?q?", '<"', "[", "\\", "a@", "a b ", "@ "])
def test_a_long_list_of_signs_is_read(piece: str) -> None:
    assert all(one.address for one in read_addresses([piece * 20_000]))

"""Types and parameters of MIME fields, also where their writers forgot the grammar."""

import pytest

from maildesk.ingest.mime.parameters import split_parameters


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
        ("text/plain; charset = utf-8 ; format = flowed", ("text/plain", {"charset": "utf-8", "format": "flowed"})),
        ("text/plain; charset=utf-8 format=flowed", ("text/plain", {"charset": "utf-8", "format": "flowed"})),
        ('text/plain; charset="utf-8" format=flowed', ("text/plain", {"charset": "utf-8", "format": "flowed"})),
        ("text/plain, charset=utf-8, format=flowed", ("text/plain", {"charset": "utf-8", "format": "flowed"})),
        ("text/plain: charset: utf-8", ("text/plain", {"charset": "utf-8"})),
        ("text/(x)plain;(y) charset (z)=(a) utf-8 (a (b) c)", ("text/plain", {"charset": "utf-8"})),
        ("text / plain; charset=", ("text/plain", {})),
        ("text/plain; charset=; charset=utf-8; charset=x", ("text/plain", {"charset": "utf-8"})),
        ('text/plain; charset="utf-8', ("text/plain", {"charset": "utf-8"})),
        ('text/plain; charset=utf-8"', ("text/plain", {"charset": "utf-8"})),
        ("charset=utf-8", ("", {"charset": "utf-8"})),
        (";;attachment;;name=x", ("attachment", {"name": "x"})),
        ('"attachment"; name="x"', ("attachment", {"name": "x"})),
        ('a/b; name="x"y".txt"; z=1', ("a/b", {"name": 'x"y".txt', "z": "1"})),
        ('a/b; name="x" y.txt; z=1', ("a/b", {"name": "x y.txt", "z": "1"})),
        ('a/b; name=x "y"', ("a/b", {"name": "x y"})),
        ('a/b; name="x;y"; z=1', ("a/b", {"name": "x;y", "z": "1"})),
        ('a/b; name="C:\\x\\y.txt"', ("a/b", {"name": "C:\\x\\y.txt"})),
        ("a/b; name=x (1).txt size=3", ("a/b", {"name": "x (1).txt", "size": "3"})),
        ("a/b; boundary==_(x)", ("a/b", {"boundary": "=_(x)"})),
        ("a/b; name==?utf-8?q?x;_y?=; z=1", ("a/b", {"name": "=?utf-8?q?x;_y?=", "z": "1"})),
        ("a/b; name*1=t.txt; name*0*=utf-8''b%C3%A5", ("a/b", {"name": "båt.txt"})),
        ("a/b; name*0*=utf-8''b%C3; name*1*=%A5", ("a/b", {"name": "bå"})),
        ("a/b; name*0=a; name*2=c", ("a/b", {"name": "ac"})),
        ("a/b; name=x; name*=utf-8''y; name*0*=utf-8''z", ("a/b", {"name": "y"})),
        ("a/b; name*=b%C3%A5t", ("a/b", {"name": "båt"})),
        ("a/b; name*=iso-8859-1''b%E5t%", ("a/b", {"name": "båt%"})),
        ("a/b; name=\"utf-8''b%C3%A5t\"", ("a/b", {"name": "båt"})),
        ("a/b; name=b%C3%A5t.txt", ("a/b", {"name": "båt.txt"})),
        ("a/b; name=100%25.txt", ("a/b", {"name": "100%25.txt"})),
        ("a/b; name=b%E5t.txt", ("a/b", {"name": "b%E5t.txt"})),
        ("a/b; (unclosed name=x", ("a/b", {"name": "x"})),
        ('a/b; name*0="utf-8\'\'b%C3%A5"; name*1="t.txt"', ("a/b", {"name": "båt.txt"})),
        ("a/b; name*0=a%20b; name*1=.txt", ("a/b", {"name": "a%20b.txt"})),
        ("a/b; name=x; name*=utf-8''", ("a/b", {"name": "x"})),
        ("", ("", {})),
    ],
)
def test_parameters(value: str, expected: tuple[str, dict[str, str]]) -> None:
    assert split_parameters(value) == expected


@pytest.mark.parametrize("piece", ['a="', "(", "a=(", ";", '"', " ", "a", "a ", "a='x';", "a*0*=%", "=?a?q?"])
def test_a_long_field_is_read(piece: str) -> None:
    split_parameters("a/b;" + piece * 50_000)

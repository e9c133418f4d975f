"""Who a mail says it is from: anything odd is nobody (threats T13). Anna is an agent, mallory is not."""

import pytest

from maildesk.ingest.mime.addresses import identity_of
from maildesk.ingest.mime.fields import escaped
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Ours

CLEAN = [
    (b"anna@corp.example", "anna@corp.example"),
    (b" ANNA@Corp.Example ", "anna@corp.example"),
    (b"Anna <anna@corp.example>", "anna@corp.example"),
    (b"Anna\r\n <anna@corp.example>", "anna@corp.example"),
    (b'"Berg, Anna" <anna@corp.example>', "anna@corp.example"),
    (b'"a \\" b" <anna@corp.example>', "anna@corp.example"),
    (b"=?utf-8?q?=C3=85se?= <anna@corp.example>", "anna@corp.example"),
    ("Åse <anna@corp.example>".encode(), "anna@corp.example"),
    (b"<anna@corp.example>", "anna@corp.example"),
    (b"anna+desk@corp.example", "anna+desk@corp.example"),
    (b"anna.o'brien@corp.example", "anna.o'brien@corp.example"),
    (b'"anna@corp.example" <mallory@evil.example>', "mallory@evil.example"),
    ("kåre@corp.example".encode(), "kåre@corp.example"),
    ("Kåre <KÅRE.B@corp.example>".encode(), "kåre.b@corp.example"),
    ("用户@例子.example".encode(), "用户@xn--fsqu00a.example"),
    ("太郎たろう@corp.example".encode(), "太郎たろう@corp.example"),
    ("иван@corp.example".encode(), "иван@corp.example"),
    ("anna@bücher.example".encode(), "anna@xn--bcher-kva.example"),
    # Only a local part with blanks needs its quotes; `"anna"@` is an odd way to write anna@.
    (b'"anna berg"@corp.example', '"anna berg"@corp.example'),
    # The sign in front of x stands bare in an encoded word, where it should not.
    (b"=?utf-8?q?=E2=80=A8Bcc:_x?= <anna@corp.example>", "anna@corp.example"),
    # A look-alike is somebody else, visibly.
    ("anna@cоrp.example".encode(), "anna@xn--crp-sed.example"),
]
ODD = [
    b"",
    b"Anna",
    b"anna@corp.example, mallory@evil.example",
    b"anna@corp.example; mallory@evil.example",
    b"<anna@corp.example> <mallory@evil.example>",
    b"anna@corp.example <mallory@evil.example>",
    b"<anna@corp.example> mallory@evil.example",
    b"Anna <anna@corp.example",
    b"Anna <anna@corp.example>>",
    b"Anna <<anna@corp.example>",
    b"anna@corp.example (comment)",
    b"(anna@corp.example) mallory@evil.example",
    b"anna(x)@corp.example",
    b"anna@(x)corp.example",
    b"Staff: anna@corp.example;",
    b"<@evil.example:anna@corp.example>",
    b'"anna"@corp.example',
    b'"anna@corp.example>x"@evil.example',
    b"=?utf-8?q?anna?=@corp.example",
    b"=?utf-8?q?anna=40corp.example?=",
    b"=?utf-8?q?Anna_=3Canna=40corp.example=3E?=",
    b"anna@corp.example.",
    b"anna@.corp.example",
    b"anna@corp..example",
    b".anna@corp.example",
    b"anna.@corp.example",
    b"an..na@corp.example",
    b"anna@[127.0.0.1]",
    b"anna@127.0.0.1",
    b"anna@-corp.example",
    b"anna@corp_x.example",
    b"anna%corp.example@evil.example",
    b"evil.example!anna@corp.example",
    b"anna@corp.example@evil.example",
    b"anna\x00@corp.example",
    b"anna@corp.example\x00@evil.example",
    b"anna @corp.example",
    b"anna@ corp.example",
    b"anna\r\n @corp.example",
    b"anna@corp.example\x0b",
    "anna＠corp.example".encode(),
    "anna@ｃorp.example".encode(),
    "anna@corp．example".encode(),
    "anna@\u212aorp.example".encode(),
    "аnna@corp.example".encode(),
    "김a@corp.example".encode(),
    "a\u0301nna@corp.example".encode(),
    "ﬁn@corp.example".encode(),
    "straße@corp.example".encode(),
    "İna@corp.example".encode(),
    "a٣@corp.example".encode(),
    "👍@corp.example".encode(),
    "a\u200bnna@corp.example".encode(),
    "anna\u00a0@corp.example".encode(),
    b"k\xe5re@corp.example",
    "\u202eanna@corp.example".encode(),
    "anna@corp.exam\u200bple".encode(),
    b"anna@c\xe5rp.example",
    b"a" * 65 + b"@corp.example",
    b"anna@" + b"a." * 150 + b"example",
]


@pytest.mark.parametrize(("raw", "identity"), CLEAN)
def test_clean(raw: bytes, identity: str) -> None:
    assert identity_of([escaped(raw)]) == identity


@pytest.mark.parametrize("raw", ODD)
def test_odd_is_nobody(raw: bytes) -> None:
    assert identity_of([escaped(raw)]) is None


@pytest.mark.parametrize(("raw", "identity"), CLEAN)
def test_both_readers_agree_on_clean_mail(raw: bytes, identity: str) -> None:
    assert parse_mail(b"From: " + raw + b"\r\n\r\nhello", Ours()).identity == identity


@pytest.mark.parametrize("raw", ODD)
def test_no_odd_mail_has_an_identity(raw: bytes) -> None:
    assert parse_mail(b"From: " + raw + b"\r\n\r\nhello", Ours()).identity is None


@pytest.mark.parametrize(
    "header",
    [
        b"From: anna@corp.example\r\nFrom: mallory@evil.example\r\n",
        b"From: mallory@evil.example\r\nfrom: anna@corp.example\r\n",
        b"From : anna@corp.example\r\nFrom: anna@corp.example\r\n",
        b"Sender: anna@corp.example\r\n",
        b"Reply-To: anna@corp.example\r\n",
        b"X-From: anna@corp.example\r\n",
        b"From: anna@corp.example\r\n\tmallory@evil.example\r\n",
    ],
)
def test_identity_needs_exactly_one_from(header: bytes) -> None:
    assert parse_mail(header + b"\r\nhello", Ours()).identity is None


def test_without_the_other_reader_there_is_no_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maildesk.ingest.parse._other_reader", lambda fields: None)
    assert parse_mail(b"From: anna@corp.example\r\n\r\nhello", Ours()).identity is None

"""DATA ends at CRLF.CRLF and nowhere else, however the bytes were cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.dot import DotStuffed


def read(*chunks: bytes) -> tuple[bytes, bytes | None]:
    dots, mail, rest = DotStuffed(), b"", None
    for chunk in chunks:
        assert rest is None, "fed behind the end"
        data, rest = dots.feed(chunk)
        mail += data
    return mail, rest


@pytest.mark.parametrize(
    ("sent", "mail", "rest"),
    [
        (b".\r\n", b"", b""),
        (b"\r\n.\r\n", b"\r\n", b""),
        (b"a\r\n.\r\n", b"a\r\n", b""),
        (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n"),
        (b"..\r\n.\r\n", b".\r\n", b""),
        (b".a\r\n...b\r\n.\r\n", b"a\r\n..b\r\n", b""),
        (b"a\r\n.\r\n.\r\n", b"a\r\n", b".\r\n"),
        (b"\r\n\r\n.\r\n", b"\r\n\r\n", b""),
        # RFC 5321 2.3.8: a CR or LF alone ends no line, so no dot behind it ends a mail or is stuffed.
        (b"a\n.\n", b"", None),
        (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n", b""),
        (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n", b""),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n", b""),
        (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n", b""),
        (b"a\r\n\0.\r\nb\r\n.\r\n", b"a\r\n\0.\r\nb\r\n", b""),
        (b"a\n..b\r\n.\r\n", b"a\n..b\r\n", b""),
    ],
)
def test_the_end_and_the_dots(sent: bytes, mail: bytes, rest: bytes | None) -> None:
    whole = read(sent)
    assert whole[1] == rest
    if rest is not None:
        assert whole[0] == mail
        if not rest:
            assert read(*(sent[at : at + 1] for at in range(len(sent)))) == (mail, b"")


@given(st.lists(st.text(alphabet="\r\n.a", max_size=9).map(str.encode), max_size=12))
def test_any_mail_comes_through_however_it_was_cut(chunks: list[bytes]) -> None:
    mail = b"".join(chunks) + b"\r\n"
    sent = (b"\r\n" + mail).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
    cuts = sorted({sum(map(len, chunks[:count])) for count in range(len(chunks))} | {0, len(sent)})
    assert read(*(sent[a:b] for a, b in pairwise(cuts))) == (mail, b"")
    assert read(sent) == (mail, b"")

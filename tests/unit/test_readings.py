"""A signed address is read out of a file in whatever writing a mail program would show it, or write to it."""

import re
from base64 import b64encode, encodebytes
from collections.abc import Callable
from quopri import encodestring
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.readings import readings

ADDRESS = b"support+t42-p7-abcdefghijklmnop@acme.example"
TEXT = b"You may always write to me and to my colleagues: <" + ADDRESS + b">, as I said above.\r\n" * 3

Writing = Callable[[bytes], bytes]


def quoted(text: bytes) -> bytes:
    """In quoted-printable, the address too, with soft breaks inside of it."""
    return b"=\r\n".join(re.findall(b".{1,60}", b"".join(b"=%02X" % one for one in text)))


def soft(text: bytes) -> bytes:
    return text.replace(b"-p7-", b"=\r\n-p7-=\n")


def in_lines(length: int) -> Writing:
    def write(text: bytes) -> bytes:
        return b"\r\n".join(re.findall(b".{1,%d}" % length, b64encode(text)))

    return write


def in_mail(encoding: str, write: Writing) -> Writing:
    head = f"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: {encoding}\r\n".encode()
    return lambda text: head + b"\r\n" + write(text) + b"\r\n--x--\r\n"


def entities(form: str) -> Writing:
    return lambda text: b"".join(form.format(one).encode() for one in text)


def special(**names: str) -> Writing:
    def write(text: bytes) -> bytes:
        for sign, name in (("+", "plus"), ("@", "commat"), (".", "period"), ("-", "hyphen")):
            text = text.replace(sign.encode(), names.get(name, sign).encode())
        return text

    return write


def percent(text: bytes) -> bytes:
    return b"".join(b"%%%02x" % one for one in text)


ONCE: dict[str, Writing] = {
    "plain": bytes,
    "quoted-printable": encodestring,
    "all quoted": quoted,
    "soft breaks": soft,
    "base64": encodebytes,
    "base64 without lines": b64encode,
    "base64 of an odd width": in_lines(61),
    "base64 with blanks behind": lambda text: encodebytes(text).replace(b"\n", b" \t\r\n"),
    "base64 below a word": lambda text: b"Content-Transfer-Encoding: base64\r\n" + encodebytes(text),
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "UTF-16 in base64": lambda text: encodebytes(text.decode().encode("utf-16-be")),
    "UTF-32": lambda text: text.decode().encode("utf-32-le"),
    "named": special(plus="&plus;", commat="&commat;", period="&period;"),
    "decimal": special(plus="&#43;", commat="&#64;", period="&#46;", hyphen="&#45;"),
    "decimal, long": special(plus="&#0043;", hyphen="&#00045"),
    "hexadecimal": special(plus="&#x2B;", commat="&#X40;", hyphen="&#x002d;"),
    "all decimal": entities("&#{0};"),
    "all hexadecimal": entities("&#x{0:x};"),
    "a link": lambda text: quote(text).encode(),
    "all percent": percent,
    "a link in HTML": lambda text: quote(text).replace("%", "&#37;").encode(),
}


@pytest.mark.parametrize("once", ONCE)
def test_in_whatever_writing(once: str) -> None:
    assert any(ADDRESS in reading for reading in readings(ONCE[once](TEXT)))


@pytest.mark.parametrize("once", ["plain", "quoted-printable", "soft breaks", "base64", "UTF-16", "decimal", "a link"])
@pytest.mark.parametrize(
    "again",
    [
        in_mail("base64", encodebytes),
        in_mail("quoted-printable", encodestring),
        in_mail("8bit", bytes),
        lambda text: in_mail("base64", encodebytes)(in_mail("base64", encodebytes)(text)),
        lambda text: in_mail("quoted-printable", encodestring)(in_mail("base64", encodebytes)(text)),
        lambda text: in_mail("base64", encodebytes)(in_mail("quoted-printable", encodestring)(text)),
    ],
)
def test_and_once_more(once: str, again: Writing) -> None:
    inner = in_mail("x", ONCE[once])(TEXT)
    assert any(ADDRESS in reading for reading in readings(again(inner)))


@pytest.mark.parametrize("text", [b"50 % off &amp; more", b"a &#8211; b &nbsp; &#160; %20 %", b"a=b; c = d\n"])
def test_what_spells_no_address_is_left_alone(text: bytes) -> None:
    assert list(readings(text)) == [text]


@given(st.binary(max_size=200))
def test_anything_can_be_read(data: bytes) -> None:
    assert next(iter(readings(data))) is not None and len(list(readings(data))) < 100


@pytest.mark.parametrize(
    "flood", [b"A", b"&#43;", b"%41", b"=41", b"=\n", b"QUJD\n", b"\0", b" \n", b" ", b"\t= ", b"&", b"A" * 23 + b" "]
)
def test_a_flood_is_read_a_few_times_at_most(flood: bytes) -> None:
    """All that is looked through, together, is as much as the file a few times over. One of blanks alone took hours."""
    data = flood * (1_000_000 // len(flood)) + b"x \n"
    assert sum(map(len, readings(data))) <= 5 * len(data)

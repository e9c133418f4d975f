"""When two arrivals are the same mail: what servers change on the way does not count, what the author wrote does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.digest import HEADER_LIMIT, ContentDigest, digest_of

MAIL = (
    b"Message-ID: <1@customer.example>\r\n"
    b"From: Kari <kari@customer.example>\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"Subject: Printer\r\n on fire\r\n"
    b"\r\n"
    b"It burns.\r\n"
    b"\r\n"
    b"Since Monday.\r\n"
)


def cut(data: bytes, places: list[int]) -> str:
    digest = ContentDigest()
    at = 0
    for place in sorted({place % (len(data) + 1) for place in places}):
        digest.feed(data[at:place])
        at = place
    digest.feed(data[at:])
    return digest.hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(MAIL.replace(b"\r\n", b"\n"), id="LF"),
        pytest.param(MAIL + b"\r\n\r\n", id="blank lines at the end"),
        pytest.param(MAIL.rstrip(), id="no line end at the end"),
        pytest.param(b"Received: by mx1\r\n\tfor kari;\r\n today\r\n" + MAIL, id="Received added"),
        pytest.param(b"Return-Path: <kari@customer.example>\r\nDelivered-To: x@y.example\r\n" + MAIL, id="delivery"),
        pytest.param(b"Authentication-Results: mx; none\r\nX-Spam: no\r\n" + MAIL, id="verdicts added"),
        pytest.param(MAIL.replace(b"Printer\r\n on", b"Printer on"), id="folded otherwise"),
        pytest.param(MAIL.replace(b"Printer\r\n on", b"Printer\r\n\t on"), id="folded with a tab"),
        pytest.param(b"From kari@customer.example Mon Mar  2 09:00:00 2026\r\n" + MAIL, id="an mbox line on top"),
        pytest.param(MAIL.replace(b"From:", b"FROM:"), id="case of a field name"),
        pytest.param(MAIL.replace(b"Subject: ", b"Subject:"), id="no space behind the colon"),
        pytest.param(MAIL.replace(b"\r\n\r\nIt", b"\n\r\nIt"), id="line ends mixed at the blank line"),
        pytest.param(MAIL.replace(b"\r\n\r\nIt", b"\r\n\nIt"), id="line ends mixed the other way"),
    ],
)
def test_the_same_mail(other: bytes) -> None:
    assert other != MAIL
    assert digest_of(other) == digest_of(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(MAIL.replace(b"It burns", b"It smokes"), id="another body under the same Message-ID"),
        pytest.param(MAIL.replace(b"<1@", b"<2@"), id="another Message-ID"),
        pytest.param(MAIL.replace(b"kari@", b"ola@"), id="another author"),
        pytest.param(MAIL.replace(b"09:00", b"09:01"), id="another date"),
        pytest.param(MAIL.replace(b"on fire", b"on water"), id="another subject"),
        pytest.param(MAIL.replace(b"\r\n\r\nSince", b"\r\nSince"), id="a blank line less inside"),
        pytest.param(MAIL.replace(b"Since", b" Since"), id="a space in the body"),
        pytest.param(b"From: Mallory <mallory@evil.example>\r\n" + MAIL, id="a second From"),
        pytest.param(MAIL.replace(b"\r\n\r\n", b"\r\nFrom: m@evil.example\r\n\r\n", 1), id="a second From below"),
        pytest.param(MAIL.replace(b"Subject: Printer\r\n on fire\r\n", b""), id="no subject"),
        pytest.param(MAIL.replace(b"\r\n\r\nIt burns", b"\n\r\nIt smokes"), id="another body, line ends mixed"),
        pytest.param(MAIL.replace(b"\r\n\r\nIt burns", b"\r\n\nIt smokes"), id="another body, mixed the other way"),
    ],
)
def test_another_mail(other: bytes) -> None:
    assert other != MAIL
    assert digest_of(other) != digest_of(MAIL)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(b"hello\n", b"world\n", id="no header at all"),
        pytest.param(b" hello\n", b" world\n", id="no header, a space first"),
        pytest.param(b"\nhello\n", b"\nworld\n", id="an empty header"),
        pytest.param(b"\r\nhello\r\n", b"\r\nworld\r\n", id="an empty header, CRLF"),
        pytest.param(b"From: a@b.example\nhello\n", b"From: a@b.example\nworld\n", id="no blank line"),
        pytest.param(b"From: a@b.example\nhello\n\nx", b"From: a@b.example\nworld\n\nx", id="the blank line too late"),
    ],
)
def test_a_body_without_its_blank_line_counts(one: bytes, other: bytes) -> None:
    assert digest_of(one) != digest_of(other)
    assert digest_of(one) == digest_of(one.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r"))


def test_a_server_may_add_received_to_a_mail_without_a_header() -> None:
    assert digest_of(b"Received: by mx1\nhello\n") == digest_of(b"hello\n")


PIECES = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"From: x", b"Subject: y", b"Received: z", b"text", b":"]
)


@given(st.lists(PIECES, max_size=30).map(b"".join), st.lists(st.integers(0, 500), max_size=8))
def test_the_same_however_the_bytes_are_cut(data: bytes, places: list[int]) -> None:
    assert cut(data, places) == digest_of(data)


@given(st.integers(-6, 6), st.lists(st.integers(-20, 20), max_size=3))
def test_the_same_however_a_header_at_the_limit_is_cut(over: int, around: list[int]) -> None:
    filling = b"Subject: " + b"x" * (HEADER_LIMIT - 9 + over)
    data = filling + b"\r\n\r\nIt burns.\r\n"
    assert cut(data, [HEADER_LIMIT + place for place in around]) == digest_of(data)


def test_behind_an_endless_header_the_rest_still_counts() -> None:
    endless = b"X: " + b"x" * (HEADER_LIMIT + 10)
    assert digest_of(endless + b"a") != digest_of(endless + b"b")


def test_byte_by_byte() -> None:
    digest = ContentDigest()
    for at in range(len(MAIL)):
        digest.feed(MAIL[at : at + 1])
    assert digest.hexdigest() == digest_of(MAIL)


def test_bytes_that_are_no_mail_have_a_digest() -> None:
    chance = random.Random(1)
    digests = {digest_of(chance.randbytes(200)) for _ in range(200)}
    assert len(digests) == 200
    assert all(len(digest) == 64 for digest in digests)
    assert len(digest_of(b"")) == 64

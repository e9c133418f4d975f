"""What holds for any mail whatever: reading never raises, everything can be stored, folding loses nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maildesk.ingest import parse
from maildesk.ingest.addresses import identity_of, read_addresses
from maildesk.ingest.charsets import CODECS, decode_text
from maildesk.ingest.fields import escaped, split_parameters
from maildesk.ingest.headers import decode_words
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.text import fold
from maildesk.ingest.transfer import decode_base64, decode_quoted
from maildesk.mail import Mail, Ours

OURS = Ours(frozenset({"support@acme.example"}), loop_id="desk-1")
SEEDS = [path.read_bytes() for path in sorted((Path(__file__).parent / "mails").glob("*.eml"))]
PIECES = [
    b"From: ",
    b"To: ",
    b"Subject: ",
    b"Date: ",
    b"Message-ID: <",
    b"References: ",
    b"Content-Type: ",
    b"multipart/mixed; boundary=",
    b'multipart/alternative;\n boundary="b"',
    b"text/plain; charset=",
    b"text/html",
    b"message/rfc822",
    b"message/delivery-status",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Disposition: attachment; filename*0*=",
    b"--b",
    b"--b--",
    b"b",
    b"\r\n",
    b"\n",
    b"\r",
    b"\n\n",
    b"\n ",
    b" ",
    b"=?utf-8?q?",
    b"=?euc-kr?b?",
    b"?=",
    b"=",
    b"==",
    b"=E5",
    b"w6U=",
    b"<",
    b">",
    b"@",
    b"a@b.example",
    b'"',
    b"(",
    b")",
    b",",
    b";",
    b":",
    b"\\",
    b"\x00",
    b"\xe5",
    b"\xc3\xa5",
    b"\xff\xfe",
    b"\x1b$B",
    b"> ",
    b"-- ",
    b"On 4 Mar 2024 at 10:15, a@b.example wrote:",
    b"<div>",
    b"<blockquote>",
    b"<!--",
    b"&nbsp;",
    b"utf-16",
    b"utf-7",
    b"hz",
    b"Final-Recipient: rfc822; ",
    b"Status: 5.1.1",
    b"Action: failed",
    b"Auto-Submitted: ",
    b"begin 644 a\n",
    b"99999",
    "프린터".encode(),
]
ANY_BYTES = st.binary(max_size=400)
ASSEMBLED = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=60).map(b"".join)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real mail whose lines were dropped, doubled, exchanged, cut or filled with something strange."""
    lines = draw(st.sampled_from(SEEDS)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(lines) - 1, 0)))
        line = lines[at] if lines else b""
        middle = draw(st.integers(0, len(line)))
        changes = [
            [],
            [line, line],
            [*lines[at + 1 : at + 2], line],
            [line[:middle]],
            [line[:middle], draw(st.sampled_from(PIECES)), line[middle:]],
            draw(st.sampled_from(SEEDS)).splitlines(keepends=True)[:40],
        ]
        lines[at : at + 1] = draw(st.sampled_from(changes))
    lines = lines[: draw(st.integers(0, len(lines)))] if draw(st.booleans()) else lines
    return b"".join(lines)


def check(raw: bytes) -> Mail:
    """All that must hold for any bytes."""
    mail = parse_mail(raw, OURS)
    assert not [problem for problem in mail.problems if problem.startswith("reading failed")]
    for text in strings(mail):
        text.encode("utf-8")
        assert "\0" not in text
    assert written(mail.visible_text) + written(mail.quoted_text) == written(mail.text)
    for part in mail.attachments:
        assert len(part.data) == part.size and leaf_bytes(raw, part.index) == part.data
    return mail


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))


def written(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())


@SLOW
@given(ANY_BYTES)
def test_any_bytes(raw: bytes) -> None:
    check(raw)


@SLOW
@given(ASSEMBLED)
def test_assembled_mail(raw: bytes) -> None:
    check(raw)


@SLOW
@given(mutated())
def test_mutated_mail(raw: bytes) -> None:
    check(raw)


@pytest.mark.fuzz
@settings(SLOW, max_examples=20_000)
@given(st.one_of(mutated(), ASSEMBLED))
def test_mutated_mail_for_long(raw: bytes) -> None:
    check(raw)


LINES = [
    ">",
    "> a",
    "a",
    "",
    "-- ",
    "On 4 Mar 2024 at 10:15, a@b.example wrote:",
    "From: a",
    "Sent: b",
    "To: c",
    "Subject: d",
    "##- above this line -##",
    "Mvh",
    "Tlf. 22 19 45 40",
    "www.b.example",
    "Sent from my phone",
    "________________",
]


@SLOW
@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_folding_keeps_every_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    folded = fold(text)
    assert written(folded.visible) + written(folded.quoted) == written(text)
    assert folded.visible.strip() or not text.strip()


@SLOW
@given(st.binary(max_size=200), st.sampled_from([*CODECS, "no-such-charset", ""]), st.sampled_from(["", "euc-kr", "x"]))
def test_any_bytes_are_text(data: bytes, label: str, hint: str) -> None:
    assert "\0" not in decode_text(data, label, hint).encode().decode()


@SLOW
@given(ASSEMBLED)
def test_any_value_is_read(raw: bytes) -> None:
    value = escaped(raw)
    assert "\n" not in decode_words(value)
    split_parameters(value)
    for address in read_addresses([value]):
        assert address.address
    identity = identity_of([value])
    assert identity is None or (identity.isascii() and identity.count("@") == 1 and identity == identity.lower())


@given(st.binary(max_size=200))
def test_any_transfer_encoding_is_undone(data: bytes) -> None:
    decode_base64(data)
    decode_quoted(data)


def test_a_fault_of_ours_leaves_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(parse, "read_structure", broken)
    mail = parse_mail(b"Subject: printer\r\n\r\nIt is broken.", OURS)
    assert (mail.subject, mail.text, mail.visible_text) == ("printer", "It is broken.", "It is broken.")
    assert mail.problems == ("reading failed (RuntimeError)",) and not mail.may_answer

"""What holds for any mail whatever: reading never raises, everything can be stored, folding loses nothing."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maildesk.ingest import parse
from maildesk.ingest.mime.addresses import identity_of, read_addresses
from maildesk.ingest.mime.charset_names import CODECS
from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.fields import escaped
from maildesk.ingest.mime.headers import decode_words
from maildesk.ingest.mime.parameters import split_parameters
from maildesk.ingest.mime.transfer import decode_base64, decode_quoted
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.text import fold
from maildesk.mail import Mail, Part
from maildesk.reason import because
from tests.fuzz import shrink
from tests.invariants import OURS, faults_of
from tests.mutants import mutate

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


def check(raw: bytes) -> None:
    """All that must hold for any bytes."""
    assert faults_of(raw, parse_mail(raw, OURS)) == []


@SLOW
@given(ANY_BYTES)
def test_any_bytes(raw: bytes) -> None:
    check(raw)


@SLOW
@given(ASSEMBLED)
def test_assembled_mail(raw: bytes) -> None:
    check(raw)


@SLOW
@given(st.randoms(use_true_random=False))
def test_mutated_mail(chance: random.Random) -> None:
    check(mutate(chance, SEEDS))


def test_many_mutated_mails() -> None:
    """The same each time; `make fuzz` looks for new ones."""
    for number in range(300):
        check(mutate(random.Random(number), SEEDS))


def test_what_is_found_is_made_small() -> None:
    raw = b"Subject: lamp\n" + b"X-A: b\n" * 50 + b"\nOne\nprinter\ntwo\n"
    assert shrink(raw, lambda mail: b"printer" in mail) == b"printer\n"


@pytest.mark.parametrize(
    ("mail", "fault"),
    [
        (Mail(subject="a\0b"), "not storable"),
        (Mail(text="\ud800", visible_text="\ud800"), "not storable"),
        (Mail(text="one two", visible_text="one"), "letters lost"),
        (Mail(text="one", quoted_text="one"), "all of the text"),
        (Mail(problems=(because("too_much_memory"),)), "reading the mail took"),
        (Mail(identity="Kari@customer.example"), "odd identity"),
        (Mail(identity="kari@bücher.example"), "odd identity"),
        (Mail(identity="kari"), "odd identity"),
        (Mail(subject="a\nb"), "a subject of several"),
        (Mail(attachments=(Part(0, "a/b", "text/plain", 9, "", False, "", "", b""),)), "odd name"),
        (Mail(attachments=(Part(0, "a", "text/plain", 9, "", False, "", "", b""),)), "attachment 0"),
    ],
)
def test_each_rule_can_be_broken(mail: Mail, fault: str) -> None:
    assert fault in " ".join(faults_of(b"", mail))


def written(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())


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
    assert faults_of(b"", Mail(identity=identity_of([value]))) == []


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
    assert mail.problems == (because("reading_failed", "RuntimeError"),) and not mail.may_answer

import base64
import email
import email.policy
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header

import pytest

from maildesk.filenames import saved_as
from maildesk.notify.headers import (
    Field,
    clean_header,
    date_field,
    ids_field,
    mailbox_field,
    plain_field,
    text_field,
    wire_address,
)
from maildesk.notify.mime import boundary, file_part, multipart, text_part, write_mail


def read(field: Field) -> str:
    """As a client shows it: unfolded, decoded."""
    return str(make_header(decode_header(field.line.removeprefix(f"{field.name}: ").replace("\r\n", ""))))


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("VPN down", "VPN down"),
        ("  VPN down ", "VPN down"),
        ("two  spaces stay", "two  spaces stay"),
        ("a\r\nBcc: x@evil.example", "a  Bcc: x@evil.example"),
        ("a\rb\nc\x00d\x0be\x0cf\x85g\x9bh\x7fi", "a b c d e f g h i"),
        ("a\u2028b\u2029c", "a b c"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("invoice \u202egpj.exe", "invoice gpj.exe"),
        ("=?utf-8?q?=0d=0aBcc:?=", "=?utf-8?q?=0d=0aBcc:?="),
        ("ø" * 500, "ø" * 400),
        ("x" * 500, "x" * 400),
        ("", ""),
    ],
)
def test_clean_header(value: str, clean: str) -> None:
    assert clean_header(value) == clean


@pytest.mark.parametrize(
    "subject",
    [
        "Re: VPN down",
        "Re: [#1042] VPN faller ut på øvre plan",
        "Re: VPN이 10분마다 끊깁니다",
        "=?utf-8?q?=0d=0aBcc:?= stays as it is",
        "word " * 60 + "end",
        "x" * 399,
        "한" * 399,
        "🙂" * 200,
        "a  b",
        "ends with a very long word after some text of about seventy columns " + "y" * 120,
    ],
)
def test_a_subject_comes_back_as_it_was(subject: str) -> None:
    field = text_field("Subject", subject)
    assert read(field) == subject
    assert field.line.isascii()
    for line in field.line.split("\r\n"):
        assert line.strip() and len(line) <= 998 and "\n" not in line and "\r" not in line


@pytest.mark.parametrize("subject", ["한글" * 99, "a" + "🙂" * 99, "åa" * 99])
def test_no_character_is_divided_between_two_encoded_words(subject: str) -> None:
    """RFC 2047 section 5: clients decode each word on its own."""
    words = text_field("Subject", subject).line.split()[1:]
    assert "".join(base64.b64decode(word[10:-2]).decode("utf-8") for word in words) == subject


def test_long_subjects_are_folded() -> None:
    assert all(len(line) <= 78 for line in text_field("Subject", "word " * 60).line.split("\r\n"))
    assert all(len(line) <= 78 for line in text_field("Subject", "한글 " * 60).line.split("\r\n"))


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Acme Support", "support@acme.example"),
        ("", "support+t1042-p7-k3f9@acme.example"),
        ('Kari "K" Nordmann\\', "kari@customer.example"),
        ("Nordmann, Kari (IT) <boss@evil.example>", "kari@customer.example"),
        ("홍길동", "gildong@customer.example"),
        ("=?utf-8?b?Ym9zcw==?=", "kari@customer.example"),
        ("a\r\nBcc: x@evil.example", "kari@customer.example"),
    ],
)
def test_a_mailbox_is_one_mailbox(name: str, address: str) -> None:
    parsed = email.message_from_bytes(
        (mailbox_field("To", name, address).line + "\r\n\r\n").encode("ascii"), policy=email.policy.default
    )
    assert parsed.keys() == ["To"]
    (mailbox,) = parsed["To"].addresses
    assert mailbox.addr_spec == address
    assert mailbox.display_name == clean_header(name, 200)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kari",
        "@customer.example",
        "kari@",
        "kari@a@b.example",
        "ka ri@customer.example",
        "kari@customer.example>",
        "kari@customer.example\r\nBcc: x@y.example",
        "kari@customer.example\n",
        "kåre@customer.example",
        "kari@\udcff.example",
        "kari@-" + "ø" * 80 + ".example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        wire_address(address)


def test_a_long_name_is_divided_between_characters() -> None:
    assert read(mailbox_field("To", "Kåre, Sørbø" * 12, "kare@a.example")) == "Kåre, Sørbø" * 12 + " <kare@a.example>"


def test_an_international_domain_is_written_in_ascii() -> None:
    assert wire_address("kari@blåbær.example") == "kari@xn--blbr-roah.example"
    assert wire_address("kari@[192.0.2.1]") == "kari@[192.0.2.1]"
    assert wire_address('"kari k"@customer.example') == '"kari k"@customer.example'


def test_ids_of_any_length_are_folded_but_never_changed() -> None:
    ids = [f"{'x' * length}@mail.customer.example" for length in (5, 60, 78, 200, 800)]
    field = ids_field("References", ids)
    assert field is not None
    assert field.line.replace("\r\n", "") == "References: " + " ".join(f"<{one}>" for one in ids)
    assert all(len(line) <= 998 for line in field.line.split("\r\n"))


@pytest.mark.parametrize("odd", ["", "a b@c", "a<b@c", "a>b@c", "ø@c", "a\r\nBcc: x@y", "a\x00@c", "x" * 901])
def test_odd_ids_are_left_out(odd: str) -> None:
    assert ids_field("In-Reply-To", [odd]) is None
    field = ids_field("References", ["good@customer.example", odd])
    assert field is not None
    assert field.line == "References: <good@customer.example>"


def test_our_own_values_must_be_plain() -> None:
    assert plain_field("X-Maildesk-Ticket", "1042").line == "X-Maildesk-Ticket: 1042"
    for odd in ("", "a\r\nB: c", "ø", " a"):
        with pytest.raises(ValueError, match="cannot be"):
            plain_field("X-Maildesk-Loop", odd)


def test_a_date_is_in_utc_and_english() -> None:
    norway = timezone(timedelta(hours=1))
    assert (
        date_field("Date", datetime(2024, 3, 5, 0, 4, 9, tzinfo=norway)).line == "Date: Mon, 04 Mar 2024 23:04:09 +0000"
    )
    with pytest.raises(ValueError, match="zone"):
        date_field("Date", datetime(2024, 3, 5))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plain words.\n\nTwo lines.", "7bit"),
        ("a tab\tand more", "7bit"),
        ("Blåbærsyltetøy er godt, og mange spiser det til frokost hver dag.", "quoted-printable"),
        ("안녕하세요, 홍길동 님. 문의가 접수되었습니다.", "base64"),
        ("x" * 998, "7bit"),
        ("x" * 999, "quoted-printable"),
        ("From the start", "quoted-printable"),
        ("one\nFrom two", "quoted-printable"),
        ("-- \nsignature", "quoted-printable"),
        ("ends in a space ", "quoted-printable"),
        ("contains =_files_ marks", "quoted-printable"),
        ("bell \x07 and escape \x1b", "quoted-printable"),
        (".\n..\n.hidden", "7bit"),
        ("windows\r\nmac\rends", "7bit"),
        ("", "7bit"),
    ],
)
def test_text_arrives_as_it_was(text: str, encoding: str) -> None:
    part = text_part("plain", text)
    parsed = email.message_from_bytes(part)
    assert parsed["Content-Transfer-Encoding"] == encoding
    assert parsed.get_content_charset() == "utf-8"
    payload = parsed.get_payload(decode=True)
    assert isinstance(payload, bytes)
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert payload.decode().replace("\r\n", "\n") == (expected if expected.endswith("\n") else expected + "\n")
    assert_fit_for_the_wire(part)


def test_lone_surrogates_cannot_stop_a_letter() -> None:
    assert b"?" in text_part("plain", "broken \udcff")


def test_html_is_written_with_references_where_that_is_shorter() -> None:
    assert b"Bl&#229;b&#230;r" in text_part("html", "<p>Blåbær og mange andre ord som ikke har noe rart i seg</p>")
    assert b"base64" in text_part("html", "<p>안녕하세요, 홍길동 님.</p>")


@pytest.mark.parametrize(
    "name", ["screen.png", "오류 화면.png", "blå 'bær' 100%.pdf", "한" * 200 + ".hwp", "🙂" * 200 + ".txt"]
)
def test_a_file_keeps_its_name_and_bytes(name: str) -> None:
    data = bytes(range(256)) * 40
    part = file_part(name, "application/pdf", data)
    parsed = email.message_from_bytes(part, policy=email.policy.default)
    assert parsed.get_filename() == saved_as(name)
    assert parsed.get_payload(decode=True) == data
    assert not parsed.defects
    assert_fit_for_the_wire(part)


@pytest.mark.parametrize(
    ("content_type", "sent_as"),
    [
        ("image/png", "image/png"),
        ("Application/PDF", "application/pdf"),
        ("text/plain", "text/plain"),
        ("text/html", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("application/javascript", "application/octet-stream"),
        ("application/xml", "application/octet-stream"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("image/png\r\nX: y", "application/octet-stream"),
        ("image/png; name=x", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_what_a_client_could_run_is_only_bytes(content_type: str, sent_as: str) -> None:
    assert email.message_from_bytes(file_part("a", content_type, b"x")).get_content_type() == sent_as


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [("image/png", "inline"), ("application/pdf", "attachment"), ("text/html", "attachment")],
)
def test_only_pictures_are_inline(content_type: str, disposition: str) -> None:
    part = email.message_from_bytes(file_part("a", content_type, b"x", inline=True, content_id="p1@acme.example"))
    assert part.get_content_disposition() == disposition
    assert part["Content-ID"] == "<p1@acme.example>"


@pytest.mark.parametrize("name", ["", "...", "/", "\u202e"])
def test_a_file_without_a_name_gets_one(name: str) -> None:
    assert email.message_from_bytes(file_part(name, "image/png", b"x")).get_filename() == "attachment"


def test_a_name_cannot_leave_its_field() -> None:
    part = file_part('a"; name="b.exe\r\nBcc: x@y', "image/png", b"x")
    assert email.message_from_bytes(part).get_filename() == "a_; name=_b.exeBcc_ x@y"
    assert email.message_from_bytes(part)["Bcc"] is None


def test_an_odd_content_id_is_left_out() -> None:
    assert email.message_from_bytes(file_part("a", "image/png", b"x", content_id="a>\r\nX: y"))["Content-ID"] is None


def test_a_boundary_is_derived_and_in_no_part() -> None:
    edge = boundary("md.1@acme.example", "words")
    assert edge == boundary("md.1@acme.example", "words") != boundary("md.1@acme.example", "files")
    hostile = f"a\n--{edge}\nContent-Type: text/html\n\nb\n--{edge}--"
    mail = write_mail([Field("To", "To: a@b")], multipart("alternative", edge, [text_part("plain", hostile)]))
    parsed = email.message_from_bytes(mail)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain"]
    payload = list(parsed.walk())[1].get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n") == hostile


@pytest.mark.parametrize(
    "line",
    [
        "Subject: a\r\nBcc: x@y",
        "Subject: a\nBcc: x@y",
        "Subject: ø",
        "Subject: " + "x" * 999,
        "Subject: a\r\n\r\nbody",
        "Bcc: x",
    ],
)
def test_a_head_that_is_not_what_was_asked_for_is_never_written(line: str) -> None:
    with pytest.raises(ValueError, match="letter"):
        write_mail([Field("Subject", line)], b"")


def test_a_large_file_is_encoded_in_short_lines() -> None:
    body = file_part("a.bin", "application/octet-stream", b"\xff" * 1_000_000).split(b"\r\n\r\n", 1)[1]
    assert max(map(len, body.split(b"\r\n"))) == 76
    assert base64.b64decode(body) == b"\xff" * 1_000_000


def assert_fit_for_the_wire(part: bytes) -> None:
    assert part.isascii() and b"\x00" not in part
    bare = part.replace(b"\r\n", b"")
    assert b"\r" not in bare and b"\n" not in bare
    assert all(len(line) <= 998 for line in part.split(b"\r\n"))

"""Mails that Outlook saved as .msg: people, texts and files of whole ones; broken, hostile and closed ones."""

import base64
import struct
import sys
from collections.abc import Sequence
from itertools import pairwise

import pytest

from maildesk.ingest.inside import Inside, look_inside
from maildesk.ingest.mime.structure import read_structure
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.unpack.compound import Allowance, open_compound
from maildesk.ingest.unpack.msg import BROKEN, MISSING, MOST_FILES, TYPE, is_msg_file, mail_of_msg
from maildesk.mail import Mail, Ours
from maildesk.notify.why import in_words
from maildesk.reason import because
from tests import compound
from tests.compound import (
    BODY,
    CODE_PAGE,
    DELIVERED,
    HEADER,
    HTML,
    INTERNET_CODE_PAGE,
    RTF,
    SENT,
    SUBJECT,
    Entry,
    Tree,
    binary,
    file,
    msg,
    numbers,
    old_text,
    recipient,
    sender,
    text,
    ticks,
    write_compound,
)

NOON = 1_709_553_600
OLA = sender("Ola Hå", "ola@other.example")
FAKTURA = text(SUBJECT, "faktura for måned")
FOLLOW = text(BODY, "Følg lenken.\r\nHilsen Ola")
LEFT_CLOSED = because("msg_inside")
DAMAGED = because("msg_damaged")
NAMED = "application/octet-stream; name=sak.msg"
OCTETS = "application/octet-stream"


def mail_with(data: bytes, content_type: str = NAMED, said: str = "Se vedlagt.", after: str = "") -> bytes:
    part = f"Content-Type: {content_type}\nContent-Transfer-Encoding: base64\n\n".encode() + base64.encodebytes(data)
    head = b'From: kari@customer.example\nSubject: VS: faktura\nContent-Type: multipart/mixed; boundary="=b"\n\n'
    return head + b"--=b\n\n" + said.encode() + b"\n--=b\n" + part + b"\n" + after.encode() + b"--=b--"


def look(data: bytes, content_type: str = NAMED) -> Inside:
    return look_inside(read_structure(mail_with(data, content_type)).leaves)


def found(inside: Inside) -> list[tuple[str, str]]:
    return [(leaf.filename, leaf.content_type) for leaf in inside.leaves[1:]]


def read(data: bytes) -> Mail:
    """A .msg for itself."""
    return parse_mail(mail_of_msg(data).data, Ours())


WHOLE = msg(
    OLA,
    FAKTURA,
    FOLLOW,
    recipients=[recipient("Kari", "kari@customer.example"), recipient("Bo Berg", "bo@other.example", 2)],
    files=[file("Årsrapport.txt", b"tall"), file("bilde.png", b"\x89PNG" * 2000, "image/png", "bilde@x", 4)],
    fixed={SENT: ticks(NOON)},
)


def test_the_attached_one_stays_and_its_mail_and_files_stand_beside_it() -> None:
    inside = look(WHOLE)
    files = [("Årsrapport.txt", OCTETS), ("bilde.png", "image/png")]
    assert found(inside) == [("sak.msg", TYPE), ("", "message/rfc822"), *files]
    assert [leaf.data() for leaf in inside.leaves[1::2]] == [WHOLE, b"tall"]
    assert inside.leaves[4].data() == b"\x89PNG" * 2000
    assert inside.leaves[4].content_id == "bilde@x"
    assert inside.problems == ()


def test_passed_on_like_any_attached_mail() -> None:
    raw = mail_with(WHOLE)
    mail = parse_mail(raw, Ours())
    assert mail.forward is not None and mail.forward.sender is not None
    assert (mail.forward.sender.name, mail.forward.sender.address) == ("Ola Hå", "ola@other.example")
    assert [one.address for one in (*mail.forward.to, *mail.forward.cc)] == [
        "kari@customer.example",
        "bo@other.example",
    ]
    assert (mail.forward.subject, mail.forward.text) == ("faktura for måned", "Følg lenken.\nHilsen Ola")
    assert mail.forward.date == "Mon, 04 Mar 2024 12:00:00 +0000"
    assert mail.text == mail.forward.text_top == "Se vedlagt."
    assert [part.filename for part in mail.attachments][:2] == ["sak.msg", "faktura for måned.eml"]
    assert [leaf_bytes(raw, part.index) for part in mail.attachments] == [part.data for part in mail.attachments]


def test_of_two_none_is_the_forwarded_one() -> None:
    raw = mail_with(WHOLE, after=f"--=b\nContent-Type: {NAMED}\n\n").replace(b"--=b--", b"") + WHOLE + b"\n--=b--"
    mail = parse_mail(raw, Ours())
    assert [part.content_type for part in mail.attachments].count("message/rfc822") == 2
    assert mail.forward is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/octet-stream; name=sak.MSG", TYPE),
        ("application/octet-stream", TYPE),
        ("application/vnd.ms-outlook", TYPE),
        ("application/x-download; name=unnamed.bin", TYPE),
        # What its sender says stands, where it says something.
        ("application/msword; name=sak.msg", "application/msword"),
    ],
)
def test_known_by_first_bytes_and_type_name_or_content(content_type: str, expected: str) -> None:
    inside = look(msg(OLA, FOLLOW), content_type)
    assert [leaf.content_type for leaf in inside.leaves[1:]] == [expected, "message/rfc822"]


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (write_compound({"WordDocument": b"letter"}), "application/octet-stream; name=brev.doc"),
        (msg(FOLLOW), "application/msword; name=brev.doc"),
        (b"a text that somebody called so", NAMED),
        (b"", NAMED),
    ],
)
def test_other_files_stay_as_they_are(data: bytes, content_type: str) -> None:
    inside = look(data, content_type)
    assert [leaf.content_type for leaf in inside.leaves[1:]] == [content_type.partition(";")[0]]
    assert inside.problems == ()


def test_without_the_extra_it_stays_and_says_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "olefile", None)
    inside = look(WHOLE)
    assert found(inside) == [("sak.msg", TYPE)]
    assert inside.problems == (MISSING,)
    assert "maildesk[msg]" in in_words(MISSING, "en")
    with pytest.raises(ValueError, match=MISSING):
        mail_of_msg(WHOLE)


def test_other_parts_have_the_same_numbers_with_and_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    uuencoded = "--=b\n\nsee\nbegin 644 a.txt\n#;VYE\n`\nend\n"
    leaves = read_structure(mail_with(WHOLE, after=uuencoded)).leaves
    numbers_with = {leaf.filename: leaf.index for leaf in look_inside(leaves).leaves if leaf.filename}
    monkeypatch.setitem(sys.modules, "olefile", None)
    numbers_without = {leaf.filename: leaf.index for leaf in look_inside(leaves).leaves if leaf.filename}
    assert numbers_without == {"sak.msg": 1, "a.txt": 3}
    assert numbers_with == {"sak.msg": 1, "a.txt": 3, "Årsrapport.txt": 5, "bilde.png": 6}


def test_what_is_inside_becomes_no_text_of_the_mail_around() -> None:
    invitation = b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Lunch\nEND:VEVENT\nEND:VCALENDAR\n"
    parts = [file("a.ics", invitation, "text/calendar"), file("", b"inner text", "text/plain", "id@x", 4)]
    mail = parse_mail(mail_with(msg(OLA, FOLLOW, files=parts)), Ours())
    assert mail.text == "Se vedlagt."
    assert [part.data for part in mail.attachments[2:]] == [invitation, b"inner text"]


def test_mails_inside_stay_closed() -> None:
    stored: Tree = numbers({0x3705: 5}, 8) | {"__substg1.0_3701000D": numbers({}) | FOLLOW}
    inside = look(msg(OLA, FAKTURA, files=[stored, file("inner.msg", WHOLE)]))
    assert found(inside)[1:] == [("", "message/rfc822"), ("inner.msg", OCTETS)]
    assert inside.problems == (LEFT_CLOSED,)


COMPRESSED = struct.pack("<II4sI", 0, 99, b"MELA", 0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (msg(text(BODY, "Hei\r\npå deg")), "Hei\npå deg"),
        (msg(old_text(BODY, "привет".encode("cp1251")), fixed={CODE_PAGE: 1251}), "привет"),
        (msg(old_text(BODY, "안녕하세요".encode("cp949")), fixed={INTERNET_CODE_PAGE: 949}), "안녕하세요"),
        (msg(binary(HTML, "<p>Blåbær</p>".encode()), fixed={INTERNET_CODE_PAGE: 65001}), "Blåbær"),
        (msg(text(HTML, "<p>Blåbær</p>")), "Blåbær"),
        (msg(text(BODY, "plain"), binary(HTML, b"<p>html</p>")), "plain"),
        (msg(text(BODY, " \r\n"), binary(HTML, b"<p>html</p>")), "html"),
        (msg(binary(RTF, COMPRESSED + rb"{\rtf1 Hei\par du}")), "Hei\ndu"),
        (msg(binary(RTF, COMPRESSED + rb"{\rtf1\fromhtml1 {\*\htmltag <p>}Hei{\*\htmltag </p>}}")), "Hei"),
        (msg(text(BODY, "plain"), binary(RTF, COMPRESSED + rb"{\rtf1 rich}")), "plain"),
        (msg(text(BODY, "\ud800 x\0".encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))), "\ufffd x"),
        (msg(FAKTURA), ""),
        (msg(text(BODY, "lang tekst " * 2000)), "lang tekst " * 2000),
    ],
)
def test_text(data: bytes, expected: str) -> None:
    assert read(data).text.strip() == expected.strip()


EXCHANGE = "/O=ACME/OU=OSLO/CN=RECIPIENTS/CN=OLA"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ((OLA,), ("Ola Hå", "ola@other.example")),
        # Who sends for somebody else is not who it is from.
        ((OLA, text(0x0C1A, "Kontoret"), text(0x5D01, "office@other.example")), ("Ola Hå", "ola@other.example")),
        ((text(0x0042, "Ola"), text(0x0C1A, "Ola"), text(0x0C1F, "ola@other.example")), ("Ola", "ola@other.example")),
        (
            (text(0x0042, "Ola"), text(0x0065, EXCHANGE), text(0x5D02, "ola@other.example")),
            ("Ola", "ola@other.example"),
        ),
        ((text(0x0042, 'Ola "O" \\'), text(0x5D02, "ola@other.example")), ("Ola O", "ola@other.example")),
        ((text(0x0042, "a@b.example\r\nBcc: x@y.example"), text(0x5D02, "ola@other.example")), None),
        ((text(0x0042, "Ola"), text(0x0065, EXCHANGE)), None),
        ((text(0x5D02, "a@b.example>, <c@d.example"),), None),
        ((), None),
    ],
)
def test_sender(properties: tuple[dict[str, bytes], ...], expected: tuple[str, str] | None) -> None:
    mail = read(msg(*properties, FOLLOW))
    seen = [(one.name, one.address) for one in mail.from_]
    assert seen == [expected] if expected else all("y.example" not in one.address for one in (*mail.from_, *mail.to))
    assert mail.text.startswith("Følg")


def test_the_header_it_came_with_goes_before_the_properties() -> None:
    header = "Microsoft Mail Internet Headers Version 2.0\r\nMessage-ID: <1@other.example>\r\nFrom: Ola\r\n"
    header += (
        " <ola@first.example>\r\nContent-Type: multipart/mixed; boundary=x\r\nReferences: <0@other.example>\r\n\r\n"
    )
    mail = read(msg(text(HEADER, header), OLA, FAKTURA, FOLLOW, fixed={DELIVERED: ticks(NOON)}))
    assert [one.address for one in mail.from_] == ["ola@first.example"]
    assert (mail.message_id, mail.references) == ("1@other.example", ("0@other.example",))
    assert (mail.subject, mail.text) == ("faktura for måned", "Følg lenken.\nHilsen Ola")
    assert mail.date is not None and mail.date.timestamp() == NOON


@pytest.mark.parametrize("sent", [0, 1, 2**64 - 1])
def test_impossible_times_are_none(sent: int) -> None:
    mail = read(msg(OLA, FOLLOW, fixed={SENT: sent}))
    assert mail.date is None or mail.date.year == 1601


def test_a_bare_one_has_its_files() -> None:
    drawn = [file("a.png", b"\x89PNG\r\n--=", "image/png", "a@x", 4), file('a"\r\n.eml', b"x", "message/rfc822")]
    mail = read(msg(OLA, text(SUBJECT, "Ære " * 40), binary(HTML, b"<img src='cid:a@x'>hei"), files=drawn))
    assert mail.subject == ("Ære " * 40).strip()
    assert [(one.content_type, one.inline, one.data) for one in mail.attachments] == [
        ("image/png", True, b"\x89PNG\r\n--="),
        (OCTETS, False, b"x"),
    ]
    assert mail.attachments[0].content_id == "a@x"


def test_large_sectors_and_many_people() -> None:
    people = [recipient(f"Person {number}", f"p{number}@customer.example") for number in range(250)]
    mail = read(msg(OLA, FOLLOW, recipients=people, files=[file("stor.bin", bytes(100_000))], sector=4096))
    assert [one.address for one in mail.to] == [f"p{number}@customer.example" for number in range(200)]
    assert [one.size for one in mail.attachments] == [100_000]


def test_many_files() -> None:
    inside = look(msg(OLA, files=[file(f"{number}.txt", b"x") for number in range(MOST_FILES + 2)]))
    assert len(inside.leaves) == 3 + MOST_FILES
    assert inside.problems == (because("msg_files", MOST_FILES),)


def patch(data: bytes, at: int, *numbers: int) -> bytes:
    return data[:at] + struct.pack(f"<{len(numbers)}I", *numbers) + data[at + 4 * len(numbers) :]


def number(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


#: Where things stand: in the header the first sectors of tables and directory; in the directory, one file above 4096.
LARGE = msg(OLA, FOLLOW, files=[file("stor.bin", b"x" * 90_000)])
TABLE = (number(LARGE, 0x4C) + 1) * 512
ROOT_ENTRY = (number(LARGE, 0x30) + 1) * 512
FILE_SIZE = LARGE.index(struct.pack("<IQ", number(LARGE, LARGE.index(struct.pack("<Q", 90_000)) - 4), 90_000)) + 4
FILE_START = number(LARGE, FILE_SIZE - 4)
HUGE = 0xFFFFFFFF


def circle(sector: int) -> bytes:
    """The sector follows itself for ever."""
    return patch(LARGE, TABLE + 4 * sector, sector)


def table_in_a_circle() -> bytes:
    """A table of tables that names itself as the next, and stands for 33 million."""
    promised = patch(LARGE, 0x2C, 109 + 127 * 33_000_000)
    return patch(patch(promised, 0x44, 1, 33_000_000), 1024, *[0] * 127, 1)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (LARGE[:1000], BROKEN),
        (LARGE[:2000], BROKEN),
        (patch(LARGE, 30, 0x0006FFFF), BROKEN),
        (table_in_a_circle(), BROKEN),
        (patch(circle(FILE_START), FILE_SIZE, HUGE), DAMAGED),
        (patch(circle(number(LARGE, ROOT_ENTRY + 116)), ROOT_ENTRY + 120, HUGE), DAMAGED),
        (patch(LARGE, FILE_SIZE, 200_000), DAMAGED),
        (write_compound({"WordDocument": b"letter"}), BROKEN),
        (write_compound(numbers({}) | {f"{count:05}": b"" for count in range(9000)}), BROKEN),
    ],
)
def test_broken_and_hostile_ones_stay_and_say_so(data: bytes, problem: str) -> None:
    inside = look(data)
    assert inside.leaves[1].data() == data
    assert inside.problems == (problem,)


def test_a_promise_is_not_read_further_than_the_file_goes() -> None:
    """No stream of a circle: what a small file says of itself must not become gigabytes."""
    opened = open_compound(patch(circle(FILE_START), FILE_SIZE, HUGE), Allowance())
    assert opened is not None
    assert opened.read("__attach_version1.0_#00000000", "__substg1.0_37010102") == b""
    assert not opened.whole


def test_all_of_one_mail_share_the_directory_they_may_have() -> None:
    allowance = Allowance()
    many = write_compound(numbers({}) | {f"{count:05}": b"" for count in range(2000)})
    assert [open_compound(many, allowance) is not None for _ in range(4)] == [True, True, False, False]
    assert open_compound(WHOLE, Allowance()) is not None


def test_a_tree_that_is_a_list_of_thousands_ends_no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compound, "balance", _in_line)
    inside = look(write_compound(numbers({}) | {f"{count:05}": b"" for count in range(3000)}))
    assert inside.problems == (BROKEN,)
    assert read(msg(OLA, FOLLOW, {f"{count:05}": b"" for count in range(200)})).text.startswith("Følg")


def _in_line(numbers: Sequence[int], entries: list[Entry]) -> int:
    for one, following in pairwise(numbers):
        entries[one].right = following
    return numbers[0] if numbers else HUGE


def test_only_a_msg_is_taken_for_one() -> None:
    assert is_msg_file(WHOLE)
    assert not is_msg_file(write_compound({"WordDocument": b"letter"}))
    assert not is_msg_file(b"From: kari@customer.example\n\nhello")

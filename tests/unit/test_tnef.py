"""winmail.dat: its files and texts, whole, broken and hostile."""

import struct

import pytest

from maildesk.ingest.inside import Inside, look_inside
from maildesk.ingest.mime.structure import read_structure
from maildesk.ingest.unpack.tnef import MOST_FILES, SIGNATURE
from maildesk.reason import because

UNICODE, STRING, BINARY, OBJECT, LONG = 0x1F, 0x1E, 0x102, 0x0D, 0x03
BROKEN = (because("winmail_broken"),)


def attribute(name: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def value(kind: int, data: bytes | int) -> bytes:
    if isinstance(data, int):
        return struct.pack("<I", data)
    return struct.pack("<II", 1, len(data)) + data + bytes(-len(data) % 4)


def properties(*items: tuple[int, int, bytes | int]) -> bytes:
    return struct.pack("<I", len(items)) + b"".join(
        struct.pack("<HH", kind, name) + value(kind, data) for name, kind, data in items
    )


def tnef(*attributes: bytes) -> bytes:
    return SIGNATURE + b"\x01\x00" + attribute(0x9006, b"\0\0\1\0") + b"".join(attributes)


def file(data: bytes, title: bytes = b"short.txt\0", *items: tuple[int, int, bytes | int]) -> bytes:
    begin = attribute(0x9002, bytes(14), 2) + attribute(0x8010, title, 2) + attribute(0x800F, data, 2)
    return begin + (attribute(0x9005, properties(*items), 2) if items else b"")


def utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def look(data: bytes, text: bytes = b"", header: bytes = b"Content-Type: application/ms-tnef") -> Inside:
    part = header + b"\nContent-Transfer-Encoding: binary\n\n" + data
    body = b"--=b\n\n" + text + b"\n--=b\n" + part + b"\n--=b--"
    return look_inside(read_structure(b'Content-Type: multipart/mixed; boundary="=b"\n\n' + body).leaves)


def found(inside: Inside) -> list[tuple[str, str, bytes]]:
    return [(leaf.filename, leaf.content_type, leaf.data()) for leaf in inside.leaves[1:]]


RTF = struct.pack("<II4sI", 0, 99, b"MELA", 0) + rb"{\rtf1 Hei\par du}"
CODE_PAGE = attribute(0x9007, struct.pack("<II", 1251, 0))
OCTETS = "application/octet-stream"
LONG_NAME = (0x3707, UNICODE, utf16("Årsrapport på norsk.docx"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (tnef(file(b"one")), [("short.txt", OCTETS, b"one")]),
        (tnef(file(b"one"), file(b"two", b"b.txt\0")), [("short.txt", OCTETS, b"one"), ("b.txt", OCTETS, b"two")]),
        (tnef(file(b"x", b"A~1.DOC", LONG_NAME)), [("Årsrapport på norsk.docx", OCTETS, b"x")]),
        (tnef(CODE_PAGE, file(b"x", "счёт.txt\0".encode("cp1251"))), [("счёт.txt", OCTETS, b"x")]),
        (tnef(file(b"x", b"a.png", (0x370E, STRING, b"image/png\0"))), [("a.png", "image/png", b"x")]),
        (tnef(file(b"x", b"../../a.exe\0")), [("../../a.exe", OCTETS, b"x")]),
        (tnef(file(b"x", b"", (0x370E, STRING, b"junk"))), [("", OCTETS, b"x")]),
        # The bytes among the properties, and an object with the GUID of its interface in front.
        (
            tnef(
                attribute(0x9002, bytes(14), 2), attribute(0x9005, properties((0x3701, BINARY, b"xyz"), LONG_NAME), 2)
            ),
            [("Årsrapport på norsk.docx", OCTETS, b"xyz")],
        ),
        (
            tnef(attribute(0x9002, b"", 2), attribute(0x9005, properties((0x3701, OBJECT, bytes(16) + b"ole")), 2)),
            [("", OCTETS, b"ole")],
        ),
        # The last checksum is missing.
        (tnef(file(b"one"))[:-2], [("short.txt", OCTETS, b"one")]),
    ],
)
def test_files(data: bytes, expected: list[tuple[str, str, bytes]]) -> None:
    inside = look(data, b"the text of the mail")
    assert found(inside) == expected
    assert inside.problems == ()


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([(0x1000, UNICODE, utf16("Hei på deg"))], ("text/plain", "Hei på deg")),
        ([(0x1000, STRING, "привет\0".encode("cp1251"))], ("text/plain", "привет")),
        ([(0x1000, STRING, "안녕".encode("cp949")), (0x3FDE, LONG, 949)], ("text/plain", "안녕")),
        ([(0x1013, BINARY, "<p>æ</p>".encode()), (0x3FDE, LONG, 65001)], ("text/html", "<p>æ</p>")),
        ([(0x1000, UNICODE, utf16("plain")), (0x1013, BINARY, b"<p>html</p>")], ("text/html", "<p>html</p>")),
        (
            [(0x1009, BINARY, struct.pack("<II4sI", 0, 99, b"MELA", 0) + rb"{\rtf1 Hei\par du}")],
            ("text/plain", "Hei\ndu"),
        ),
    ],
)
def test_text_where_the_mail_has_none(items: list[tuple[int, int, bytes | int]], expected: tuple[str, str]) -> None:
    data = tnef(CODE_PAGE, attribute(0x9003, properties((0x0003, 0x0B, 1), *items)))
    inside = look(data)
    assert [(leaf.content_type, leaf.data().decode()) for leaf in inside.leaves[1:]] == [expected]
    assert [leaf.content_type for leaf in look(data, b"its own").leaves] == ["text/plain", "application/ms-tnef"]


def test_old_writers_have_the_text_as_an_attribute() -> None:
    inside = look(tnef(CODE_PAGE, attribute(0x800C, "привет\0".encode("cp1251"))))
    assert found(inside) == [("", "text/plain", "привет".encode())]


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: application/vnd.ms-tnef",
        b"Content-Type: application/octet-stream; name=WinMail.dat",
        b"Content-Type: application/octet-stream; name=part.bin",
    ],
)
def test_known_by_type_name_or_first_bytes(header: bytes) -> None:
    assert found(look(tnef(file(b"one")), b"text", header)) == [("short.txt", OCTETS, b"one")]


def test_named_properties_and_several_values_are_passed_over() -> None:
    named = struct.pack("<HH16xIII", LONG, 0x8001, 0, 7, 1)
    lettered = struct.pack("<HH16xII", LONG, 0x8002, 1, 6) + utf16("ab") + bytes(2 + 4)
    several = struct.pack("<HH16xIII", 0x1000 | UNICODE, 0x8003, 0, 1, 2) + 2 * b"\2\0\0\0ab\0\0"
    body = properties((0x1000, UNICODE, utf16("Hei")))[4:]
    inside = look(tnef(attribute(0x9003, struct.pack("<I", 4) + named + lettered + several + body)))
    assert found(inside) == [("", "text/plain", b"Hei")]
    assert inside.problems == ()


def test_a_mail_inside_gives_its_text_and_files_as_files() -> None:
    inner = tnef(attribute(0x9003, properties((0x1000, UNICODE, utf16("inner text")))), file(b"inner", b"inner.txt"))
    outer = tnef(
        attribute(0x9002, b"", 2), attribute(0x9005, properties((0x3701, OBJECT, bytes(16) + inner), LONG_NAME), 2)
    )
    assert found(look(outer)) == [
        ("Årsrapport på norsk.docx.txt", "text/plain", b"inner text"),
        ("inner.txt", OCTETS, b"inner"),
    ]


WHOLE = tnef(
    CODE_PAGE, attribute(0x9003, properties((0x1000, UNICODE, utf16("Hei")))), file(b"one", b"a.txt", LONG_NAME)
)


@pytest.mark.parametrize("end", range(0, len(WHOLE) - 2, 5))
def test_cut_off_anywhere_it_keeps_itself_or_what_was_whole(end: int) -> None:
    inside = look(WHOLE[:end])
    kinds = [leaf.content_type for leaf in inside.leaves[1:]]
    assert "application/ms-tnef" in kinds or inside.problems == ()
    assert set(kinds) <= {"application/ms-tnef", "text/plain", OCTETS}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG no TNEF",
        SIGNATURE,
        tnef(b"\x02\x0f\x80\x06\0\xff\xff\xff\xff"),
        tnef(attribute(0x9003, b"\xff\xff\xff\xff")),
        tnef(attribute(0x9003, struct.pack("<IHH", 1, 0x77, 0x1000))),
        tnef(attribute(0x9003, struct.pack("<IHHI", 1, UNICODE, 0x1000, 0xFFFFFFFF))),
        tnef(attribute(0x9003, struct.pack("<IHHII", 1, UNICODE, 0x1000, 1, 0xFFFFFFFF))),
        tnef(attribute(0x9003, struct.pack("<IHH", 1, LONG, 0x8000) + bytes(16) + b"\1\0\0\0\xff\xff\xff\xff")),
        tnef(attribute(0x8010, b"a title without a file", 2)),
        tnef(attribute(0x9002, b"", 2)),
    ],
)
def test_what_holds_nothing_stays_itself(data: bytes) -> None:
    inside = look(data, b"text")
    assert [(leaf.content_type, leaf.data()) for leaf in inside.leaves[1:]] == [("application/ms-tnef", data)]
    assert inside.problems in ((), BROKEN)


def test_not_more_files_than_anybody_sends() -> None:
    inside = look(tnef(*[file(b"x")] * (MOST_FILES + 1)), b"text")
    assert len([leaf for leaf in inside.leaves if leaf.content_type == OCTETS]) == MOST_FILES
    assert inside.problems == (because("winmail_files", MOST_FILES),)

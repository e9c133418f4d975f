"""Files in a text: uuencode and yEnc, and the texts that only speak of them."""

import binascii
import zlib

import pytest

from maildesk.ingest.inside import Inside, look_inside
from maildesk.ingest.mime.structure import read_structure
from maildesk.ingest.unpack.in_text import MOST_FILES
from maildesk.notify.why import in_words

DATA = bytes(range(256)) * 2
CHECKSUM = f"crc32={zlib.crc32(DATA):08x}"


def uuencoded(data: bytes, name: str = "a.bin", end: bytes = b"`\nend\n") -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45], backtick=True) for at in range(0, len(data), 45))
    return b"begin 644 " + name.encode() + b"\n" + lines + end


def yenc(data: bytes, head: str = "line=128 size=512 name=a.bin", tail: str = "size=512") -> bytes:
    encoded = b""
    for byte in data:
        shifted = (byte + 42) % 256
        encoded += b"=" + bytes([(shifted + 64) % 256]) if shifted in b"\0\n\r=" else bytes([shifted])
    lines = b"\r\n".join(encoded[at : at + 128] for at in range(0, len(encoded), 128))
    return f"=ybegin {head}\r\n".encode() + lines + f"\r\n=yend {tail}\r\n".encode()


def look(body: bytes, header: bytes = b"Content-Transfer-Encoding: 8bit\n") -> Inside:
    return look_inside(read_structure(header + b"\n" + body).leaves)


def files(inside: Inside) -> list[tuple[str, bytes]]:
    return [(leaf.filename, leaf.data()) for leaf in inside.leaves[1:]]


@pytest.mark.parametrize(
    ("body", "text", "found"),
    [
        (b"Hei\n" + uuencoded(DATA) + b"Kari\n", b"Hei\nKari\n", [("a.bin", DATA)]),
        (uuencoded(DATA).replace(b"\n", b"\r\n"), b"", [("a.bin", DATA)]),
        (uuencoded(DATA).replace(b"\n", b"\r"), b"", [("a.bin", DATA)]),
        (uuencoded(DATA).replace(b"`", b" "), b"", [("a.bin", DATA)]),
        # The spaces at the ends of lines are lost.
        (b"\n".join(line.rstrip() for line in uuencoded(bytes(50)).replace(b"`", b" ").split(b"\n")), None, []),
        (uuencoded(b"one", "1") + uuencoded(b"two", "2"), b"", [("1", b"one"), ("2", b"two")]),
        (uuencoded(DATA, "brev på norsk.doc"), b"", [("brev på norsk.doc", DATA)]),
        (uuencoded(DATA, '"../../x.sh"'), b"", [("../../x.sh", DATA)]),
        (uuencoded(DATA, end=b"\n\nend\n"), b"", [("a.bin", DATA)]),
        (uuencoded(DATA, end=b"end\n"), b"", [("a.bin", DATA)]),
        (b"begin-base64 644 b.txt\naGVsbG8=\n====\nbye", b"bye", [("b.txt", b"hello")]),
        (yenc(DATA), b"", [("a.bin", DATA)]),
        (
            b"Hei\n" + yenc(DATA, tail=f"size=512 crc32={zlib.crc32(DATA):08x}") + b"Kari",
            b"Hei\n\r\nKari",
            [("a.bin", DATA)],
        ),
        (
            yenc(DATA, "part=1 total=1 line=128 size=512 name=my file.bin\r\n=ypart begin=1 end=512"),
            b"",
            [("my file.bin", DATA)],
        ),
    ],
)
def test_taken_out_of_the_text(body: bytes, text: bytes | None, found: list[tuple[str, bytes]]) -> None:
    inside = look(body)
    assert files(inside) == found
    assert inside.leaves[0].data().strip(b"\r\n") == (body if text is None else text).strip(b"\r\n")
    assert inside.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        b"Please begin 644 today.\nThe end\n",
        b"begin 644 names\nend\n",
        b"begin 644 the meeting\nKari and Ola come.\nend\n",
        b"begin 644 FILE\nSOME TEXT IN CAPITALS\nend\n",
        b"begin 644 FILE\nM12\n`\nend\n",
        b"begin 644 FILE\nSOME TEXT\nMORE TEXT\n#86)C\n`\nend\n",
        b"> " + uuencoded(b"quoted").replace(b"\n", b"\n> "),
        b"begin 644 a\n" * 50,
        b"begin-base64 644 b\nno base64 here!\n====\n",
        b"begin 644 cut\n#86)C\n",
        b"=ybegin line=128 size=3 name=x\nno end",
        b"=ybegin line=128 size=3\nno name\n=yend size=3\n",
        b"a =ybegin line=128 size=3 name=x\nabc\n=yend size=3\n",
    ],
)
def test_left_in_the_text(text: bytes) -> None:
    assert [leaf.data() for leaf in look(text).leaves] == [text]


@pytest.mark.parametrize(
    ("body", "data", "problem"),
    [
        (uuencoded(DATA, end=b""), DATA, "cut off"),
        (yenc(DATA, tail="size=511"), DATA, "damaged"),
        (yenc(DATA, tail="size=512 crc32=00000001"), DATA, "damaged"),
        (yenc(DATA, "part=2 total=3 line=128 size=9999999999 name=x"), DATA, "one part of several"),
        (yenc(b"abc", "line=128 size=9999999999 name=x", "size=9999999999"), b"abc", "damaged"),
    ],
)
def test_said_what_is_wrong(body: bytes, data: bytes, problem: str) -> None:
    inside = look(body)
    assert [one for _, one in files(inside)] == [data]
    assert len(inside.problems) == 1 and problem in in_words(inside.problems[0], "en")


def test_a_text_that_is_encoded_itself() -> None:
    inside = look(binascii.b2a_base64(b"Hei\n" + uuencoded(DATA)), b"Content-Transfer-Encoding: base64\n")
    assert [leaf.data() for leaf in inside.leaves] == [b"Hei\n", DATA]


def test_an_attached_text_keeps_what_is_in_it() -> None:
    body = uuencoded(DATA)
    inside = look(body, b"Content-Disposition: attachment; filename=log.txt\n")
    assert [leaf.data() for leaf in inside.leaves] == [body]


def test_not_more_files_than_anybody_sends() -> None:
    inside = look(uuencoded(b"one") * (MOST_FILES + 1))
    assert len(files(inside)) == MOST_FILES
    assert inside.leaves[0].data() == uuencoded(b"one")

"""PGP in a text, multipart/encrypted, and S/MIME: signed is read through, encrypted is named."""

import base64

import pytest

from maildesk.ingest.inside import DEEPEST, Inside, look_inside
from maildesk.ingest.mime.structure import read_structure
from maildesk.ingest.unpack import pgp, smime
from maildesk.reason import because

SIGNATURE = b"-----BEGIN PGP SIGNATURE-----\nVersion: x\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----"
MESSAGE = b"-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----"
KEY = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQEN\n-----END PGP PUBLIC KEY BLOCK-----"
SIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
SIGNED_DATA = "2a864886f70d010702"
ENVELOPED = "2a864886f70d010703"
PLAIN_DATA = "2a864886f70d010701"


def look(body: bytes, header: bytes = b"") -> Inside:
    return look_inside(read_structure(header + b"\n" + body).leaves)


@pytest.mark.parametrize(
    ("body", "text", "files"),
    [
        (SIGNED + b"Hei\n" + SIGNATURE + b"\n", b"Hei\n\n", [("signature.asc", SIGNATURE)]),
        (b"Top\n" + SIGNED + b"Hei\n" + SIGNATURE + b"\nfooter", b"Top\nHei\n\nfooter", [("signature.asc", SIGNATURE)]),
        (SIGNED + b"- - a list\n- -- \nKari\n- From here\n- kept\n" + SIGNATURE, None, [("signature.asc", SIGNATURE)]),
        (b"Hei\n" + MESSAGE, b"Hei\n", [("encrypted.asc", MESSAGE)]),
        (b"My key:\n" + KEY + b"\n", b"My key:\n\n", [("key.asc", KEY)]),
        ((SIGNED + b"Hei\n" + SIGNATURE).replace(b"\n", b"\r\n"), b"Hei\r\n", None),
    ],
)
def test_armor_leaves_the_text(body: bytes, text: bytes | None, files: list[tuple[str, bytes]] | None) -> None:
    inside = look(body)
    assert inside.leaves[0].data() == (text if text is not None else b"- a list\n-- \nKari\nFrom here\n- kept\n")
    assert files is None or [(leaf.filename, leaf.data()) for leaf in inside.leaves[1:]] == files
    assert inside.problems == ((pgp.ENCRYPTED,) if b"PGP MESSAGE" in body else ())


@pytest.mark.parametrize(
    "text",
    [
        b"> " + MESSAGE.replace(b"\n", b"\n> "),
        b"-----BEGIN PGP SIGNED MESSAGE-----\n#close\n-----END PGP SIGNATURE-----",
        SIGNED + b"no end",
        b"-----BEGIN PGP MESSAGE-----\nno end",
        b"It begins with -----BEGIN PGP MESSAGE-----",
        b"-----BEGIN PGP MESSAGE-----\n" * 1000,
        SIGNED * 1000,
    ],
)
def test_armor_that_is_none_stays(text: bytes) -> None:
    assert [leaf.data() for leaf in look(text).leaves] == [text]


def test_encrypted_multipart_is_named_once() -> None:
    parts = b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n\n" + MESSAGE + b"\n--b--"
    inside = look(parts, b"Content-Type: multipart/encrypted; boundary=b\n")
    assert [leaf.content_type for leaf in inside.leaves] == ["application/pgp-encrypted", "text/plain"]
    assert inside.problems == (pgp.ENCRYPTED,)


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def endless(tag: int, content: bytes) -> bytes:
    """The form without a length, which programs write that do not know it yet."""
    return bytes([tag, 0x80]) + content + b"\0\0"


def cms(content: bytes, kind: str = SIGNED_DATA, *, form: str = "der") -> bytes:
    wrap = der if form == "der" else endless
    pieces = [content[at : at + 7] for at in range(0, len(content), 7)]
    octets = der(0x04, content) if form == "der" else wrap(0x24, b"".join(der(0x04, one) for one in pieces))
    if form == "nested":
        octets = endless(0x24, der(0x24, der(0x04, content[:5])) + endless(0x24, der(0x04, content[5:])))
    inner = wrap(0x30, der(0x06, bytes.fromhex(PLAIN_DATA)) + wrap(0xA0, octets))
    algorithms = wrap(0x31, wrap(0x30, der(0x06, b"\x2a")))
    signed = wrap(0x30, der(0x02, b"\x01") + algorithms + inner + wrap(0x31, b""))
    return wrap(0x30, der(0x06, bytes.fromhex(kind)) + wrap(0xA0, signed))


def open_p7m(data: bytes, name: str = "smime.p7m", content_type: str = "application/pkcs7-mime") -> Inside:
    header = f"Content-Type: {content_type}; name={name}\nContent-Transfer-Encoding: base64\n"
    return look(base64.encodebytes(data), header.encode())


TYPES = ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"]
INNER = b"Content-Type: multipart/alternative; boundary=i\n\n--i\n\nHei\n--i\nContent-Type: text/html\n\n<p>Hei\n--i--"


@pytest.mark.parametrize("form", ["der", "endless", "nested"])
@pytest.mark.parametrize(
    "content_type", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"]
)
def test_signed_parts_are_read_through(form: str, content_type: str) -> None:
    inside = open_p7m(cms(INNER, form=form), content_type=content_type)
    assert [leaf.content_type for leaf in inside.leaves] == [content_type, "text/plain", "text/html"]
    assert [leaf.index for leaf in inside.leaves] == [0, 1, 2]
    assert inside.leaves[1].data() == b"Hei"
    assert [one.media_type for one in inside.leaves[1].inside] == ["multipart/alternative"]
    assert inside.problems == ()


def test_multiparts_inside_are_none_of_those_around() -> None:
    p7m = b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(
        cms(INNER)
    )
    body = b"--o\n\nHallo\n--o\n" + p7m + b"\n--o\n" + p7m + b"\n--o--"
    inside = look(body, b"Content-Type: multipart/alternative; boundary=o\n")
    numbers = {one.number for leaf in inside.leaves for one in leaf.inside}
    assert len(numbers) == 3


@pytest.mark.parametrize(
    ("name", "file"), [("faktura.xml.p7m", "faktura.xml"), ("FAKTURA.PDF.P7M", "FAKTURA.PDF"), ("smime.p7m", "smime")]
)
def test_a_signed_file_is_a_file(name: str, file: str) -> None:
    leaf = open_p7m(cms(b"<?xml version='1.0'?>"), name).leaves[1]
    assert (leaf.filename, leaf.data(), leaf.disposition) == (file, b"<?xml version='1.0'?>", "attachment")


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (cms(b"secret", ENVELOPED), (smime.ENCRYPTED,)),
        (cms(b"secret", ENVELOPED, form="endless"), (smime.ENCRYPTED,)),
        (cms(INNER, PLAIN_DATA), ()),
        (cms(INNER)[:60], (because("smime_broken"),)),
        (b"\x30\x84\xff\xff\xff\xff", (because("smime_broken"),)),
        (b"\x30\x80" * 5000, (because("smime_broken"),)),
        (b"%PDF-1.4 no S/MIME at all", (because("smime_broken"),)),
        (b"", (because("smime_broken"),)),
    ],
)
def test_what_cannot_be_read_stays(data: bytes, problems: tuple[str, ...]) -> None:
    inside = open_p7m(data)
    assert [leaf.content_type for leaf in inside.leaves] == ["application/pkcs7-mime"]
    assert inside.problems == problems


@pytest.mark.parametrize("end", range(0, len(cms(INNER)), 3))
@pytest.mark.parametrize("form", ["der", "nested"])
def test_cut_off_anywhere(form: str, end: int) -> None:
    assert open_p7m(cms(INNER, form=form)[:end]).leaves[0].content_type == "application/pkcs7-mime"


def test_signed_again_and_again_ends() -> None:
    header = b"Content-Type: application/pkcs7-mime\n\n"
    data = b"Content-Type: text/plain\n\nHei"
    for _ in range(DEEPEST + 1):
        data = header + cms(data)
    inside = look(data.removeprefix(header), header[:-1])
    assert len(inside.leaves) == DEEPEST + 1
    assert inside.problems == (because("too_much_inside"),)

"""RTF to text: compressed, made of HTML, and plain."""

import struct

import pytest

from maildesk.ingest.unpack.rtf import LONGEST, expand, read_compressed_rtf, read_rtf

# The examples of MS-OXRTFCP 4.1.1 and 4.1.2.
SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def literal(data: bytes) -> bytes:
    """Compressed by somebody who finds nothing to compress."""
    runs = b"".join(b"\0" + data[at : at + 8] for at in range(0, len(data), 8))
    return struct.pack("<II4sI", len(runs) + 12, len(data), b"LZFu", 0) + runs


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SIMPLE, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (CROSSING, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        (literal(b"{\\rtf1 plain}"), b"{\\rtf1 plain}"),
        (struct.pack("<II4sI", 16, 3, b"MELA", 0) + b"abcd", b"abc"),
        (SIMPLE[:30], b"{\\rtf1\\ansi\\ansicpg1252"),
        (struct.pack("<II4sI", 16, 3, b"what", 0) + b"abc", b""),
        (b"short", b""),
        (b"", b""),
    ],
)
def test_expanded(data: bytes, expected: bytes) -> None:
    assert expand(data) == expected


@pytest.mark.parametrize("head", [None, struct.pack("<II4sI", 0, 1 << 31, b"MELA", 0)])
def test_expanded_no_further_than_the_limit(head: bytes | None) -> None:
    data = bytes(LONGEST + 99)
    assert expand(literal(data) if head is None else head + data) == bytes(LONGEST)


HEAD = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset129 Gulim;}}{\colortbl;\red0;}"


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"\f0 Hei\par Kari}", "Hei\nKari"),
        (rb"bl\'e5b\'e6r og \'93sitat\'94}", "blåbær og “sitat”"),
        (rb"\f1\'b0\'a1\'b3\'aa\f0  ok}", "가나 ok"),
        (rb"\u54620 ?\uc0\u-10179 \u-8704 x}", "한😀x"),
        (rb"\uc2\u54620 ab|\uc1\u54620\'5f|}", "한|한|"),
        (rb"a\{b\}\\c\~d}", "a{b}\\c\xa0d"),
        (rb"one\tab two\line three\emdash}", "one\ttwo\nthree—"),
        (rb"{\pict\bin3 }}{}{\*\unknown hidden}shown{\b bold}}", "shownbold"),
        (rb"{\field{\*\fldinst{HYPERLINK x}}{\fldrslt link}}}", "link"),
        (b"broken\r\nlines {\\b and groups", "brokenlines and groups"),
        (rb"}}}}after", "after"),
        (rb"\bin999999999 gone", ""),
        (rb"\u55357 ?lone}", "\ufffdlone"),
        (b"\\", ""),
    ],
)
def test_text(rtf: bytes, text: str) -> None:
    read = read_rtf(HEAD + rtf)
    assert (read.text, read.is_html) == (text, False)


def test_html_comes_back_out() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64}\uc1\pard\plain"
        rb"{\*\htmltag19 <html>}{\*\htmltag50 <body>}\htmlrtf {\htmlrtf0 {\*\htmltag148 <a href=\'22x\'22>}"
        rb"\htmlrtf {\field{\*\fldinst{HYPERLINK x}}{\fldrslt\cf1\ul \htmlrtf0 bl\'e5 lenke\htmlrtf }\htmlrtf0 }"
        rb"{\*\htmltag156 </a>}{\*\htmltag84 &amp;}\htmlrtf &\htmlrtf0 {\*\mhtmltag1 gone}\par more"
        rb"{\*\htmltag58 </body>}{\*\htmltag27 </html>}}"
    )
    read = read_compressed_rtf(literal(rtf))
    assert read.is_html
    assert read.text == '<html><body><a href="x">blå lenke</a>&amp;\nmore</body></html>'


@pytest.mark.parametrize("data", [b"", b"{", b"no rtf", b"<html>", rb"{\*\rtf"])
def test_what_is_no_rtf_has_no_text(data: bytes) -> None:
    assert read_rtf(data).text == ""


@pytest.mark.parametrize("piece", [b"{", b"}", rb"{\*\a ", rb"\'41", rb"\u1 ", b"\\", rb"\f1\fcharset129 "])
def test_any_depth_and_length(piece: bytes) -> None:
    assert len(read_rtf(HEAD + piece * (LONGEST // len(piece) // 4)).text) < LONGEST

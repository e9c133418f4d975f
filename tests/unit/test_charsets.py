import pytest

from maildesk.ingest.charsets import codec_for, decode_text, scrub

KOREAN = "프린터가 작동하지 않습니다. 어제부터 로그인이 되지 않아요."
NORWEGIAN = "Skriveren på kontoret virker ikke, og ingen får åpnet døra. Ærlig talt!"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ('"utf8"', "utf-8"),
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("us-ascii", "ascii"),
        ("euc-kr", "cp949"),
        ("ks_c_5601-1987", "cp949"),
        ("KS_C_5601", "cp949"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("windows-1251", "cp1251"),
        ("cp-850", "cp850"),
        ("x-sjis", "cp932"),
        ("iso-8859-8-i", "iso-8859-8"),
        ("utf-8*en", "utf-8"),
        ("idna", None),
        ("punycode", None),
        ("unicode_escape", None),
        ("undefined", None),
        ("zlib", None),
        ("rot13", None),
        ("../../etc/passwd", None),
        ("a" * 5000, None),
        ("", None),
    ],
)
def test_labels(label: str, codec: str | None) -> None:
    assert codec_for(label) == codec


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        (NORWEGIAN.encode("cp1252"), "iso-8859-1", NORWEGIAN),
        (b"\x93quoted\x94 \x96 5 \x80", "iso-8859-1", "“quoted” – 5 €"),
        (NORWEGIAN.encode(), "iso-8859-1", NORWEGIAN),
        (NORWEGIAN.encode(), "", NORWEGIAN),
        (NORWEGIAN.encode(), "no-such-charset", NORWEGIAN),
        (KOREAN.encode("cp949"), "euc-kr", KOREAN),
        (KOREAN.encode("cp949"), "us-ascii", KOREAN),
        (KOREAN.encode("cp949"), "utf-8", KOREAN),
        (KOREAN.encode("iso-2022-kr"), "iso-2022-kr", KOREAN),
        (KOREAN.encode("utf-16"), "", KOREAN),
        ("漢字かな".encode("iso-2022-jp"), "", "漢字かな"),
        ("①漢字".encode("cp932"), "shift_jis", "①漢字"),
        (b"\x1b$B-!4A;z\x1b(B", "iso-2022-jp", "①漢字"),
        ("镕".encode("gb18030"), "gb2312", "镕"),
        (b"Hi +AOY- there", "utf-7", "Hi æ there"),
        (b"a\x00b", "utf-8", "ab"),
        (NORWEGIAN.encode()[:-1] + b"\xc3", "utf-8", NORWEGIAN[:-1] + "\ufffd"),
        (b"", "utf-8", ""),
    ],
)
def test_decoding(data: bytes, label: str, text: str) -> None:
    assert decode_text(data, label) == text


def test_hint_is_for_bytes_without_a_label() -> None:
    assert decode_text("김".encode("cp949"), "", "euc-kr") == "김"


def test_scrub() -> None:
    assert scrub("a\0b\ud800c") == "ab\ufffdc"

import pytest

from maildesk.ingest.mime.charset_names import codec_for
from maildesk.ingest.mime.charsets import decode_text, scrub

KOREAN = "프린터가 작동하지 않습니다. 어제부터 로그인이 되지 않아요."
RUSSIAN = "Здравствуйте, у меня со вчерашнего дня не работает принтер."
SPANISH = "¿Cuándo llegará mi pedido? El señor está esperando hasta mañana."
POLISH = "Proszę o sprawdzenie, dlaczego nie działa drukarka. Żółw gęś łódź."
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
        ("iso88591", "cp1252"),
        ("ISO_8859-1:1987", "cp1252"),
        ("iso8859-2", "iso-8859-2"),
        ("windows-28605", "iso-8859-15"),
        ("65001", "utf-8"),
        ("csUTF7", "utf-7"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("cp50220", "iso-2022-jp"),
        ("csISO2022JP", "iso-2022-jp"),
        ("windows-31j", "cp932"),
        ("iso-ir-149", "cp949"),
        ("koi8r", "koi8-r"),
        ("dos-866", "cp866"),
        ("TIS620", "cp874"),
        ("x-mac-ce", "mac-latin2"),
        ("hz-gb-2312", "hz"),
        ("utf-8; format=flowed", "utf-8"),
        ("8bit", None),
        ("x-unknown", None),
        ("cp037", None),
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
        (RUSSIAN.encode(), "windows-1251", RUSSIAN),
        (KOREAN.encode(), "gb2312", KOREAN),
        (RUSSIAN.encode("cp1251"), "iso-8859-1", RUSSIAN),
        (KOREAN.encode("cp949"), "windows-1252", KOREAN),
        ("漢字かな".encode("iso-2022-jp"), "utf-8", "漢字かな"),
        (b"plain text", "utf-16", "plain text"),
        ("på".encode("utf-16-le"), "utf-16", "på"),
        ("på".encode("utf-16-be"), "utf-16", "på"),
        (SPANISH.encode("cp1252"), "", SPANISH),
        (POLISH.encode("cp1250"), "", POLISH),
        (b"a\x00b", "utf-8", "ab"),
        (NORWEGIAN.encode()[:-1] + b"\xc3", "utf-8", NORWEGIAN[:-1] + "\ufffd"),
        (
            (NORWEGIAN + "\n").encode() + "Sendt fra Åse på jobb".encode("cp1252"),
            "utf-8",
            NORWEGIAN + "\nSendt fra Åse på jobb",
        ),
        (NORWEGIAN.encode() * 5 + b" \xe6\xf8\xe5 x", "utf-8", NORWEGIAN * 5 + " \ufffd\ufffd\ufffd x"),
        ("漢字かな交じり文".encode("euc-jp"), "iso-2022-jp", "漢字かな交じり文"),
        ("漢字かな交じり文".encode("cp932"), "iso-2022-jp", "漢字かな交じり文"),
        (b"", "utf-8", ""),
    ],
)
def test_decoding(data: bytes, label: str, text: str) -> None:
    assert decode_text(data, label) == text


def test_hint_is_for_bytes_without_a_label() -> None:
    assert decode_text("김".encode("cp949"), "", "euc-kr") == "김"


def test_scrub() -> None:
    assert scrub("a\0b\ud800c") == "ab\ufffdc"

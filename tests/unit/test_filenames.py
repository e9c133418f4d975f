import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.filenames import LONGEST, clean_filename, saved_as


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("screen.png", "screen.png"),
        ("", ""),
        ("...", ""),
        ("/", ""),
        # Composed first: Mac clients send Hangul in pieces.
        ("\u1112\u1161\u11ab\u1100\u1173\u11af.hwp", "한글.hwp"),
        ("ko\u0308.txt", "kö.txt"),
        # Paths of all systems, and what looks like them.
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("\uff0fetc\uff0fpasswd", "passwd"),
        ("a\u2215b.txt", "b.txt"),
        ("folder/", "folder"),
        # Direction, zero width, control, blanks that are letters.
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u200b.htaccess", "htaccess"),
        ("\ufeff.bashrc", "bashrc"),
        ("a\x00b\tc\r\nd.txt", "abcd.txt"),
        ("a\ud800b.txt", "ab.txt"),
        ("invoice.pdf\u3164\u3164\u2800.exe", "invoice.pdf .exe"),
        ("invoice.pdf          .exe", "invoice.pdf .exe"),
        ("a\u2028b.txt", "ab.txt"),
        # Leading and trailing dots and blanks.
        (" .profile ", "profile"),
        ("report.pdf. . .", "report.pdf"),
        ("\u3000report\u3000final.pdf\u00a0", "report\u3000final.pdf"),
        # Devices.
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("lpt1.tar.gz", "_lpt1.tar.gz"),
        ("com\u00b9.txt", "_com\u00b9.txt"),
        ("console.log", "console.log"),
        ("com10.txt", "com10.txt"),
        # Length, in bytes; the ending stays.
        ("x" * 300 + ".pdf", "x" * 236 + ".pdf"),
        ("한" * 100 + ".hwp", "한" * 78 + ".hwp"),
        ("x" * 300, "x" * 240),
        ("a." + "x" * 300, "a." + "x" * 238),
        # What is a name stays one.
        ("Bilde 12. mars (2).jpeg", "Bilde 12. mars (2).jpeg"),
        ("오류 화면.png", "오류 화면.png"),
        ("résumé – final!.docx", "résumé – final!.docx"),
    ],
)
def test_a_name_is_only_a_name(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ('a "quoted" file', "a _quoted_ file"),
        ('a"; name="b.exe', "a_; name=_b.exe"),
        ("what?.txt", "what_.txt"),
        ("a.txt:stream.exe", "a.txt_stream.exe"),
        ("a<b>|c*.txt", "a_b__c_.txt"),
        ("한" * 100 + ".hwp", "한" * 38 + ".hwp"),
        ("", "attachment"),
        ("...", "attachment"),
    ],
)
def test_a_name_is_saved_as(name: str, saved: str) -> None:
    assert saved_as(name) == saved


@given(st.text(max_size=300))
def test_whatever_comes_what_goes_is_plain(name: str) -> None:
    clean = clean_filename(name)
    assert clean_filename(clean) == clean
    assert len(clean.encode()) <= LONGEST
    assert not set(clean) & set("/\\") and not set(saved_as(name)) & set('/\\:*?"<>|')
    assert not clean.startswith((".", " ")) and not clean.endswith((".", " "))
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in clean)

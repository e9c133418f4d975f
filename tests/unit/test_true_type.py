import zipfile
from io import BytesIO

import pytest

from maildesk.filekinds import disguise_of, kind_of, really
from maildesk.ingest.true_type import HEAD, true_type

PE = b"MZ\x90\x00" + bytes(56) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\0\0" + bytes(100)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(30)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(30)
PROGRAM = "application/x-msdownload"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(*names: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("head", "declared", "true"),
    [
        # What it is, whatever it is called.
        (PE, "application/pdf", PROGRAM),
        (PE, "application/octet-stream", PROGRAM),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "image/png", "application/x-executable"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0", "application/msword", "application/x-ms-shortcut"),
        (b"\xca\xfe\xba\xbe\0\0\0\x3d" + bytes(30), "image/jpeg", "application/java-vm"),
        (b"<html><body>", "image/jpeg", "text/html"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html><p>", "application/pdf", "text/html"),
        (b"<script>alert(1)</script>", "text/plain", "text/html"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "image/png", "image/svg+xml"),
        (b"#!/bin/sh\nrm", "text/plain", "text/x-script"),
        (b"[InternetShortcut]\r\nURL=x", "text/plain", "application/x-mswinurl"),
        (PNG, "image/jpeg", "image/png"),
        (JPEG, "application/octet-stream", "image/jpeg"),
        (HEIC, "image/jpeg", "image/heic"),
        (HEIC, "application/octet-stream", "image/heic"),
        (PDF, "application/octet-stream", "application/pdf"),
        (b"junk\r\n" + PDF, "application/pdf", "application/pdf"),
        (b"GIF89a" + bytes(30), "image/png", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30), "image/png", "image/webp"),
        (zipped("a.txt"), "application/octet-stream", "application/zip"),
        (zipped("a.txt"), "application/pdf", "application/zip"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(30), "application/pdf", "application/x-rar-compressed"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(30), "image/png", "application/x-7z-compressed"),
        (b"\x1f\x8b\x08" + bytes(30), "application/octet-stream", "application/gzip"),
        (b"\x78\x9f\x3e\x22" + bytes(30), "application/octet-stream", "application/ms-tnef"),
        (rb"{\rtf1\ansi x}", "application/octet-stream", "application/rtf"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0", "application/octet-stream", "text/calendar"),
        (b"just words", "application/octet-stream", "text/plain"),
        (b"just words", "image/png", "text/plain"),
        # Where the bytes do not tell, the sender does.
        (b"", "image/png", "image/png"),
        (b"\x01\x02\x03", "application/x-trace", "application/x-trace"),
        (b"\x01\x02\x03", "application/octet-stream", "application/octet-stream"),
        (b"a,b\n1,2", "text/csv", "text/csv"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"<?xml version='1.0'?><a/>", "application/gpx+xml", "application/gpx+xml"),
        (b"<?xml version='1.0'?><a/>", "application/pdf", "application/xml"),
        (OLE, "application/msword", "application/msword"),
        (OLE, "application/vnd.ms-outlook", "application/vnd.ms-outlook"),
        (OLE, "application/pdf", "application/x-ole-storage"),
        (zipped("[Content_Types].xml", "word/document.xml"), DOCX, DOCX),
        (zipped("x"), DOCX, DOCX),
        ("skriv på".encode("utf-16"), "text/plain", "text/plain"),
        # Two letters are no signature.
        (b"MZ is a district, and its people write mails.", "text/plain", "text/plain"),
        (b"BM: see below", "text/plain", "text/plain"),
        (b"ID3 is a tag", "text/plain", "text/plain"),
        # Only the beginning is looked at.
        (b"a" * HEAD + PE, "text/plain", "text/plain"),
    ],
)
def test_true_type(head: bytes, declared: str, true: str) -> None:
    assert true_type(head, declared) == true


@pytest.mark.parametrize(
    ("filename", "declared", "true", "disguise"),
    [
        ("invoice.pdf", "application/pdf", PROGRAM, "program"),
        ("invoice.pdf", "application/octet-stream", PROGRAM, "program"),
        ("photo.jpg", "image/jpeg", "text/html", "page"),
        ("photo.jpg", "image/jpeg", "image/svg+xml", "page"),
        ("report.xls", "application/vnd.ms-excel", "text/html", "page"),
        ("report.pdf", "application/pdf", "application/zip", "archive"),
        ("photo.jpg", "image/jpeg", "text/plain", "text"),
        ("setup.exe", "image/png", "image/png", "picture"),
        # Honest.
        ("photo.jpg", "image/jpeg", "image/png", ""),
        ("photo", "application/octet-stream", "image/png", ""),
        ("setup.exe", "application/octet-stream", PROGRAM, ""),
        ("page.html", "text/html", "text/html", ""),
        ("page.html", "text/plain", "text/html", ""),
        ("report.docx", DOCX, DOCX, ""),
        ("report.docx", "application/octet-stream", "application/zip", ""),
        ("library.jar", "application/java-archive", "application/zip", ""),
        ("notes.doc", "application/msword", "text/plain", ""),
        ("list.csv", "application/vnd.ms-excel", "text/plain", ""),
        ("voice.mp4", "video/mp4", "audio/mp4", ""),
        ("data.bin", "application/x-trace", "application/x-trace", ""),
        ("", "", "", ""),
    ],
)
def test_disguise(filename: str, declared: str, true: str, disguise: str) -> None:
    assert disguise_of(filename, declared, true) == disguise


@pytest.mark.parametrize(
    ("filename", "declared", "true", "word"),
    [
        ("setup.exe", "application/octet-stream", PROGRAM, "program"),
        ("invoice.pdf .exe", "application/octet-stream", "application/octet-stream", "program"),
        ("run.ps1", "text/plain", "text/plain", "program"),
        ("photo.jpg", "image/jpeg", "text/html", "page"),
        ("photo.jpg", "image/jpeg", "image/jpeg", ""),
        ("exe", "text/plain", "text/plain", ""),
    ],
)
def test_what_a_reader_is_warned_of(filename: str, declared: str, true: str, word: str) -> None:
    assert really(filename, declared, true) == word


def test_every_word_is_known() -> None:
    assert kind_of("image/png") == "picture" and kind_of("image/svg+xml") == "page" and kind_of("x/y") == ""

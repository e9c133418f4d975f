"""What a file is, by its first bytes. It opens and unpacks nothing.

Names and types are the sender's words. Strong signatures only: a text that happens to begin with "MZ" or "BM" is a
text, and where nothing is known for sure the declared type stands.
"""

import re
from typing import Final

import filetype

from maildesk.filekinds import DOCUMENTS_INSIDE, PROGRAM, SAYS_NOTHING, kind_of

#: Bytes of a file that are looked at.
HEAD: Final = 8192
#: In the order of the check; the first that matches says it.
_SIGNATURES: Final = (
    (re.compile(rb"MZ(?s:.){58}(?s:.){4}(?s:.)*?PE\0\0"), PROGRAM),
    (re.compile(rb"\x7fELF[\x01\x02][\x01\x02]\x01"), "application/x-executable"),
    (re.compile(rb"(?:\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe)"), "application/x-mach-binary"),
    (re.compile(rb"\xca\xfe\xba\xbe\0\0\0[\x2d-\x60]"), "application/java-vm"),
    (re.compile(rb"L\0\0\0\x01\x14\x02\0"), "application/x-ms-shortcut"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), DOCUMENTS_INSIDE),
    (re.compile(rb"\x78\x9f\x3e\x22"), "application/ms-tnef"),
    (re.compile(rb"ITSF\x03\0\0\0"), "application/vnd.ms-htmlhelp"),
    (re.compile(rb"(?s:.){0,1000}%PDF-[12]\."), "application/pdf"),
    (re.compile(rb"PK\x03\x04(?s:.){26}mimetypeapplication/hwp\+zip"), "application/hwp+zip"),
)
#: Of a file without a NUL in it, behind white space and a byte order mark.
_TEXTS: Final = (
    (re.compile(rb"<!doctype\s+html|<(?:html|head|body|script|iframe|meta|title|frameset)[\s>/]", re.I), "text/html"),
    (re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<(?:!doctype\s+)?svg[\s>]", re.I), "image/svg+xml"),
    (re.compile(rb"<\?xml[^>]*>\s*(?:<!doctype\s+html[^>]*>\s*)?<html[\s>]", re.I), "application/xhtml+xml"),
    (re.compile(rb"<\?xml\s", re.I), "application/xml"),
    (re.compile(rb"<\?php\b|#!\s*/", re.I), "text/x-script"),
    (re.compile(rb"\[InternetShortcut\]", re.I), "application/x-mswinurl"),
    (re.compile(rb"\{\\rtf1?\b"), "application/rtf"),
    (re.compile(rb"%!PS-Adobe-"), "application/postscript"),
    (re.compile(rb"BEGIN:VCALENDAR\s", re.I), "text/calendar"),
    (re.compile(rb"BEGIN:VCARD\s", re.I), "text/vcard"),
)
_BEFORE_TEXT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*")
_NOT_IN_TEXT: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_WIDE_TEXT: Final = (b"\xff\xfe", b"\xfe\xff")


def true_type(head: bytes, declared: str) -> str:
    """The type of a file with these first bytes (HEAD of them are enough); `declared` where they do not tell."""
    head = head[:HEAD]
    found = next((name for pattern, name in _SIGNATURES if pattern.match(head)), "")
    if found == DOCUMENTS_INSIDE and kind_of(declared) == "document":
        return declared
    return found or (_type_of_text(head, declared) if is_text(head) else _type_of_bytes(head, declared))


def is_text(head: bytes) -> bool:
    """Has it none of the bytes that no text has?"""
    return not _NOT_IN_TEXT.search(head)


def _type_of_text(head: bytes, declared: str) -> str:
    start = _BEFORE_TEXT.match(head)
    at = start.end() if start else 0
    found = next((name for pattern, name in _TEXTS if pattern.match(head, at)), "")
    if found == "application/xml" and (declared.endswith("xml") or kind_of(declared) in ("document", "text")):
        return declared
    if found:
        return found
    # Some text. A program or a picture it is not; what else it may be, its sender knows best.
    wrong = declared in SAYS_NOTHING or kind_of(declared) in ("picture", "pdf", "archive", "sound", "film")
    return "text/plain" if head and wrong else declared


def _type_of_bytes(head: bytes, declared: str) -> str:
    if head.startswith(_WIDE_TEXT) and kind_of(declared) in ("text", "page"):
        return declared
    found = filetype.guess_mime(head) or ""
    if not found:
        return declared
    # A document is an archive, and a sound may stand in the frame of a film.
    related = kind_of(declared) == "document" and kind_of(found) in ("document", "archive")
    return declared if related or kind_of(found) == kind_of(declared) not in ("picture", "") else found

"""What kind of thing a file is, in a word for people: a picture, a document, a program; and whether it calls itself
another. Types and names only, no bytes: those are read by ingest/true_type.py.
"""

from typing import Final

PROGRAM: Final = "application/x-msdownload"
#: Old Office files, mails of Outlook and others look alike from outside.
DOCUMENTS_INSIDE: Final = "application/x-ole-storage"
#: Names and types that say nothing of what is inside.
SAYS_NOTHING: Final = frozenset(
    {"", "application/octet-stream", "application/binary", "application/x-download", "application/force-download"}
)
#: The word for what a file is, by the beginning of its type; the order is the priority.
_KINDS: Final = (
    ("image/svg", "page"),
    ("image/", "picture"),
    ("audio/", "sound"),
    ("video/", "film"),
    ("text/html", "page"),
    ("application/xhtml", "page"),
    ("text/x-script", "program"),
    ("application/pdf", "pdf"),
    ("application/rtf", "document"),
    ("application/msword", "document"),
    ("application/vnd.openxmlformats", "document"),
    ("application/vnd.oasis.opendocument", "document"),
    ("application/vnd.ms-htmlhelp", "program"),
    ("application/vnd.ms-outlook", "document"),
    ("application/vnd.ms-", "document"),
    ("application/hwp", "document"),
    (DOCUMENTS_INSIDE, "document"),
    *((name, "program") for name in (PROGRAM, "application/x-executable", "application/x-mach-binary")),
    *((name, "program") for name in ("application/java-vm", "application/x-ms-shortcut", "application/x-mswinurl")),
    *((f"application/{name}", "archive") for name in ("zip", "gzip", "x-7z", "x-rar", "x-tar", "x-bzip2", "x-xz")),
    ("application/vnd.rar", "archive"),
    ("text/", "text"),
)
_ENDINGS: Final = {
    "picture": "apng avif bmp gif heic heif jpe jpeg jpg png tif tiff webp",
    "page": "htm html shtml svg xhtml",
    "pdf": "pdf",
    "document": "doc docm docx dot dotx hwp hwpx msg odp ods odt pps ppt pptm pptx rtf xls xlsb xlsm xlsx",
    "archive": "7z bz2 gz rar tar tgz xz zip",
    "sound": "aac amr flac m4a mp3 oga ogg opus wav wma",
    "film": "3gp avi flv m4v mkv mov mp4 mpeg mpg webm wmv",
    "program": "app bat chm class cmd com cpl dll exe hta jar js jse lnk msi ps1 pif scr sh url vbe vbs wsf",
    "text": "csv ics ini json log md txt vcf yaml yml",
}
_KIND_OF_ENDING: Final = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
#: What may be called so in all honesty: a document that is an archive inside, a script that is a text.
_MAY_BE_CALLED: Final = {
    "archive": frozenset({"document", "program"}),
    "document": frozenset({"text"}),
    "film": frozenset({"sound"}),
    "sound": frozenset({"film"}),
    "text": frozenset({"document", "page", "program"}),
}


def kind_of(content_type: str) -> str:
    """ "picture", "page", "program" and so on; empty for types that say nothing or little."""
    return next((kind for start, kind in _KINDS if content_type.startswith(start)), "")


def disguise_of(filename: str, declared: str, true: str) -> str:
    """What a file really is ("program", "page" ...) where its name says something else; else empty.

    Where the name says nothing, the declared type speaks.
    """
    kind = kind_of(true)
    claim = _kind_by_name(filename) or ("" if declared in SAYS_NOTHING else kind_of(declared))
    honest = not kind or claim in ("", kind) or claim in _MAY_BE_CALLED.get(kind, frozenset())
    return "" if honest else kind


def really(filename: str, declared: str, true: str) -> str:
    """The word a reader should be warned by: a program, whatever it is called; else what `disguise_of` says."""
    is_program = "program" in (kind_of(true), _kind_by_name(filename))
    return "program" if is_program else disguise_of(filename, declared, true)


def _kind_by_name(filename: str) -> str:
    _, dot, ending = filename.rpartition(".")
    return _KIND_OF_ENDING.get(ending.lower(), "") if dot else ""

"""The name of a file as people see it and save it by. Only ever text to show, never a path of ours (threats T43)."""

import re
import unicodedata
from typing import Final

#: Bytes of UTF-8: of a name that is shown, and of one that is saved, which stands in a folder with a long name too.
LONGEST: Final = 240
LONGEST_SAVED: Final = 120
_LONGEST_ENDING: Final = 20
#: Control and formatting characters (zero width, direction), private use, halves of a character, line ends.
_INVISIBLE: Final = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
#: Letters by their category, blank to the eye.
_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"
#: And what looks like them.
_SEPARATORS: Final = re.compile("[/\\\\\u2044\u2215\u29f5\u29f8\uff0f\uff3c]")
#: No name of a file has these on Windows; a quotation mark would end it in the header of a mail.
_FORBIDDEN: Final = re.compile('[:*?"<>|]')
#: Blanks that hide the real ending of `invoice.pdf          .exe`.
_BLANKS: Final = re.compile(r"(\s)\s+")
#: Devices to Windows, whatever ending they have.
_DEVICE: Final = re.compile(r"(?:aux|con|nul|prn|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|\Z)", re.I)


def clean_filename(name: str) -> str:
    """Composed first, then judged: without path, control and direction characters, leading dots and dashes.

    At most LONGEST bytes. Empty where nothing is left. Cleaning twice changes nothing.
    """
    name = unicodedata.normalize("NFC", name)
    kept = (" " if one in _BLANK else one for one in name if unicodedata.category(one) not in _INVISIBLE)
    name = _SEPARATORS.sub("/", "".join(kept)).rstrip(" /.\u00a0\u3000").rpartition("/")[2]
    # A leading "-" is an option to programs, "~" somebody's home.
    name = _BLANKS.sub(r"\1", name).strip(" .\u00a0\u3000").lstrip("-~. ")
    name = f"_{name}" if _DEVICE.match(name) else name
    return _shortened(name, LONGEST)


def stored_name(name: str) -> str:
    """What the desk remembers of a clean name; the raw mail has the whole of it."""
    return _shortened(name, LONGEST_SAVED)


def saved_as(name: str) -> str:
    """The name under which every system can save the file; never empty."""
    return _shortened(_FORBIDDEN.sub("_", clean_filename(name)), LONGEST_SAVED) or "attachment"


def _shortened(name: str, most: int) -> str:
    """The beginning and the ending, which says what it is."""
    if len(name.encode()) <= most:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = most - len(f"{dot}{ending}".encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .\u00a0\u3000") + dot + ending

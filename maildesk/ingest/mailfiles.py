"""Finds the mails in files and folders: .eml, mbox (also without an extension), Maildir, and folders of them.

It reads one mail at a time, whatever the size of the file, and keeps nothing. What cannot be read is a finding too.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

#: The line in front of each mail of an mbox (RFC 4155, appendix A); its time of day tells it from a sentence.
_FROM_LINE: Final = re.compile(rb"From .{0,200}\d\d?:\d\d")
#: A line of the text that would look like one was quoted when the file was written; mboxrd quotes quoted ones too.
_QUOTED: Final = re.compile(rb">+From ")
_MAIL_ENDINGS: Final = frozenset({".eml", ".mbox", ".mbx"})
#: Longer lines are read in pieces.
_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A mail with its place ("archive.mbox, mail 3"), or the reason why there is none.

    `read` is how many bytes of the files were read for it, for a progress bar.
    """

    place: str
    read: int
    data: bytes | None
    problem: str = ""


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files that may hold mails: those named, and in folders what looks like mail, in the order of their names."""
    return [file for path in paths for file in (_walk(path) if path.is_dir() else [path])]


def size_of(files: Sequence[Path]) -> int:
    """Bytes in all; a file that cannot be asked counts nothing."""
    return sum(os.stat(file).st_size for file in files if file.is_file())


def mails_in(file: Path, largest: int) -> Iterator[Found]:
    """The mails of a file, each no larger than `largest` bytes; a larger one is a problem. Never raises OSError."""
    try:
        with file.open("rb") as stream:
            if _is_mbox(stream):
                yield from _mails_of_mbox(stream, str(file), largest)
            else:
                yield _single_mail(stream, str(file), largest)
    except OSError as error:
        yield Found(str(file), 0, None, error.strerror or type(error).__name__)


def _walk(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        here = Path(where)
        if here.name == "tmp" and (here.parent / "cur").is_dir():
            # Unfinished deliveries of a Maildir.
            continue
        in_maildir = here.name in ("cur", "new")
        for name in sorted(names):
            path = here / name
            if in_maildir or path.suffix.lower() in _MAIL_ENDINGS or _looks_like_mbox(path):
                yield path


def _looks_like_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return _is_mbox(stream)
    except OSError:
        # Reported where it is read, if it has the name of a mail.
        return False


def _is_mbox(stream: BinaryIO) -> bool:
    start = stream.read(256)
    stream.seek(0)
    return _FROM_LINE.match(start) is not None


def _single_mail(stream: BinaryIO, place: str, largest: int) -> Found:
    data = stream.read(largest + 1)
    if len(data) > largest:
        return Found(place, os.fstat(stream.fileno()).st_size, None, f"larger than {largest} bytes")
    return Found(place, len(data), data) if data.strip() else Found(place, len(data), None, "empty")


def _mails_of_mbox(stream: BinaryIO, file: str, largest: int) -> Iterator[Found]:
    number, size, kept = 0, 0, 0
    lines: list[bytes] = []
    after_blank = True
    while line := stream.readline(_LONGEST_LINE):
        if after_blank and _FROM_LINE.match(line):
            if number:
                yield _mail_of_mbox(f"{file}, mail {number}", size, lines, kept, largest)
            number, size, lines, kept = number + 1, len(line), [], 0
        else:
            size += len(line)
            kept += len(line)
            # A mail above the limit is read to its end, and not held.
            if kept <= largest:
                lines.append(line[1:] if _QUOTED.match(line) else line)
        after_blank = line in (b"\n", b"\r\n")
    yield _mail_of_mbox(f"{file}, mail {number}", size, lines, kept, largest)


def _mail_of_mbox(place: str, size: int, lines: list[bytes], kept: int, largest: int) -> Found:
    if kept > largest:
        return Found(place, size, None, f"larger than {largest} bytes")
    if lines and lines[-1] in (b"\n", b"\r\n"):
        # The blank line belongs to the file, not to the mail.
        del lines[-1]
    return Found(place, size, b"".join(lines)) if lines else Found(place, size, None, "empty")

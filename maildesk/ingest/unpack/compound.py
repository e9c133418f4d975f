"""The streams of an OLE compound file (MS-CFB), read by olefile, which is an extra, within limits.

olefile trusts what a file promises: it follows a chain in circles for as long as the stated size says, adds the same
sectors to its tables again and again, and compares every stream with all before it. So all that it takes from the file
is counted, and ends where an honest file would have ended.
"""

import struct
from dataclasses import dataclass
from typing import Any, Final, Protocol

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Smaller ones have no directory; olefile would take their bytes for the name of a file to open.
_SMALLEST: Final = 1536
_ENTRY: Final = 128
#: One table entry of four bytes for a sector of 512, and as much again for odd writers.
_SECTORS_FOR_TABLES: Final = 64
_ROUGHLY: Final = 64 << 10
#: What olefile raises over broken files: it says so of the first (its own error is one), the others just happen.
_FAULTS: Final = (OSError, ValueError, IndexError, TypeError, OverflowError, RecursionError, struct.error)


@dataclass(slots=True)
class Allowance:
    """Bytes of directory that the compound files of one mail may have together: 4000 entries, a mail to 300 people."""

    directory: int = 4000 * _ENTRY


class Compound:
    """The streams by their path, in lower case. `whole` tells whether all that was asked for could be read."""

    def __init__(self, ole: "_Ole") -> None:
        self._ole = ole
        self._paths = {tuple(name.lower() for name in path): path for path in ole.listdir()}
        self.whole = True

    def __contains__(self, path: tuple[str, ...]) -> bool:
        return path in self._paths

    def storages(self, start: str) -> list[str]:
        """The storages at the top whose name begins so, in the order of their names."""
        return sorted({path[0] for path in self._paths if len(path) > 1 and path[0].startswith(start)})

    def has_storage(self, *path: str) -> bool:
        return any(len(one) > len(path) and one[: len(path)] == path for one in self._paths)

    def read(self, *path: str) -> bytes:
        """The bytes of a stream; none where there is no such stream, or it cannot be read."""
        if path not in self._paths:
            return b""
        issues = len(self._ole.parsing_issues)
        try:
            return self._ole.openstream(self._paths[path]).read()
        except _FAULTS:
            self.whole = False
            return b""
        finally:
            # Of a stream that is shorter than it says, what there is comes back without an error.
            self.whole = self.whole and len(self._ole.parsing_issues) == issues


def can_read_compound() -> bool:
    """Is the extra there?"""
    return _library() is not None


def open_compound(data: bytes, allowance: Allowance) -> Compound | None:
    """The compound file in `data`; None where it is none, is broken, costs too much, or cannot be read for want of the
    extra.
    """
    library = _library()
    if library is None or len(data) < _SMALLEST or not data.startswith(SIGNATURE):
        return None
    source = _Counted(data, allowance)
    try:
        compound = Compound(library.OleFileIO(source))
    except _FAULTS:
        return None
    source.opened = True
    return compound


class _Stream(Protocol):
    def read(self) -> bytes: ...


class _Ole(Protocol):
    """What is used of olefile.OleFileIO."""

    parsing_issues: list[Any]

    def listdir(self) -> list[list[str]]: ...

    def openstream(self, filename: list[str]) -> _Stream: ...


def _library() -> Any:
    try:
        import olefile
    except ImportError:
        return None
    return olefile


class _Counted:
    """The file as olefile wants it. What is asked for counts, whether or not it is there: circles read nothing too."""

    closed = False

    def __init__(self, data: bytes, allowance: Allowance) -> None:
        self._data = data
        self._at = 0
        self._tables = len(data) // _SECTORS_FOR_TABLES + _ROUGHLY
        self._content = len(data) + _ROUGHLY
        self._allowance = allowance
        self.opened = False

    def seek(self, at: int, whence: int = 0) -> int:
        self._at = at + (len(self._data) if whence == 2 else 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int) -> bytes:
        self._pay(size)
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def _pay(self, size: int) -> None:
        """First come the tables, as many as a file of this size has; then its directory; then each stream once."""
        if self.opened and size <= self._content:
            self._content -= size
        elif not self.opened and size <= self._tables:
            self._tables -= size
        elif not self.opened and size <= self._allowance.directory:
            self._allowance.directory -= size
        else:
            raise OSError("the file takes more reading than its size allows")

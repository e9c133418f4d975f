"""The raw mail of a rehearsal: what is new is kept in the temporary folder, what was there is read where it is."""

from contextlib import AbstractContextManager
from pathlib import Path

from maildesk.blobs import Blob, Blobs, FileBlobs
from maildesk.safekeeping.raw_mail import blobs_of
from maildesk.settings_file import Configuration


class RehearsalBlobs:
    """Writes to `own` alone; reads what is not there from `real`."""

    def __init__(self, own: Blobs, real: Blobs) -> None:
        self._own = own
        self._real = real
        self._kept: set[str] = set()

    @property
    def spool(self) -> Path:
        return self._own.spool

    def keep(self, data: bytes) -> Blob:
        return self._noted(self._own.keep(data))

    def keep_file(self, path: Path) -> Blob:
        return self._noted(self._own.keep_file(path))

    def read(self, sha256: str) -> bytes:
        return self._home_of(sha256).read(sha256)

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        return self._home_of(sha256).local(sha256)

    def remove(self, sha256: str) -> None:
        self._own.remove(sha256)

    def _noted(self, blob: Blob) -> Blob:
        self._kept.add(blob.sha256)
        return blob

    def _home_of(self, sha256: str) -> Blobs:
        return self._own if sha256 in self._kept else self._real


def blobs_over(configuration: Configuration, folder: Path) -> RehearsalBlobs:
    """Beside the desk's own raw mail, of which nothing is made, not even its folder."""
    real = blobs_of(configuration, folder / "passing")
    return RehearsalBlobs(FileBlobs(folder / "raw"), real)

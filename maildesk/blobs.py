"""Keeps raw bytes by their SHA-256: in fsynced files, or in an S3-compatible store through obstore.

A blob that `keep` returned is durable: it survives kill -9 and loss of power. Blobs are never changed. A blob without a
row is harmless (a crash between the two); a row without a blob cannot be.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from maildesk.errors import Deferred, Refused


@dataclass(frozen=True, slots=True)
class Blob:
    sha256: str
    size: int


class Blobs(Protocol):
    def keep(self, data: bytes) -> Blob:
        """Makes `data` durable. Raises Deferred where the store cannot take it now."""

    def keep_file(self, path: Path) -> Blob:
        """The same for a file, which is taken over (moved or removed)."""

    def read(self, sha256: str) -> bytes: ...

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A context manager that gives a path to the bytes on this machine."""

    def remove(self, sha256: str) -> None:
        """Takes a blob away for good; harmless where it is not there. Only for what no row names."""

    @property
    def spool(self) -> Path:
        """A folder for unfinished files on the same file system."""


class FileBlobs:
    """`root/ab/abcdef...`, made under another name in `root/tmp`; file and folder are synced.

    Who only reads names another `spool`: then nothing is made below `root`.
    """

    def __init__(self, root: Path, spool: Path | None = None) -> None:
        self._root = root
        self._spool = spool or root / "tmp"
        self._spool.mkdir(parents=True, exist_ok=True)

    @property
    def spool(self) -> Path:
        return self._spool

    def path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256

    def keep(self, data: bytes) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        target = self.path(blob.sha256)
        with deferred_trouble():
            handle, name = tempfile.mkstemp(dir=self._spool)
            try:
                with os.fdopen(handle, "wb", buffering=0) as file:
                    write_all(file, data)
                    self._publish(file, Path(name), target)
            finally:
                Path(name).unlink(missing_ok=True)
        return blob

    def keep_file(self, path: Path) -> Blob:
        with deferred_trouble(), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            blob = Blob(digest, os.fstat(file.fileno()).st_size)
            self._replace(file, path, self.path(digest))
        return blob

    def read(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        yield self.path(sha256)

    def remove(self, sha256: str) -> None:
        path = self.path(sha256)
        with deferred_trouble():
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def _publish(self, file: BinaryIO, source: Path, target: Path) -> None:
        """Names the file first and syncs it then: a journalling file system writes its journal once for both.

        Only where the name is free: who finds it taken cannot know whether those bytes ever reached the disk.
        """
        self._make_room(target.parent)
        try:
            os.link(source, target)
        except OSError:
            # The name is taken, or the file system has no links.
            self._replace(file, source, target)
            return
        os.fsync(file.fileno())
        sync_folder(target.parent)

    def _replace(self, file: BinaryIO, source: Path, target: Path) -> None:
        """Syncs the file first, so that whatever stands under the name at any time is whole."""
        os.fsync(file.fileno())
        self._make_room(target.parent)
        os.replace(source, target)
        sync_folder(target.parent)

    def _make_room(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            sync_folder(self._root)


class S3Blobs:
    """Blobs under `bucket/prefix`; credentials from the environment, as obstore reads them (AWS_ACCESS_KEY_ID ...)."""

    def __init__(self, url: str, spool: Path, **options: Any) -> None:
        try:
            from obstore.store import from_url
        except ImportError as error:
            raise Refused("this installation cannot speak to S3 (store.raw); install maildesk[s3]") from error
        self._store = cast(Any, from_url(url, **options))
        self._spool = spool
        spool.mkdir(parents=True, exist_ok=True)

    @property
    def spool(self) -> Path:
        return self._spool

    def keep(self, data: bytes) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        self._put(blob.sha256, data)
        return blob

    def keep_file(self, path: Path) -> Blob:
        with path.open("rb") as file:
            blob = Blob(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
        self._put(blob.sha256, path)
        path.unlink()
        return blob

    def read(self, sha256: str) -> bytes:
        with _deferred_s3_trouble():
            return bytes(self._store.get(_s3_key(sha256)).bytes())

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        handle, name = tempfile.mkstemp(dir=self._spool)
        try:
            with _deferred_s3_trouble(), os.fdopen(handle, "wb") as file:
                for chunk in self._store.get(_s3_key(sha256)).stream():
                    file.write(chunk)
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        with suppress(FileNotFoundError), _deferred_s3_trouble():
            self._store.delete(_s3_key(sha256))

    def _put(self, sha256: str, data: bytes | Path) -> None:
        # Same name, same bytes: writing twice is harmless, so no conditional put is needed.
        with _deferred_s3_trouble():
            self._store.put(_s3_key(sha256), data)


@contextmanager
def deferred_trouble() -> Iterator[None]:
    """Turns a full or failing disk into Deferred: nothing was acknowledged, the sender tries again."""
    try:
        yield
    except OSError as error:
        raise Deferred(f"the disk did not take the mail ({error.strerror})", everyone=True) from error


@contextmanager
def _deferred_s3_trouble() -> Iterator[None]:
    """The same for an S3 store that is away. What it says it never had stays FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise Deferred(f"the S3 store did not do it ({type(error).__name__})", everyone=True) from error


def write_all(file: BinaryIO, data: bytes) -> None:
    """Writes to an unbuffered file, which may take less than it is given."""
    waiting = memoryview(data)
    while waiting:
        waiting = waiting[file.write(waiting) :]


def sweep(spool: Path, before: datetime) -> int:
    """Removes what a killed process left unfinished in the spool before that moment; returns how many files."""
    left = [file for file in spool.iterdir() if file.is_file() and file.stat().st_mtime < before.timestamp()]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


def sync_folder(folder: Path) -> None:
    """Makes a new name in a folder durable (fsync(2): the file alone does not do that)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _s3_key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"

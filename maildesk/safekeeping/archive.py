"""The file of a backup: a tar that any tar reads, and that is known to be whole.

    maildesk.db      the database, as SQLite, whatever the desk has
    maildesk.toml    the configuration, where it was a file
    raw/ab/abcd...   raw mail, named by its SHA-256
    SHA256SUMS       of all above, as sha256sum writes them
    manifest.json    last, so that a file that was cut short has none

It never decides what is in a backup. Nothing of a file that is read is believed: a member has one of these names, and
its bytes are those that were summed.
"""

import gzip
import hashlib
import io
import json
import lzma
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Literal, Self, cast

from maildesk.blobs import sync_folder
from maildesk.errors import Refused

FORMAT: Final = 1
DATABASE: Final = "maildesk.db"
CONFIGURATION: Final = "maildesk.toml"
SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"
#: Members that are no raw mail.
_NAMED: Final = frozenset({DATABASE, CONFIGURATION, SUMS, MANIFEST})
_RAW: Final = re.compile(r"raw/([0-9a-f]{2})/(\1[0-9a-f]{62})", re.ASCII)
#: What is read into memory of a file that may be anybody's.
_LARGEST_TEXT: Final = 16_000_000
_MODES: Final[dict[str, Literal["w:gz", "w:xz"]]] = {".gz": "w:gz", ".tgz": "w:gz", ".xz": "w:xz"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `made_at` is ISO 8601 in UTC; `missing` are raw mails that the desk had lost."""

    format: int
    maildesk: str
    revision: str
    made_at: str
    desk: str
    database: str
    database_sha256: str
    configuration_sha256: str
    sums_sha256: str
    mails: int
    missing: tuple[str, ...] = ()


class ArchiveWriter:
    """What a backup is written with; see `writing`."""

    def __init__(self, tar: tarfile.TarFile, sums: BinaryIO) -> None:
        self._tar = tar
        self._sums = sums

    def add_file(self, name: str, path: Path) -> str:
        """Returns its SHA-256."""
        with path.open("rb") as file:
            digest = _digest(file)
            file.seek(0)
            self._add(name, file, path.stat().st_size)
        return self._sum(name, digest)

    def add_bytes(self, name: str, data: bytes) -> str:
        self._add(name, io.BytesIO(data), len(data))
        return self._sum(name, hashlib.sha256(data).hexdigest())

    def add_raw(self, sha256: str, data: bytes) -> None:
        self.add_bytes(raw_name(sha256), data)

    def finish(self, manifest: Callable[[str], Manifest]) -> None:
        """The last two members; `manifest` makes itself from the SHA-256 of the sums."""
        self._sums.seek(0)
        digest = _digest(self._sums)
        size = self._sums.tell()
        self._sums.seek(0)
        self._add(SUMS, self._sums, size)
        text = json.dumps(asdict(manifest(digest)), indent=1).encode()
        self._add(MANIFEST, io.BytesIO(text), len(text))

    def _add(self, name: str, data: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, data)

    def _sum(self, name: str, digest: str) -> str:
        self._sums.write(f"{digest}  {name}\n".encode())
        return digest


@contextmanager
def writing(file: Path) -> Iterator[ArchiveWriter]:
    """A new backup, written beside its final name. It has that name, and is durable, when the block has ended; where
    the block raises, nothing is left."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        # mkstemp makes it for its owner alone (0600), and so it stays: all mail and the keys are in it.
        with os.fdopen(handle, "w+b") as raw, tempfile.TemporaryFile() as sums:
            # Without headers of its own for large files: `_Plain` lets in none.
            with tarfile.open(fileobj=raw, mode=_mode(file), format=tarfile.GNU_FORMAT) as tar:
                yield ArchiveWriter(tar, cast(BinaryIO, sums))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(name, file)
    finally:
        Path(name).unlink(missing_ok=True)
    sync_folder(file.parent)


@dataclass(frozen=True, slots=True)
class Looked:
    """A backup whose sums are right. `database` is a copy of its own, to be changed; `raw` are the mails in it."""

    manifest: Manifest
    database: Path
    raw: frozenset[str]


def look_into(file: Path, folder: Path, tell: Callable[[int], None]) -> Looked:
    """Reads all of a backup and sums it; its database goes to `folder`. `tell` hears how many mails were read.

    Raises Refused for a file that is no backup, is damaged, or was made by a newer maildesk.
    """
    sums: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    raw: set[str] = set()
    with _damage_told():
        _read_all(file, folder, sums, texts, raw, tell)
    manifest = _manifest(texts)
    _compare(DATABASE, sums.get(DATABASE, ""), manifest.database_sha256)
    _compare(CONFIGURATION, sums.get(CONFIGURATION, ""), manifest.configuration_sha256)
    _compare(SUMS, sums.get(SUMS, ""), manifest.sums_sha256)
    if len(raw) != manifest.mails:
        raise Refused(f"the backup is damaged: it has {len(raw)} mails and says {manifest.mails}")
    return Looked(manifest, folder / DATABASE, frozenset(raw))


def raw_members(file: Path, folder: Path) -> Iterator[Path]:
    """Each raw mail as a file of its own in `folder`, which the caller takes over."""
    with _damage_told():
        for name, data in _members(file):
            if name not in _NAMED:
                handle, path = tempfile.mkstemp(dir=folder)
                os.close(handle)
                _compare(name, _keep(data, Path(path)), digest_in(name))
                yield Path(path)


def _read_all(
    file: Path, folder: Path, sums: dict[str, str], texts: dict[str, bytes], raw: set[str], tell: Callable[[int], None]
) -> None:
    """Sums every member, and keeps what is not raw mail."""
    for name, data in _members(file):
        if name == DATABASE:
            sums[name] = _keep(data, folder / DATABASE)
        elif name == SUMS:
            sums[name] = _digest(data)
        elif name in _NAMED:
            texts[name] = _text(data, name)
            sums[name] = hashlib.sha256(texts[name]).hexdigest()
        else:
            _compare(name, _digest(data), digest_in(name))
            raw.add(digest_in(name))
            tell(len(raw))


def raw_name(sha256: str) -> str:
    return f"raw/{sha256[:2]}/{sha256}"


def digest_in(name: str) -> str:
    """The SHA-256 in the name of a member."""
    return name.rpartition("/")[2]


class _Plain(tarfile.TarInfo):
    """A member as `writing` makes it. Of all others the tar reader believes too much: a header that follows may be as
    large as it says, a sparse file grows from nothing, and a size below zero leads back to where it stands."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        member = super().frombuf(buf, encoding, errors)
        named = member.name in _NAMED or _RAW.fullmatch(member.name)
        if not named or member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.size < 0:
            raise Refused(f"this is no backup of maildesk: it has a member {member.name[:100]!r}")
        return member


def _members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(file, "r:*", tarinfo=_Plain) as tar:
        for member in tar:
            data = tar.extractfile(member)
            if data is not None:
                yield member.name, data


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except tarfile.ReadError as error:
        raise Refused(f"the file cannot be read as a backup: {error}") from error
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, EOFError) as error:
        raise Refused(f"the backup is damaged ({type(error).__name__})") from error


def _manifest(texts: dict[str, bytes]) -> Manifest:
    if MANIFEST not in texts:
        raise Refused("the backup has no end: it was cut short, or is none of maildesk")
    try:
        found: dict[str, Any] = json.loads(texts[MANIFEST])
        if found["format"] != FORMAT:
            raise Refused(f"the backup has format {found['format']}, and this maildesk knows {FORMAT}: use a newer one")
        stated: dict[str, Any] = {name: str(value) for name, value in found.items()}
        stated |= {"format": FORMAT, "mails": int(found["mails"]), "missing": tuple(map(str, found["missing"]))}
        return Manifest(**stated)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused("the backup is damaged: its manifest cannot be read") from error


def _compare(name: str, found: str, stated: str) -> None:
    if found != stated:
        raise Refused(f"the backup is damaged: {name} is not what was put away")


def _digest(data: Any) -> str:
    """The SHA-256 of what is left of an open file."""
    return hashlib.file_digest(data, "sha256").hexdigest()


def _keep(data: IO[bytes], path: Path) -> str:
    with path.open("w+b") as file:
        os.chmod(path, 0o600)
        shutil.copyfileobj(data, file, 1024 * 1024)
        file.seek(0)
        return _digest(file)


def _text(data: IO[bytes], name: str) -> bytes:
    text = data.read(_LARGEST_TEXT + 1)
    if len(text) > _LARGEST_TEXT:
        raise Refused(f"the backup is damaged: {name} is too large")
    return text


def _mode(file: Path) -> Literal["w", "w:gz", "w:xz"]:
    return _MODES.get(file.suffix, "w")

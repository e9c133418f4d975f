"""The story of putting the desk away: the database from one moment, then every raw mail that it names.

A mail is durable before its row and never changes, so what the rows of that moment name is there afterwards, whatever
comes in meanwhile. It changes nothing of the desk.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from maildesk import __version__
from maildesk.blobs import Blobs
from maildesk.clock import Clock
from maildesk.errors import Refused
from maildesk.safekeeping.archive import (
    CONFIGURATION,
    DATABASE,
    FORMAT,
    ArchiveWriter,
    Looked,
    Manifest,
    look_into,
    writing,
)
from maildesk.safekeeping.raw_mail import blobs_of, named_blobs
from maildesk.safekeeping.snapshot import Tell, look_over, opened, revision_of, take_snapshot
from maildesk.settings_file import Configuration


@dataclass(frozen=True, slots=True)
class PutAway:
    """`missing`: raw mails that a row names and the desk no longer has, or has with other bytes; they are not in it."""

    mails: int
    missing: tuple[str, ...]
    size: int


def put_away(configuration: Configuration, file: Path, clock: Clock, tell: Tell) -> PutAway:
    """Writes the backup to `file`, which gets its name when it is whole and durable.

    Raises Deferred where database or raw mail cannot be reached, Refused where there is no desk, OSError for the file.
    """
    now = clock.now()
    with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as name, writing(file) as archive:
        folder = Path(name)
        database = take_snapshot(configuration, folder, tell)
        digest = archive.add_file(DATABASE, database)
        settings = _settings_file(configuration)
        with opened(database) as rows:
            names, revision = list(named_blobs(rows)), revision_of(rows)
        missing = _add_mails(archive, blobs_of(configuration, folder), names, tell)
        mails = len(names) - len(missing)
        of_settings = archive.add_bytes(CONFIGURATION, settings) if settings else ""

        def manifest(sums: str) -> Manifest:
            stated = (_when(now), configuration.settings.desk.address, _kind(configuration))
            return Manifest(FORMAT, __version__, revision, *stated, digest, of_settings, sums, mails, missing)

        archive.finish(manifest)
    return PutAway(mails, missing, file.stat().st_size)


def verify(file: Path, folder: Path, tell: Tell) -> Looked:
    """Reads all of a backup: are the sums right, is the database whole, is every mail there that it names?

    Its database is left in `folder`. Raises Refused with the first thing that is wrong.
    """
    looked = look_into(file, folder, lambda mails: tell("mails", mails, 0))
    with opened(looked.database) as database:
        look_over(database)
        if revision_of(database) != looked.manifest.revision:
            raise Refused("the backup is damaged: its database has another revision than it says")
        absent = set(named_blobs(database)) - looked.raw - set(looked.manifest.missing)
    if absent:
        raise Refused(f"the backup is damaged: {len(absent)} mails are not in it, such as {min(absent)}")
    return looked


def _add_mails(archive: ArchiveWriter, blobs: Blobs, names: list[str], tell: Tell) -> tuple[str, ...]:
    """Returns the names of those that are not there."""
    missing = []
    for number, name in enumerate(names, 1):
        data = None
        with suppress(FileNotFoundError):
            data = blobs.read(name)
        if data is not None and sha256(data).hexdigest() == name:
            archive.add_raw(name, data)
        else:
            missing.append(name)
        tell("mails", number, len(names))
    return tuple(missing)


def _settings_file(configuration: Configuration) -> bytes:
    return configuration.file.read_bytes() if configuration.file is not None else b""


def _kind(configuration: Configuration) -> str:
    return "sqlite" if configuration.settings.store.url.startswith("sqlite") else "postgresql"


def _when(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

"""Can the desk keep its mail on this disk, and can strangers read it? It makes nothing but a file it removes again."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from maildesk.checks.finding import Finding, fail, ok, warn
from maildesk.settings_file import Configuration

#: Room for so many mails of the largest size: less is soon full, and without room for two none may come in.
_ENOUGH, _TOO_FEW = 25, 2
_MEGABYTE: Final = 1_000_000


def check_data(configuration: Configuration) -> Iterator[Finding]:
    data = configuration.data
    if os.path.lexists(data) and not data.is_dir():
        yield fail("desk.data", f"{data} is no folder", "remove it, or name another folder as desk.data")
        return
    if not data.exists():
        yield _makeable(data)
    else:
        yield _writable(data)
        yield from _private(data)
    yield _room(data, configuration.settings.limits.message_size)


def check_raw(configuration: Configuration) -> Iterator[Finding]:
    raw = configuration.settings.store.raw
    if raw != "files":
        yield _s3(raw)
        return
    folder = configuration.data / "raw"
    if folder.exists():
        yield _writable(folder, "store.raw")
    else:
        yield ok("store.raw", f"files in {folder}, made at the first start")


def can_speak_s3() -> bool:
    return find_spec("obstore") is not None


def _makeable(data: Path) -> Finding:
    above = _nearest(data)
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return ok("desk.data", f"{data} is not there yet and is made at the first start")
    remedy = f"make it by hand, for the user maildesk runs as: install -d -m 750 -o maildesk {data}"
    return fail("desk.data", f"{data} is not there and cannot be made in {above}", remedy)


def _writable(folder: Path, what: str = "desk.data") -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"maildesk")
            os.fsync(file.fileno())
    except OSError as error:
        remedy = "give it to the user maildesk runs as, on a disk that takes writes"
        return fail(what, f"{folder} takes no file ({error.strerror})", remedy)
    return ok(what, f"{folder} takes files")


def _private(data: Path) -> Iterator[Finding]:
    if data.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH):
        found = f"every user of this machine may look into {data}, where all mail and the keys are"
        yield warn("desk.data", found, f"chmod o= {data}")


def _room(data: Path, largest: int) -> Finding:
    free = shutil.disk_usage(_nearest(data)).free
    found = f"{free // _MEGABYTE} MB free; one mail may have {largest // _MEGABYTE} MB"
    remedy = "make room, or put desk.data on a larger disk: mail is refused for now (451) when it is full"
    if free < _TOO_FEW * largest:
        return fail("disk space", found, remedy)
    return warn("disk space", found, remedy) if free < _ENOUGH * largest else ok("disk space", found)


def _s3(raw: str) -> Finding:
    if not can_speak_s3():
        return fail("store.raw", f"{raw}, and this installation cannot speak S3", "install maildesk[s3]")
    return ok("store.raw", f"{raw}; --live writes and reads there")


def _nearest(folder: Path) -> Path:
    """The folder itself, or the one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())

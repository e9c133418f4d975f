"""May what was compiled at an earlier start be run? Compiled templates in the data folder, for a faster start.

They are programs. They are run only where nobody but us can have written them, and where the templates were compiled
with the very options and versions of now: a stricter sandbox must not find the work of a laxer one. In any other case
the templates are compiled anew, which costs time and nothing else.
"""

import logging
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from pickle import UnpicklingError

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

import maildesk

log = logging.getLogger(__name__)


class Compiled(FileSystemBytecodeCache):
    """Files `FORM-DIGEST-TEMPLATE`. It never raises."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (UnpicklingError, EOFError, ValueError, TypeError, OSError):
            # A file that a dying machine left half written: compiled anew.
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        # A full disk costs the next start half a second, and nothing else.
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_in(folder: Path | None, form: str, options: Mapping[str, object]) -> Compiled | None:
    """What was compiled in this form with these options; None where there is no folder, or none to be trusted.

    One for each form: the same file is compiled differently where everything is escaped.
    """
    if folder is None:
        return None
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if not _is_ours_alone(folder):
            log.warning("others may write in %s, or it is not ours: templates are compiled anew at each start", folder)
            return None
        own = f"{form}-{_digest(options)}-"
        for file in folder.glob(f"{form}-*"):
            if not file.name.startswith(own):
                file.unlink(missing_ok=True)
        return Compiled(str(folder), f"{own}%s")
    return None


def _is_ours_alone(folder: Path) -> bool:
    """The folder and all in it: made by us, and for nobody else to write."""
    return _is_kept(folder.lstat(), stat.S_IFDIR) and all(
        _is_kept(file.lstat(), stat.S_IFREG) for file in folder.iterdir()
    )


def _is_kept(found: os.stat_result, kind: int) -> bool:
    return stat.S_IFMT(found.st_mode) == kind and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _digest(options: Mapping[str, object]) -> str:
    made_with = (version("jinja2"), maildesk.__version__, sorted((name, repr(each)) for name, each in options.items()))
    return sha256(repr(made_with).encode()).hexdigest()[:16]

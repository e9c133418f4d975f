"""Brings old mail into the spool: the same door as for new mail, and silent unless told otherwise.

Doing it twice brings nothing twice, because the spool knows each mail by its content; so an import that was broken off
is simply started again. What cannot be read is reported and counted, and stops nothing.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from maildesk.blobs import Blob
from maildesk.clock import Clock
from maildesk.ingest.accept import Intake
from maildesk.ingest.digest import digest_of
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.mailfiles import Found, files_in, mails_in, size_of

log = logging.getLogger(__name__)

LARGEST_MAIL: Final = 40_000_000
#: So many mails, and bytes, are kept at the same time: one commit serves them.
_GROUP: Final = 50
_GROUP_BYTES: Final = 8 << 20
_HEADER_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """`new` came in, `known` were here before, `earlier` are older than `since`, `failed` could not be read."""

    new: int = 0
    known: int = 0
    earlier: int = 0
    failed: int = 0

    def __str__(self) -> str:
        told = f"{self.new} new, {self.known} known already"
        told += f", {self.earlier} from before" if self.earlier else ""
        return told + (f", {self.failed} could not be read" if self.failed else "")


def import_paths(
    paths: Sequence[Path],
    intake: Intake,
    clock: Clock,
    since: date | None = None,
    silent: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
    dry_run: bool = False,
    largest: int = LARGEST_MAIL,
) -> ImportCounts:
    """Imports mbox files, Maildirs, .eml files and folders of them; returns what became of the mails.

    `since` is compared with the Date of a mail; one without a readable date is taken. `progress` hears the bytes read
    and those there are. A dry run keeps nothing, so it knows repetitions among the files only. Raises Deferred where
    the spool cannot take more now; what was counted until then is in, and the next import goes on.
    """
    files = files_in(paths)
    done, total, counts = 0, size_of(files), ImportCounts()
    with ThreadPoolExecutor(16, thread_name_prefix="import-keep") as keepers:
        take = _Count() if dry_run else _Keep(intake, clock, silent, keepers)
        for group in _groups(found for file in files for found in mails_in(file, largest)):
            wanted = [found for found in group if found.data is not None and not _is_before(found.data, since)]
            fresh = take([found.data or b"" for found in wanted])
            failed = [found for found in group if found.data is None]
            for found in failed:
                log.warning("import file=%s not read: %s", found.place, found.problem)
            counts = replace(
                counts,
                new=counts.new + sum(fresh),
                known=counts.known + len(fresh) - sum(fresh),
                earlier=counts.earlier + len(group) - len(wanted) - len(failed),
                failed=counts.failed + len(failed),
            )
            done += sum(found.read for found in group)
            progress(done, total)
    return counts


class _Keep:
    """Keeps mails in their order; True for each that is new."""

    def __init__(self, intake: Intake, clock: Clock, silent: bool, keepers: Executor) -> None:
        self._intake = intake
        self._clock = clock
        self._silent = silent
        self._keepers = keepers

    def __call__(self, mails: Sequence[bytes]) -> list[bool]:
        return [
            kept.fresh for kept in self._intake.keep_in_order([(data, self._arrived) for data in mails], self._keepers)
        ]

    def _arrived(self, blob: Blob, digest: str) -> Arrived:
        return Arrived(digest, blob.sha256, blob.size, "import", self._clock.now(), silent=self._silent)


class _Count:
    """Only looks whether each mail came before in this run."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, mails: Sequence[bytes]) -> list[bool]:
        return [self._is_new(digest_of(data)) for data in mails]

    def _is_new(self, digest: str) -> bool:
        is_new = digest not in self._seen
        self._seen.add(digest)
        return is_new


def _groups(mails: Iterator[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    size = 0
    for found in mails:
        group.append(found)
        size += found.read
        if len(group) == _GROUP or size > _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _is_before(data: bytes, since: date | None) -> bool:
    if since is None:
        return False
    sent = _date_of(data)
    return sent is not None and sent < datetime(since.year, since.month, since.day, tzinfo=UTC)


def _date_of(data: bytes) -> datetime | None:
    """What the Date field says; None where it is missing or cannot be read."""
    for line in data[:_HEADER_BYTES].splitlines():
        if not line:
            return None
        if line[:5].lower() == b"date:":
            try:
                sent = parsedate_to_datetime(line[5:].decode("latin-1").strip())
            except (ValueError, TypeError, IndexError):
                return None
            return sent if sent.tzinfo else sent.replace(tzinfo=UTC)
    return None

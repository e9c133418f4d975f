"""Which raw mail do the rows name? A column that names a blob stands here, or backups would leave its bytes behind."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from maildesk.blobs import Blobs, FileBlobs, S3Blobs
from maildesk.settings_file import Configuration

#: Table and column of every name of a blob.
BLOB_COLUMNS: Final = (
    ("inbound", "raw_sha256"),
    ("attachment", "raw_sha256"),
    ("outbound", "files_sha256"),
)
IS_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def blobs_of(configuration: Configuration, spool: Path) -> Blobs:
    """The desk's raw mail, to be read: nothing is made there, and unfinished files go to `spool`."""
    raw = configuration.settings.store.raw
    return FileBlobs(configuration.data / "raw", spool=spool) if raw == "files" else S3Blobs(raw, spool=spool)


def named_blobs(database: sqlite3.Connection) -> Iterator[str]:
    """The SHA-256 of every blob that a row of this SQLite database names, each once, ascending."""
    there = [(table, column) for table, column in BLOB_COLUMNS if _has(database, table, column)]
    parts = " UNION ".join(f'SELECT "{column}" AS name FROM "{table}"' for table, column in there)
    for (name,) in database.execute(f"SELECT name FROM ({parts}) WHERE name != '' ORDER BY name"):
        yield name


def _has(database: sqlite3.Connection, table: str, column: str) -> bool:
    """An older desk may lack a column."""
    return any(row[1] == column for row in database.execute(f'PRAGMA table_info("{table}")'))

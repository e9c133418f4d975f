"""From the raw mail in the spool to the committed ticket with its rendered letters, beside the least such work costs.

    python -m bench.process DIRECTORY_OF_EML [--store sqlite|URL] [--runs 3] [--tickets N]

The floor: stdlib's compat32 parses everything, attachments are stored, one SQLite FULL commit per mail. CPU is user +
system of the whole process tree, per mail; the ratio is the figure to compare, absolute times are the machine's.
"""

import argparse
import email
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.filling import fill_tickets
from maildesk.blobs import Blob
from maildesk.config import read_settings
from maildesk.foundation import Foundation, lay_foundation, open_post, ours_of
from maildesk.ingest.accept import Intake
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.process import Desk, process_inbox
from maildesk.ingest.workers import Parsers
from maildesk.settings_file import Configuration

SETTINGS = """
[desk]
name = "Bench"
address = "support@desk.example"
data = "."
[store]
url = "{url}"
[[agent]]
email = "anna@desk.example"
name = "Anna"
[[agent]]
email = "bob@desk.example"
name = "Bob"
[limits]
auto_per_minute = 1000000
auto_per_hour = 1000000
auto_per_day = 1000000
"""


@dataclass(frozen=True)
class Cost:
    """Milliseconds per mail."""

    cpu: float
    wall: float


def cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measured(count: int, work: Callable[[], None]) -> Cost:
    cpu, wall = cpu_seconds(), time.perf_counter()
    work()
    return Cost((cpu_seconds() - cpu) * 1000 / count, (time.perf_counter() - wall) * 1000 / count)


def floor(mails: list[bytes]) -> Cost:
    """Parse with compat32, store all parts, one FULL commit per mail."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, message_id TEXT, subject TEXT, sender TEXT)")
        database.execute("CREATE TABLE part (mail INTEGER, kind TEXT, name TEXT, data BLOB)")

        def work() -> None:
            for raw in mails:
                message = email.message_from_bytes(raw)
                database.execute("BEGIN IMMEDIATE")
                row = database.execute(
                    "INSERT INTO mail (message_id, subject, sender) VALUES (?, ?, ?)",
                    (str(message["Message-ID"]), str(message["Subject"]), str(message["From"])),
                ).lastrowid
                for part in message.walk():
                    if not part.is_multipart():
                        data = part.get_payload(decode=True)
                        values = (row, part.get_content_type(), part.get_filename(), data)
                        database.execute("INSERT INTO part VALUES (?, ?, ?, ?)", values)
                database.execute("COMMIT")

        return measured(len(mails), work)


def maildesk(mails: list[bytes], url: str, tickets: int) -> Cost:
    """process_inbox over mails that are in the spool already."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(SETTINGS.format(url=url), {}, "bench")
        foundation = lay_foundation(Configuration(settings, None, Path(folder)))
        fill_tickets(foundation.store, tickets)
        accept(foundation, mails)
        with foundation.store.begin() as session:
            post = open_post(session, foundation)
        parsers = Parsers(1, ours_of(settings, post.loop_id))
        desk = Desk(settings, foundation.store, foundation.blobs, parsers, post, foundation.clock)

        def work() -> None:
            done = process_inbox(desk)
            parsers.close()
            assert done == len(mails), f"{done} of {len(mails)} processed"

        cost = measured(len(mails), work)
        foundation.store.close()
        return cost


def accept(foundation: Foundation, mails: list[bytes]) -> None:
    intake = Intake(foundation.store, foundation.blobs, lambda: None)
    for raw in mails:

        def arrived(blob: Blob, digest: str) -> Arrived:
            now = foundation.clock.now()
            return Arrived(digest, blob.sha256, blob.size, "lmtp", now, "a@b.example", ("support@desk.example",))

        intake.keep(raw, arrived)
    intake.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tickets", type=int, default=0, help="tickets that are there before")
    wanted = parser.parse_args()
    mails = [path.read_bytes() for path in sorted(wanted.folder.glob("*.eml"))]
    pairs = [(floor(mails), maildesk(mails, wanted.store, wanted.tickets)) for _ in range(wanted.runs)]
    print(f"{len(mails)} mails, mean {sum(map(len, mails)) // len(mails)} bytes, {wanted.tickets} tickets before")
    print("| | CPU ms/mail | wall ms/mail | ratio of CPU to the floor |\n|---|---|---|---|")
    for name, costs in (("floor", [a for a, _ in pairs]), ("maildesk", [b for _, b in pairs])):
        cpu, wall = statistics.median(c.cpu for c in costs), statistics.median(c.wall for c in costs)
        ratio = statistics.median(b.cpu / a.cpu for a, b in pairs) if name == "maildesk" else 1.0
        print(f"| {name} | {cpu:.2f} | {wall:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()

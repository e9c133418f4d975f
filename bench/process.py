"""From the raw mail in the spool to the committed ticket with its rendered letters, beside the least such work costs.

    python -m bench.process [--mails 500 or --folder DIRECTORY_OF_EML] [--postgres] [--runs 3] [--tickets N]

The floor: stdlib's compat32 parses everything, attachments are stored, one SQLite FULL commit per mail. CPU is user +
system of the whole process tree, per mail; the ratio is the figure to compare, absolute times are the machine's.
"""

import argparse
import email
import gc
import os
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.filling import fill_tickets
from bench.mails import make_mails
from maildesk.blobs import Blob
from maildesk.config import read_settings
from maildesk.foundation import Foundation, lay_foundation, open_post, ours_of
from maildesk.ingest.accept import Intake
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.process import Desk, process_inbox
from maildesk.ingest.workers import Parsers
from maildesk.settings_file import Configuration
from tests.servers.postgres import start_postgres

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
[answers]
hold = "0s"
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
    """Of this process and its children, living and ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ended = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return ended + sum(_living(int(child)) for child in _children())


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()]


def _living(pid: int) -> float:
    # Behind the name in brackets, which may hold anything: utime and stime are fields 14 and 15 (proc(5)).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
        with foundation.store.begin() as session:
            post = open_post(session, foundation)
        parsers = Parsers(1, ours_of(settings, post.loop_id))
        desk = Desk(settings, foundation.store, foundation.blobs, parsers, post, foundation.clock)

        # The daemon has been running for a while: its worker is there, its templates and statements are compiled.
        accept(foundation, list(make_mails(20, seed=2)))
        process_inbox(desk)
        gc.collect()
        gc.freeze()
        accept(foundation, mails)

        def work() -> None:
            done = process_inbox(desk)
            assert done == len(mails), f"{done} of {len(mails)} processed"

        cost = measured(len(mails), work)
        gc.unfreeze()
        parsers.close()
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
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mails", type=int, default=500, help="so many made ones")
    options.add_argument("--folder", type=Path, help="real ones instead: a folder of .eml files")
    options.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--tickets", type=int, default=0, help="tickets that are there before")
    given = options.parse_args()
    mails = _mails(given.folder, given.mails)
    with ExitStack() as stack:
        new_url = _postgres(stack) if given.postgres else lambda: "sqlite"
        pairs = [(floor(mails), maildesk(mails, new_url(), given.tickets)) for _ in range(given.runs)]
    print(f"{len(mails)} mails, mean {sum(map(len, mails)) // len(mails)} bytes, {given.tickets} tickets before")
    print("| | CPU ms/mail | wall ms/mail | ratio of CPU to the floor |\n|---|---|---|---|")
    for name, costs in (("floor", [a for a, _ in pairs]), ("maildesk", [b for _, b in pairs])):
        cpu, wall = statistics.median(c.cpu for c in costs), statistics.median(c.wall for c in costs)
        ratio = statistics.median(b.cpu / a.cpu for a, b in pairs) if name == "maildesk" else 1.0
        print(f"| {name} | {cpu:.2f} | {wall:.2f} | {ratio:.2f} |")


def _mails(folder: Path | None, count: int) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.eml"))] if folder else list(make_mails(count))


def _postgres(stack: ExitStack) -> Callable[[], str]:
    """Starts one for this run; its own processes are not in the CPU that is counted."""
    folder = Path(tempfile.mkdtemp(prefix="process-"))
    folder.chmod(0o755)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    server = start_postgres(folder)
    stack.callback(server.stop)
    return server.new_database


if __name__ == "__main__":
    main()

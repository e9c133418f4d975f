"""Measures how fast a full outbox is emptied: claim, send, settle, beside smtplib alone into the same sink, in one run.

    python -m bench.deliver [--letters 2000] [--rounds 3] [--connections 4] [--profile]

Prints a markdown table: letters per second (wall) and CPU per letter of the delivering process (user + system), on
SQLite and, where it can be started here, PostgreSQL (whose own processes are not counted). The sink is Postfix's
smtp-sink, a process of its own. Compare the rows of one run with each other, never with another machine's.
"""

import argparse
import cProfile
import pstats
import random
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.figure import Figure
from maildesk.blobs import FileBlobs
from maildesk.clock import SystemClock
from maildesk.mail import Letter
from maildesk.model import Base
from maildesk.notify import outbox
from maildesk.notify.account import Account
from maildesk.notify.deliver import PostOffice, deliver_outbox
from maildesk.notify.relay import SmtpRelay
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind
from tests.servers.postgres import start_postgres
from tests.servers.servers import HOST, ServerMissing, answers, free_port, program, wait_until

SIZE = 20_000
_LINE = b"The printer on the second floor prints every page twice since this morning.\r\n"
_RAW = b"From: support@acme.example\r\nSubject: Re: Printer\r\n\r\n" + _LINE * (SIZE // len(_LINE))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--letters", type=int, default=2000, help="per row and round")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many")
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--profile", action="store_true", help="show where the time goes, on SQLite")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="deliver-"))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port = stack.enter_context(sink(folder))
        account = Account(HOST, port, "bench.acme.example", tls="none", connections=given.connections)
        if given.profile:
            profile(Store("sqlite", folder / "profile"), account, given.letters)
            return
        rows = measure(stack, folder, account, given.letters, given.rounds)
    report(rows)


def measure(stack: ExitStack, folder: Path, account: Account, letters: int, rounds: int) -> dict[str, list[Figure]]:
    """All rows, round after round, so that a busy moment of the machine meets them all alike."""
    new_postgres = postgres(stack, folder)
    rows: dict[str, list[Figure]] = {}
    for number in range(rounds):
        for connections in (1, account.connections):
            name = f"smtplib alone, {connections} connection{'s' * (connections > 1)}"
            rows.setdefault(name, []).append(timed(letters, partial(floor, account, letters, connections)))
        store = Store("sqlite", folder / f"round{number}")
        rows.setdefault("outbox on SQLite", []).append(outbox_to_sink(store, account, letters))
        if new_postgres is not None:
            store = Store(new_postgres(), folder / f"round{number}")
            rows.setdefault("outbox on PostgreSQL", []).append(outbox_to_sink(store, account, letters))
    return rows


def report(rows: dict[str, list[Figure]]) -> None:
    print("| delivery of 20 KB letters | letters/s | CPU ms/letter |\n|---|---|---|")
    for name, figures in rows.items():
        median = sorted(figures, key=lambda figure: figure.per_second)[len(figures) // 2]
        print(f"| {name} | {median.per_second:.0f} | {median.cpu_ms:.2f} |")


def outbox_to_sink(store: Store, account: Account, letters: int) -> Figure:
    post = full_post_office(store, account, letters)
    figure = timed(letters, lambda: deliver_all(post, letters))
    post.relay.close()
    store.close()
    return figure


def full_post_office(store: Store, account: Account, letters: int) -> PostOffice:
    """An outbox with so many letters, all due."""
    Base.metadata.create_all(store.engine)
    blobs, clock = FileBlobs(Path(tempfile.mkdtemp(prefix="deliver-raw-"))), SystemClock()
    with store.begin() as session:
        for number in range(letters):
            name, to = f"bench:{number}", f"n{number}@customer.example"
            letter = Letter(NoticeKind.RECEIVED, name, to, "support@acme.example", f"n{number}@acme.example", _RAW)
            outbox.enqueue(session, letter, clock.now(), blobs)
    return PostOffice(store, blobs, SmtpRelay(account), clock, random.Random(1).random, lambda *_: None)


def deliver_all(post: PostOffice, letters: int) -> None:
    sent = deliver_outbox(post)
    if sent != letters:
        raise RuntimeError(f"{sent} of {letters} letters were taken: {post.trouble}")


def floor(account: Account, letters: int, connections: int) -> None:
    """The same letters by smtplib, from memory, nothing written down."""

    def send(mine: range) -> None:
        with smtplib.SMTP(account.host, account.port, account.local_hostname) as client:
            for number in mine:
                client.sendmail("support@acme.example", [f"n{number}@customer.example"], _RAW)

    threads = [
        threading.Thread(target=send, args=(range(first, letters, connections),)) for first in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def timed(letters: int, work: Callable[[], None]) -> Figure:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Figure(letters / (time.perf_counter() - wall), (time.process_time() - cpu) / letters * 1000)


def profile(store: Store, account: Account, letters: int) -> None:
    """The claiming and settling thread only: cProfile does not see the carriers."""
    post = full_post_office(store, account, letters)
    with cProfile.Profile() as watching:
        deliver_all(post, letters)
    pstats.Stats(watching).sort_stats("cumulative").print_stats(40)


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    port = free_port()
    command = [program("smtp-sink"), "-u", "nobody", f"{HOST}:{port}", "200"]
    running = subprocess.Popen(command, cwd=folder)
    try:
        wait_until(lambda: answers(port), "smtp-sink listens")
        yield port
    finally:
        running.terminate()
        running.wait()


def postgres(stack: ExitStack, folder: Path) -> Callable[[], str] | None:
    try:
        started = start_postgres(folder / "postgres")
    except ServerMissing as missing:
        print(f"without PostgreSQL: {missing}", file=sys.stderr)
        return None
    stack.callback(started.stop)
    return started.new_database


if __name__ == "__main__":
    main()

"""Measures how fast a mail of 20 KB is accepted: LMTP to a durable 250, beside Postfix into its queue, in one run.

    python -m bench.accept [--mails 1500] [--connections 1,10,50]

Prints a markdown table: mails per second (wall) and CPU per mail of the whole server (user + system, all processes).
The floor is aiosmtpd alone, which forgets every mail. The clients are processes of their own on the same machine, so
compare the rows of one run with each other, never with another machine's.
"""

import argparse
import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.figure import Figure
from maildesk.blobs import FileBlobs
from maildesk.clock import SystemClock
from maildesk.ingest.accept import Intake
from maildesk.ingest.listener import Listener
from maildesk.ingest.ours import own_addresses
from maildesk.ingest.reception import ListenerLimits
from maildesk.model import Base
from maildesk.store import Store
from tests.servers.postfix import start_postfix
from tests.servers.servers import ServerMissing, free_port

TO = "support@help.example"
SIZE = 20_000
_LINE = b"The printer on the second floor prints every page twice since this morning.\r\n"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Target:
    """A server to be measured: `hello` tells the protocol, `pids` the processes whose CPU counts."""

    name: str
    hello: str
    port: int
    pids: Callable[[], set[int]]
    kept: Callable[[], int]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--mails", type=int, default=1500, help="per row")
    options.add_argument("--connections", default="1,10,50")
    options.add_argument("--folder", type=Path, default=None, help="where the data goes (default: a temporary folder)")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many")
    given = options.parse_args()
    counts = [int(count) for count in given.connections.split(",")]
    folder = Path(tempfile.mkdtemp(prefix="accept-", dir=given.folder))
    folder.chmod(0o755)
    try:
        report(folder, counts, given.mails, given.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(folder: Path, counts: list[int], mails: int, rounds: int) -> None:
    with targets(folder) as found:
        rows: dict[tuple[str, int], list[Figure]] = {}
        for _ in range(rounds):
            for count in counts:
                for target in found:
                    rows.setdefault((target.name, count), []).append(measure(target, count, mails))
    print("| server | connections | mails/s | CPU ms/mail | of Postfix |\n|---|---|---|---|---|")
    for (name, count), figures in rows.items():
        best = median(figures)
        peer = rows.get(("Postfix, SMTP into its queue", count))
        share = f"{best.per_second / median(peer).per_second:.2f}" if peer else "-"
        print(f"| {name} | {count} | {best.per_second:.0f} | {best.cpu_ms:.2f} | {share} |")


def median(figures: list[Figure]) -> Figure:
    return sorted(figures, key=lambda figure: figure.per_second)[len(figures) // 2]


@contextmanager
def targets(folder: Path) -> Iterator[list[Target]]:
    """Starts all that can be started here; says on stderr what cannot."""
    with served("maildesk", folder) as (port, pid, kept), served("floor", folder) as (floor_port, floor_pid, _):
        found = [
            Target("maildesk, LMTP to durable 250", "LHLO", port, lambda: {pid}, kept),
            Target("aiosmtpd alone, nothing kept", "EHLO", floor_port, lambda: {floor_pid}, lambda: -1),
        ]
        try:
            # On hold: as durable as Postfix makes them, and it spends nothing on their delivery.
            settings = {"smtpd_client_restrictions": "check_client_access static:HOLD"}
            postfix = start_postfix(folder / "postfix", free_port(), free_port(), "help.example", **settings)
        except ServerMissing as missing:
            print(f"without Postfix: {missing}", file=sys.stderr)
            yield found
            return
        try:
            master = postfix.server.process.pid
            queue = folder / "postfix" / "spool"
            found.append(
                Target(
                    "Postfix, SMTP into its queue", "EHLO", postfix.port, lambda: family(master), lambda: queued(queue)
                )
            )
            yield found
        finally:
            postfix.stop()


@contextmanager
def served(kind: str, folder: Path) -> Iterator[tuple[int, int, Callable[[], int]]]:
    """A server process of ours; its port, its pid and how many mails it has kept."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(kind, folder / kind, theirs))
    process.start()
    try:
        assert process.pid is not None
        yield ours.recv(), process.pid, lambda: ask(ours)
    finally:
        ours.send("end")
        process.join()


def ask(pipe: Any) -> int:
    pipe.send("count")
    answer: int = pipe.recv()
    return answer


def serve(kind: str, folder: Path, pipe: Any) -> None:
    """The body of a server process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder.mkdir()
    if kind == "floor":
        threading.Thread(target=serve_floor, args=(pipe,), daemon=True).start()
        while pipe.recv() != "end":
            pass
        return
    store = Store("sqlite", folder)
    Base.metadata.create_all(store.engine)
    intake = Intake(store, FileBlobs(folder / "raw"), lambda: None)
    limits = ListenerLimits(connections=1000, connections_per_address=1000)
    ours = own_addresses([TO], "+")
    listener = Listener(intake, "127.0.0.1:0", "lmtp", ours, limits, SystemClock(), "desk.help.example")
    pipe.send(int(listener.start().rpartition(":")[2]))
    while pipe.recv() != "end":
        with store.read() as session:
            pipe.send(session.connection().exec_driver_sql("SELECT count(*) FROM inbound").scalar_one())
    listener.close()
    intake.close()
    store.close()


class Forgetful:
    """Says 250 and keeps nothing."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


def serve_floor(pipe: Any) -> None:
    loop = asyncio.new_event_loop()

    async def listen() -> None:
        server = await loop.create_server(lambda: SMTP(Forgetful(), hostname="floor", loop=loop), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])

    loop.run_until_complete(listen())
    loop.run_forever()


def measure(target: Target, connections: int, mails: int) -> Figure:
    """One row: `connections` client processes send `mails` in all. Raises where not every mail was kept."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(connections + 1)
    each = mails // connections
    clients = [
        context.Process(target=send, args=(target.hello, target.port, each, barrier)) for _ in range(connections)
    ]
    before = target.kept()
    for client in clients:
        client.start()
    barrier.wait()  # all are connected and have their mails ready
    cpu, start = cpu_seconds(target.pids()), time.monotonic()
    barrier.wait()
    for client in clients:
        client.join()
    wall, used = time.monotonic() - start, cpu_seconds(target.pids()) - cpu
    sent = each * connections
    if any(client.exitcode for client in clients) or (before >= 0 and target.kept() - before != sent):
        raise SystemExit(f"{target.name}: {target.kept() - before} of {sent} mails were kept")
    return Figure(sent / wall, used / sent * 1000)


def send(hello: str, port: int, count: int, barrier: Any) -> None:
    """One client: one connection, one mail after the other, the envelope pipelined."""
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies = connection.makefile("rb")
        expect(replies, b"220")
        connection.sendall(f"{hello} client.example\r\n".encode())
        expect(replies, b"250")
        envelope = f"MAIL FROM:<kari@customer.example>\r\nRCPT TO:<{TO}>\r\nDATA\r\n".encode()
        mails = [a_mail(f"{os.getpid()}.{number}.{time.monotonic_ns()}") for number in range(count)]
        barrier.wait()
        barrier.wait()
        for mail in mails:
            connection.sendall(envelope)
            for code in (b"250", b"250", b"354"):
                expect(replies, code)
            connection.sendall(mail)
            expect(replies, b"250")


def a_mail(name: str) -> bytes:
    head = f"From: Kari <kari@customer.example>\r\nTo: {TO}\r\nSubject: Help\r\nMessage-ID: <{name}@customer.example>"
    body = _LINE * ((SIZE - len(head)) // len(_LINE))
    return f"{head}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\n".encode() + body + b".\r\n"


def expect(replies: Any, code: bytes) -> None:
    """Reads one reply of any number of lines; anything but `code` ends the client."""
    while True:
        line = replies.readline()
        if not line.startswith(code):
            raise SystemExit(f"expected {code!r}: {line!r}")
        if line[3:4] == b" ":
            return


def family(pid: int) -> set[int]:
    """A process and all that it has started."""
    found = {pid}
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(task.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found |= family(int(task.parent.name))
    return found


def cpu_seconds(pids: set[int]) -> float:
    """User and system time of the processes and of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


def queued(spool: Path) -> int:
    return sum(len(names) for part in ("incoming", "active", "hold") for _, _, names in os.walk(spool / part))


if __name__ == "__main__":
    main()

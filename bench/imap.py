"""Measures how fast mails of 20 KB come from a real Dovecot by IMAP until they are durable here and moved there.

    python -m bench.imap [--mails 1500] [--rounds 3]

Prints a markdown table: mails per second (wall) and CPU per mail (user + system) of our process; Dovecot's is its own.
The floor is imapclient alone, which fetches the same mails, 50 a command, and forgets them.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from imapclient import IMAPClient

from bench.figure import Figure
from tests.servers.dovecot import Dovecot, start_dovecot
from tests.servers.mailbox import Desk, Settings, mail, plain, with_tls
from tests.servers.servers import make_certificates

SIZE = 20_000
GROUP = 50


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--mails", type=int, default=1500, help="per row")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="imap-"))
    folder.chmod(0o755)
    (folder / "tls").mkdir()
    dovecot = start_dovecot(folder / "dovecot", make_certificates(folder / "tls"))
    try:
        report(dovecot, folder, given.mails, given.rounds)
    finally:
        dovecot.stop()
        shutil.rmtree(folder, ignore_errors=True)


def report(dovecot: Dovecot, folder: Path, mails: int, rounds: int) -> None:
    print("| way | mails/s | CPU ms/mail |\n|---|---|---|")
    for name, way in (
        ("imapclient alone, nothing kept", forget),
        ("durable and moved", keep),
        ("the same, TLS", keep_tls),
    ):
        figures = []
        for turn in range(rounds):
            user = dovecot.user()
            fill(dovecot, user, mails)
            figures.append(measure(partial(way, dovecot, user, folder / f"{way.__name__}{turn}"), mails))
        median = sorted(figures, key=lambda figure: figure.per_second)[rounds // 2]
        print(f"| {name} | {median.per_second:.0f} | {median.cpu_ms:.2f} |", flush=True)


def fill(dovecot: Dovecot, user: str, mails: int) -> None:
    """Mails as files in the Maildir: Dovecot numbers them when it is asked."""
    new = dovecot.server.folder / "mail" / user / "Maildir" / "new"
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
    for number in range(mails):
        path = new / f"{1_700_000_000 + number}.M{number}P1.bench"
        path.write_bytes(mail(number, SIZE))
        shutil.copystat(new, path)
        os.chown(path, new.stat().st_uid, new.stat().st_gid)


def measure(run: Callable[[], int], mails: int) -> Figure:
    wall, cpu = time.perf_counter(), time.process_time()
    taken = run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if taken != mails:
        raise RuntimeError(f"{taken} of {mails} mails")
    return Figure(mails / wall, 1000 * cpu / mails)


def keep(dovecot: Dovecot, user: str, folder: Path) -> int:
    return _keep(Desk(folder), plain(dovecot, user))


def keep_tls(dovecot: Dovecot, user: str, folder: Path) -> int:
    return _keep(Desk(folder), with_tls(dovecot, user))


def _keep(desk: Desk, settings: Settings) -> int:
    try:
        return desk.fetch(settings)
    finally:
        desk.close()


def forget(dovecot: Dovecot, user: str, _: Path) -> int:
    client = IMAPClient(dovecot.host, dovecot.port, ssl=False, timeout=60)
    client.login(user, dovecot.password)
    client.select_folder("INBOX")
    uids, count = client.search("ALL"), 0
    for at in range(0, len(uids), GROUP):
        count += len(client.fetch(uids[at : at + GROUP], ["BODY.PEEK[]"]))
    client.shutdown()
    return count


if __name__ == "__main__":
    main()

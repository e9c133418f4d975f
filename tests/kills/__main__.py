"""python -m tests.kills --kills 3000 --mails 10000: the proof by command. Ends with 1 if it fails."""

import argparse
import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.kills.killing import Killing
from tests.running import RunningDaemon, mailbox
from tests.servers import servers
from tests.servers.dovecot import start_dovecot
from tests.servers.postgres import start_postgres
from tests.servers.sink import Sink


def main() -> int:
    asked = _arguments()
    print(f"seed {asked.seed}", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        killing = _killing(asked, folder, stack)
        verdict = killing.run()
        if not verdict.good:
            print(killing.daemon.log[-5000:], *verdict.faults[:100], sep="\n", file=sys.stderr)
    print(f"kills that found mails in hand {killing.in_hand}, letters on the wire {killing.on_the_wire}")
    print(verdict)
    return 0 if verdict.good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mails", type=int, help="requests, else two for each kill; what people answer comes on top")
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--imap", action="store_true", help="every third mail comes through a Dovecot, too")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    return parser.parse_args()


def _killing(asked: argparse.Namespace, folder: Path, stack: ExitStack) -> Killing:
    sink = stack.enter_context(Sink())
    url, dovecot, user = "sqlite", None, ""
    if asked.store == "postgres":
        postgres = start_postgres(folder / "postgres")
        stack.callback(postgres.stop)
        url = postgres.new_database()
    if asked.imap:
        (folder / "tls").mkdir()
        dovecot = start_dovecot(folder / "dovecot", servers.make_certificates(folder / "tls"))
        stack.callback(dovecot.stop)
        user = dovecot.user()
    more = mailbox(dovecot.port, user) if dovecot else ""
    daemon = RunningDaemon(folder / "desk", sink.port, url=url, more=more)
    return Killing(daemon, sink, asked.mails or 2 * asked.kills, asked.kills, asked.seed, dovecot, user)


if __name__ == "__main__":
    sys.exit(main())

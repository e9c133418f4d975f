"""Plays the day and tells what was wrong with it.

python -m tests.day [--week] [--keep FOLDER]
"""

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.day.desk import DayDesk
from tests.day.judge import Judge
from tests.day.keeping import keep
from tests.day.script import play
from tests.servers.dovecot import start_dovecot
from tests.servers.postfix import Postfix, start_postfix
from tests.servers.servers import make_certificates
from tests.servers.sink import Sink


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.day", description="plays a day of a support desk")
    parser.add_argument("--keep", type=Path, help="folder for all letters and the whole day as a text")
    parser.add_argument("--week", action="store_true", help="go on, until what nobody answers is closed")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mdday-"))
    # Dovecot and Postfix run as other users.
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        desk = _opened(folder, stack)
        try:
            play(desk, week=arguments.week)
        finally:
            if arguments.keep:
                keep(desk, arguments.keep)
        faults = Judge(desk).faults()
    print(f"{len(desk.mails)} mails, {len(desk.came)} letters, {len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


def _opened(folder: Path, stack: ExitStack) -> DayDesk:
    (folder / "tls").mkdir()
    dovecot = start_dovecot(folder / "dovecot", make_certificates(folder / "tls"))
    stack.callback(dovecot.stop)

    def postfix(lmtp_port: int, relay_port: int, domain: str = "acme.example", **settings: str) -> Postfix:
        started = start_postfix(folder / "postfix", lmtp_port, relay_port, domain, **settings)
        stack.callback(started.stop)
        return started

    desk = DayDesk(folder, dovecot, postfix, stack.enter_context(Sink()))
    stack.callback(desk.close)
    return desk


if __name__ == "__main__":
    sys.exit(main())

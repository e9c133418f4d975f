"""A daemon forked from a process that has read all modules already: for tests that start it hundreds of times.

It is the same program in a process of its own, and starts in a fraction of the time; what is left out is only that
Python reads its modules. That a daemon starts from nothing is shown wherever `python -m maildesk` is called.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from functools import lru_cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from maildesk.cli import main

ROOT = Path(__file__).resolve().parents[1]
_READ_BEFORE = (
    "__main__",
    "maildesk.cli.place",
    "maildesk.daemon",
    "maildesk.notify.templates",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "tests.forked",
)


class Forked:
    """`maildesk` with these arguments, whose errors go to the file `log`. As much of a Popen as a test needs."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        self._process: ForkServerProcess = _context().Process(target=_begin, args=(arguments, log), name="maildesk")
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises TimeoutExpired."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("maildesk", timeout or 0.0)
        return code


@lru_cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_READ_BEFORE))
    return context


def _begin(arguments: list[str], log: Path) -> None:
    """In the new process: what `python -m maildesk` does."""
    os.chdir(ROOT)
    with log.open("ab") as said:
        os.dup2(said.fileno(), sys.stderr.fileno())
    sys.argv = ["maildesk", *arguments]
    main()

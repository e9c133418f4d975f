"""The real daemon as a process of its own, for tests that kill it, stop it and take its disk away."""

import atexit
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from maildesk import places
from maildesk.notify.templates import Templates
from tests.forked import ROOT, Forked
from tests.servers import servers

#: Of the whole run: some tests have a folder of their own for what is temporary, and look whether it is left clean.
_TEMPORARY = tempfile.gettempdir()

SETTINGS = """
[desk]
name = "Acme Support"
address = "support@acme.example"
operator = "ops@acme.example"
timezone = "UTC"
data = "{data}"

[store]
url = "{url}"

[auth]
trusted_authserv_ids = ["mx.acme.example"]

[listen]
lmtp = "127.0.0.1:{port}"

[relay]
host = "127.0.0.1"
port = {relay}
tls = "none"

[answers]
hold = "0s"

[limits]
auto_per_minute = 1000000

[[agent]]
email = "anna@acme.example"
name = "Anna"

[[agent]]
email = "bob@acme.example"
name = "Bob"
"""

_MAILBOX = """
[[imap]]
name = "support"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password = "test"
first_sync = "all"
poll = "1s"
"""


def mailbox(port: int, user: str) -> str:
    """The settings of a mailbox on a test server (tests/servers/dovecot.py)."""
    return _MAILBOX.format(port=port, user=user)


class RunningDaemon:
    """`python -m maildesk run` below `folder`, on an LMTP port that it keeps over all its lives.

    `data` is shared by the daemons of one desk; `settings` is a template, and `more` is added to it; `before` stands
    before the command. A `forked` daemon starts in a fraction of the time (tests/forked.py).
    """

    def __init__(
        self,
        folder: Path,
        relay: int,
        *,
        url: str = "sqlite",
        data: Path | None = None,
        settings: str = SETTINGS,
        more: str = "",
        before: tuple[str, ...] = (),
        roles: str = "intake,desk,post,clock",
        forked: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = url
        self.data = data or folder / "data"
        self.port = servers.free_port()
        self.log_file = folder / "daemon.log"
        self.log_file.touch()
        self._config = folder / "maildesk.toml"
        self._config.write_text(settings.format(data=self.data, url=url, port=self.port, relay=relay) + more)
        self._before = before
        self._roles = roles
        self._forked = forked
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._log_began = 0
        lay_out_compiled(self.data)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has said, in all its lives."""
        return self.log_file.read_text(errors="replace")

    def start(self) -> None:
        """Begins a new life; `await_ready` waits for it."""
        assert not self.alive
        self._log_began = self.log_file.stat().st_size
        if self._forked:
            self._process = Forked(self._arguments("run", "--roles", self._roles), self.log_file)
            return
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("run", "--roles", self._roles), cwd=ROOT, stdin=subprocess.DEVNULL, stderr=log
            )

    def await_ready(self, seconds: float = 2 * servers.PATIENCE) -> None:
        """Returns when mail is taken. Raises AssertionError with its last words where it ended instead."""

        def ready() -> bool:
            with self.log_file.open("rb") as log:
                log.seek(self._log_began)
                said = log.read()
            assert self.alive, said.decode(errors="replace")[-2000:]
            return re.search(rb"^INFO maildesk\.cli\.running ready ", said, re.MULTILINE) is not None

        servers.wait_until(ready, "the daemon is ready", seconds, said=lambda: self.log)

    def kill(self) -> None:
        """SIGKILL, and waits for the end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def tell(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self, seconds: float = servers.PATIENCE) -> int:
        """SIGTERM; returns the exit code. Raises TimeoutExpired."""
        self.tell(signal.SIGTERM)
        return self.await_end(seconds)

    def await_end(self, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(seconds)

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """One of the operator's commands, beside the running daemon."""
        return subprocess.run(
            self._command(*arguments),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=2 * servers.PATIENCE,
            check=False,
        )

    def _command(self, *arguments: str) -> list[str]:
        return [*self._before, sys.executable, "-m", "maildesk", *self._arguments(*arguments)]

    def _arguments(self, *arguments: str) -> list[str]:
        return ["--config", str(self._config), *arguments]


def lay_out_compiled(data: Path) -> None:
    """Puts the compiled letters into a data folder, as an earlier start left them: compiling takes a second."""
    folder = data / "compiled"
    if not folder.exists():
        data.mkdir(mode=0o750, parents=True, exist_ok=True)
        shutil.copytree(_compiled(), folder)


@lru_cache
def _compiled() -> Path:
    """Made once for all daemons of a test run."""
    folder = Path(tempfile.mkdtemp(prefix="maildesk-compiled-", dir=_TEMPORARY))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Templates(places.templates_folder(), compiled=folder / "compiled").load_all()
    return folder / "compiled"


@contextmanager
def started(daemon: RunningDaemon) -> Iterator[RunningDaemon]:
    """Killed at the end if it still lives."""
    daemon.start()
    try:
        yield daemon
    finally:
        if daemon.alive:
            daemon.kill()


@contextmanager
def running(daemon: RunningDaemon) -> Iterator[RunningDaemon]:
    """The same, and ready."""
    with started(daemon):
        daemon.await_ready()
        yield daemon


def await_quiet(true: Callable[[], bool], what: str, seconds: float = 2 * servers.PATIENCE) -> None:
    """Waits until `true` has held for three looks in a row, as a queue that is empty and stays so."""
    end, held = time.monotonic() + seconds, 0
    while held < 3:
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        held = held + 1 if true() else 0
        time.sleep(0.1)

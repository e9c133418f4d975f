"""Starts and stops the real servers of the tests, on free loopback ports, in a folder of their own.

As root they run as nobody (Postfix needs root). A missing program is `ServerMissing`, which the fixtures make a skip.
"""

import contextlib
import getpass
import grp
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

HOST = "127.0.0.1"
CONFIG = Path(__file__).parent / "config"
#: Below the range from which the system takes ports for outgoing connections.
PORTS = range(20000, 32000)
#: For whatever another process does. A wait ends with what it waits for, so a long one costs nothing, and a machine
#: that is busy with other things makes no test fail.
PATIENCE = 60.0
#: So much of a server's log is shown where a wait was in vain, in characters.
LAST_WORDS = 4000


class ServerMissing(Exception):
    """A server that is not installed or cannot be started here; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """A certificate for localhost and 127.0.0.1, and the authority that signed it."""

    ca_file: Path
    cert_file: Path
    key_file: Path


@dataclass(slots=True)
class Server:
    """A running program. `stop()` may be called twice."""

    name: str
    process: subprocess.Popen[bytes]
    folder: Path

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def program(name: str, *patterns: str) -> str:
    """The path of a program: on the PATH, in the sbin folders, or by glob. Raises ServerMissing."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    newest = sorted(str(path) for pattern in patterns for path in Path("/").glob(pattern.lstrip("/")))
    if newest or found:
        return newest[-1] if newest else str(found)
    raise ServerMissing(f"{name} is not installed")


def free_port() -> int:
    """A port on loopback that nobody listens on, and that no other test of this run is given: until its server listens
    there, or while a daemon is down, it looks free to everybody.
    """
    for port in _ports():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                return port
    raise ServerMissing("no free port on loopback")


@lru_cache
def _ports() -> Iterator[int]:
    """This worker's share of the ports, each once; in random order, because several test runs may look at once."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    mine = PORTS[worker % workers :: workers]
    return iter(random.sample(mine, len(mine)))


def owner() -> tuple[str, str]:
    """User and group the servers run as: never root."""
    if os.geteuid() == 0:
        return "nobody", "nogroup"
    return getpass.getuser(), grp.getgrgid(os.getegid()).gr_name


def fill(template: str, target: Path, **values: object) -> None:
    """Writes a configuration file from `config/`, with @NAME@ replaced by its value."""
    text = (CONFIG / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name.upper()}@", str(value))
    target.write_text(text)


def own(folder: Path) -> None:
    """Gives a folder to the user the servers run as."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", ":".join(owner()), str(folder)], check=True)


def start(name: str, command: Sequence[str], folder: Path, *, as_owner: bool = True) -> Server:
    """Starts a program in the foreground of its own session; it is ended when the test run dies."""
    user, group = owner()
    credentials = [f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    drop = credentials if as_owner and os.geteuid() == 0 else []
    with (folder / f"{name}.out").open("ab") as out:
        process = subprocess.Popen(
            [program("setpriv"), "--pdeathsig", "TERM", *drop, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            start_new_session=True,
        )
    return Server(name, process, folder)


def wait_until(
    true: Callable[[], bool],
    what: str,
    seconds: float = PATIENCE,
    *,
    pause: float = 0.02,
    said: Callable[[], str] = lambda: "",
) -> None:
    """Waits for something another process does, and looks each `pause` seconds.

    Raises TimeoutError that tells what did not come, and the last words of the log that `said` reads.
    """
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}\n{said()[-LAST_WORDS:]}".rstrip())
        time.sleep(pause)


def await_port(server: Server, *ports: int) -> None:
    """Waits until the server listens. Raises ServerMissing with its last words when it ended instead."""

    def listening() -> bool:
        if server.process.poll() is not None:
            out = (server.folder / f"{server.name}.out").read_text(errors="replace")[-600:]
            raise ServerMissing(f"{server.name} ended at its start: {out}")
        return all(answers(port) for port in ports)

    wait_until(listening, f"{server.name} listens on {ports}")


def answers(port: int) -> bool:
    """Does anybody accept connections on this port?"""
    with socket.socket() as probe:
        probe.settimeout(PATIENCE)
        return probe.connect_ex((HOST, port)) == 0


def make_certificates(folder: Path, days: int = 2) -> Certificates:
    """A new authority and a certificate signed by it."""
    openssl = program("openssl")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "rsa:2048", "-nodes")
    run("req", "-x509", *key, "-days", str(days), "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem")
    run("req", *key, "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "request.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nkeyUsage=digitalSignature\n")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", str(days))
    run("x509", "-req", "-in", "request.pem", *signing, "-out", "cert.pem")
    return Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")

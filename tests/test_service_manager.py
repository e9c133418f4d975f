"""systemd hears when the daemon is ready, that it lives, and that it stops: through a real socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.service_manager import READY, status, tell_service_manager
from tests.shell import Operator


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60)
        yield listening


def test_the_words_arrive_in_one_datagram(manager: socket.socket) -> None:
    assert tell_service_manager(READY, status("at\nwork"), environment={"NOTIFY_SOCKET": manager.getsockname()})
    assert manager.recv(1000) == b"READY=1\nSTATUS=at work"


def test_an_abstract_socket_is_found() -> None:
    name = f"maildesk-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        listening.settimeout(60)
        assert tell_service_manager(READY, environment={"NOTIFY_SOCKET": f"@{name}"})
        assert listening.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "relative", "/no/such/socket", "vsock:2:1234"])
def test_where_nobody_listens_nothing_happens(address: str) -> None:
    assert not tell_service_manager(READY, environment={"NOTIFY_SOCKET": address})


def test_the_daemon_is_ready_lives_and_stops(operator: Operator, manager: socket.socket) -> None:
    environment = {**operator.environment, "NOTIFY_SOCKET": manager.getsockname()}
    command = [sys.executable, "-m", "maildesk", "run"]
    daemon = subprocess.Popen(command, cwd=operator.folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        heard: list[str] = []
        end = time.monotonic() + 120
        while not ("READY=1" in heard and "WATCHDOG=1" in heard[heard.index("READY=1") :]):
            heard += manager.recv(1000).decode().splitlines()
            assert time.monotonic() < end
        daemon.send_signal(signal.SIGTERM)
        while "STOPPING=1" not in heard:
            heard += manager.recv(1000).decode().splitlines()
        assert daemon.wait(60) == 0
    finally:
        daemon.kill()
        daemon.wait()

"""run and readyz from outside: signals, a folder that is taken, and the pulse."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from maildesk.health import LONGEST_ROUND, Pulse
from tests.dialogue import Talk
from tests.kills import stream
from tests.postman import deliver
from tests.running import RunningDaemon, running
from tests.servers import servers
from tests.servers.sink import Sink
from tests.shell import DESK, Operator, mail_about


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_daemon(tmp_path: Path, sink: Sink, number: signal.Signals) -> None:
    """Beside it: readyz, and a second daemon that finds the folder taken."""
    with running(RunningDaemon(tmp_path, sink.port)) as daemon:
        if number is signal.SIGTERM:
            servers.wait_until(lambda: daemon.ask("readyz").returncode == 0, "it is ready", 60)
            second = daemon.ask("run")
            assert second.returncode == 1 and "another maildesk runs on" in second.stderr
            assert "Traceback" not in second.stderr
        daemon.tell(number)
        assert daemon.await_end(60) == 0
    assert daemon.log.splitlines()[-1] == "INFO maildesk.cli.running stopped"
    assert "Traceback" not in daemon.log
    if number is signal.SIGTERM:
        after = daemon.ask("readyz")
        assert after.returncode == 1 and "not running" in after.stderr


def test_a_signal_under_load_loses_nothing(tmp_path: Path, sink: Sink) -> None:
    sink.delay("dot", 0.02)
    kept: list[bytes] = []
    with running(RunningDaemon(tmp_path, sink.port)) as daemon:
        posting = threading.Thread(target=_post_until_it_ends, args=(daemon.port, kept))
        posting.start()
        sink.await_mails(5, 60)
        daemon.tell(signal.SIGTERM)
        assert daemon.await_end(60) == 0
        posting.join()
    assert "Traceback" not in daemon.log and kept
    ids = {row["message_id"] for row in _rows(daemon) if row["state"] == "done"}
    waiting = sum(row["state"] == "new" for row in _rows(daemon))
    assert len(ids) + waiting >= len(kept)


def _post_until_it_ends(port: int, kept: list[bytes]) -> None:
    try:
        with Talk(f"127.0.0.1:{port}", hello="LHLO") as talk:
            for number in range(10_000):
                if deliver(talk, stream.request(number)).startswith("250"):
                    kept.append(stream.request(number).mail)
    except OSError:
        # It has hung up, as it should.
        return


def _rows(daemon: RunningDaemon) -> list[dict[str, Any]]:
    return [json.loads(line) for line in daemon.ask("inbox", "list", "--json").stdout.splitlines()]


def test_the_second_signal_is_meant(tmp_path: Path, sink: Sink) -> None:
    """The relay says nothing for a long time; the first signal waits for it."""
    sink.delay("dot", 120)
    with running(RunningDaemon(tmp_path, sink.port)) as daemon:
        with Talk(f"127.0.0.1:{daemon.port}", hello="LHLO") as talk:
            assert deliver(talk, stream.request(1)).startswith("250")
        servers.wait_until(lambda: any(line == "DATA" for _, line in sink.commands), "a letter is on its way", 60)
        daemon.tell(signal.SIGTERM)
        servers.wait_until(lambda: "signal=SIGTERM stopping" in daemon.log, "it has heard", 60)
        daemon.tell(signal.SIGTERM)
        assert daemon.await_end(60) == 1


def test_a_daemon_that_only_takes_mail_in_has_a_pulse_too(operator: Operator) -> None:
    """And one that cannot begin leaves none behind."""
    port = servers.free_port()
    operator.write("maildesk.toml", f'{DESK}[listen]\nlmtp = "127.0.0.1:{port}"\n')
    with _process(operator, "run", "--roles", "intake") as process:
        servers.wait_until(lambda: operator.does("readyz").code == 0, "it is ready", 60)
        process.terminate()
        assert process.wait(60) == 0
    with socket.create_server(("127.0.0.1", port)):
        said = operator.starts("run")
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1].startswith(f"maildesk: cannot listen on 127.0.0.1:{port}")
    assert operator.does("readyz").code == 1


@contextmanager
def _process(operator: Operator, *arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-m", "maildesk", *arguments]
    with subprocess.Popen(command, cwd=operator.folder, env=operator.environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("age", "code"), [(0, 0), (LONGEST_ROUND - 30, 0), (LONGEST_ROUND + 30, 1)])
def test_an_old_heartbeat_is_no_sign_of_life(operator: Operator, age: float, code: int) -> None:
    heartbeat = operator.write("var/heartbeat", b"")
    touched = heartbeat.stat().st_mtime - age
    os.utime(heartbeat, (touched, touched))
    said = operator.does("readyz")
    assert (said.code, said.out) == ((0, "ready\n") if code == 0 else (1, ""))
    assert code == 0 or re.search(r"the last sign of life is \d+ seconds old", said.err)


def test_what_ran_once_is_no_daemon(operator: Operator) -> None:
    operator.gets(mail_about(1))
    said = operator.does("readyz")
    assert (said.code, said.err[:21]) == (1, "maildesk: not running")


def test_one_story_that_hangs_stops_the_pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("maildesk.health.time.monotonic", lambda: now[0])
    pulse = Pulse(tmp_path, ["works", "hangs"])
    heartbeat = tmp_path / "heartbeat"
    pulse.beat("works")
    assert not heartbeat.exists()
    pulse.begin()
    for second in range(0, 90, 2):
        now[0] = float(second)
        pulse.beat("works")
        assert heartbeat.exists() == (second < LONGEST_ROUND)
        heartbeat.unlink(missing_ok=True)
    pulse.beat("hangs")
    now[0] += 2
    pulse.beat("works")
    assert heartbeat.exists()
    pulse.end()
    assert not heartbeat.exists()


def test_a_pulse_that_cannot_be_written_stops_no_story(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pulse = Pulse(tmp_path / "gone", ["works"])
    pulse.begin()
    pulse.beat("works")
    assert "heartbeat not written: No such file or directory" in caplog.text

"""Watchers ask by HTTP: is it at work, and how does the desk stand? Names are those of the shipped rules."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk import http_door
from maildesk.config import ConfigError, ListenAddress, read_settings
from maildesk.desk.alarms import Alarm
from maildesk.errors import Deferred, Refused
from maildesk.http_door import HttpDoor
from maildesk.metrics import exposition
from maildesk.places import shipped_file
from tests.configured import DESK
from tests.desk import MONDAY, TestDesk, mail
from tests.servers.servers import wait_until
from tests.shell import Operator

_LINE = re.compile(r'(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{\w+="[^"\n]*"(?:,\w+="[^"\n]*")*\})? [0-9.e+]+)')


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDesk]:
    desk = TestDesk(tmp_path, "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield desk
    desk.close()


def test_the_numbers_are_those_of_the_rows(desk: TestDesk) -> None:
    desk.receive(mail("kari@customer.example", proven=True))
    desk.receive(
        mail("ola@customer.example", to="network@acme.example", proven=True), recipients=("network@acme.example",)
    )
    desk.run()
    desk.receive(mail("per@customer.example"))
    with desk.look() as session:
        ends = {(Alarm.LOGIN, 'a"b\n'): MONDAY}
        page = exposition(session, {"support": MONDAY, "never": None}, ends, MONDAY + timedelta(seconds=90))
    assert all(_LINE.fullmatch(line.replace('\\"', "")) for line in page.splitlines()), page
    for line in (
        'maildesk_messages_ingested_total{result="new"} 2',
        "maildesk_inbox_pending 1",
        "maildesk_inbox_oldest_seconds 90",
        "maildesk_inbox_held 0",
        'maildesk_messages_sent_total{kind="received",result="sent"} 2',
        'maildesk_tickets_open{queue="network",priority="normal"} 1',
        "maildesk_outbox_pending 0",
        f'maildesk_imap_last_success_timestamp_seconds{{mailbox="support"}} {MONDAY.timestamp():.0f}',
        f'maildesk_expiry_timestamp_seconds{{what="login",name="a\\"b\\n"}} {MONDAY.timestamp():.0f}',
    ):
        assert f"{line}\n" in page
    assert "never" not in page


def test_the_shipped_rules_name_what_there_is(desk: TestDesk) -> None:
    with desk.look() as session:
        page = exposition(session, {}, {}, MONDAY)
    named = set(re.findall(r"maildesk_\w+", shipped_file("prometheus.rules").read_text()))
    assert named and named <= set(re.findall(r"TYPE (\w+)", page))


def asked(address: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_door_has_two_pages() -> None:
    def away() -> tuple[bool, str]:
        raise Deferred("the database is away")

    door = HttpDoor(ListenAddress("127.0.0.1", 0), {"/readyz": lambda: (True, "ready\n"), "/metrics": away})
    address = door.start()
    try:
        assert asked(address, "/readyz") == (200, "ready\n")
        assert asked(address, "/metrics") == (503, "the database is away\n")
        assert asked(address, "/../etc/passwd")[0] == 404
        with pytest.raises(Refused, match="cannot be listened on"):
            HttpDoor(ListenAddress("127.0.0.1", int(address.rpartition(":")[2])), {}).start()
    finally:
        door.close()


def test_who_asks_slowly_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes long before a time-out of one byte would end: all of them together have their time."""
    monkeypatch.setattr(http_door, "_SECONDS", 0.3)
    door = HttpDoor(ListenAddress("127.0.0.1", 0), {"/readyz": lambda: (True, "ready\n")})
    address = door.start()
    try:
        with connected(address) as slow, pytest.raises(ConnectionError):
            for _ in range(100_000):
                slow.sendall(b"X")
                time.sleep(0.001)
        assert asked(address, "/readyz") == (200, "ready\n")
    finally:
        door.close()


def test_only_so_many_are_served_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, goes_on = threading.Semaphore(0), threading.Event()

    def page() -> tuple[bool, str]:
        at_work.release()
        goes_on.wait()
        return True, "ready\n"

    monkeypatch.setattr(http_door, "_AT_ONCE", 2)
    door = HttpDoor(ListenAddress("127.0.0.1", 0), {"/readyz": page})
    address = door.start()
    try:
        with connected(address) as one, connected(address) as two:
            for asking in (one, two):
                asking.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                at_work.acquire()
            with connected(address) as three:
                assert three.recv(1) == b""
            goes_on.set()
            assert all(asking.recv(100).startswith(b"HTTP/1.0 200") for asking in (one, two))
        wait_until(lambda: is_served(address), "there is room again")
    finally:
        goes_on.set()
        door.close()


def is_served(address: str) -> bool:
    try:
        return asked(address, "/readyz") == (200, "ready\n")
    except OSError:
        return False


def connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def test_a_socket_is_no_place_for_it() -> None:
    with pytest.raises(ConfigError, match="a host and a port"):
        read_settings(DESK + '[listen]\nhttp = "unix:/run/maildesk/http"\n', {}, "")


def test_the_daemon_serves_both(operator: Operator) -> None:
    with (operator.folder / "maildesk.toml").open("a") as file:
        file.write('\n[listen]\nhttp = "127.0.0.1:0"\n')
    daemon = subprocess.Popen(
        [sys.executable, "-m", "maildesk", "run"],
        cwd=operator.folder,
        env=operator.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert daemon.stderr is not None
        line = next(line for line in daemon.stderr if " ready " in line)
        address = line.rpartition("http=")[2].strip()
        assert asked(address, "/readyz") == (200, "ready\n")
        assert "maildesk_outbox_pending 0" in asked(address, "/metrics")[1]
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(60) == 0
    finally:
        daemon.kill()
        daemon.communicate()

"""The relay at its worst: every stage times every fault, against a scripted server."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from maildesk.errors import Deferred
from maildesk.mail import Letter
from maildesk.notify.account import Account
from maildesk.notify.relay import SmtpRelay
from tests.delivery.asking import (
    LATER,
    LATER_FOR_ALL,
    NEVER,
    NOBODY_KNOWS,
    PASSWORD,
    account,
    fate,
    letter,
    offering_login,
)
from tests.servers.servers import Certificates, free_port
from tests.servers.sink import DROP, RESET, Sink

FOR_ALL_STAGES = ("banner", "ehlo", "auth", "mail")
OWN_STAGES = ("rcpt", "data", "dot")
FAULTS: dict[str, Callable[[Sink, str], None]] = {
    "4xx": lambda sink, stage: sink.answer(stage, "451 4.3.0 later"),
    "4xx without status": lambda sink, stage: sink.answer(stage, "450 busy"),
    "421": lambda sink, stage: sink.answer(stage, "421 4.3.2 closing"),
    "5xx": lambda sink, stage: sink.answer(stage, "554 5.7.1 no"),
    "5xx of two lines": lambda sink, stage: sink.answer(stage, "550-5.1.1 no\r\n550 5.1.1 really"),
    "drop": lambda sink, stage: sink.answer(stage, DROP),
    "reset": lambda sink, stage: sink.answer(stage, RESET),
    "silence": lambda sink, stage: sink.delay(stage, 6.0),
    "nonsense": lambda sink, stage: sink.answer(stage, "hello there"),
}
AT_OWN_STAGES = {"5xx": NEVER, "5xx of two lines": NEVER}
WITHOUT_AN_ANSWER = {"drop", "reset", "silence", "nonsense"}


def expected(stage: str, fault: str) -> str:
    """The table of threats: 1.3."""
    if stage in FOR_ALL_STAGES:
        return LATER_FOR_ALL
    if stage == "dot" and fault in WITHOUT_AN_ANSWER:
        return NOBODY_KNOWS
    return AT_OWN_STAGES.get(fault, LATER)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stage", [*FOR_ALL_STAGES, *OWN_STAGES])
def test_fault_at_stage(sink: Sink, open_relay: Callable[..., SmtpRelay], stage: str, fault: str) -> None:
    sink.extensions = offering_login("PLAIN")
    relay = open_relay(user="support@acme.example", password=PASSWORD)
    FAULTS[fault](sink, stage)
    assert fate(relay) == expected(stage, fault)
    assert sink.mails == []
    # What happened leaves nothing behind: the next letter passes, and alone.
    sink.usual()
    assert fate(relay) == "taken"
    assert len(sink.mails) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_starttls(secure_sink: Callable[..., Sink], certificates: Certificates, fault: str) -> None:
    sink = secure_sink()
    relay = SmtpRelay(account(sink, host="localhost", tls="starttls", ca_file=certificates.ca_file))
    FAULTS[fault](sink, "starttls")
    assert fate(relay) == LATER_FOR_ALL
    assert not any(line.startswith("MAIL") for _, line in sink.commands)
    sink.usual()
    assert fate(relay) == "taken"
    relay.close()


@pytest.mark.parametrize("fault", ["421", "drop", "reset"])
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_hung_up_on_a_rested_connection_begins_anew_once(
    sink: Sink, open_relay: Callable[..., SmtpRelay], stage: str, fault: str
) -> None:
    relay = open_relay()
    assert fate(relay) == "taken"
    sink.answer(stage, {"421": "421 4.7.0 too many mails", "drop": DROP, "reset": RESET}[fault], times=1)
    assert fate(relay) == "taken"
    assert sink.connections == 2
    assert len(sink.mails) == 2


def test_silence_on_a_rested_connection_is_not_tried_twice(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    assert fate(relay) == "taken"
    sink.delay("mail", 6.0)
    assert fate(relay) == LATER_FOR_ALL
    assert sink.connections == 1


def test_after_the_dot_nothing_begins_anew(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    assert fate(relay) == "taken"
    sink.answer("dot", DROP, times=1)
    assert fate(relay) == NOBODY_KNOWS
    assert sum(line == "DATA" for _, line in sink.commands) == 2


def test_reset_after_the_250_costs_nothing(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    assert fate(relay) == "taken"
    sink.drop_connections()
    assert fate(relay) == "taken"
    assert len(sink.mails) == 2


def test_nobody_listens() -> None:
    relay = SmtpRelay(Account("127.0.0.1", free_port(), "desk.acme.example", tls="none"))
    with pytest.raises(Deferred, match="connect: Connection refused") as error:
        relay.send(letter())
    assert error.value.everyone


def test_host_without_an_address() -> None:
    relay = SmtpRelay(Account("relay.invalid", 25, "desk.acme.example", tls="none"))
    assert fate(relay) == LATER_FOR_ALL


def test_connection_that_is_never_accepted() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        # The backlog of one is used up, so that the next connection hangs.
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        relay = SmtpRelay(Account("127.0.0.1", port, "x", tls="none", connect_seconds=0.3, reply_seconds=0.3))
        assert fate(relay) == LATER_FOR_ALL
        for one in waiting:
            one.close()


@pytest.mark.parametrize(
    ("drip", "patience"),
    [
        pytest.param(b"2", 0.4, id="a byte at a time"),
        pytest.param(b"250-more\r\n", 0.4, id="an endless reply, slowly"),
        # These end by their size, long before the time is up.
        pytest.param(b"250-more\r\n" * 2000, 60.0, id="an endless reply, fast"),
        pytest.param(b"2" * 5000, 60.0, id="an endless line"),
    ],
)
def test_dripping_reply_ends(drip: bytes, patience: float) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server, drip), daemon=True).start()
        port = server.getsockname()[1]
        relay = SmtpRelay(Account("127.0.0.1", port, "x", tls="none", reply_seconds=patience))
        assert _fate_within_a_minute(relay, letter()) == LATER_FOR_ALL


def test_relay_that_stops_reading() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_take_nothing, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        relay = SmtpRelay(Account("127.0.0.1", port, "x", tls="none", reply_seconds=0.5))
        assert _fate_within_a_minute(relay, letter(raw=b"x" * 30_000_000)) == LATER


def _fate_within_a_minute(relay: SmtpRelay, one: Letter) -> str:
    results = ["still sending"]
    sending = threading.Thread(target=lambda: results.append(fate(relay, one)), daemon=True)
    sending.start()
    sending.join(60)
    return results[-1]


def _take_nothing(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 greedy\r\n")
        for line in lines:
            connection.sendall(b"354 go\r\n" if line == b"DATA\r\n" else b"250 ok\r\n")
            if line == b"DATA\r\n":
                time.sleep(120)
                return


def _drip(server: socket.socket, drip: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        try:
            connection.sendall(b"220 slow\r\n")
            while True:
                connection.sendall(drip)
                time.sleep(0.01)
        except OSError:
            return

"""The relay at its worst: every stage times every fault, against a scripted server; then the connections' manners."""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from maildesk.errors import Deferred, Refused
from maildesk.mail import Letter
from maildesk.notify import relay as relay_module
from maildesk.notify.relay import Account, SmtpRelay
from maildesk.notify.replies import Unanswered
from maildesk.vocabulary import NoticeKind
from tests.servers.servers import Certificates, free_port
from tests.servers.sink import DROP, RESET, Sink

LATER, LATER_FOR_ALL, NEVER, NOBODY_KNOWS = "later", "later for all", "never", "nobody knows"
PASSWORD = "Correct-Horse-7"
RAW = b"From: support@acme.example\r\nSubject: x\r\n\r\n.dot\r\n..two\r\nHello\r\n"


def letter(recipient: str = "kari@customer.example", raw: bytes = RAW, sender: str = "support@acme.example") -> Letter:
    return Letter(NoticeKind.ANSWER, "effect", recipient, sender, "m1@acme.example", raw)


def account(sink: Sink, **changes: Any) -> Account:
    quick = Account(
        host=sink.host,
        port=sink.port,
        local_hostname="desk.acme.example",
        tls="none",
        connect_seconds=20.0,
        reply_seconds=1.5,
        letter_seconds=3.0,
    )
    return replace(quick, **changes)


@pytest.fixture
def open_relay(sink: Sink) -> Iterator[Callable[..., SmtpRelay]]:
    """Opens a relay on the sink, with changes to its account."""
    opened = []

    def make(**changes: Any) -> SmtpRelay:
        opened.append(SmtpRelay(account(sink, **changes)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def secure_sink(certificates: Certificates) -> Iterator[Callable[..., Sink]]:
    """Starts a sink with the test authority's certificate."""
    started = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert_file, certificates.key_file)

    def make(**options: Any) -> Sink:
        started.append(Sink(tls=context, **options).__enter__())
        return started[-1]

    yield make
    for one in started:
        one.__exit__(None, None, None)


def fate(relay: SmtpRelay, one: Letter | None = None) -> str:
    try:
        relay.send(one or letter())
    except Unanswered:
        return NOBODY_KNOWS
    except Deferred as error:
        return LATER_FOR_ALL if error.everyone else LATER
    except Refused:
        return NEVER
    return "taken"


def offering_login(*mechanisms: str) -> tuple[str, ...]:
    return ("8BITMIME", "SIZE 52428800", f"AUTH {' '.join(mechanisms)}")


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


def test_letter_arrives_byte_for_byte(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    for raw in (RAW, b".\r\n", b"Subject: bare\nlines\n.\nstay\r\n", "Subject: ø\r\n\r\nå\r\n".encode()):
        relay.send(letter(raw=raw))
        assert sink.mails[-1].data == raw
    relay.send(letter(raw=b"no end"))
    assert sink.mails[-1].data == b"no end\r\n"
    relay.send(replace(letter(), files=b"and its files\r\n"))
    assert sink.mails[-1].data == RAW + b"and its files\r\n"


def test_one_connection_carries_many(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    for number in range(5):
        relay.send(letter(f"n{number}@customer.example"))
    assert sink.connections == 1
    assert [mail.recipients for mail in sink.mails] == [[f"n{number}@customer.example"] for number in range(5)]


def test_refused_letter_is_reset_before_the_next(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    sink.answer("rcpt", "550 5.1.1 nobody", to="away@customer.example")
    assert fate(relay, letter("away@customer.example")) == NEVER
    assert fate(relay) == "taken"
    assert sink.connections == 1
    assert [line for _, line in sink.commands if line == "RSET"] == ["RSET"]


def test_reset_that_is_refused_takes_a_new_connection(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay()
    sink.answer("rcpt", "550 5.1.1 nobody", times=1)
    assert fate(relay) == NEVER
    sink.answer("rset", "500 5.5.1 what")
    assert fate(relay) == "taken"
    assert sink.connections == 2


def test_rested_connection_is_closed(
    sink: Sink, open_relay: Callable[..., SmtpRelay], monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = open_relay()
    relay.send(letter())
    relay.close_resting()
    assert not any(line == "QUIT" for _, line in sink.commands)
    monkeypatch.setattr(relay_module, "LONGEST_REST", -1.0)
    relay.close_resting()
    assert sink.commands[-1] == (1, "QUIT")
    relay.send(letter())
    assert sink.connections == 2


def test_several_threads_have_a_connection_each(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay(connections=4, letter_seconds=60.0, reply_seconds=60.0)
    threads = [threading.Thread(target=lambda: [relay.send(letter()) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.mails) == 40
    assert sink.connections <= 4


def test_abandoned_letter_ends_at_once(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    relay = open_relay(letter_seconds=300.0, reply_seconds=300.0)
    sink.delay("dot", 120.0)
    results: list[str] = []
    sending = threading.Thread(target=lambda: results.append(fate(relay)))
    sending.start()
    while not any(line == "DATA" for _, line in sink.commands):
        time.sleep(0.01)
    time.sleep(0.1)
    relay.abandon()
    sending.join(60)
    assert results == [NOBODY_KNOWS]


def test_name_given_by_the_relay(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.answer("dot", "250 2.0.0 Ok: queued as 4Tx9Yz")
    assert open_relay().send(letter()) == "4Tx9Yz"


def test_empty_envelope_sender(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    open_relay().send(letter(sender=""))
    assert any(line.startswith("MAIL FROM:<>") for _, line in sink.commands)


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example>\r\nRCPT TO:<b@x.example",
        "a@x.example> SIZE=1",
        "a b@x.example",
        "a\x00@x.example",
        "<a@x.example>",
    ],
)
@pytest.mark.parametrize("side", ["recipient", "sender"])
def test_address_that_would_be_a_command(
    sink: Sink, open_relay: Callable[..., SmtpRelay], address: str, side: str
) -> None:
    relay = open_relay()
    with pytest.raises(Refused, match="cannot be written in SMTP"):
        relay.send(letter(address) if side == "recipient" else letter(sender=address))
    assert fate(relay) == "taken"
    assert len(sink.mails) == 1


def test_address_with_a_comma_is_one_address(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.answer("rcpt", "550 5.1.3 bad address")
    assert fate(open_relay(), letter("a@x.example,b@x.example")) == NEVER
    assert ("RCPT TO:<a@x.example,b@x.example>") in [line for _, line in sink.commands]


def test_international_address(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    open_relay().send(letter("åse@kunde.example"))
    assert sink.mails[0].recipients == ["åse@kunde.example"]
    assert any("SMTPUTF8" in line for _, line in sink.commands if line.startswith("MAIL"))


def test_international_address_is_refused_clearly(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.extensions = ("8BITMIME",)
    relay = open_relay()
    with pytest.raises(Refused, match="no SMTPUTF8"):
        relay.send(letter("åse@kunde.example"))
    assert fate(relay) == "taken"
    assert not any("SMTPUTF8" in line for _, line in sink.commands)


def test_letter_larger_than_the_relay_takes(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.extensions = ("SIZE 1000",)
    relay = open_relay()
    with pytest.raises(Refused, match="has 2000 bytes, the relay takes 1000"):
        relay.send(letter(raw=b"x" * 2000))
    assert not any(line.startswith("MAIL") for _, line in sink.commands)
    assert fate(relay) == "taken"


@pytest.mark.parametrize("implicit", [True, False])
def test_encrypted(secure_sink: Callable[..., Sink], certificates: Certificates, implicit: bool) -> None:
    sink = secure_sink(implicit_tls=implicit)
    tls = "implicit" if implicit else "starttls"
    relay = SmtpRelay(account(sink, host="localhost", tls=tls, ca_file=certificates.ca_file, reply_seconds=5.0))
    assert fate(relay) == "taken"
    assert fate(relay) == "taken"
    assert sink.connections == 1
    relay.close()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_certificate_of_a_stranger(secure_sink: Callable[..., Sink], tls: str) -> None:
    sink = secure_sink(implicit_tls=tls == "implicit")
    relay = SmtpRelay(account(sink, host="localhost", tls=tls))
    with pytest.raises(Deferred, match="certificate was not accepted") as error:
        relay.send(letter())
    assert error.value.everyone
    assert not any(line.startswith(("AUTH", "MAIL")) for _, line in sink.commands)


def test_certificate_of_another_host(secure_sink: Callable[..., Sink], certificates: Certificates) -> None:
    sink = secure_sink(implicit_tls=True)
    wrong_name = "localhost.localdomain"
    try:
        socket.getaddrinfo(wrong_name, None)
    except OSError:
        wrong_name = "127.0.0.2"
    relay = SmtpRelay(account(sink, host=wrong_name, tls="implicit", ca_file=certificates.ca_file))
    assert fate(relay) == LATER_FOR_ALL
    assert sink.mails == []


def test_without_starttls_nothing_is_said_in_the_clear(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.extensions = offering_login("PLAIN")
    relay = open_relay(tls="starttls", user="support@acme.example", password=PASSWORD)
    with pytest.raises(Deferred, match="nothing is sent in the clear") as error:
        relay.send(letter())
    assert error.value.everyone
    assert not any(line.startswith(("AUTH", "MAIL")) for _, line in sink.commands)


@pytest.mark.parametrize("password", [PASSWORD, "pæssørd-비밀"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_login(sink: Sink, open_relay: Callable[..., SmtpRelay], mechanism: str, password: str) -> None:
    sink.extensions = offering_login(mechanism)
    assert fate(open_relay(user="support", password=password)) == "taken"
    said = [line for _, line in sink.commands]
    if mechanism == "PLAIN":
        assert "AUTH PLAIN " + base64.b64encode(f"\0support\0{password}".encode()).decode() in said
    else:
        assert base64.b64encode(password.encode()).decode() in said


def test_login_by_token(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.extensions = offering_login("XOAUTH2")
    assert fate(open_relay(user="support", token=lambda: "fresh-token")) == "taken"
    said = next(line for _, line in sink.commands if line.startswith("AUTH XOAUTH2 "))
    assert base64.b64decode(said.split()[2]) == b"user=support\x01auth=Bearer fresh-token\x01\x01"


def test_login_not_offered(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.extensions = offering_login("GSSAPI")
    with pytest.raises(Deferred, match="neither PLAIN nor LOGIN") as error:
        open_relay(user="support", password=PASSWORD).send(letter())
    assert error.value.everyone


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_secrets_never_reach_an_error(
    sink: Sink, open_relay: Callable[..., SmtpRelay], mechanism: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Servers echo what they were told, in clear or in base64 (threats T56)."""
    sink.extensions = offering_login(mechanism)
    blob = base64.b64encode(f"\0support\0{PASSWORD}".encode()).decode()
    echoes = f"535-5.7.8 bad {blob}\r\n535 5.7.8 {PASSWORD} {base64.b64encode(PASSWORD.encode()).decode()}"
    sink.answer("auth", echoes)
    relay = open_relay(user="support", password=PASSWORD)
    with pytest.raises(Deferred) as error:
        relay.send(letter())
    assert error.value.reason == "AUTH: 535 5.7.8"
    shown = repr(error.value) + caplog.text + repr(relay._account)
    chain: BaseException | None = error.value
    while chain is not None:
        shown += repr(chain)
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    for secret in (PASSWORD, blob, base64.b64encode(PASSWORD.encode()).decode()):
        assert secret not in shown

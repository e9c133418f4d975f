"""How a relay is spoken to when all is well: bytes, connections, envelopes, sizes."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from maildesk.errors import Refused
from maildesk.notify import relay as relay_module
from maildesk.notify.relay import SmtpRelay
from tests.delivery.asking import NEVER, NOBODY_KNOWS, RAW, fate, letter
from tests.servers.sink import Sink


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
    with pytest.raises(Refused, match=r"^address_unwritable$"):
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
    with pytest.raises(Refused, match=r"^relay_takes_ascii$"):
        relay.send(letter("åse@kunde.example"))
    assert fate(relay) == "taken"
    assert not any("SMTPUTF8" in line for _, line in sink.commands)


def test_letter_larger_than_the_relay_takes(sink: Sink, open_relay: Callable[..., SmtpRelay]) -> None:
    sink.extensions = ("SIZE 1000",)
    relay = open_relay()
    with pytest.raises(Refused, match=r"^relay_takes_less\|2000\|1000$"):
        relay.send(letter(raw=b"x" * 2000))
    assert not any(line.startswith("MAIL") for _, line in sink.commands)
    assert fate(relay) == "taken"

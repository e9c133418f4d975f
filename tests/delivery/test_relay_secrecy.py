"""TLS and login at the relay: nothing is said in the clear, to a stranger, or into an error."""

import base64
import socket
from collections.abc import Callable

import pytest

from maildesk.errors import Deferred
from maildesk.notify.relay import SmtpRelay
from tests.delivery.asking import (
    LATER_FOR_ALL,
    PASSWORD,
    account,
    fate,
    letter,
    offering_login,
)
from tests.servers.servers import Certificates
from tests.servers.sink import Sink


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

"""Certificates of real servers near their end: the operator hears of each once, and once when it was renewed."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from maildesk.clock import SystemClock
from maildesk.desk.alarms import Alarm
from maildesk.desk.watchmen import Watchmen, look_around
from maildesk.mail import Letter
from maildesk.notify.account import Account
from maildesk.notify.relay import SmtpRelay
from maildesk.settings_file import Configuration
from maildesk.sightings import what_ends
from maildesk.vocabulary import NoticeKind
from tests.desk import SETTINGS, TestDesk, mail, opened, text_of
from tests.servers import mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.servers import Certificates, make_certificates, wait_until
from tests.servers.sink import Sink

RELAYED = f'{SETTINGS}\n[relay]\nhost = "localhost"\n[watch]\nexpires_within = "14d"\n'
DAY = timedelta(days=1)


def end_of(certificates: Certificates) -> datetime:
    return x509.load_pem_x509_certificate(certificates.cert_file.read_bytes()).not_valid_after_utc


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = TestDesk(tmp_path, settings=RELAYED)
    made.clock.moment = SystemClock().now()
    yield made
    made.close()


@pytest.fixture
def relay_to() -> Iterator[Callable[..., SmtpRelay]]:
    """A relay behind STARTTLS or TLS that has just taken a letter, and so has shown its certificate."""
    with ExitStack() as stack:

        def make(certificates: Certificates, letter: Letter, *, implicit: bool = False) -> SmtpRelay:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.cert_file, certificates.key_file)
            sink = stack.enter_context(Sink(tls=context, implicit_tls=implicit))
            tls = "implicit" if implicit else "starttls"
            relay = SmtpRelay(Account("localhost", sink.port, "desk.acme.example", tls, ca_file=certificates.ca_file))
            stack.callback(relay.close)
            relay.send(letter)
            return relay

        yield make


def a_letter(desk: TestDesk) -> Letter:
    desk.receive(mail("kari@customer.example", proven=True))
    return desk.run()[0]


def alarms(desk: TestDesk) -> list[Letter]:
    return [letter for letter in desk.run() if letter.kind == NoticeKind.ALARM]


def configuration(desk: TestDesk, folder: Path) -> Configuration:
    return Configuration(desk.settings, None, folder)


@pytest.mark.parametrize("implicit", [False, True])
def test_of_the_relay(
    desk: TestDesk, certificates: Certificates, relay_to: Callable[..., SmtpRelay], tmp_path: Path, implicit: bool
) -> None:
    letter = a_letter(desk)
    relays = [relay_to(certificates, letter, implicit=implicit)]
    ends = configuration(desk, tmp_path)
    watchmen = Watchmen(
        desk.store, desk.post, desk.clock, desk.clock.now(), dict, lambda: what_ends([], relays[-1], ends)
    )
    assert watchmen.ends() == {(Alarm.CERTIFICATE, "localhost"): end_of(certificates)}
    desk.clock.moment = end_of(certificates) - 14 * DAY - timedelta(minutes=1)
    assert not look_around(watchmen)
    desk.clock.moment = end_of(certificates) - 14 * DAY + timedelta(minutes=1)
    assert look_around(watchmen) and not look_around(watchmen)
    (told,) = alarms(desk)
    assert str(opened(told)["Subject"]) == "[maildesk] the certificate of localhost ends soon"
    assert f"{end_of(certificates):%-d %B}" in text_of(told)
    # It was renewed: the next connection shows so.
    (tmp_path / "renewed").mkdir()
    relays.append(relay_to(make_certificates(tmp_path / "renewed", days=400), letter, implicit=implicit))
    assert look_around(watchmen) and not look_around(watchmen)
    (over,) = alarms(desk)
    assert str(opened(over)["Subject"]) == "[maildesk] Over: the certificate of localhost"


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_of_a_mailbox(desk: TestDesk, dovecot: Dovecot, certificates: Certificates, tmp_path: Path, tls: str) -> None:
    intake = mailbox.Desk(tmp_path / "intake")
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    settings = mailbox.Settings(dovecot.user(), port, tls=tls, ca_file=dovecot.ca_file)
    with intake.watching(settings) as watcher:
        wait_until(lambda: watcher.certificate_ends is not None, "the certificate was looked at")
        found = what_ends([watcher], desk.relay, configuration(desk, tmp_path))
    intake.close()
    assert found == {(Alarm.CERTIFICATE, "support"): end_of(certificates)}
    watchmen = Watchmen(desk.store, desk.post, desk.clock, desk.clock.now(), dict, lambda: found)
    assert look_around(watchmen) and not look_around(watchmen)
    (told,) = alarms(desk)
    assert str(opened(told)["Subject"]) == "[maildesk] the certificate of support ends soon"


def test_nothing_ends_where_nothing_is_encrypted(desk: TestDesk, sink: Sink, tmp_path: Path) -> None:
    relay = SmtpRelay(Account(sink.host, sink.port, "desk.acme.example", "none"))
    relay.send(a_letter(desk))
    assert what_ends([], relay, configuration(desk, tmp_path)) == {}
    relay.close()

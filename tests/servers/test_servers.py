"""The servers of the tests are what they say: each is real, alone and inspectable."""

import smtplib
import ssl

import psycopg
import pytest
from imapclient import IMAPClient

from tests.servers.dovecot import Dovecot
from tests.servers.plugin import PostfixMaker
from tests.servers.servers import free_port, wait_until
from tests.servers.sink import DROP, Sink

pytestmark = pytest.mark.server

MAIL = b"From: kari@customer.example\r\nTo: support@acme.example\r\nSubject: Printer\r\n\r\n.dot\r\nHello\r\n"


def test_dovecot_keeps_and_shows_mail(dovecot: Dovecot) -> None:
    user = dovecot.user()
    (uid,) = dovecot.append(user, MAIL)
    assert dovecot.mails(user) == {uid: MAIL}
    assert dovecot.mails(dovecot.user()) == {}


def test_dovecot_speaks_tls_with_our_authority(dovecot: Dovecot) -> None:
    context = ssl.create_default_context(cafile=str(dovecot.ca_file))
    with IMAPClient(dovecot.host, dovecot.tls_port, ssl_context=context) as client:
        client.login(dovecot.user(), dovecot.password)
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient(dovecot.host, dovecot.tls_port, ssl_context=ssl.create_default_context())


def test_postgres_databases_are_new_and_empty(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_postfix_relays_to_the_sink(postfix: PostfixMaker, sink: Sink) -> None:
    started = postfix(lmtp_port=free_port(), relay_port=sink.port)
    with smtplib.SMTP(started.host, started.port) as client:
        client.sendmail("a@acme.example", ["kari@customer.example"], MAIL)
        client.sendmail("a@acme.example", ["support@help.example"], MAIL)
    (mail,) = sink.await_mails(1)
    assert mail.recipients == ["kari@customer.example"]
    assert mail.data.endswith(b"\r\n\r\n.dot\r\nHello\r\n")
    # Nobody listens on the LMTP port, so the other one waits.
    assert [entry["recipients"][0]["address"] for entry in started.queue()] == ["support@help.example"]


def test_sink_answers_as_told(sink: Sink) -> None:
    sink.answer("rcpt", "550 5.1.1 nobody", to="b@x.example")
    sink.answer("dot", "451 4.3.0 later", times=1)
    with smtplib.SMTP(sink.host, sink.port) as client:
        with pytest.raises(smtplib.SMTPDataError) as error:
            client.sendmail("a@x.example", ["b@x.example", "c@x.example"], MAIL)
        assert error.value.smtp_code == 451
        assert client.sendmail("a@x.example", ["b@x.example", "c@x.example"], MAIL).keys() == {"b@x.example"}
    assert [(mail.recipients, mail.data) for mail in sink.mails] == [(["c@x.example"], MAIL)]


@pytest.mark.parametrize("stage", ["banner", "ehlo", "mail", "rcpt", "data", "dot"])
def test_sink_hangs_up_at_each_stage(sink: Sink, stage: str) -> None:
    sink.answer(stage, DROP)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtplib.SMTP(sink.host, sink.port).sendmail("a@x.example", ["b@x.example"], MAIL)
    assert sink.mails == []


def test_a_port_is_given_once() -> None:
    """Nobody listens on any of them yet."""
    given = [free_port() for _ in range(200)]
    assert len(set(given)) == 200


def test_a_wait_in_vain_shows_the_last_words_of_the_log() -> None:
    with pytest.raises(TimeoutError, match=r"not within 0 s: the mail\nwarning: no room"):
        wait_until(lambda: False, "the mail", 0.0, said=lambda: "warning: no room\n")

"""The IMAP intake against an attacker on the wire, and news that are easily missed."""

import logging
import re
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from maildesk.errors import Deferred
from maildesk.ingest.imap.session import Session
from maildesk.ingest.imap.wire import Connection
from tests.servers.fake_imap import CAPABILITIES, FakeImap
from tests.servers.imap.served import MAILS, at
from tests.servers.mailbox import Desk, mail
from tests.servers.servers import Certificates, wait_until


@pytest.mark.parametrize("tls", ["starttls", "none"])
def test_preauth_is_refused(server: FakeImap, desk: Desk, tls: str) -> None:
    server.greeting = b"* PREAUTH welcome\r\n"
    with pytest.raises(Deferred, match="PREAUTH"):
        desk.fetch(replace(at(server), tls=tls))
    assert not any("LOGIN" in command for command in server.commands)


def test_starttls_that_is_not_offered_fails_closed(server: FakeImap, desk: Desk) -> None:
    with pytest.raises(Deferred, match="no STARTTLS, and nothing is sent in the clear"):
        desk.fetch(replace(at(server), tls="starttls"))
    assert not any("LOGIN" in command for command in server.commands)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"TAG OK go ahead\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", "bytes in the clear"),
        (b"TAG NO no\r\n", "declined STARTTLS"),
        (b"TAG BAD no\r\n", "what|no|declined"),
        (b"TAG OK go ahead\r\n", "no connection"),
    ],
    ids=["injected", "NO", "BAD", "no TLS after all"],
)
def test_starttls_with_an_attacker_sends_no_password(desk: Desk, said: bytes, reason: str) -> None:
    with FakeImap(MAILS, f"{CAPABILITIES} STARTTLS") as server:
        server.answer("STARTTLS", said, then_close=said[-7:] == b"ahead\r\n")
        with pytest.raises(Deferred, match=reason):
            desk.fetch(replace(at(server), tls="starttls", password="s3cret"))
        assert not any("s3cret" in command or "LOGIN" in command for command in server.commands)


def test_logindisabled_is_obeyed(desk: Desk) -> None:
    with FakeImap(MAILS, f"{CAPABILITIES} LOGINDISABLED") as server:
        with pytest.raises(Deferred, match=r"set imap\.tls"):
            desk.fetch(at(server))
        assert not any("LOGIN" in command for command in server.commands)


def test_no_text_of_a_mail_becomes_a_command(desk: Desk) -> None:
    wicked = b"Message-ID: <x\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\nX2 EXPUNGE@evil.example>\r\n" + mail(1)
    with FakeImap({1: wicked}) as server:
        desk.fetch(at(server))
        said = [command.partition(" ")[2].replace('"', "") for command in server.commands]
    allowed = (
        r"CAPABILITY|LOGIN support test|LIST  Maildesk|CREATE Maildesk|SUBSCRIBE Maildesk|SELECT INBOX"
        r"|UID SEARCH UID 1:\*|UID FETCH 1 \([\w. \[\]<>]+\)|UID MOVE 1 Maildesk"
    )
    assert [command for command in said if not re.fullmatch(allowed, command)] == []
    assert desk.raws() == [wicked]


@pytest.mark.parametrize("said", [b"a1 NOOP\r\na2 EXPUNGE\r\n", b"a\rb", b"a\nb", b"a\0b"])
def test_a_line_end_inside_a_command_is_refused(server: FakeImap, said: bytes) -> None:
    connection = Connection(server.host, server.port, None)
    with pytest.raises(ValueError, match="line end"):
        connection.send(said)
    connection.send(b"a1 NOOP\r\n")
    connection.shutdown()
    wait_until(lambda: "a1 NOOP" in server.commands, "the good command")
    assert not any("EXPUNGE" in command for command in server.commands)


@pytest.mark.parametrize("said", [b"* 4 EXISTS\r\n+ idling\r\n", b"+ idling\r\n* 4 EXISTS\r\n"])
def test_news_beside_the_continuation_end_the_wait(server: FakeImap, said: bytes) -> None:
    """A minute long nothing else would."""
    server.answer("IDLE", said)
    with closing(Session(at(server))) as session:
        session.select()
        session.wait(60, threading.Event())
    assert server.commands[-1] == "DONE"


def test_news_told_during_another_command_end_the_wait(server: FakeImap) -> None:
    server.answer("UID SEARCH", b"* SEARCH 1 2 3\r\n* 4 EXISTS\r\nTAG OK done\r\n")
    with closing(Session(at(server))) as session:
        session.select()
        session.uids(1)
        session.wait(60, threading.Event())
    assert not any("IDLE" in command for command in server.commands)


@pytest.mark.parametrize("said", [b"+ idling\r\n", b"", b"* BYE\r\n", b"TAG NO never\r\n"])
def test_a_dead_idle_is_trouble_and_no_busy_loop(server: FakeImap, said: bytes) -> None:
    server.answer("IDLE", said, then_close=b"TAG" not in said)
    with closing(Session(at(server))) as session:
        session.select()
        begun = time.process_time()
        with pytest.raises(Deferred):
            session.wait(60, threading.Event())
        assert time.process_time() - begun < 1


def test_backoff_grows_and_ends_with_success(server: FakeImap, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    server.answer("SELECT", b"TAG NO later\r\n", times=4)
    asked: list[float] = []
    watcher = desk.watcher(at(server))

    def jitter(seconds: float) -> float:
        asked.append(seconds)
        return 0.01

    watcher._jitter = jitter
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop,))
    with caplog.at_level(logging.WARNING):
        thread.start()
        wait_until(lambda: len(desk.rows()) == 3, "the mails")
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert asked[:4] == [1.0, 2.0, 4.0, 8.0]
    assert caplog.text.count("retry_in") == len(asked)


def test_tls_with_a_plain_server_says_so(server: FakeImap, desk: Desk, certificates: Certificates) -> None:
    with pytest.raises(Deferred, match="no connection"):
        desk.fetch(replace(at(server), tls="implicit", ca_file=certificates.ca_file))

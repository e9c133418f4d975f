"""The IMAP intake against servers that break off, lie, flood and cheat: no half mail, no lost mail, no endless wait."""

import contextlib
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from maildesk.errors import Deferred
from maildesk.ingest.imap import wire
from maildesk.ingest.imap.ledger import left_on_server
from maildesk.ingest.imap.session import Session
from maildesk.ingest.imap.suspects import RESTS
from maildesk.ingest.imap.wire import CHUNK, Connection
from tests.servers.fake_imap import CAPABILITIES, FakeImap
from tests.servers.mailbox import Desk, Settings, mail
from tests.servers.servers import Certificates, answers, free_port, wait_until

MAILS = {1: mail(1), 2: mail(2), 3: mail(3)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    started = Desk(tmp_path / "desk")
    yield started
    started.close()


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with FakeImap(MAILS) as started:
        yield started


def at(server: FakeImap) -> Settings:
    return Settings("support", server.port)


def looks(desk: Desk, server: FakeImap, count: int, apart: timedelta = timedelta(0)) -> None:
    """So many looks of one watcher, whatever comes of each."""
    watcher = desk.watcher(at(server))
    for _ in range(count):
        with contextlib.suppress(Deferred):
            watcher.fetch_once()
        desk.clock.ahead += apart
    watcher.close()


def test_the_fake_server_serves(server: FakeImap, desk: Desk) -> None:
    assert desk.fetch(at(server)) == 3
    assert desk.raws() == sorted(MAILS.values())
    assert server.moved == MAILS


@pytest.mark.parametrize("cut", [0, 1, 30, 60, 200, 300, -1])
def test_a_drop_in_mid_literal_keeps_no_half_mail(server: FakeImap, desk: Desk, cut: int) -> None:
    whole = server.fetched(1, re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", f"BODY.PEEK[]<0.{CHUNK}>"))
    server.answer("BODY.PEEK", whole[:cut], then_close=True)
    with pytest.raises(Deferred, match="broke off"):
        desk.look(at(server))
    assert desk.rows() == []
    assert server.moved == {}
    assert desk.fetch(at(server)) == 3
    assert desk.raws() == sorted(MAILS.values())


@pytest.mark.parametrize("chunk", [1, 2])
def test_a_drop_in_a_later_chunk_leaves_no_file(desk: Desk, chunk: int) -> None:
    large = mail(1, 3 * CHUNK)
    with FakeImap({1: large}) as server:
        server.answer(f"BODY.PEEK[]<{chunk * CHUNK}.", b"* 1 FETCH (UID 1 BODY[]<1048576> {9}\r\nxx", then_close=True)
        with pytest.raises(Deferred):
            desk.look(at(server))
        assert desk.rows() == []
        assert desk.spooled() == []
        desk.clock.ahead += RESTS[0]
        assert desk.fetch(at(server)) == 1
    assert desk.raws() == [large]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"* 1 FETCH (UID 99 BODY[]<0> {5}\r\nhello)\r\nTAG OK done\r\n", id="another UID"),
        pytest.param(b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\nTAG OK done\r\n", id="NIL"),
        pytest.param(b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\nTAG OK done\r\n", id="flags only"),
        pytest.param(b"TAG OK done\r\n", id="nothing"),
        pytest.param(b"TAG NO not now\r\n", id="NO"),
        pytest.param(b"TAG BAD what\r\n", id="BAD"),
        pytest.param(b"* BYE going down\r\n", id="BYE"),
        pytest.param(b"* 1 FETCH (UID 1 BODY[]<0> {5}\r\nhel)\r\nTAG OK\r\n", id="short literal"),
        pytest.param(b"* 1 FETCH (UID 1 BODY[]<0> (((((\r\nTAG OK done\r\n", id="open brackets"),
        pytest.param(b"* 1 FETCH (UID x BODY[]<0> NIL)\r\nTAG OK done\r\n", id="UID that is no number"),
        pytest.param(b"Z9 OK done\r\n", id="another tag"),
        pytest.param(b"\r\n\r\n", id="empty lines"),
        pytest.param(b"\0\xff\r\n", id="bytes"),
    ],
)
def test_a_wrong_answer_costs_a_try_and_no_mail(server: FakeImap, desk: Desk, said: bytes) -> None:
    server.answer("BODY.PEEK", said, then_close=b"TAG" not in said or b"hel)" in said)
    looks(desk, server, 4, apart=RESTS[0])
    assert desk.raws() == sorted(MAILS.values())
    assert server.moved == MAILS


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "RFC822.SIZE", "UID MOVE", "LIST"])
@pytest.mark.parametrize("said", [b"TAG NO not now\r\n", b"TAG BAD what\r\n", b"* BYE bye\r\n", b"garbage\r\n", b""])
def test_trouble_at_any_command_is_made_good(server: FakeImap, desk: Desk, command: str, said: bytes) -> None:
    server.answer(command, said, then_close=b"TAG" not in said)
    looks(desk, server, 3, apart=RESTS[0])
    assert desk.raws() == sorted(MAILS.values())
    assert server.moved == MAILS


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"* 1 EXISTS\r\n" * 200_000 + b"TAG OK done\r\n", "more than was asked for"),
        (b"* 1 FETCH (UID 1 BODY[]<0> {2147483647}\r\n", "announced 2147483647 bytes"),
        (b"* OK " + b"x" * 1_100_000 + b"\r\nTAG OK done\r\n", "line of more than"),
        (b"* 1 FETCH (UID 1 X " + b"(" * 100_000 + b"\r\nTAG OK done\r\n", "not IMAP"),
    ],
    ids=["flood", "huge literal", "long line", "deep brackets"],
)
def test_a_flood_ends(server: FakeImap, desk: Desk, said: bytes, reason: str) -> None:
    server.answer("BODY.PEEK", said)
    with pytest.raises(Deferred, match=reason):
        desk.look(at(server))
    assert desk.fetch(at(server)) == 3


def test_a_dripping_server_is_left(server: FakeImap, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the answer does not."""
    monkeypatch.setattr(wire, "COMMAND_SECONDS", 0.3)
    server.answer("BODY.PEEK", b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\n" + b"x" * 500)
    server.drip = 0.01
    with pytest.raises(Deferred, match="too long over one answer"):
        desk.look(at(server))


def test_a_silent_server_is_left(server: FakeImap, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    server.answer("UID SEARCH", b"")
    with pytest.raises(Deferred, match="no answer in time"):
        desk.look(at(server))


@pytest.fixture
def poisoned(server: FakeImap) -> FakeImap:
    """Whoever fetches UID 2, alone or among others, is hung up on."""
    for uids in ("2", "1:3", "1,2,3", "2,3", "2,4"):
        server.answer(f"UID FETCH {uids} (BODY", b"", then_close=True, times=99)
    return server


def test_a_poisonous_mail_does_not_hold_up_the_others(poisoned: FakeImap, desk: Desk) -> None:
    looks(desk, poisoned, 1)
    assert desk.raws() == sorted([mail(1), mail(3)])
    poisoned.mails[4], poisoned.uidnext = mail(4), 5
    looks(desk, poisoned, 1)
    assert desk.raws() == sorted([mail(1), mail(3), mail(4)])
    assert poisoned.mails == {2: mail(2)}


def test_a_poisonous_mail_is_given_up_visibly(poisoned: FakeImap, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    looks(desk, poisoned, len(RESTS) + 2, apart=RESTS[-1])
    assert [(place.uid, state) for place, state in left_on_server(desk.store)] == [(2, "unreadable")]
    assert "uid=2 left in the mailbox" in caplog.text
    # From then on it costs nothing.
    assert desk.fetch(at(poisoned)) == 0


def test_a_mail_never_handed_out_is_given_up_visibly(
    server: FakeImap, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for uids in ("1", "1:3", "1,2,3"):
        server.answer(f"UID FETCH {uids} (BODY", b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\nTAG OK done\r\n", times=99)
    looks(desk, server, len(RESTS) + 2, apart=RESTS[-1])
    assert desk.raws() == sorted([mail(2), mail(3)])
    assert [(place.uid, state) for place, state in left_on_server(desk.store)] == [(1, "unreadable")]
    assert "left in the mailbox" in caplog.text
    commands = len(server.commands)
    looks(desk, server, 1, apart=RESTS[-1])
    assert not any("FETCH" in command for command in server.commands[commands:])


def test_a_stated_size_that_is_wrong_cuts_no_mail(desk: Desk) -> None:
    with FakeImap({1: mail(1, 5_000), 2: mail(2, 2 * CHUNK)}) as server:
        for size in (10, 9_000_000):
            server.answer("RFC822.SIZE", b"* 1 FETCH (UID 1 RFC822.SIZE %d)\r\nTAG OK done\r\n" % size)
            server.answer("RFC822.SIZE", b"* 2 FETCH (UID 2 RFC822.SIZE %d)\r\nTAG OK done\r\n" % size)
        desk.fetch(at(server))
        looks(desk, server, 3, apart=RESTS[0])
        assert desk.raws() == sorted([mail(1, 5_000), mail(2, 2 * CHUNK)])


def test_a_mail_that_goes_while_it_is_fetched_is_passed(server: FakeImap, desk: Desk) -> None:
    server.answer("UID SEARCH", b"* SEARCH 1 2 3 4\r\nTAG OK done\r\n")
    assert desk.fetch(at(server)) == 3
    assert set(desk.ledger()) == {1, 2, 3}


def test_an_empty_mail_is_a_mail(desk: Desk) -> None:
    with FakeImap({1: b""}) as server:
        assert desk.fetch(at(server)) == 1
    assert desk.raws() == [b""]


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


def test_uids_that_count_backwards_are_told(server: FakeImap, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.fetch(at(server))
    server.uidnext = 2
    desk.fetch(at(server))
    assert "counts backwards" in caplog.text
    server.mails[4], server.uidnext = mail(4), 5
    assert desk.fetch(at(server)) == 1


def test_a_server_without_uidvalidity_is_not_trusted(server: FakeImap, desk: Desk) -> None:
    server.answer("SELECT", b"* 3 EXISTS\r\n* OK [UIDNEXT 4] ok\r\nTAG OK done\r\n")
    with pytest.raises(Deferred, match="no UIDVALIDITY"):
        desk.fetch(at(server))


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
    thread.join(10)
    assert asked[:4] == [1.0, 2.0, 4.0, 8.0]
    assert caplog.text.count("retry_in") == len(asked)


def test_tls_with_a_plain_server_says_so(server: FakeImap, desk: Desk, certificates: Certificates) -> None:
    with pytest.raises(Deferred, match="no connection"):
        desk.fetch(replace(at(server), tls="implicit", ca_file=certificates.ca_file))


@pytest.fixture
def pymap_port() -> Iterator[int]:
    """A second real server: no CONDSTORE, no NAMESPACE prefix, written by other people."""
    port = free_port()
    command = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-user", "support@acme.example"]
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("pymap")), *command, "--demo-password", "test"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port), "pymap listens")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_another_real_server_serves_too(pymap_port: int, desk: Desk) -> None:
    settings = Settings("support@acme.example", pymap_port, first_sync="from_now")
    with desk.watching(settings) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        mails = [mail(1), mail(2, 30_000), mail(3, 1_500_000)]
        with IMAPClient("127.0.0.1", pymap_port, ssl=False, timeout=20) as client:
            client.login(settings.user, "test")
            for one in mails:
                client.append("INBOX", one)
        wait_until(lambda: len(desk.rows()) == 3, "the mails")
    assert desk.raws() == sorted(mails)

"""The IMAP intake against servers that break off, lie, flood and cheat: no half mail, no lost mail, no endless wait."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from maildesk.errors import Deferred
from maildesk.ingest.imap import wire
from maildesk.ingest.imap.ledger import left_on_server
from maildesk.ingest.imap.suspects import RESTS
from maildesk.ingest.imap.wire import CHUNK
from tests.servers.fake_imap import FakeImap
from tests.servers.imap.served import MAILS, at
from tests.servers.mailbox import Desk, Settings, mail
from tests.servers.servers import answers, free_port, wait_until


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
        pytest.param(b"* 1 FETCH (UID 1 BODY[]<0> {5}\r\nMessa)\r\nTAG OK done\r\n", id="cut body"),
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


def test_a_mail_that_appears_below_the_cursor_is_seen(desk: Desk) -> None:
    with FakeImap({5: mail(5), 6: mail(6)}) as server:
        assert desk.fetch(at(server)) == 2
        server.mails[4] = mail(4)
        assert desk.fetch(at(server)) == 1
        assert desk.fetch(at(server)) == 0


def test_the_cursor_waits_for_a_mail_that_is_not_handed_out(desk: Desk) -> None:
    """More mails come behind it than a look reaches back."""
    with FakeImap({uid: mail(uid) for uid in range(1, 1302)}) as server:
        server.withheld = {1}
        assert desk.look(at(server)) == 1300
        server.withheld.clear()
        assert desk.look(at(server)) == 1


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
        process.wait(60)


def test_another_real_server_serves_too(pymap_port: int, desk: Desk) -> None:
    settings = Settings("support@acme.example", pymap_port, first_sync="from_now")
    with desk.watching(settings) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        mails = [mail(1), mail(2, 30_000), mail(3, 1_500_000)]
        with IMAPClient("127.0.0.1", pymap_port, ssl=False, timeout=60) as client:
            client.login(settings.user, "test")
            for one in mails:
                client.append("INBOX", one)
        wait_until(lambda: len(desk.rows()) == 3, "the mails")
    assert desk.raws() == sorted(mails)

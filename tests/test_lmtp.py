"""The LMTP listener as a client sees it: who gets which reply, and what is kept when things go wrong."""

import random
import socket
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maildesk.errors import Deferred, Refused
from maildesk.ingest.reception import ListenerLimits
from tests.dialogue import MAIL, Talk, stuffed
from tests.listening import NOON, FaultyBlobs, FullDisk, listening

SUPPORT, NETWORK = "support@acme.example", "network@acme.example"
TROUBLE = "451 4.3.0 not kept because of trouble on our side, try again later"


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_a_whole_dialogue(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address) as talk:
        talk.play("""
            <- 220 desk.acme.example LMTP
            -> MAIL FROM:<kari@customer.example>
            <- 503 5.5.1 send LHLO first
            -> EHLO client.example
            <- 500 5.5.1
            -> HELO client.example
            <- 500 5.5.1
            -> LHLO
            <- 501 5.5.4
            -> LHLO client.example
            <- 250
            -> DATA
            <- 503 5.5.1
            -> MAIL FROM:<kari@customer.example> SIZE=200 BODY=8BITMIME
            <- 250 2.1.0
            -> RCPT TO:<nobody@acme.example>
            <- 550 5.1.1
            -> DATA
            <- 503 5.5.1
            -> RCPT TO:<Support+t1042@Acme.Example>
            <- 250 2.1.5
            -> RCPT TO:<network@acme.example>
            <- 250 2.1.5
            -> DATA
            <- 354
            -> Subject: Printer
            ->
            -> ..dot
            -> .
            <- 250 2.0.0
            <- 250 2.0.0
            -> NOOP
            <- 250 2.0.0
            -> QUIT
            <- 221 2.0.0
            <-
        """)
        (row,) = desk.inbox()
        assert desk.mails() == [b"Subject: Printer\r\n\r\n.dot\r\n"]
        assert (row.source, row.envelope_from, row.recipient) == (
            "lmtp",
            "kari@customer.example",
            "Support+t1042@Acme.Example",
        )
        assert (row.received_at, row.state, len(desk.nudges)) == (NOON, "new", 1)
        assert desk.arrivals() == [("lmtp", "Support+t1042@Acme.Example"), ("lmtp", "network@acme.example")]


def test_what_is_announced(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address) as talk:
        talk.play("<- 220")
        talk.say("LHLO client.example\r\n")
        offered = {line[4:] for line in talk.hear().splitlines()}
        # RFC 2033 5 wants both; SIZE, 8BITMIME and SMTPUTF8 are what we can.
        assert {"PIPELINING", "ENHANCEDSTATUSCODES", "SIZE 41943040", "8BITMIME", "SMTPUTF8"} < offered


def test_all_at_once(tmp_path: Path) -> None:
    """PIPELINING: commands, mail and what follows it in one write; one reply per recipient, in their order."""
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address) as talk:
        envelope = "MAIL FROM:<>\r\nRCPT TO:<support@acme.example>\r\nRCPT TO:<x@other.example>\r\nRCPT TO:<postmaster>\r\n"
        whole = f"{envelope}DATA\r\n{MAIL.decode()}.\r\n"
        again = whole.replace("Printer", "Scanner")
        talk.say(f"LHLO client.example\r\n{whole}RSET\r\n{again}QUIT\r\n")
        codes = [talk.hear().splitlines()[-1][:3] for _ in range(18)]
        once = "250 250 550 250 354 250 250"
        assert " ".join(codes) == f"220 250 {once} 250 {once} 221"
        assert [row.envelope_from for row in desk.inbox()] == ["", ""]


def test_the_same_recipient_twice_gets_two_replies(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        assert [reply[:3] for reply in talk.send(MAIL, SUPPORT, SUPPORT, replies=2)] == ["250", "250"]
        talk.play("-> NOOP\n<- 250 2.0.0 OK")
        assert desk.arrivals() == [("lmtp", SUPPORT)]


@pytest.mark.parametrize(
    "fault", [Deferred("no room: secret"), RuntimeError("database down, password=secret"), OSError("secret")]
)
@pytest.mark.parametrize("mail", [MAIL, MAIL + b"x" * 600_000 + b"\r\n"], ids=["small", "large"])
def test_our_trouble_is_451_for_each_and_tells_nothing(tmp_path: Path, fault: Exception, mail: bytes) -> None:
    def broken(root: Path) -> FaultyBlobs:
        blobs = FaultyBlobs(root)
        blobs.fault = fault
        return blobs

    with listening(tmp_path, "lmtp", blobs=broken) as desk, Talk(desk.address, hello="LHLO") as talk:
        assert talk.send(mail, SUPPORT, NETWORK, replies=2) == [TROUBLE, TROUBLE]
        assert (desk.inbox(), desk.spooled()) == ([], [])
        assert isinstance(desk.blobs, FaultyBlobs)
        desk.blobs.fault = None
        # The connection is as good as new.
        assert [reply[:3] for reply in talk.send(mail, SUPPORT, NETWORK, replies=2)] == ["250", "250"]
        assert (desk.mails(), desk.spooled()) == ([mail], [])


@pytest.mark.parametrize("mail", [MAIL, MAIL + b"x" * 600_000 + b"\r\n"], ids=["small", "large"])
def test_a_full_disk_loses_nothing(tmp_path: Path, mail: bytes) -> None:
    with listening(tmp_path, "lmtp", blobs=FullDisk) as desk, Talk(desk.address, hello="LHLO") as talk:
        assert talk.send(mail, SUPPORT, NETWORK, replies=2) == [TROUBLE, TROUBLE]
        assert (desk.inbox(), desk.spooled()) == ([], [])


def test_a_full_spool_is_told_after_the_dot(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.envelope(SUPPORT, NETWORK)
        desk.blobs.spool.rmdir()  # what the system says then is as good as a full disk
        talk.say(MAIL + b"x" * 600_000 + b"\r\n.\r\n")
        talk.play(f"<- {TROUBLE}\n<- {TROUBLE}\n-> NOOP\n<- 250")


def test_little_room_on_the_disk_lets_nobody_in(tmp_path: Path) -> None:
    limits = ListenerLimits(disk_reserve=1 << 60)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.play("-> MAIL FROM:<kari@customer.example>\n<- 452 4.3.1")


def test_a_locked_database_loses_nothing(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        other = sqlite3.connect(tmp_path / "maildesk.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert talk.send(MAIL, SUPPORT, NETWORK, replies=2) == [TROUBLE, TROUBLE]
        other.execute("ROLLBACK")
        other.close()
        assert [reply[:3] for reply in talk.send(MAIL, SUPPORT, NETWORK, replies=2)] == ["250", "250"]
        assert desk.mails() == [MAIL]


def test_a_fault_in_another_command_tells_nothing(tmp_path: Path) -> None:
    def broken(address: str) -> bool:
        raise RuntimeError("password=secret")

    with listening(tmp_path, "lmtp", is_ours=broken) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.play(f"-> MAIL FROM:<>\n<- 250\n-> RCPT TO:<{SUPPORT}>\n<- {TROUBLE}\n-> NOOP\n<- 250")


@pytest.mark.parametrize("size", [5_000, 600_000])
def test_a_mail_too_large_is_552_for_each(tmp_path: Path, size: int) -> None:
    limits = ListenerLimits(message_size=4_000 if size < 9_999 else 300_000, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        mail = MAIL + b"x" * size + b"\r\n"
        assert [reply[:9] for reply in talk.send(mail, SUPPORT, NETWORK, replies=2)] == ["552 5.3.4"] * 2
        assert (desk.inbox(), desk.spooled()) == ([], [])
        assert [reply[:3] for reply in talk.send(MAIL, SUPPORT)] == ["250"]


def test_a_size_too_large_is_refused_before_the_mail(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.play("-> MAIL FROM:<kari@customer.example> SIZE=99999999\n<- 552 5.3.4")


def test_too_many_recipients(tmp_path: Path) -> None:
    limits = ListenerLimits(recipients=2, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.play(f"""
            -> MAIL FROM:<kari@customer.example>
            <- 250
            -> RCPT TO:<{SUPPORT}>
            <- 250
            -> RCPT TO:<{NETWORK}>
            <- 250
            -> RCPT TO:<support+3@acme.example>
            <- 452 4.5.3
            -> DATA
            <- 354
            -> x
            -> .
            <- 250
            <- 250
            -> NOOP
            <- 250
        """)
        assert len(desk.arrivals()) == 2


@pytest.mark.parametrize("hurt", ["close", "half-close", "reset"])
def test_a_client_that_goes_away_in_the_middle_leaves_nothing(tmp_path: Path, hurt: str) -> None:
    with listening(tmp_path, "lmtp") as desk:
        talk = Talk(desk.address, hello="LHLO")
        talk.envelope(SUPPORT)
        talk.say(MAIL + b"x" * 900_000)
        until(lambda: bool(desk.spooled()))
        leave(talk, hurt)
        until(lambda: not desk.spooled())
        assert desk.inbox() == []
        with Talk(desk.address, hello="LHLO") as next_one:
            assert next_one.send(MAIL, SUPPORT)[0].startswith("250")


@pytest.mark.parametrize("hurt", ["close", "half-close", "reset"])
def test_a_client_that_goes_away_after_the_dot_does_not_stop_the_keeping(tmp_path: Path, hurt: str) -> None:
    with listening(tmp_path, "lmtp", blobs=FaultyBlobs) as desk:
        assert isinstance(desk.blobs, FaultyBlobs)
        desk.blobs.go.clear()
        talk = Talk(desk.address, hello="LHLO")
        talk.envelope(SUPPORT)
        talk.say(MAIL + b".\r\n")
        assert desk.blobs.begun.wait(20)
        leave(talk, hurt)
        time.sleep(0.1)
        desk.blobs.go.set()
        until(lambda: desk.mails() == [MAIL])
        # It comes again, because nobody has told its sender; it is one mail.
        with Talk(desk.address, hello="LHLO") as again:
            assert again.send(MAIL, SUPPORT)[0] == "250 2.0.0 kept as inbox 1"
        assert desk.mails() == [MAIL]


def leave(talk: Talk, how: str) -> None:
    if how == "half-close":
        talk.socket.shutdown(socket.SHUT_WR)
        return
    if how == "reset":
        talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    talk.close()


def test_lines_of_any_length(tmp_path: Path) -> None:
    mail = MAIL + b"long " * 200_000 + b"\r\n" + b"\xe6" * 70_000 + b"\r\n"
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        assert talk.send(mail, SUPPORT)[0].startswith("250")
        assert desk.mails() == [mail]


def test_a_large_mail_comes_through_whole(tmp_path: Path) -> None:
    """36 MB of random bytes, all of them hostile to a reader of lines; another client is served meanwhile."""
    mail = MAIL + random.Random(1).randbytes(36_000_000).replace(b"\r\n", b"\r\n.") + b"\r\n"
    limits = ListenerLimits(disk_reserve=0, message_size=50 << 20)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.envelope(SUPPORT)
        sent = stuffed(mail)
        talk.say(sent[:-10])
        with Talk(desk.address, hello="LHLO") as other:
            assert other.send(MAIL, SUPPORT)[0].startswith("250")
        talk.say(sent[-10:] + b".\r\n")
        assert talk.hear().startswith("250")
        assert desk.mails() == [MAIL, mail]
        assert desk.spooled() == []


def test_a_slow_upload_is_served_while_bytes_flow(tmp_path: Path) -> None:
    limits = ListenerLimits(idle_seconds=0.5, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.envelope(SUPPORT)
        for at in range(0, len(MAIL), 14):
            talk.say(MAIL[at : at + 14])
            time.sleep(0.1)
        talk.say(b".\r\n")
        assert talk.hear().startswith("250")
        assert desk.mails() == [MAIL]


@pytest.mark.parametrize("stage", ["before", "during"])
def test_silence_ends_the_connection(tmp_path: Path, stage: str) -> None:
    limits = ListenerLimits(idle_seconds=0.3, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        if stage == "during":
            talk.envelope(SUPPORT)
            talk.say(MAIL)
        talk.play("<- 421 4.4.2\n<-")
        assert (desk.inbox(), desk.spooled()) == ([], [])


def test_an_endless_drip_ends_too(tmp_path: Path) -> None:
    limits = ListenerLimits(upload_seconds=0.5, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.envelope(SUPPORT)
        with pytest.raises(ConnectionError):
            for _ in range(400):
                talk.say(b"x")
                time.sleep(0.05)
        assert desk.inbox() == []


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        (ListenerLimits(connections=2), "421 4.7.0"),
        (ListenerLimits(connections_per_address=2), "421 4.7.0"),
        (ListenerLimits(connections=3, connections_per_address=3), "220"),
    ],
)
def test_connections_are_counted(tmp_path: Path, limits: ListenerLimits, refused: str) -> None:
    with listening(tmp_path, "lmtp", limits=limits) as desk:
        with Talk(desk.address, hello="LHLO") as one, Talk(desk.address, hello="LHLO"):
            with Talk(desk.address) as third:
                third.play(f"<- {refused}")
            one.play("-> QUIT\n<- 221\n<-")
            with Talk(desk.address, hello="LHLO"):
                pass


def test_a_new_connection_does_not_shorten_the_commands_of_others(tmp_path: Path) -> None:
    """aiosmtpd clears a table of the class for each connection."""
    long_sender = "x" * 490 + "@customer.example"
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk, Talk(desk.address):
        talk.play(f"-> MAIL FROM:<{long_sender}> SIZE=1000 BODY=8BITMIME\n<- 250")


def test_no_name_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a look-up")

    for name in ("getfqdn", "gethostbyaddr", "gethostbyname", "gethostname", "getnameinfo"):
        monkeypatch.setattr(socket, name, forbidden)
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        assert talk.send(MAIL, SUPPORT)[0].startswith("250")


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("RCPT TO:<support@acme.example", "553 5.1.3"),
        ("RCPT TO:<>", "550 5.1.1"),
        ("RCPT TO:support@acme.example", "250"),
        ("RCPT TO: <support@acme.example>", "250"),
        ("RCPT TO:<@relay.example:support@acme.example>", "250"),
        ('RCPT TO:<"a b"@acme.example>', "550 5.1.1"),
        ("RCPT TO:<støtte@acme.example>", "550 5.1.1"),
        ("RCPT TO:<support+\x00@acme.example>", "550 5.1.1"),
        (b"RCPT TO:<support+\xff@acme.example>", "550 5.1.1"),
        ("RCPT TO:<support@acme.example> NOTIFY=NEVER", "555 5.5.4"),
        ("RCPT", "501 5.5.4"),
        ("RCPT TO:", "501 5.5.4"),
        ("VRFY support", "252"),
        ("EXPN support", "502 5.5.1"),
        ("BDAT 10 LAST", "500 5.5.2"),
        ("\xff\xfe", "500"),
        ("", "500"),
        ("NOOP " + "x" * 5000, "500"),
        ("NOOP " + "x" * 500_000, "500"),
    ],
)
def test_odd_commands(tmp_path: Path, command: str | bytes, reply: str) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.play("-> MAIL FROM:<kari@customer.example>\n<- 250")
        talk.say((command.encode() if isinstance(command, str) else command) + b"\r\n")
        assert talk.hear().splitlines()[-1].startswith(reply)
        talk.play("-> NOOP\n<- 250")


@pytest.mark.parametrize("sender", [b"kari\xff@customer.example", b"kari\x00@customer.example", b"k\xc2\x85@x.example"])
def test_a_sender_that_cannot_be_stored_is_refused_for_good(tmp_path: Path, sender: bytes) -> None:
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.say(b"MAIL FROM:<" + sender + b">\r\n")
        assert talk.hear().startswith("553 5.1.")


def test_closing_finishes_what_is_on_its_way(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk:
        idle, busy = Talk(desk.address, hello="LHLO"), Talk(desk.address, hello="LHLO")
        busy.envelope(SUPPORT)
        busy.say(MAIL)
        closing = in_background(desk.listener.close)
        idle.play("<- 421 4.3.2\n<-")
        with pytest.raises(ConnectionError):
            Talk(desk.address)
        busy.say(b".\r\n")
        busy.play("<- 250 2.0.0\n<- 421 4.3.2\n<-")
        closing()
        assert desk.mails() == [MAIL]


def test_closing_waits_for_the_keeping_but_not_for_ever_for_a_client(tmp_path: Path) -> None:
    limits = ListenerLimits(drain_seconds=0.3, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits, blobs=FaultyBlobs) as desk:
        assert isinstance(desk.blobs, FaultyBlobs)
        desk.blobs.go.clear()
        kept, stuck = Talk(desk.address, hello="LHLO"), Talk(desk.address, hello="LHLO")
        stuck.envelope(SUPPORT)
        stuck.say(MAIL + b"x" * 900_000)
        kept.envelope(SUPPORT)
        kept.say(MAIL + b".\r\n")
        assert desk.blobs.begun.wait(20)
        closing = in_background(desk.listener.close)
        stuck.play("<- 421 4.3.2\n<-")
        desk.blobs.go.set()
        closing()
        # Whatever the sender heard: it was kept, and it is one mail when it comes again.
        assert desk.mails() == [MAIL]
        assert desk.spooled() == []


def in_background(act: Callable[[], None]) -> Callable[[], None]:
    """Starts something; returns what waits for its end."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(act)
    pool.shutdown(wait=False)
    return lambda: future.result(20)


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk:
        desk.listener.close()
        desk.listener.close()


def test_a_unix_socket(tmp_path: Path) -> None:
    address = f"unix:{tmp_path}/lmtp.sock"
    for _ in range(2):  # the second start finds no trace of the first
        with listening(tmp_path, "lmtp", address=address, limits=ListenerLimits(connections_per_address=1)) as desk:
            assert desk.address == address
            with Talk(address, hello="LHLO") as talk, Talk(address, hello="LHLO"):
                assert talk.send(MAIL, SUPPORT)[0].startswith("250")
    assert not (tmp_path / "lmtp.sock").exists()


@pytest.mark.parametrize("address", ["mail.example:24", "24", ":24", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", ""])
def test_an_address_that_cannot_be_listened_on(tmp_path: Path, address: str) -> None:
    with pytest.raises(Refused, match="cannot listen on"), listening(tmp_path, "lmtp", address=address):
        pass


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp") as desk, pytest.raises(Refused, match=r"cannot listen on .*in use"):
        with listening(tmp_path / "other", "lmtp", address=desk.address):
            pass


def test_ipv6(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp", address="[::1]:0") as desk, Talk(desk.address, hello="LHLO") as talk:
        assert desk.address.startswith("[::1]:")
        assert talk.send(MAIL, SUPPORT)[0].startswith("250")

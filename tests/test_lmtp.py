"""The LMTP listener as a client sees it: who gets which reply, and what is kept when things go wrong."""

import sqlite3
from pathlib import Path

import pytest

from maildesk.errors import Deferred
from maildesk.ingest.reception import ListenerLimits
from tests.dialogue import MAIL, Talk
from tests.listening import NOON, FaultyBlobs, FullDisk, listening

SUPPORT, NETWORK = "support@acme.example", "network@acme.example"
TROUBLE = "451 4.3.0 not kept because of trouble on our side, try again later"


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
        recipients = (SUPPORT, "x@other.example", "postmaster")
        envelope = "MAIL FROM:<>\r\n" + "".join(f"RCPT TO:<{recipient}>\r\n" for recipient in recipients)
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


def test_lines_of_any_length(tmp_path: Path) -> None:
    mail = MAIL + b"long " * 200_000 + b"\r\n" + b"\xe6" * 70_000 + b"\r\n"
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        assert talk.send(mail, SUPPORT)[0].startswith("250")
        assert desk.mails() == [mail]


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

"""The SMTP listener as a client sees it, and mail that tries to be two (SMTP smuggling, threats T26)."""

from pathlib import Path
from typing import Literal

import pytest

from maildesk.errors import Deferred
from maildesk.ingest.reception import ListenerLimits
from maildesk.ingest.smtp import LONGEST_RECIPIENT, with_enhanced_code
from tests.dialogue import MAIL, Talk
from tests.listening import FaultyBlobs, listening

SUPPORT, NETWORK = "support@acme.example", "network@acme.example"


def test_a_whole_dialogue(tmp_path: Path) -> None:
    with listening(tmp_path, "smtp") as desk, Talk(desk.address) as talk:
        talk.play("""
            <- 220 desk.acme.example ESMTP
            -> MAIL FROM:<kari@customer.example>
            <- 503 5.5.1 send EHLO first
            -> LHLO client.example
            <- 500 5.5.2
            -> EHLO client.example
            <- 250
            -> MAIL FROM:<kari@customer.example> BODY=8BITMIME SMTPUTF8
            <- 250 2.1.0
            -> MAIL FROM:<kari@customer.example>
            <- 503 5.5.1
            -> RCPT TO:<kari@customer.example>
            <- 550 5.1.1
            -> RCPT TO:<support@acme.example>
            <- 250 2.1.5
            -> RSET
            <- 250 2.0.0
            -> RCPT TO:<support@acme.example>
            <- 503 5.5.1
            -> MAIL FROM:<ole.æøå@customer.example>
            <- 250 2.1.0
            -> RCPT TO:<support@acme.example>
            <- 250 2.1.5
            -> RCPT TO:<network@acme.example>
            <- 250 2.1.5
            -> DATA now
            <- 501 5.5.4
            -> DATA
            <- 354
            -> Subject: Skriver
            ->
            -> æøå
            -> .
            <- 250 2.0.0
            -> STARTTLS
            <- 454
            -> AUTH PLAIN AGthcmkAc2VjcmV0
            <- 538
            -> HELP
            <- 250 2.0.0
            -> QUIT
            <- 221 2.0.0
            <-
        """)
        (row,) = desk.inbox()
        assert (row.source, row.envelope_from, row.recipient) == ("smtp", "ole.æøå@customer.example", SUPPORT)
        assert desk.mails() == ["Subject: Skriver\r\n\r\næøå\r\n".encode()]
        assert desk.arrivals() == [("smtp", SUPPORT), ("smtp", NETWORK)]


def test_an_old_client_says_helo(tmp_path: Path) -> None:
    with listening(tmp_path, "smtp") as desk, Talk(desk.address) as talk:
        talk.play("""
            <- 220
            -> HELO
            <- 501
            -> HELO old.example
            <- 250 desk.acme.example
            -> MAIL FROM:<kari@customer.example> SIZE=10
            <- 501
        """)
        assert talk.send(MAIL, SUPPORT)[0].startswith("250")


def test_the_same_mail_by_two_ways_is_one(tmp_path: Path) -> None:
    with listening(tmp_path, "smtp") as by_smtp, Talk(by_smtp.address, hello="EHLO") as talk:
        assert talk.send(MAIL, SUPPORT)[0].startswith("250")
    with listening(tmp_path, "lmtp") as by_lmtp, Talk(by_lmtp.address, hello="LHLO") as talk:
        assert talk.send(b"Received: from mx.acme.example\r\n" + MAIL, SUPPORT) == ["250 2.0.0 kept as inbox 1"]
        assert by_lmtp.nudges == []  # nothing new to be worked on
        assert by_lmtp.mails() == [MAIL]
        assert by_lmtp.arrivals() == [("smtp", SUPPORT), ("lmtp", SUPPORT)]


def test_a_recipient_no_index_holds_is_refused(tmp_path: Path) -> None:
    longest = f"support+{'x' * (LONGEST_RECIPIENT - len('support+@acme.example'))}@acme.example"
    with listening(tmp_path, "smtp") as desk, Talk(desk.address, hello="EHLO") as talk:
        talk.play(f"""
            -> MAIL FROM:<kari@customer.example>
            <- 250
            -> RCPT TO:<{longest}>
            <- 250 2.1.5
            -> RCPT TO:<{longest.replace("+", "+x")}>
            <- 550 5.1.1
        """)


def test_one_reply_for_all_recipients(tmp_path: Path) -> None:
    def broken(root: Path) -> FaultyBlobs:
        blobs = FaultyBlobs(root)
        blobs.fault = Deferred("no room")
        return blobs

    limits = ListenerLimits(message_size=1000, disk_reserve=0)
    with listening(tmp_path, "smtp", blobs=broken, limits=limits) as desk, Talk(desk.address, hello="EHLO") as talk:
        assert talk.send(MAIL, SUPPORT, NETWORK)[0].startswith("451 4.3.0")
        talk.play("-> NOOP\n<- 250 2.0.0 OK")
        assert talk.send(b"x" * 2000 + b"\r\n", SUPPORT, NETWORK)[0].startswith("552 5.3.4")
        talk.play("-> NOOP\n<- 250 2.0.0 OK")


#: What stands between the two mails, and is not CRLF.CRLF.
SMUGGLED = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r\n.\r",
    b"\r.\r\n",
    b"\r\n\x00.\r\n",
    b"\n.\r",
    b"\n\r\n.\n",
]


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
@pytest.mark.parametrize("between", SMUGGLED)
def test_one_mail_never_becomes_two(tmp_path: Path, between: bytes, protocol: Literal["smtp", "lmtp"]) -> None:
    second = b"MAIL FROM:<anna@acme.example>\r\nRCPT TO:<support@acme.example>\r\nDATA\r\nSubject: forged\r\n"
    with listening(tmp_path, protocol) as desk:
        with Talk(desk.address, hello={"smtp": "EHLO", "lmtp": "LHLO"}[protocol]) as talk:
            talk.envelope(SUPPORT)
            talk.say(MAIL + b"end" + between + second + b"\r\n.\r\n")
            talk.play("<- 250 2.0.0\n-> QUIT\n<- 221\n<-")
        (mail,) = desk.mails()
        # Nothing was taken for a line end that is none: only the dot of a real line is unstuffed.
        assert mail == MAIL + b"end" + between.replace(b"\r\n.", b"\r\n") + second + b"\r\n"
        assert [row.envelope_from for row in desk.inbox()] == ["kari@customer.example"]


def test_bogus_commands_end_the_connection(tmp_path: Path) -> None:
    with listening(tmp_path, "smtp") as desk, Talk(desk.address, hello="EHLO") as talk:
        talk.play("-> GET / HTTP/1.1\n<- 500\n-> Host: x\n<- 500\n-> A\n<- 500\n-> B\n<- 500\n-> C\n<- 502\n<-")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("250 OK", "250 2.0.0 OK"),
        ("250 2.1.5 OK", "250 2.1.5 OK"),
        ("221 Bye", "221 2.0.0 Bye"),
        ("503 Error: nested MAIL command", "503 5.5.1 nested MAIL command"),
        ("552 Error: message size exceeds", "552 5.3.4 message size exceeds"),
        ("354 go on", "354 go on"),
        ("220 desk ESMTP", "220 desk ESMTP"),
        ("250-desk\r\n250 HELP", "250-desk\r\n250 HELP"),
    ],
)
def test_enhanced_codes(given: str, sent: str) -> None:
    assert with_enhanced_code(given) == sent

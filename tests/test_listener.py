"""The listener under strain: clients that leave, dawdle or crowd in, large mail, and its own end."""

import random
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maildesk.errors import Refused
from maildesk.ingest.reception import ListenerLimits
from tests.dialogue import MAIL, Talk, stuffed
from tests.listening import FaultyBlobs, listening

SUPPORT = "support@acme.example"


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


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
        assert desk.blobs.begun.wait(60)
        leave(talk, hurt)
        time.sleep(0.1)
        desk.blobs.go.set()
        until(lambda: desk.mails() == [MAIL])
        # It comes again, because nobody has told its sender; it is one mail.
        with Talk(desk.address, hello="LHLO") as again:
            assert again.send(MAIL, SUPPORT)[0] == "250 2.0.0 kept as inbox 1"
        assert desk.mails() == [MAIL]


def test_a_mail_that_waits_for_a_writer_is_kept_although_its_client_has_gone(tmp_path: Path) -> None:
    limits = ListenerLimits(writers=1, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits, blobs=FaultyBlobs) as desk:
        assert isinstance(desk.blobs, FaultyBlobs)
        desk.blobs.go.clear()
        mails = [MAIL, MAIL.replace(b"Printer", b"Scanner")]
        talks = [Talk(desk.address, hello="LHLO") for _ in mails]
        for talk, mail in zip(talks, mails, strict=True):
            talk.envelope(SUPPORT)
            talk.say(mail + b".\r\n")
            assert desk.blobs.begun.wait(60)
        time.sleep(0.1)
        talks[1].close()
        time.sleep(0.1)
        desk.blobs.go.set()
        talks[0].play("<- 250")
        until(lambda: sorted(desk.mails()) == sorted(mails))


def leave(talk: Talk, how: str) -> None:
    if how == "half-close":
        talk.socket.shutdown(socket.SHUT_WR)
        return
    if how == "reset":
        talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    talk.close()


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
    limits = ListenerLimits(idle_seconds=2.0, disk_reserve=0)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.envelope(SUPPORT)
        for at in range(0, len(MAIL), 9):
            talk.say(MAIL[at : at + 9])
            time.sleep(0.1)
        talk.say(b".\r\n")
        assert talk.hear().startswith("250")
        assert desk.mails() == [MAIL]


@pytest.mark.parametrize("stage", ["before", "during"])
def test_silence_ends_the_connection(tmp_path: Path, stage: str) -> None:
    limits = ListenerLimits(idle_seconds=1.5, disk_reserve=0)
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
    with (
        listening(tmp_path, "lmtp", limits=limits) as desk,
        Talk(desk.address, hello="LHLO") as one,
        Talk(desk.address, hello="LHLO"),
    ):
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
        assert desk.blobs.begun.wait(60)
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
    with (
        listening(tmp_path, "lmtp") as desk,
        pytest.raises(Refused, match=r"cannot listen on .*in use"),
        listening(tmp_path / "other", "lmtp", address=desk.address),
    ):
        pass


def test_ipv6(tmp_path: Path) -> None:
    with listening(tmp_path, "lmtp", address="[::1]:0") as desk, Talk(desk.address, hello="LHLO") as talk:
        assert desk.address.startswith("[::1]:")
        assert talk.send(MAIL, SUPPORT)[0].startswith("250")

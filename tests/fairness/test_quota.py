"""A sender may bring so many mails and bytes: more is heard "later", and only by that sender."""

from pathlib import Path

import pytest

from maildesk.ingest import reception
from maildesk.ingest.quota import MOST_REMEMBERED, Allowance, Quota, network_key
from maildesk.ingest.reception import ListenerLimits
from tests.desk import TestDesk, mail
from tests.dialogue import Talk
from tests.fairness.people import FLOOD, KARI, MANY, SUPPORT
from tests.listening import listening

# Listeners say "later"


class HandSet:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_sender_may_bring_so_many_and_later_more() -> None:
    clock = HandSet()
    quota = Quota(Allowance(sender_mails=6), clock)
    assert [quota.take(["sender a"], 1) for _ in range(7)] == [True] * 6 + [False]
    assert not quota.has_room(["sender a"])
    assert quota.take(["sender b", ""], 1)
    # One in ten minutes.
    clock.seconds += 600
    assert quota.has_room(["sender a"])
    assert [quota.take(["sender a"], 1) for _ in range(2)] == [True, False]
    clock.seconds += 7200
    assert [quota.take(["sender a"], 1) for _ in range(7)] == [True] * 6 + [False]


def test_a_sender_may_bring_so_many_bytes() -> None:
    quota = Quota(Allowance(sender_bytes=1000), HandSet())
    assert [quota.take(["sender a"], 600), quota.take(["sender a"], 600), quota.take(["sender a"], 300)] == [
        True,
        False,
        True,
    ]
    # Larger than all that is allowed: alone it may come, it would wait for ever.
    assert [quota.take(["sender b"], 5000), quota.take(["sender b"], 1)] == [True, False]


def test_what_is_not_let_in_counts_for_nobody() -> None:
    quota = Quota(Allowance(sender_mails=2, network_mails=1), HandSet())
    assert quota.take(["sender a", "network n"], 1)
    assert not quota.take(["sender b", "network n"], 1)
    assert [quota.take(["sender b"], 1) for _ in range(3)] == [True, True, False]
    # One sender in From and in the envelope is counted once.
    assert quota.take(["sender a", "sender a"], 1)


def test_without_limits_everybody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    quota = Quota(Allowance(), HandSet())
    assert all(quota.take(["sender a", "network n"], 10**9) for _ in range(1000))


def test_the_memory_of_senders_has_an_end() -> None:
    quota = Quota(Allowance(sender_mails=1), HandSet())
    for number in range(MOST_REMEMBERED + 10):
        assert quota.take([f"sender {number}"], 1)
    assert len(quota._used) == MOST_REMEMBERED
    assert quota.has_room(["sender 0"]) and not quota.has_room([f"sender {MOST_REMEMBERED}"])


@pytest.mark.parametrize(
    ("peer", "key"),
    [
        ("1.2.3.4", "network 1.2.3.0/24"),
        ("1.2.3.250", "network 1.2.3.0/24"),
        ("::ffff:1.2.3.4", "network 1.2.3.0/24"),
        ("2a00:1450:4001:830::200e", "network 2a00:1450:4001:830::/64"),
        # Our own mail server.
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("192.168.1.1", ""),
        ("::1", ""),
        ("fe80::1%eth0", ""),
        ("", ""),
        ("not an address", ""),
    ],
)
def test_a_network_of_the_internet_is_counted_together(peer: str, key: str) -> None:
    assert network_key(peer) == key


def a_mail(number: int, author: str = KARI) -> bytes:
    return f"From: {author}\r\nSubject: {number}\r\nMessage-ID: <{number}@x.example>\r\n\r\nwords\r\n".encode()


def bring(talk: Talk, number: int, author: str, envelope: str, recipients: int = 1) -> list[str]:
    """All replies: to MAIL, and after the dot one for each recipient of LMTP."""
    talk.say(f"MAIL FROM:<{envelope}>\r\n".encode())
    said = [talk.hear()]
    if not said[0].startswith("250"):
        return said
    for _ in range(recipients):
        talk.say(f"RCPT TO:<{SUPPORT}>\r\n".encode())
        assert talk.hear().startswith("250")
    talk.say(b"DATA\r\n")
    assert talk.hear().startswith("354")
    talk.say(a_mail(number, author) + b".\r\n")
    return [talk.hear() for _ in range(recipients)]


LATER = "451 4.7.1 "


def test_a_listener_says_later_to_one_sender_and_takes_the_others(tmp_path: Path) -> None:
    limits = ListenerLimits(disk_reserve=0, allowance=Allowance(sender_mails=2))
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        assert [bring(talk, number, FLOOD, "")[0][:3] for number in range(2)] == ["250", "250"]
        # The author is known after the dot only; each recipient has its reply (RFC 2033 4.2).
        replies = bring(talk, 3, f"Flood <{FLOOD.upper()}>", "", recipients=2)
        assert len(replies) == 2 and all(reply.startswith(LATER) for reply in replies)
        # The envelope sender is known at once.
        assert bring(talk, 4, KARI, FLOOD)[0].startswith(LATER)
        assert bring(talk, 5, KARI, KARI)[0].startswith("250")
        assert bring(talk, 6, "", "")[0].startswith("250")
        assert [len(desk.inbox()), desk.spooled()] == [4, []]


def test_a_listener_says_later_to_one_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "network_key", lambda peer: f"network {peer}" if peer else "")
    limits = ListenerLimits(disk_reserve=0, allowance=Allowance(network_mails=2))
    with listening(tmp_path / "smtp", "smtp", limits=limits) as desk, Talk(desk.address, hello="EHLO") as talk:
        replies = [bring(talk, number, f"a{number}@x.example", f"b{number}@x.example")[0] for number in range(3)]
        assert [reply[:3] for reply in replies] == ["250", "250", "451"]
    # By LMTP all mail comes from our own mail server.
    with listening(tmp_path / "lmtp", "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        assert all(bring(talk, number, KARI, KARI)[0].startswith("250") for number in range(4))


def test_a_listener_says_later_when_the_disk_is_nearly_full(tmp_path: Path) -> None:
    limits = ListenerLimits(disk_reserve=1 << 62)
    with listening(tmp_path, "lmtp", limits=limits) as desk, Talk(desk.address, hello="LHLO") as talk:
        talk.say(b"MAIL FROM:<kari@customer.example>\r\n")
        assert talk.hear().startswith("452 4.3.1 ")
        assert desk.inbox() == []


def test_what_comes_from_a_mailbox_or_a_pipe_is_never_refused(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=MANY.replace("= 3", "= 1"))
    for number in range(30):
        for source in ("pipe", "imap:support"):
            desk.receive(mail(FLOOD, subject=f"{source} {number}"), source=source)
    desk.run()
    assert len(desk.tickets()) == 60
    desk.close()

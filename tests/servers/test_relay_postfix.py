"""Letters through a real Postfix: taken under its queue id, delivered as they were, refused and deferred as it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.blobs import FileBlobs
from maildesk.clock import SystemClock
from maildesk.errors import Deferred, Refused
from maildesk.mail import Letter
from maildesk.model import Base, Outbound
from maildesk.notify import outbox
from maildesk.notify.account import Account
from maildesk.notify.deliver import PostOffice, deliver_outbox
from maildesk.notify.relay import SmtpRelay
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind
from tests.servers.plugin import PostfixMaker
from tests.servers.postfix import Postfix
from tests.servers.servers import free_port
from tests.servers.sink import Sink

RAW = (
    b"From: support@acme.example\r\nDate: Wed, 4 Mar 2026 12:00:00 +0000\r\nMessage-ID: <m@acme.example>\r\n"
    b"Subject: x\r\n\r\n.dot\r\n\r\nHello\r\n"
)


def letter(number: int = 0, recipient: str = "kari@customer.example", raw: bytes = RAW) -> Letter:
    return Letter(
        NoticeKind.ANSWER, f"effect:{number}", recipient, "support@acme.example", f"m{number}@acme.example", raw
    )


@pytest.fixture
def relayed(postfix: PostfixMaker, sink: Sink) -> Postfix:
    return postfix(
        lmtp_port=free_port(),
        relay_port=sink.port,
        smtpd_recipient_restrictions=(
            "check_recipient_access inline:{{gone@customer.example=550 5.1.1 nobody}"
            " {full@customer.example=450 4.2.2 full}}, permit_mynetworks, reject"
        ),
        message_size_limit="100000",
    )


@pytest.fixture
def relay(relayed: Postfix) -> Iterator[SmtpRelay]:
    opened = SmtpRelay(Account(relayed.host, relayed.port, "desk.acme.example", tls="none"))
    yield opened
    opened.close()


def test_outbox_to_the_world(relayed: Postfix, relay: SmtpRelay, sink: Sink, tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path)
    Base.metadata.create_all(store.engine)
    blobs, clock = FileBlobs(tmp_path / "raw"), SystemClock()
    with store.begin() as session:
        for number in range(20):
            outbox.enqueue(session, letter(number, f"n{number}@customer.example"), clock.now(), blobs)
    post = PostOffice(store, blobs, relay, clock, lambda: 0.5, lambda *_: None)
    assert deliver_outbox(post) == 20
    mails = sink.await_mails(20)
    assert sorted(mail.recipients[0] for mail in mails) == sorted(f"n{number}@customer.example" for number in range(20))
    assert all(mail.data.endswith(RAW) for mail in mails)
    with store.read() as session:
        ids = set(session.scalars(select(Outbound.relay_id)))
    assert len(ids) == 20
    # The ids are Postfix's own: each stands in its log.
    assert all(f"{queue_id}: " in relayed.log() for queue_id in ids)
    store.close()


@pytest.mark.parametrize(
    ("recipient", "error", "reason"),
    [
        (
            "gone@customer.example",
            Refused,
            "RCPT: 550 5.1.1 <gone@customer.example>: Recipient address rejected: nobody",
        ),
        (
            "full@customer.example",
            Deferred,
            "RCPT: 450 4.2.2 <full@customer.example>: Recipient address rejected: full",
        ),
    ],
)
def test_said_no_by_postfix(relay: SmtpRelay, recipient: str, error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as said:
        relay.send(letter(recipient=recipient))
    assert getattr(said.value, "reason", "") == reason
    assert relay.send(letter())


def test_too_large_for_postfix(relay: SmtpRelay) -> None:
    with pytest.raises(Refused, match=r"^relay_takes_less\|\d+\|100000$"):
        relay.send(letter(raw=b"Subject: x\r\n\r\n" + b"y" * 200_000))


def test_restarted_postfix(relayed: Postfix, relay: SmtpRelay, sink: Sink) -> None:
    relay.send(letter())
    relayed._run("postfix", "reload")
    relay.send(letter())
    # What Postfix had in hand while it was restarted, its queue manager tries again.
    relayed.flush_until(lambda: len(sink.mails) == 2, "both letters")

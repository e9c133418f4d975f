"""A real Postfix in front: every recipient's fate is told apart, and nothing is lost or doubled."""

import smtplib
from pathlib import Path

from maildesk.ingest.ours import own_addresses
from maildesk.ingest.reception import ListenerLimits
from tests.dialogue import MAIL
from tests.listening import FaultyBlobs, Listening, listening
from tests.servers.plugin import PostfixMaker
from tests.servers.postfix import Postfix
from tests.servers.servers import free_port, wait_until
from tests.servers.sink import Sink

OURS = own_addresses(["support@help.example", "network@help.example"], "+")


def _submit(postfix: Postfix, mail: bytes, *recipients: str) -> None:
    with smtplib.SMTP(postfix.host, postfix.port) as client:
        client.sendmail("kari@customer.example", recipients, mail)


def _await_mails(postfix: Postfix, desk: Listening, count: int) -> None:
    postfix.flush_until(lambda: len(desk.inbox()) >= count, f"{count} mails in the inbox")


def _reasons(postfix: Postfix) -> list[str]:
    """Why the recipients of what waits wait."""
    recipients = [recipient for waiting in postfix.queue() for recipient in waiting["recipients"]]
    return [recipient["delay_reason"] for recipient in recipients if "delay_reason" in recipient]


def test_each_recipient_has_its_own_fate(tmp_path: Path, postfix: PostfixMaker, sink: Sink) -> None:
    with listening(tmp_path, "lmtp", is_ours=OURS) as desk:
        started = postfix(lmtp_port=int(desk.address.rpartition(":")[2]), relay_port=sink.port)
        _submit(started, MAIL, "support@help.example", "nobody@help.example", "network+t1@help.example")
        _await_mails(started, desk, 1)
        started.await_empty()
        # The unknown recipient comes back to the sender as a report, the two others were told 250 once each.
        (report,) = sink.await_mails(1)
        assert (report.sender, report.recipients) == ("", ["kari@customer.example"])
        assert b"nobody@help.example" in report.data and b"550 5.1.1" in report.data
        assert b"support@help.example" not in report.data.partition(b"message/rfc822")[0]
        assert started.log().count("status=sent (250 2.0.0 kept as inbox 1") == 2
        assert sorted(recipient for _, recipient in desk.arrivals()) == [
            "network+t1@help.example",
            "support@help.example",
        ]
        assert len(desk.inbox()) == 1


def test_our_trouble_keeps_the_mail_with_postfix(tmp_path: Path, postfix: PostfixMaker, sink: Sink) -> None:
    with listening(tmp_path, "lmtp", is_ours=OURS, blobs=FaultyBlobs) as desk:
        assert isinstance(desk.blobs, FaultyBlobs)
        started = postfix(lmtp_port=int(desk.address.rpartition(":")[2]), relay_port=sink.port)
        desk.blobs.fault = RuntimeError("password=secret")
        _submit(started, MAIL, "support@help.example", "network@help.example")
        # While it is being tried again no reason is shown.
        wait_until(lambda: len(_reasons(started)) == 2, "both recipients deferred", said=started.log)
        reasons = _reasons(started)
        assert all("451 4.3.0" in reason and "secret" not in reason for reason in reasons)
        desk.blobs.fault = None
        _await_mails(started, desk, 1)
        started.await_empty()
        assert len(desk.inbox()) == 1
        assert len(desk.arrivals()) == 2
        assert sink.mails == []


def test_a_mail_too_large_comes_back_to_its_sender(tmp_path: Path, postfix: PostfixMaker, sink: Sink) -> None:
    limits = ListenerLimits(message_size=300_000, disk_reserve=0)
    with listening(tmp_path, "lmtp", is_ours=OURS, limits=limits) as desk:
        started = postfix(lmtp_port=int(desk.address.rpartition(":")[2]), relay_port=sink.port)
        _submit(started, MAIL + b"x" * 400_000 + b"\r\n", "support@help.example", "network@help.example")
        (report,) = sink.await_mails(1)
        assert b"5.3.4" in report.data
        started.await_empty()
        assert desk.inbox() == []


def test_a_restart_of_the_listener_loses_nothing(tmp_path: Path, postfix: PostfixMaker, sink: Sink) -> None:
    """Postfix finds nobody, then a listener that closes, then one that stays."""
    port = free_port()
    started = postfix(lmtp_port=port, relay_port=sink.port)
    address = f"127.0.0.1:{port}"
    mails = [MAIL.replace(b"Printer", b"Printer %d" % number) for number in range(60)]
    for mail in mails[:20]:
        _submit(started, mail, "support@help.example")
    with listening(tmp_path, "lmtp", is_ours=OURS, address=address) as desk:
        for mail in mails[20:40]:
            _submit(started, mail, "support@help.example", "network@help.example")
        _await_mails(started, desk, 5)
    for mail in mails[40:]:
        _submit(started, mail, "network@help.example")
    with listening(tmp_path, "lmtp", is_ours=OURS, address=address) as desk:
        _await_mails(started, desk, 60)
        started.await_empty()
        assert len(desk.inbox()) == 60
        assert sink.mails == []

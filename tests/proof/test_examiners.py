"""The processes that examine who wrote: they outlive hostile mail, end in time, and start only where needed."""

import importlib.util
import os
import smtplib
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import pytest

from maildesk.clock import SystemClock
from maildesk.config import read_settings
from maildesk.daemon import Daemon
from maildesk.errors import Refused
from maildesk.foundation import lay_foundation
from maildesk.ingest.sender_proof.examiners import Examiners, means_of
from maildesk.ingest.sender_proof.question import Asked, Means
from maildesk.model import Inbound
from maildesk.settings_file import load_configuration
from maildesk.store import Store
from tests.listening import listening
from tests.proof.signed_mail import GOOD, MAIL, NOW, SIGNED, means, pinned, verdict
from tests.servers.name_server import NameServer
from tests.servers.servers import wait_until
from tests.signing import signed


@pytest.mark.parametrize("relaxed", [True, False])
def test_white_space_keeps_no_verifier_busy(dns: NameServer, relaxed: bool) -> None:
    spaces = b"\r\n\r\n" + b" " * 1_000_000
    body = signed(MAIL, "customer.example", relaxed=relaxed).replace(b"\r\n\r\n", spaces + b"x", 1)
    assert "dkim=fail" in pinned(dns, body)
    field = SIGNED.replace(b"b=", b"b=" + b" \r\n" * 20_000 + b" ", 1)
    assert verdict(pinned(dns, field)) == "unknown"


def test_examiners_outlive_a_mail_that_ends_their_process(dns: NameServer, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(MAIL)
    # Nobody ever writes into it.
    os.mkfifo(bad)
    examiners = Examiners(means(dns), count=1, wall_seconds=10.0)
    try:
        asked = [Asked(str(path), NOW, True, GOOD, "h.example", "kari@customer.example") for path in (good, bad, good)]
        found = [examiners.submit(one).result(120) for one in asked]
    finally:
        examiners.close()
        examiners.close()
    assert [verdict(text) for text in found] == ["pass", "unknown", "pass"]
    assert "temperror" in found[1]


def test_what_takes_too_long_is_not_known(dns: NameServer, tmp_path: Path) -> None:
    mail = tmp_path / "mail"
    mail.write_bytes(MAIL)
    examiners = Examiners(means(dns), count=1, wall_seconds=0.0)
    try:
        text = examiners.submit(Asked(str(mail), NOW, True, GOOD, "h", "kari@customer.example")).result(120)
        gone = examiners.submit(Asked(str(tmp_path / "none"), NOW, True, GOOD)).result(120)
    finally:
        examiners.close()
    assert (verdict(text), verdict(gone)) == ("unknown", "unknown")
    assert "temperror" in text


@pytest.mark.parametrize("how", [None, Means(pinned_domains=()), Means(mx=True)])
def test_without_need_no_process_is_started(how: Means | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.Popen", never)
    examiners = Examiners(how)
    assert examiners.submit(Asked("mail", NOW + timedelta(days=1))).result(5) == ""
    examiners.close()


def test_questions_travel_as_json(dns: NameServer) -> None:
    how = means(dns, pinned_domains=("a.example", "b.example"))
    assert Means.from_json(how.to_json()) == how
    asked = Asked("/x", NOW, True, "::1", "h", '"odd\\" one"@x.example')
    assert Asked.from_json(asked.to_json()) == asked


def test_a_desk_that_is_the_mx_knows_who_wrote(dns: NameServer, tmp_path: Path) -> None:
    """From the socket to `why`, by the daemon's own processes; nobody behind the listener waits for the DNS."""
    host, port = dns.place
    settings = (
        '[desk]\naddress = "support@acme.example"\ndata = "data"\n[listen]\nsmtp = "127.0.0.1:0"\n'
        f'[auth]\nmx = true\nnameservers = ["{host}:{port}"]\n'
    )
    (tmp_path / "maildesk.toml").write_text(settings)
    daemon = Daemon(lay_foundation(load_configuration(tmp_path / "maildesk.toml", {})))
    daemon.start()
    try:
        bound, _, number = daemon.bound["smtp"].rpartition(":")
        with smtplib.SMTP(bound, int(number), local_hostname="mail.customer.example") as client:
            today = format_datetime(SystemClock().now()).encode()
            raw = signed(MAIL.replace(b"Mon, 02 Mar 2026 08:59:00 +0000", today), "customer.example")
            client.sendmail("kari@customer.example", ["support@acme.example"], raw)
        store = Store("sqlite", tmp_path / "data")
        wait_until(lambda: _trust_of(store) != "", "the mail is processed")
        with store.read() as session:
            row = session.get_one(Inbound, 1)
        store.close()
    finally:
        daemon.stop()
    assert (row.peer, row.helo) == ("127.0.0.1", "mail.customer.example")
    assert row.proof.startswith("maildesk; dkim=pass header.d=customer.example; dmarc=pass policy.dmarc=reject")
    assert row.trust.startswith("accepted: verified_here; dmarc_pass|customer.example")


def _trust_of(store: Store) -> str:
    with store.read() as session:
        return session.get_one(Inbound, 1).trust


@pytest.mark.parametrize(("protocol", "peer", "helo"), [("smtp", "127.0.0.1", "a.example"), ("lmtp", "", "")])
def test_who_hands_a_mail_in_is_kept_of_smtp_alone(
    tmp_path: Path, protocol: Literal["smtp", "lmtp"], peer: str, helo: str
) -> None:
    with listening(tmp_path, protocol) as door:
        host, _, port = door.address.rpartition(":")
        with (
            smtplib.LMTP(host, int(port), "a.example")
            if protocol == "lmtp"
            else smtplib.SMTP(host, int(port)) as client
        ):
            if protocol == "smtp":
                client.ehlo("a.example")
            client.sendmail("kari@customer.example", ["support@acme.example"], MAIL)
        assert [(row.peer, row.helo) for row in door.inbox()] == [(peer, helo)]


def test_without_its_libraries_the_desk_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings('[desk]\naddress = "a@b.example"\n[auth]\nmx = true\n', {}, "test")
    assert means_of(settings) is not None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"install maildesk\[mx\]"):
        means_of(settings)

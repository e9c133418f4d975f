"""What maildesk finds out itself about who wrote a mail: DKIM, SPF, DMARC and ARC against zones of our own."""

import importlib.util
import os
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import pytest

from maildesk.clock import SystemClock
from maildesk.config import read_settings
from maildesk.daemon import Daemon
from maildesk.desk.speaker.authentication import authenticate_ourselves
from maildesk.errors import Refused
from maildesk.foundation import lay_foundation
from maildesk.ingest.sender_proof.dmarc import find_policy, is_aligned
from maildesk.ingest.sender_proof.envelope import Envelope, check_envelope
from maildesk.ingest.sender_proof.examine import examine
from maildesk.ingest.sender_proof.examiners import Examiners, means_of
from maildesk.ingest.sender_proof.lookups import Lookups, NoAnswer
from maildesk.ingest.sender_proof.question import Asked, Means
from maildesk.model import Inbound
from maildesk.settings_file import load_configuration
from maildesk.store import Store
from tests.listening import listening
from tests.servers.name_server import BROKEN, SILENT, NameServer, Zone
from tests.servers.servers import wait_until
from tests.signing import key_record, sealed, signed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD, BAD = "192.0.2.25", "203.0.113.66"
MAIL = (
    b"From: Kari <kari@customer.example>\r\nTo: support@acme.example\r\nSubject: Printer\r\n"
    b"Date: Mon, 02 Mar 2026 08:59:00 +0000\r\nMessage-ID: <1@customer.example>\r\n\r\nIt  burns. \r\n"
)


def zones() -> Zone:
    key = {"TXT": [key_record()]}
    return {
        "customer.example": {"TXT": [f"v=spf1 ip4:{GOOD} -all", "other=words"]},
        "_dmarc.customer.example": {"TXT": ["v=DMARC1; p=reject"]},
        "s1._domainkey.customer.example": key,
        "s1._domainkey.evil.example": key,
        "s1._domainkey.lists.example": key,
        "evil.example": {"TXT": [f"v=spf1 ip4:{BAD} -all"]},
        "customer.example-evil.com": {"TXT": [f"v=spf1 ip4:{BAD} -all"]},
        "bounce.customer.example": {"TXT": ["v=spf1 include:customer.example -all"]},
    }


@pytest.fixture
def dns() -> Iterator[NameServer]:
    with NameServer(zones()) as server:
        yield server


def means(dns: NameServer, **more: object) -> Means:
    said: dict[str, object] = {
        "mx": True,
        "nameservers": (dns.place,),
        "own_addresses": ("support@acme.example",),
        "dns_seconds": 0.5,
    }
    return Means(**said | more)  # type: ignore[arg-type]


def found(
    dns: NameServer, raw: bytes, *, peer: str = GOOD, mail_from: str = "kari@customer.example", **more: object
) -> str:
    how = means(dns, **more)
    asked = Asked("", NOW, from_world=how.mx, peer=peer, helo="mail.customer.example", mail_from=mail_from)
    return examine(raw, asked, how, Lookups(how.nameservers, how.dns_seconds))


def verdict(text: str, domain: str = "customer.example") -> str:
    return authenticate_ourselves(domain, text).verdict


# As MX.


def test_spf_of_the_domain_itself_passes_dmarc(dns: NameServer) -> None:
    text = found(dns, MAIL)
    assert text == (
        "maildesk; spf=pass smtp.mailfrom=customer.example; dmarc=pass policy.dmarc=reject header.from=customer.example"
    )
    assert verdict(text) == "pass"


def test_a_signature_passes_dmarc_by_any_way(dns: NameServer) -> None:
    text = found(dns, signed(MAIL, "customer.example"), peer=BAD, mail_from="list@evil.example")
    assert "dkim=pass header.d=customer.example" in text
    assert "spf=pass smtp.mailfrom=evil.example" in text
    assert verdict(text) == "pass"


MX_ROWS = [
    # mail, machine, envelope sender -> verdict
    pytest.param(MAIL, BAD, "kari@customer.example", "fail", id="another machine"),
    pytest.param(MAIL, BAD, "mallory@evil.example", "fail", id="SPF of another domain"),
    pytest.param(MAIL, BAD, "mallory@customer.example-evil.com", "fail", id="a domain that begins like it"),
    pytest.param(MAIL, BAD, '"a@customer.example"@evil.example', "fail", id="a quoted local part"),
    pytest.param(MAIL, GOOD, "x@bounce.customer.example", "pass", id="aligned below the same organization"),
    pytest.param(MAIL, BAD, "", "fail", id="null sender of a stranger"),
    pytest.param(signed(MAIL, "evil.example"), BAD, "m@evil.example", "fail", id="signed by somebody else"),
    pytest.param(
        signed(MAIL, "customer.example").replace(b"burns", b"rains"), BAD, "m@evil.example", "fail", id="body changed"
    ),
    pytest.param(
        signed(signed(MAIL, "customer.example"), "evil.example"), BAD, "m@evil.example", "pass", id="second signature"
    ),
    pytest.param(MAIL.replace(b"customer", b"nopolicy"), GOOD, "kari@nopolicy.example", "unknown", id="no policy"),
    pytest.param(
        MAIL.replace(b"From:", b"From: x@evil.example\r\nFrom:"), GOOD, "k@customer.example", "unknown", id="two From"
    ),
    pytest.param(MAIL, "127.0.0.1", "kari@customer.example", "unknown", id="handed in on this machine"),
    pytest.param(MAIL, "", "kari@customer.example", "unknown", id="by a unix socket"),
    pytest.param(b"nothing", GOOD, "kari@customer.example", "unknown", id="no mail"),
]


@pytest.mark.parametrize(("raw", "peer", "mail_from", "said"), MX_ROWS)
def test_as_mx(dns: NameServer, raw: bytes, peer: str, mail_from: str, said: str) -> None:
    text = found(dns, raw, peer=peer, mail_from=mail_from)
    assert verdict(text) == said, text


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=DMARC1; p=quarantine", "fail"),
        ("v=DMARC1; p=none", "unknown"),
        ("v=DMARC1; p=reject; t=y", "unknown"),
        ("v=DMARC1; p=sometimes", "unknown"),
        ("v=DMARC2; p=reject", "unknown"),
        ("v=DMARC1 ; p=reject", "fail"),
        ("", "unknown"),
    ],
)
def test_what_the_policy_asks_for(dns: NameServer, record: str, said: str) -> None:
    dns.zone["_dmarc.customer.example"] = {"TXT": [record]}
    assert verdict(found(dns, MAIL, peer=BAD)) == said


@pytest.mark.parametrize(
    ("name", "how", "said"),
    [
        ("_dmarc.customer.example", SILENT, "unknown"),
        ("_dmarc.customer.example", BROKEN, "unknown"),
        ("customer.example", BROKEN, "unknown"),
        ("customer.example", SILENT, "unknown"),
    ],
)
def test_a_dns_that_does_not_answer_disowns_nobody(
    dns: NameServer, name: str, how: dict[str, list[str]], said: str
) -> None:
    dns.zone[name] = how
    text = found(dns, MAIL, peer=BAD)
    assert (verdict(text), "temperror" in text) == (said, True), text


@pytest.mark.parametrize("how", [SILENT, BROKEN])
def test_a_key_that_cannot_be_fetched_is_no_bad_signature(dns: NameServer, how: dict[str, list[str]]) -> None:
    dns.zone["s1._domainkey.customer.example"] = how
    text = found(dns, signed(MAIL, "customer.example"), peer=BAD, mail_from="m@evil.example")
    assert "dkim=temperror" in text
    assert verdict(text) == "unknown"


def test_answers_are_remembered(dns: NameServer) -> None:
    how = means(dns)
    lookups = Lookups(how.nameservers, how.dns_seconds)
    asked = Asked("", NOW, True, GOOD, "mail.customer.example", "kari@customer.example")
    first, count = examine(MAIL, asked, how, lookups), len(dns.questions)
    assert examine(MAIL, asked, how, lookups) == first
    assert 0 < len(dns.questions) == count


def test_the_dns_has_so_much_time_and_so_many_questions(dns: NameServer) -> None:
    lookups = Lookups((dns.place,), 0.0)
    with pytest.raises(NoAnswer, match="took too long"):
        lookups.texts("customer.example")
    assert dns.questions == []
    lookups = Lookups((dns.place,), 60.0)
    with pytest.raises(NoAnswer, match="too many questions"):
        for number in range(1000):
            lookups.texts(f"{number}.example")
    assert len(dns.questions) < 100


# ARC: the excuse of a forwarder, if he is trusted.

LIST_MAIL = MAIL.replace(b"Subject: Printer", b"Subject: [list] Printer")


@pytest.mark.parametrize(
    ("sealers", "said", "changed", "result"),
    [
        (("lists.example",), "dmarc=pass header.from=customer.example", False, "unknown"),
        (("lists.example",), "dmarc=fail header.from=customer.example", False, "fail"),
        (("lists.example",), "dmarc=pass header.from=evil.example", False, "fail"),
        (("lists.example",), "dmarc=pass header.from=customer.example", True, "fail"),
        (("other.example",), "dmarc=pass header.from=customer.example", False, "fail"),
        ((), "dmarc=pass header.from=customer.example", False, "fail"),
    ],
)
def test_a_trusted_seal_excuses_but_proves_nothing(
    dns: NameServer, sealers: tuple[str, ...], said: str, changed: bool, result: str
) -> None:
    raw = sealed(LIST_MAIL, "lists.example", said)
    raw = raw.replace(b"burns", b"rains") if changed else raw
    text = found(dns, raw, peer=BAD, mail_from="list@lists.example", trusted_arc_sealers=sealers)
    assert verdict(text) == result, text


def test_seals_of_strangers_ask_nobody(dns: NameServer) -> None:
    raw = sealed(LIST_MAIL, "lists.example", "dmarc=pass header.from=customer.example")
    found(dns, raw, peer=BAD, mail_from="list@evil.example", trusted_arc_sealers=("other.example",))
    assert ("s1._domainkey.lists.example", "TXT") not in dns.questions


@pytest.mark.parametrize("mail_from", ['"a@customer.example"@evil.example', "a@b@evil.example", "odd", "a@b..example"])
def test_an_odd_envelope_speaks_for_nobody(dns: NameServer, mail_from: str) -> None:
    assert check_envelope(GOOD, "customer.example", mail_from, Lookups((dns.place,), 1.0)) == Envelope()
    assert dns.questions == []


# Pinned domains: the signature alone, and only one that cannot be an old one.


def pinned(dns: NameServer, raw: bytes) -> str:
    return found(dns, raw, mx=False, pinned_domains=("customer.example",))


@pytest.mark.parametrize("relaxed", [True, False])
def test_a_pinned_domain_is_proven_by_its_signature(dns: NameServer, relaxed: bool) -> None:
    text = pinned(dns, signed(MAIL, "customer.example", relaxed=relaxed))
    assert text == "maildesk; dkim=pass header.d=customer.example"
    assert verdict(text) == "pass"


def test_a_pinned_domain_is_asked_for_its_key_and_no_more(dns: NameServer) -> None:
    pinned(dns, signed(MAIL, "customer.example"))
    assert dns.questions == [("s1._domainkey.customer.example", "TXT")]


def without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in ("from", "to", "cc", "subject", "date", "message-id") if name not in names)


SIGNED = signed(MAIL, "customer.example")
REPLAYS = [
    pytest.param(signed(MAIL, "customer.example", names=without("to")), "to is not signed", id="To"),
    pytest.param(signed(MAIL, "customer.example", names=without("subject")), "subject is not", id="Subject"),
    pytest.param(signed(MAIL, "customer.example", names=without("date")), "date is not", id="Date"),
    pytest.param(signed(MAIL, "customer.example", names=without("message-id")), "message-id is", id="Message-ID"),
    pytest.param(signed(MAIL, "customer.example", part=True), "only a part", id="l="),
    pytest.param(
        signed(MAIL.replace(b"support@acme", b"mallory@evil"), "customer.example"), "not addressed", id="to others"
    ),
    pytest.param(signed(MAIL.replace(b"02 Mar", b"20 Feb"), "customer.example"), "7 days", id="old"),
    pytest.param(signed(MAIL.replace(b"02 Mar", b"09 Mar"), "customer.example"), "future", id="of tomorrow"),
    pytest.param(b"Subject: Close it\r\n" + SIGNED, "subject stands there twice", id="another Subject above"),
    pytest.param(b"To: support@acme.example\r\n" + SIGNED, "to stands there twice", id="another To above"),
]


@pytest.mark.parametrize(("raw", "why"), REPLAYS)
def test_a_good_signature_that_may_be_replayed_proves_nothing(dns: NameServer, raw: bytes, why: str) -> None:
    text = pinned(dns, raw)
    assert "dkim=policy" in text and why in text
    assert verdict(text) == "unknown"


KEYS = [
    ("t=y; ", "tried out"),
    ("h=sha1; ", "other hashes"),
    ("t=s; ", "not for subdomains"),
]


@pytest.mark.parametrize(("more", "why"), KEYS)
def test_a_key_may_be_restricted(dns: NameServer, more: str, why: str) -> None:
    dns.zone["s1._domainkey.customer.example"] = {"TXT": [key_record(more)]}
    text = pinned(dns, signed(MAIL, "customer.example", identity="kari@it.customer.example"))
    assert "dkim=neutral" in text and why in text
    assert verdict(text) == "unknown"


@pytest.mark.parametrize("records", [[key_record(), key_record("n=x; ")], ["v=DKIM1; p="], ["nonsense"], []])
def test_without_one_good_key_there_is_no_proof(dns: NameServer, records: list[str]) -> None:
    dns.zone["s1._domainkey.customer.example"] = {"TXT": records}
    assert verdict(pinned(dns, SIGNED)) == "unknown"


def test_a_signature_of_a_subdomain_or_a_stranger_proves_nothing(dns: NameServer) -> None:
    dns.zone["s1._domainkey.it.customer.example"] = {"TXT": [key_record()]}
    assert verdict(pinned(dns, signed(MAIL, "it.customer.example"))) == "unknown"
    assert verdict(pinned(dns, signed(MAIL, "evil.example"))) == "unknown"


def test_mail_of_other_domains_asks_nobody(dns: NameServer) -> None:
    raw = signed(MAIL.replace(b"kari@customer", b"kari@evil"), "evil.example")
    assert pinned(dns, raw) == ""
    assert found(dns, raw, mx=False) == ""
    assert dns.questions == []


# The policy alone.


def test_an_organization_is_known_by_the_list_of_public_suffixes() -> None:
    assert is_aligned("a.customer.co.uk", "b.customer.co.uk", strict=False)
    assert not is_aligned("customer.co.uk", "evil.co.uk", strict=False)
    assert not is_aligned("co.uk", "customer.co.uk", strict=False)
    assert not is_aligned("a.customer.example", "customer.example", strict=True)
    assert not is_aligned("customer.example", "customer.example-evil.com", strict=False)


@pytest.mark.parametrize(
    ("records", "asks"),
    [
        ({"_dmarc.it.customer.example.": b"v=DMARC1; p=none"}, "none"),
        ({"_dmarc.customer.example.": b"v=DMARC1; p=reject"}, "reject"),
        ({"_dmarc.customer.example.": b"v=DMARC1; p=reject; sp=quarantine"}, "quarantine"),
        (
            {"_dmarc.it.customer.example.": b"v=DMARC1; p=none", "_dmarc.customer.example.": b"v=DMARC1; p=reject"},
            "none",
        ),
        ({"_dmarc.example.": b"v=DMARC1; p=reject"}, None),
    ],
)
def test_where_the_policy_of_a_subdomain_stands(records: dict[str, bytes], asks: str | None) -> None:
    policy = find_policy("it.customer.example", lambda name: [records[name]] if name in records else [])
    assert (policy.asks if policy else None) == asks


# The processes.


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
    assert row.trust.startswith("accepted: verified here: dmarc=pass for customer.example")


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

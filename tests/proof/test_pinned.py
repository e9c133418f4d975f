"""Pinned domains: the signature alone proves, and only one that cannot be an old one; and where a policy stands."""

import pytest

from maildesk.ingest.sender_proof.dmarc import find_policy, is_aligned
from tests.proof.signed_mail import MAIL, SIGNED, found, pinned, verdict
from tests.servers.name_server import NameServer
from tests.signing import key_record, signed


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

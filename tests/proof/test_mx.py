"""Who really wrote, where the desk is itself the MX: SPF, DKIM, DMARC, ARC."""

import pytest

from maildesk.ingest.sender_proof.envelope import Envelope, check_envelope
from maildesk.ingest.sender_proof.examine import examine
from maildesk.ingest.sender_proof.lookups import Lookups, NoAnswer
from maildesk.ingest.sender_proof.question import Asked
from tests.proof.signed_mail import BAD, GOOD, MAIL, NOW, found, means, verdict
from tests.servers.name_server import BROKEN, SILENT, NameServer
from tests.signing import sealed, signed


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

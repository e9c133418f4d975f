"""Who only looks like somebody we know (threats T14)."""

import pytest

from maildesk.ingest.mime.addresses import ascii_domain
from maildesk.mail import Address
from maildesk.notify.look_alike import known_likeness

KNOWN = ("anna@corp.example", "support@acme.example")


@pytest.mark.parametrize(
    ("name", "address", "likeness"),
    [
        # Themselves, colleagues, and everybody else.
        ("Anna", "anna@corp.example", ""),
        ("Anna", "Anna@Corp.Example", ""),
        ("", "carl@corp.example", ""),
        ("Kari", "kari@customer.example", ""),
        ("Anna", "anna@customer.example", ""),
        ("", "", ""),
        # Letters of another alphabet, as A-labels and as they stand.
        ("Anna", f"anna@{ascii_domain('cоrp.example')}", "anna@corp.example"),
        ("Anna", "anna@cоrp.example", "anna@corp.example"),
        ("Anna", f"anna@{ascii_domain('соrр.example')}", "anna@corp.example"),
        ("Anna", f"carl@{ascii_domain('cοrp.example')}", "corp.example"),
        ("Anna", f"anna@{ascii_domain('córp.example')}", "anna@corp.example"),
        ("Anna", "аnnа@corp.example", "anna@corp.example"),
        # Digits and pairs of Latin letters.
        ("Anna", "anna@c0rp.example", "anna@corp.example"),
        ("", "support@acrne.example", "support@acme.example"),
        # A known address as a name.
        ("anna@corp.example", "mallory@evil.example", "anna@corp.example"),
        ("Anna <ANNA@corp.example>", "mallory@evil.example", "anna@corp.example"),
        ("carl@other.example", "mallory@evil.example", ""),
        ("kari@customer.example", "kari@customer.example", ""),
        # No A-label at all.
        ("", "anna@xn--99999999999.example", ""),
        ("", "anna@xn--.example", ""),
    ],
)
def test_likeness(name: str, address: str, likeness: str) -> None:
    assert known_likeness(Address(name, address), KNOWN) == likeness


def test_a_long_name_is_looked_at_in_linear_time() -> None:
    assert known_likeness(Address("a@" * 200_000, "x" * 200_000 + "@evil.example"), KNOWN) == ""


@pytest.mark.parametrize(
    ("domain", "labels"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        # Only the case of letters is mapped.
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("한국.example", "xn--3e0b707e.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        # What lives by being mapped to something else.
        ("ｃorp.example", ""),
        ("\u212aorp.example", ""),
        ("ﬁn.example", ""),
        ("e\u0301t.example", ""),
        ("cor\u200bp.example", ""),
        ("corp。example", ""),
        ("☃.example", ""),
        ("a\u05d0b.example", ""),
        ("ü" * 64 + ".example", ""),
    ],
)
def test_domains_are_a_labels(domain: str, labels: str) -> None:
    assert ascii_domain(domain) == labels

"""A mail, the domains of its writers in a name server, and what the desk finds out about it."""

from datetime import UTC, datetime

from maildesk.desk.speaker.authentication import authenticate_ourselves
from maildesk.ingest.sender_proof.examine import examine
from maildesk.ingest.sender_proof.lookups import Lookups
from maildesk.ingest.sender_proof.question import Asked, Means
from tests.servers.name_server import NameServer, Zone
from tests.signing import key_record, signed

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


# Pinned domains: the signature alone, and only one that cannot be an old one.


def pinned(dns: NameServer, raw: bytes) -> str:
    return found(dns, raw, mx=False, pinned_domains=("customer.example",))


SIGNED = signed(MAIL, "customer.example")

"""Which servers does a domain name in the DNS? SRV (RFC 6186, RFC 8314 5.1), else MX. It never fails.

No answer is no name.

Without dnspython, or without network, nothing is found.
"""

from typing import Any, Final

from maildesk.beginning.providers import Provider, guessed, provider_by_mx, provider_of

#: For all questions together.
_SECONDS: Final = 4.0


def find_provider(domain: str, *, ask_dns: bool = True) -> Provider:
    """The provider of a domain: known, named in the DNS, or guessed."""
    known = provider_of(domain)
    if known is not None:
        return known
    return (_asked(domain) if ask_dns else None) or guessed(domain)


def _asked(domain: str) -> Provider | None:
    mx = sorted((record.preference, record.exchange.to_text()) for record in _records(domain, "MX"))
    if provider := provider_by_mx([name for _, name in mx]):
        return provider
    imap = _service(f"_imaps._tcp.{domain}")
    submission = _service(f"_submission._tcp.{domain}")
    implicit = _service(f"_submissions._tcp.{domain}")
    if imap is None or (submission is None and implicit is None):
        return None
    if submission is not None:
        return Provider(domain, imap[0], *submission)
    return Provider(domain, imap[0], *implicit, "implicit") if implicit else None


def _service(name: str) -> tuple[str, int] | None:
    """Host and port; None where the domain says "." : no such service (RFC 6186 3.4)."""
    found = sorted(
        (record.priority, -record.weight, record.target.to_text(), record.port) for record in _records(name, "SRV")
    )
    host = found[0][2].rstrip(".") if found else ""
    return (host, found[0][3]) if host else None


def _records(name: str, kind: str) -> list[Any]:
    try:
        import dns.exception
        import dns.resolver
    except ImportError:
        return []
    try:
        return list(dns.resolver.resolve(name, kind, lifetime=_SECONDS))
    except (dns.exception.DNSException, OSError):
        return []

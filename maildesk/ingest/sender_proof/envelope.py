"""SPF: may the machine that handed the mail in send for the domain of its envelope (RFC 7208)? It says nothing about
From.

pyspf decides; its way to the DNS is replaced, because its own is neither cached nor limited for the mail as a whole.
"""

from dataclasses import dataclass
from typing import Any, Final

import spf

from maildesk.ingest.mime.addresses import ascii_domain, identity_of
from maildesk.ingest.sender_proof.lookups import Lookups, NoAnswer

#: Types that an SPF record may make us ask for.
_KINDS: Final = ("A", "AAAA", "MX", "PTR", "TXT")
_RESULTS: Final = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """`result` in the words of RFC 8601 2.7.2, for `domain`; both are "" where there is nothing to ask about."""

    result: str = ""
    domain: str = ""


def check_envelope(peer: str, helo: str, mail_from: str, lookups: Lookups) -> Envelope:
    """The null sender speaks for the name of its HELO (RFC 7208 2.4); an odd address speaks for nobody."""
    sender = identity_of([mail_from]) if mail_from else ""
    domain = sender.rpartition("@")[2] if sender else "" if mail_from else ascii_domain(helo)
    if not peer or not domain:
        return Envelope()

    def ask(name: str, kind: str, tcp: bool = True, seconds: float = 0.0) -> list[tuple[tuple[str, str], Any]]:
        return _answers(lookups, name, kind)

    spf.DNSLookup = ask
    try:
        result = spf.query(i=peer, s=sender, h=ascii_domain(helo) or "unknown.invalid").check()[0]
    except MemoryError:
        raise
    except Exception:
        # It raises errors of many kinds on hostile records.
        return Envelope("permerror", domain)
    return Envelope(result if result in _RESULTS else "permerror", domain)


def _answers(lookups: Lookups, name: str, kind: str) -> list[tuple[tuple[str, str], Any]]:
    """In the form that pyspf takes."""
    if kind not in _KINDS:
        return []
    try:
        records = lookups.ask(name, kind)
    except NoAnswer as trouble:
        raise spf.TempError(str(trouble)) from trouble
    return [((name, kind), _value(record, kind)) for record in records]


def _value(record: Any, kind: str) -> Any:
    if kind == "MX":
        return record.preference, record.exchange.to_text(True)
    if kind == "PTR":
        return record.target.to_text(True)
    return record.strings if kind == "TXT" else record.address

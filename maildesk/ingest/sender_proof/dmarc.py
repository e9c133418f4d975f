"""DMARC: what the domain of From asks for, and whether anything proven is aligned with it (RFC 7489). The DNS is asked
through the function it is given.

Written here, because the library for it ends a domain at its first hyphen: a mail by way of corp.example-evil.com would
pass for corp.example. The organizational domain is found by the list of public suffixes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from publicsuffixlist import PublicSuffixList

_VERSION: Final = re.compile(rb"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_POLICIES: Final = ("none", "quarantine", "reject")

Texts = Callable[[str], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Policy:
    """A DMARC record as it counts for one domain; `asks` is none, quarantine or reject."""

    asks: str
    strict_dkim: bool = False
    strict_spf: bool = False


def find_policy(domain: str, texts: Texts) -> Policy | None:
    """That of the domain itself, else that of its organizational domain (RFC 7489 6.6.3). Raises what `texts` does."""
    above = organization(domain)
    record = _record_at(domain, texts)
    if record is None and above != domain:
        record = _record_at(above, texts)
        record = record and record | {"p": record.get("sp", record.get("p", ""))}
    if record is None or (asks := record.get("p", "").lower()) not in _POLICIES:
        return None
    if record.get("t", "").lower() == "y":
        # Being tried out: nothing is asked for yet (RFC 9989).
        asks = "none"
    return Policy(asks, record.get("adkim", "r").lower() == "s", record.get("aspf", "r").lower() == "s")


def is_aligned(domain: str, proven: str, strict: bool) -> bool:
    """Does what was proven for the one domain count for the other (RFC 7489 3.1)? Both in lower-case A-labels."""
    return domain == proven or (not strict and organization(domain) == organization(proven))


def organization(domain: str) -> str:
    """The organizational domain; a public suffix is its own."""
    return _suffixes().privatesuffix(domain) or domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _record_at(domain: str, texts: Texts) -> dict[str, str] | None:
    found = [text for text in texts(f"_dmarc.{domain}.") if _VERSION.match(text)]
    # Several are none.
    return _tags(found[0]) if len(found) == 1 else None


def _tags(text: bytes) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in text.decode("ascii", "replace").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}

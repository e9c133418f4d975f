"""Did the sender's own domain let this mail out? Read from the Authentication-Results of our own mail server (RFC 8601).

Only the topmost field counts, only from a configured server, and only above the first Received field: anything further
down may have been written by the sender himself (RFC 8601 5; threats T11). SPF alone proves nothing about From.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_RESULT: Final = re.compile(r"([a-z0-9-]+)\s*(?:/\s*[0-9]+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"(header\.from|header\.d|header\.i)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Authentication:
    """S1 of threats section 3, with the reason that is stored."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    value: str
    domains: tuple[str, ...]


def authenticate(domain: str, fields: tuple[tuple[int, str], ...], trusted: frozenset[str]) -> Authentication:
    """What our own server found about a mail from `domain` (lower case, A-labels).

    `fields` are (number of Received fields above, raw value), topmost first; `trusted` the configured authserv-ids.
    """
    if not trusted:
        return Authentication(Verdict.UNKNOWN, "no authserv-id is trusted")
    if not fields:
        return Authentication(Verdict.UNKNOWN, "no Authentication-Results")
    above, value = fields[0]
    if above:
        return Authentication(Verdict.UNKNOWN, "Authentication-Results below a Received field")
    server, *results = _without_comments(value).split(";")
    if server.strip().removesuffix(" 1").strip().lower() not in trusted:
        return Authentication(Verdict.UNKNOWN, "Authentication-Results of a server that is not trusted")
    return _judge(domain, [found for text in results if (found := _read(text))])


def _judge(domain: str, results: list[_Result]) -> Authentication:
    dmarc = [result for result in results if result.method == "dmarc"]
    if len(dmarc) > 1:
        return Authentication(Verdict.UNKNOWN, "two dmarc results")
    if dmarc and dmarc[0].value == "fail":
        return Authentication(Verdict.FAIL, f"dmarc=fail for {domain}")
    if dmarc and dmarc[0].value == "pass":
        if dmarc[0].domains == (domain,):
            return Authentication(Verdict.PASS, f"dmarc=pass for {domain}")
        return Authentication(Verdict.UNKNOWN, "dmarc=pass for another domain")
    if any(result.method == "dkim" and result.value == "pass" and _aligned(domain, result) for result in results):
        return Authentication(Verdict.PASS, f"aligned dkim=pass for {domain}")
    return Authentication(Verdict.UNKNOWN, "no dmarc=pass and no aligned dkim=pass")


def _aligned(domain: str, result: _Result) -> bool:
    """Relaxed alignment without a list of public suffixes: the signer is the domain itself or a parent with a dot in it."""
    return any(
        domain == signer or ("." in signer and domain.endswith("." + signer)) for signer in result.domains if signer
    )


def _read(text: str) -> _Result | None:
    found = _RESULT.match(text.strip())
    if found is None:
        return None
    domains = tuple(
        match.group(2).lower().rpartition("@")[2].rstrip(".") for match in _PROPERTY.finditer(text, found.end())
    )
    return _Result(found.group(1).lower(), found.group(2).lower(), domains)


def _without_comments(value: str) -> str:
    """RFC 5322 3.2.2: comments nest, and may hide a semicolon. Linear; an unclosed one ends the text."""
    depth, kept = 0, []
    for character in value:
        if character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(character)
    return "".join(kept)

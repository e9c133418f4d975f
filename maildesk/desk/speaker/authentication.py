"""Did the sender's own domain let this mail out? Read from the Authentication-Results of our own mail server (RFC
8601), or from what maildesk found itself. It asks nobody and verifies nothing.

Only the topmost field counts, only from a configured server, and only where that server writes it: anything further
down may have been written by the sender himself (RFC 8601 5; threats T11). SPF alone proves nothing about From.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maildesk.reason import because, together

_RESULT: Final = re.compile(r"([a-z0-9-]+)\s*(?:/\s*[0-9]+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"(?<!\S)header\.(from|d|i)\s*=\s*(\S+)", re.IGNORECASE)
#: Stands for a server that writes no name of its own in front of its results, as Microsoft's do. Never an authserv-id,
#: which has no brackets.
UNNAMED: Final = "(unnamed)"
#: The domain asks for nothing to be done about a failure: RFC 7489 11.1, and the forms of Microsoft and Fastmail.
_NOTHING_ASKED: Final = re.compile(
    r"(?<!\S)(?:policy\.dmarc|action|policy\.published-domain-policy)\s*=\s*none(?!\S)", re.IGNORECASE
)
#: The same in a comment, as Gmail, OpenDMARC and Rspamd write it: alone, or with what is asked of subdomains.
_ASKED: Final = re.compile(r"(?:p|policy)=none(?=[\s,]|\Z)")
_ASKED_BELOW: Final = re.compile(r"(?<![^\s,])sp=(?!none(?:[\s,]|\Z))")
#: Which properties name the domain that a method speaks of.
_SPEAKS_OF: Final = {"dmarc": ("from",), "dkim": ("d", "i")}
_NOT_PLAIN: Final = re.compile(r"[^\w.@+-]", re.ASCII)
_TEXT: Final = re.compile(r"[^()\"\\]+")
_NAME: Final = re.compile(r"[a-z0-9._-]+", re.ASCII)


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Authentication:
    """S1 of threats section 3, with the reason that is stored (maildesk.reason)."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    value: str
    domains: tuple[str, ...]
    #: Of dmarc: the domain's policy is "none".
    lenient: bool


def authenticate(
    domain: str, fields: tuple[tuple[int, str], ...], trusted: frozenset[str], received_above: int = 0
) -> Authentication:
    """What our own server found about a mail from `domain` (lower case, A-labels).

    `fields` are (number of Received fields above, raw value), topmost first; `trusted` the configured authserv-ids
    (`is_trusted`); `received_above` how many Received fields our own servers put above theirs.
    """
    if not trusted:
        return Authentication(Verdict.UNKNOWN, because("no_server_trusted"))
    if not fields:
        return Authentication(Verdict.UNKNOWN, because("no_results"))
    above, value = fields[0]
    if above > received_above:
        where = because("results_too_low", above) if received_above else because("results_below")
        return Authentication(Verdict.UNKNOWN, where)
    server, *results = _bare(value).split(";")
    if "=" in server:
        server, results = UNNAMED, [server, *results]
    # The version may be written, and there is one (RFC 8601 2.2).
    if not is_trusted(server.strip().removesuffix(" 1").strip().lower(), trusted):
        return Authentication(Verdict.UNKNOWN, because("results_of_stranger"))
    return _judge(domain, results)


def is_trusted(server: str, trusted: Collection[str]) -> bool:
    """Is this authserv-id (lower case) one of these: itself, or below one that is written "*.example"?"""
    if server == UNNAMED or _NAME.fullmatch(server) is None:
        return server == UNNAMED and UNNAMED in trusted
    return server in trusted or any(one.startswith("*.") and server.endswith(one[1:]) for one in trusted)


def authenticate_ourselves(domain: str, found: str) -> Authentication:
    """What maildesk found itself about a mail from `domain`: `found` in the words of RFC 8601, "" for nothing."""
    if not found:
        return Authentication(Verdict.UNKNOWN, because("nothing_verified"))
    judged = _judge(domain, _bare(found).split(";"))
    return Authentication(judged.verdict, together(because("verified_here"), judged.reason))


def agreed(border: Authentication, ours: Authentication) -> Authentication:
    """The border's word and our own: a mail that either disowns is disowned, one that either proves is proven."""
    for verdict in (Verdict.FAIL, Verdict.PASS):
        for one in (border, ours):
            if one.verdict is verdict:
                return one
    return Authentication(Verdict.UNKNOWN, together(border.reason, ours.reason))


def _judge(domain: str, texts: list[str]) -> Authentication:
    results = [found for text in texts if (found := _read(text))]
    dmarc = [result for result in results if result.method == "dmarc"]
    if len(dmarc) > 1:
        return Authentication(Verdict.UNKNOWN, because("two_dmarc"))
    if dmarc and dmarc[0].value == "fail" and dmarc[0].lenient:
        return Authentication(Verdict.UNKNOWN, because("dmarc_fail_lenient", domain))
    if dmarc and dmarc[0].value == "fail":
        return Authentication(Verdict.FAIL, because("dmarc_fail", domain))
    if dmarc and dmarc[0].value == "pass":
        if dmarc[0].domains == (domain,):
            return Authentication(Verdict.PASS, because("dmarc_pass", domain))
        return Authentication(Verdict.UNKNOWN, because("dmarc_pass_of_another"))
    if any(result.method == "dkim" and result.value == "pass" and _aligned(domain, result) for result in results):
        return Authentication(Verdict.PASS, because("dkim_pass", domain))
    return Authentication(Verdict.UNKNOWN, because("no_pass"))


def _aligned(domain: str, result: _Result) -> bool:
    """Relaxed alignment without a list of public suffixes: the signer is the domain itself or a parent with a dot in
    it."""
    return any(
        domain == signer or ("." in signer and domain.endswith("." + signer)) for signer in result.domains if signer
    )


def _read(text: str) -> _Result | None:
    found = _RESULT.match(text.strip())
    if found is None:
        return None
    method = found.group(1).lower()
    named = [match for match in _PROPERTY.finditer(text) if match.group(1).lower() in _SPEAKS_OF.get(method, ())]
    domains = tuple(match.group(2).lower().rpartition("@")[2].rstrip(".") for match in named)
    return _Result(method, found.group(2).lower(), domains, bool(_NOTHING_ASKED.search(text)))


def _bare(value: str) -> str:
    """Without comments, which nest (RFC 5322 3.2.2), and with quoted strings that cannot be taken for anything else.

    Both may hold whatever the sender wrote, a whole result among it: the local part of the envelope sender is often
    quoted. Of a comment only this is kept, that a domain's policy is "none". Linear; what is not closed ends the text.
    """
    depth, quoted, kept = 0, False, []
    at = begin = 0
    while at < len(value):
        text = _TEXT.match(value, at)
        piece = text.group() if text else value[at]
        at += len(piece)
        if piece == "\\":
            at += 1
        elif piece == '"' and not depth:
            quoted = not quoted
        elif piece == "(" and not quoted:
            begin = begin if depth else at
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
            kept.append("" if depth else _policy_in(value[begin : at - 1]))
        elif not depth:
            kept.append(_NOT_PLAIN.sub("_", piece) if quoted else piece)
    return "".join(kept)


def _policy_in(comment: str) -> str:
    words = comment.strip().lower()
    lenient = _ASKED.match(words) and not _ASKED_BELOW.search(words)
    return " policy.dmarc=none " if lenient else ""

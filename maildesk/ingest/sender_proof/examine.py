"""Examines one mail by all that the desk is configured for, and says what was found in the words of RFC 8601 ("" where
there is nothing to ask). `desk.authentication` reads it again; it decides nothing about people.
"""

import ipaddress
from collections.abc import Iterator

from maildesk.ingest.gate import look_at
from maildesk.ingest.mime.addresses import identity_of
from maildesk.ingest.mime.fields import Fields, header_start, read_fields
from maildesk.ingest.sender_proof.chain import check_chain
from maildesk.ingest.sender_proof.dmarc import find_policy, is_aligned
from maildesk.ingest.sender_proof.envelope import Envelope, check_envelope
from maildesk.ingest.sender_proof.lookups import Lookups, NoAnswer
from maildesk.ingest.sender_proof.question import Asked, Means
from maildesk.ingest.sender_proof.replay import doubt_about
from maildesk.ingest.sender_proof.signatures import Signature, verify_signatures

#: The authserv-id of what stands in our own database.
OURSELVES = "maildesk"
_MOST_FIELDS = 1000


def examine(raw: bytes, asked: Asked, means: Means, lookups: Lookups) -> str:
    """What can be found out about the From of a mail. Never raises NoAnswer: what is not answered is temperror."""
    look = look_at(raw)
    fields, _ = read_fields(raw, header_start(raw), look.header_end, _MOST_FIELDS)
    identity = identity_of(fields.all("from"))
    domain = identity.rpartition("@")[2] if identity else ""
    as_mx = means.mx and asked.from_world
    if not as_mx and domain not in means.pinned_domains:
        return ""
    if identity is None or look.restricted:
        return f"{OURSELVES}; none"
    lookups.begin()
    signatures = _signatures(raw, identity, asked, means, lookups)
    found = [*_as_mx(raw, fields, domain, asked, means, lookups, signatures)] if as_mx else []
    return "; ".join([OURSELVES, *map(_in_words, signatures), *found])


def _signatures(raw: bytes, identity: str, asked: Asked, means: Means, lookups: Lookups) -> list[Signature]:
    """All that may prove something; a good one that may be replayed is "policy"."""
    fields, found = verify_signatures(raw, lookups.texts)
    if [identity_of([value]) for name, value in fields if name == "from"] != [identity]:
        # The verifier saw another sender than the desk does.
        return []
    own = frozenset(means.own_addresses)
    judged = []
    for one in found:
        doubt = doubt_about(fields, one.signed, own, means.subaddress, asked.received_at)
        replayed = one.result == "pass" and doubt
        judged.append(Signature(one.domain, "policy", doubt, one.signed) if replayed else one)
    return judged


def _as_mx(
    raw: bytes,
    fields: Fields,
    domain: str,
    asked: Asked,
    means: Means,
    lookups: Lookups,
    signatures: list[Signature],
) -> Iterator[str]:
    envelope = Envelope()
    if not _is_here(asked.peer):
        envelope = check_envelope(asked.peer, asked.helo, asked.mail_from, lookups)
    if envelope.result:
        yield f"spf={envelope.result} smtp.mailfrom={envelope.domain}"
    try:
        result, asks = _dmarc(domain, envelope, signatures, lookups)
    except NoAnswer:
        result, asks = "temperror", ""
    if result == "fail" and _is_here(asked.peer):
        # Handed in by this machine itself: where it came from before is not known.
        result = "none"
    if result == "fail" and means.trusted_arc_sealers:
        chain = check_chain(raw, fields, domain, frozenset(means.trusted_arc_sealers), lookups.texts)
        if chain.result:
            yield f"arc={chain.result}"
        if chain.excuses or chain.result == "temperror":
            result = "policy"
    yield f"dmarc={result} {f'policy.dmarc={asks} ' if asks else ''}header.from={domain}"


def _dmarc(domain: str, envelope: Envelope, signatures: list[Signature], lookups: Lookups) -> tuple[str, str]:
    """(result, policy) in the words of RFC 8601 2.7.4 and RFC 7489 11.1. Raises NoAnswer."""
    policy = find_policy(domain, lookups.texts)
    if policy is None:
        return "none", ""
    aligned = {one.result for one in signatures if is_aligned(domain, one.domain, policy.strict_dkim)}
    if envelope.domain and is_aligned(domain, envelope.domain, policy.strict_spf):
        aligned.add(envelope.result)
    for result in ("pass", "policy", "temperror"):
        if result in aligned:
            return result, policy.asks
    return "fail", policy.asks


def _is_here(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        # A unix socket, or nothing known.
        return True


def _in_words(signature: Signature) -> str:
    why = f" ({signature.why})" if signature.why else ""
    return f"dkim={signature.result}{why} header.d={signature.domain}"

"""ARC: did forwarders we trust see a good mail before they changed it (RFC 8617)? A chain of others proves nothing,
because everybody may seal what he likes.
"""

import re
from dataclasses import dataclass
from typing import Final

import dkim

from maildesk.desk.speaker.authentication import Verdict, authenticate_ourselves
from maildesk.ingest.mime.addresses import ascii_domain
from maildesk.ingest.mime.fields import Fields, escaped, octets, unfold
from maildesk.ingest.sender_proof.signatures import MUCH_SPACE, Key, Texts

#: Each seal costs two signatures and two questions to the DNS.
MOST_SEALS: Final = 5
_LONGEST: Final = 8192
_SEALER: Final = re.compile(r"(?:\A|;)\s*d\s*=\s*([^;\s]+)")


@dataclass(frozen=True, slots=True)
class Chain:
    """`result` in the words of RFC 8617 4.4, "" where nobody we trust has sealed; `excuses` a failed DMARC."""

    result: str = ""
    excuses: bool = False


def check_chain(raw: bytes, fields: Fields, domain: str, sealers: frozenset[str], texts: Texts) -> Chain:
    """The chain of a mail from `domain`, if all its seals are of trusted domains; the first one's word counts."""
    seals = [_SEALER.search(unfold(value)) for value in fields.all("arc-seal")]
    named = {ascii_domain(seal[1].lower()) for seal in seals if seal}
    if not seals or len(seals) > MOST_SEALS or not all(seals) or not named <= sealers or _is_hostile(fields):
        return Chain()
    key = Key(texts)
    try:
        result, sets, _ = dkim.ARC(raw).verify(dnsfunc=key)
    except MemoryError:
        raise
    except Exception:
        # It raises errors of many kinds on hostile fields.
        return Chain("fail")
    if key.unreachable:
        return Chain("temperror")
    if result != dkim.CV_Pass:
        return Chain("fail")
    # What was verified is what counts, not what was read before.
    sealed_by = {ascii_domain(escaped(one["as-domain"]).lower()) for one in sets}
    first = next(one for one in sets if one["instance"] == 1)
    said = authenticate_ourselves(domain, escaped(first["aar-value"]))
    return Chain("pass", sealed_by <= sealers and said.verdict is Verdict.PASS)


def _is_hostile(fields: Fields) -> bool:
    """Written to keep a verifier busy?"""
    values = [octets(value) for name, value in fields.items if name.startswith("arc-")]
    return any(len(value) > _LONGEST or MUCH_SPACE.search(value) for value in values)

"""The mails that `check --live` sends to the desk itself: their Message-IDs are signed, so that the desk knows them
again and passes them over. Whoever copies one is passed over too, and has gained nothing.
"""

import hmac
import re
from collections.abc import Iterable
from typing import Final

_ID: Final = re.compile(r"probe\.([0-9a-f]{16})\.([0-9a-f]{20})@", re.ASCII)


def probe_id(secret: bytes, nonce: bytes, domain: str) -> str:
    """A Message-ID without angle brackets; `nonce` is eight random bytes."""
    return f"probe.{nonce.hex()}.{_signature(secret, nonce.hex())}@{domain}"


def is_probe(message_id: str, secrets: Iterable[bytes]) -> bool:
    found = _ID.match(message_id)
    return found is not None and any(hmac.compare_digest(_signature(one, found[1]), found[2]) for one in secrets)


def _signature(secret: bytes, nonce: str) -> str:
    return hmac.digest(secret, b"v1|probe|" + nonce.encode(), "sha256").hex()[:20]

"""DKIM: which domains have signed this mail as it stands (RFC 6376). dkimpy verifies; here stands what it leaves out.

It takes a DNS that does not answer for a bad signature, takes SHA-1 (RFC 8301) and signatures of a part of the body,
asks neither that From is signed nor whether a key is only being tried out, and is quadratic in white space.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from maildesk.ingest.mime.addresses import ascii_domain
from maildesk.ingest.mime.fields import escaped
from maildesk.ingest.sender_proof.lookups import NoAnswer

#: Of one mail; more are not looked at.
MOST_SIGNATURES: Final = 6
#: Bytes of a signature field: longer ones, and ones full of white space, are written to keep a verifier busy.
_LONGEST: Final = 4096
MUCH_SPACE: Final = re.compile(rb"\s{65}")
_SPACES: Final = re.compile(rb"[ \t]+")

#: TXT records of a name. Raises NoAnswer.
Texts = Callable[[str], list[bytes]]


@dataclass(frozen=True, slots=True)
class Signature:
    """`result` in the words of RFC 8601 2.7.1; `why` beside it, without brackets; `signed` the names in h=."""

    domain: str
    result: str
    why: str = ""
    signed: frozenset[str] = frozenset()


def verify_signatures(raw: bytes, texts: Texts) -> tuple[list[tuple[str, str]], list[Signature]]:
    """The fields as the verifier sees them (lower-case name, raw value), and every signature of a named domain.

    Neither where the mail is not a mail to the verifier.
    """
    try:
        mail = dkim.DKIM(raw)
    except (dkim.DKIMException, IndexError):
        return [], []
    fields = [(escaped(name).lower(), escaped(value)) for name, value in mail.headers]
    count = min(MOST_SIGNATURES, sum(name == "dkim-signature" for name, _ in fields))
    body = mail.body
    found = [_verify(mail, body, number, texts) for number in range(count)]
    return fields, [signature for signature in found if signature.domain]


def _verify(mail: dkim.DKIM, body: bytes, number: int, texts: Texts) -> Signature:
    value = [value for name, value in mail.headers if name.lower() == b"dkim-signature"][number]
    if len(value) > _LONGEST or MUCH_SPACE.search(value):
        return Signature("", "policy")
    try:
        tags = parse_tag_value(value)
    except InvalidTagValueList:
        return Signature("", "permerror")
    domain = ascii_domain(escaped(tags.get(b"d", b"")))
    if why := _unfit(tags):
        return Signature(domain, "policy", why)
    mail.body = _relaxed(body) if tags.get(b"c", b"").endswith(b"/relaxed") else body
    key = Key(texts)
    good = _is_good(mail, number, key)
    if key.unreachable:
        return Signature(domain, "temperror", key.unreachable)
    if not good:
        return Signature(domain, "fail")
    signed = frozenset(escaped(name.strip()).lower() for name in tags[b"h"].split(b":"))
    why = key.restriction(tags)
    return Signature(domain, "neutral" if why else "pass", why, signed)


def _is_good(mail: dkim.DKIM, number: int, key: "Key") -> bool:
    try:
        return bool(mail.verify(idx=number, dnsfunc=key))
    except MemoryError:
        raise
    except Exception:
        # It raises errors of many kinds on hostile fields and keys (ValueError, KeyError, IndexError and its own).
        return False


def _unfit(tags: dict[bytes, bytes]) -> str:
    """Why a signature proves nothing even if it is good."""
    if tags.get(b"a", b"").endswith(b"-sha1"):
        return "sha1"
    if b"l" in tags:
        return "only a part of the body is signed"
    names = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    return "" if b"from" in names else "From is not signed"


def _relaxed(body: bytes) -> bytes:
    """The body as relaxed canonicalization leaves its white space (RFC 6376 3.4.4), in linear time."""
    return _SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n")


class Key:
    """Fetches a public key for dkimpy, as the function it calls, and remembers what it hides."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._tags: dict[bytes, bytes] = {}
        #: Why the DNS did not answer; "" where it did.
        self.unreachable = ""

    def __call__(self, name: bytes, timeout: float = 0.0) -> bytes | None:
        try:
            found = [text for text in self._texts(name.decode("ascii")) if b"p=" in text.replace(b" ", b"")]
            # Several keys are none (RFC 6376 3.6.2.2).
            key = found[0] if len(found) == 1 else None
            self._tags = parse_tag_value(key) if key else {}
        except NoAnswer as trouble:
            self.unreachable = str(trouble)
            return None
        except (UnicodeDecodeError, InvalidTagValueList):
            return None
        return key

    def restriction(self, tags: dict[bytes, bytes]) -> str:
        """Why the owner of the key does not want the signature to count; "" where he does (RFC 6376 3.6.1)."""
        flags = {flag.strip() for flag in self._tags.get(b"t", b"").split(b":")}
        if b"y" in flags:
            return "the key is being tried out"
        identity = tags.get(b"i", b"").rpartition(b"@")[2].lower()
        if b"s" in flags and identity and identity != tags[b"d"].lower():
            return "the key is not for subdomains"
        hashes = self._tags.get(b"h", b"sha256")
        return "" if b"sha256" in hashes else "the key is for other hashes"

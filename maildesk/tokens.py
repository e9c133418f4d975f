"""Signs and reads the tags in our addresses: support+t1042-p7-<signature>@ proves that its writer has our letter.

A tag is bound to its kind, ticket and person, and to the ticket's epoch, which revokes all tags of the ticket when
raised. The signature is 80 bits of HMAC-SHA256 in base32, in any case, because some servers change the case of local
parts. A tag of unknown form is no tag: there is no older form that is still accepted (threats T5).
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final


class TagKind(StrEnum):
    """What a tagged address is for; the value is the letter in the tag."""

    REPLY = "t"
    NOTE = "n"
    RATE = "r"
    DIGEST = "d"  # to a digest, or a letter about several tickets; `ticket` is its day (desk/signed_letter.py)
    ANSWER = "c"  # to a question about held mail; `ticket` is the number of the question


_WORDS: Final = {
    TagKind.REPLY: "reply",
    TagKind.NOTE: "note",
    TagKind.RATE: "rate",
    TagKind.ANSWER: "cmd",
    TagKind.DIGEST: "digest",
}
_TAG: Final = re.compile(r"([tnrcd])([0-9]{1,9})-p([0-9]{1,9})(?:-([1-5]))?-([a-z2-7]{16})", re.ASCII)
_RETURN: Final = re.compile(r"b([0-9]{1,9})-([a-z2-7]{16})", re.ASCII)
#: 80 bits: 16 signs of base32.
_SIGNATURE_BYTES: Final = 10
_OWN_ID: Final = re.compile(r"md\.([1-9][0-9]{0,8})\.[0-9a-f]{24}@", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tagged address claims; worth nothing before `is_genuine`. `score` is 1 to 5 in RATE tags, else 0."""

    kind: TagKind
    ticket: int
    person: int
    score: int
    signature: str


def tagged_address(
    address: str, separator: str, secret: bytes, kind: TagKind, ticket: int, person: int, epoch: int, score: int = 0
) -> str:
    """`address` with a signed tag in its local part; unchanged where the separator is "none"."""
    if separator == "none":
        return address
    local, _, domain = address.rpartition("@")
    middle = f"-{score}" if score else ""
    signature = _sign(secret, kind, ticket, person, score, domain, epoch)
    return f"{local}{separator}{kind}{ticket}-p{person}{middle}-{signature}@{domain}"


def return_address(address: str, separator: str, secret: bytes, letter: int) -> str:
    """Where a letter of the outbox comes back to: support+b17-<signature>@; unchanged where the separator is "none"."""
    if separator == "none":
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}{separator}b{letter}-{_sign_letter(secret, letter, domain)}@{domain}"


def returned_letter(
    recipient: str, own: Iterable[str], separator: str, secrets: Sequence[bytes], domain: str
) -> int | None:
    """The letter whose return address this is, where one of our keys signed it; None for all others.

    No other kind of tag passes for it, and it passes for no other: the kind is signed (threats 3.1).
    """
    base = base_address(recipient, own, separator)
    if base is None:
        return None
    local = recipient.strip().lower().rpartition("@")[0]
    found = _RETURN.fullmatch(local[len(base.rpartition("@")[0]) + len(separator) :])
    if found is None:
        return None
    letter, signature = int(found[1]), found[2]
    good = [hmac.compare_digest(_sign_letter(secret, letter, domain), signature) for secret in secrets]
    return letter if any(good) else None


def read_tag(recipient: str, own: Iterable[str], separator: str) -> Tag | None:
    """The tag of a recipient address, where the rest of it is one of our own addresses (lower case)."""
    return _parse(subaddress_of(recipient, own, separator))


def subaddress_of(recipient: str, own: Iterable[str], separator: str) -> str:
    """What stands behind the separator in an address of ours, lower case; empty for all others."""
    base = base_address(recipient, own, separator)
    if base is None:
        return ""
    local = recipient.strip().lower().rpartition("@")[0]
    return local[len(base.rpartition("@")[0]) + len(separator) :]


def base_address(recipient: str, own: Iterable[str], separator: str) -> str | None:
    """Which of our own addresses (lower case) a recipient is, with or without a subaddress; None for others."""
    local, _, domain = recipient.strip().lower().rpartition("@")
    # The longest first: support-nb@ is not support@ with the tag "nb".
    for address in sorted(own, key=len, reverse=True):
        own_local, _, own_domain = address.rpartition("@")
        if domain != own_domain:
            continue
        if local == own_local or (separator != "none" and local.startswith(own_local + separator)):
            return address
    return None


def without_tags(text: str, own: frozenset[str], separator: str) -> str:
    """The text with our tagged addresses made plain: a quoted tag would let its reader speak as somebody else (threats
    T6). A tag that is left without its address, wrapped or spelled out, goes too."""
    if separator == "none":
        return text
    plain = _tagged(own, separator).sub(lambda found: f"{found.group('local')}@{found.group('domain')}", text)
    return _BARE_TAG.sub("...", plain)


#: As it stands in a text, also with its hyphens spelled as in a link or in HTML, or its line broken behind one.
_HYPHEN: Final = r"(?:-(?:\r?\n[> \t]{0,9})?|%2D|&\#0{0,4}45;|&\#x0{0,4}2D;)"
_BARE_TAG: Final = re.compile(
    rf"(?:\b|(?<=[%=]2[BD])|(?<=&\#43))(?:[tnrcd][0-9]{{1,9}}{_HYPHEN}p[0-9]{{1,9}}(?:{_HYPHEN}[1-5])?|b[0-9]{{1,9}}){_HYPHEN}"
    r"[a-z2-7]{16}\b",
    re.ASCII | re.IGNORECASE,
)
_PERSONAL: Final = re.compile(rb"-p[0-9]{1,9}(?:-[1-5])?-[a-z2-7]{16}")
_OF_A_TICKET: Final = re.compile(rb"[tnrcd][0-9]{1,9}\Z")
_OF_A_LETTER: Final = re.compile(rb"b[0-9]{1,9}-[a-z2-7]{16}(?![a-z0-9_])")
_BEFORE: Final = 10


def holds_tag(data: bytes) -> bool:
    """Does a tag stand anywhere in a file, whatever surrounds it? Much faster than `without_tags`, since what is looked
    for begins with letters that are always there."""
    low = data.lower()
    personal = (low[max(0, found.start() - _BEFORE) : found.start()] for found in _PERSONAL.finditer(low))
    if any(map(_OF_A_TICKET.search, personal)):
        return True
    befores = (low[max(0, found.start() - 1) : found.start()] for found in _OF_A_LETTER.finditer(low))
    return any(not before.isalnum() for before in befores)


@lru_cache(maxsize=4)
def _tagged(own: frozenset[str], separator: str) -> re.Pattern[str]:
    signs = f"(?:{re.escape(separator)}|%2B|%2D)"
    parts = [address.rpartition("@") for address in sorted(own)]
    locals_, domains = ("|".join(re.escape(part[at]) for part in parts) for at in (0, 2))
    # The tag's own alphabet, bounded: linear on any text.
    pattern = rf"(?P<local>{locals_}){signs}[tnrcdb][a-z0-9-]{{16,48}}(?:@|%40)(?P<domain>{domains})"
    return re.compile(pattern, re.IGNORECASE)


def is_genuine(tag: Tag, secrets: Sequence[bytes], domain: str, epoch: int) -> bool:
    """Did one of our keys sign this tag for this ticket in its present epoch? Takes the same time either way."""
    expected = [_sign(secret, tag.kind, tag.ticket, tag.person, tag.score, domain, epoch) for secret in secrets]
    return any([hmac.compare_digest(signature, tag.signature) for signature in expected])


def derived_id(secret: bytes, ticket: int | None, effect_key: str, domain: str) -> str:
    """The Message-ID of a letter, without angle brackets: the same for each retry, 96 bits nobody can guess (threats
    T4)."""
    digest = hmac.digest(secret, f"v1|id|{effect_key}".encode(), "sha256").hex()[:24]
    return f"md.{ticket or 0}.{digest}@{domain}"


def thread_root(secret: bytes, ticket: int, domain: str, *, outside: bool) -> str:
    """The id that all letters about a ticket name as their first reference, those to agents another one. No letter has
    it: it is left where a relay gives our letters other ids."""
    return derived_id(secret, ticket, f"root:{'outside' if outside else 'inside'}:{ticket}", domain)


def claimed_root(message_id: str) -> int | None:
    """The ticket that a Message-ID names, if it has the form of ours; worth nothing before `is_root`."""
    found = _OWN_ID.match(message_id)
    return int(found[1]) if found else None


def is_root(message_id: str, ticket: int, secrets: Sequence[bytes], domain: str) -> bool:
    """Is it the first reference of this ticket's letters, by one of our keys? Nobody can guess it (threats T4)."""
    given = message_id.encode()
    sides = [thread_root(secret, ticket, domain, outside=outside) for secret in secrets for outside in (True, False)]
    return any([hmac.compare_digest(side.encode(), given) for side in sides])


def _parse(text: str) -> Tag | None:
    found = _TAG.fullmatch(text)
    if found is None:
        return None
    kind, ticket, person, score, signature = found.groups()
    if (kind == TagKind.RATE) != (score is not None):
        return None
    return Tag(TagKind(kind), int(ticket), int(person), int(score or 0), signature)


def _sign_letter(secret: bytes, letter: int, domain: str) -> str:
    return _signature(secret, f"v1|bounce|o{letter}|{domain.lower()}")


def _sign(secret: bytes, kind: TagKind, ticket: int, person: int, score: int, domain: str, epoch: int) -> str:
    middle = f"|{score}" if score else ""
    return _signature(secret, f"v1|{_WORDS[kind]}|t{ticket}|p{person}{middle}|{domain.lower()}|e{epoch}")


def _signature(secret: bytes, message: str) -> str:
    digest = hmac.digest(secret, message.encode(), "sha256")
    return b32encode(digest[:_SIGNATURE_BYTES]).decode().lower()

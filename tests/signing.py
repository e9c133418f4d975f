"""Keys of our own, and mails signed with them as the mail servers of other people sign."""

import base64
from functools import lru_cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

#: What a mail server signs of a mail.
USUAL = ("from", "to", "cc", "subject", "date", "message-id")


@lru_cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@lru_cache
def private_key() -> bytes:
    return _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def key_record(more: str = "") -> str:
    """The TXT record of the key, e.g. `key_record("t=y; ")`."""
    public = _key().public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {more}p={base64.b64encode(der).decode()}"


def signed(
    raw: bytes,
    domain: str,
    *,
    names: tuple[str, ...] = USUAL,
    relaxed: bool = True,
    part: bool = False,
    identity: str = "",
    selector: str = "s1",
) -> bytes:
    """The mail with a signature of the domain above it."""
    signature = dkim.DKIM(raw).sign(
        selector.encode(),
        domain.encode(),
        private_key(),
        identity=identity.encode() or None,
        canonicalize=(b"relaxed", b"relaxed") if relaxed else (b"simple", b"simple"),
        include_headers=[name.encode() for name in names],
        length=part,
    )
    return bytes(signature) + raw


def sealed(raw: bytes, sealer: str, said: str) -> bytes:
    """The mail with an ARC set of a forwarder, who saw `said` (the words of RFC 8601 behind the authserv-id)."""
    seen = f"Authentication-Results: {sealer}; {said}\r\n".encode() + raw
    names = [name.encode() for name in ("from", "to", "subject", "date", "message-id")]
    lines = dkim.ARC(seen).sign(b"s1", sealer.encode(), private_key(), sealer.encode(), include_headers=names)
    return b"".join(lines) + raw

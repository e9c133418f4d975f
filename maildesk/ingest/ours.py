"""Which envelope recipients are ours: the desk's and the queues' addresses, with any subaddress behind the separator.

`postmaster`, bare or at a domain of ours, is accepted too (RFC 5321 4.5.1): whoever has trouble with our mail must
reach a person, and the desk is where people read. Nothing is looked up; letter case never counts.
"""

from collections.abc import Callable, Iterable

IsOurs = Callable[[str], bool]


def own_addresses(addresses: Iterable[str], separator: str) -> IsOurs:
    """A question to ask of each recipient. `separator` is "+" or "-"; with "" or "none" there are no subaddresses."""
    known = {_key(address) for address in addresses}
    accepted = known | {"postmaster@" + address.rpartition("@")[2] for address in known} | {"postmaster"}
    parted = "" if separator == "none" else separator
    bases = tuple(tuple(address.rsplit("@", 1)) for address in known)

    def is_ours(address: str) -> bool:
        key = _key(address)
        if key in accepted:
            return True
        local, _, domain = key.rpartition("@")
        return bool(parted) and any(domain == host and local.startswith(name + parted) for name, host in bases)

    return is_ours


def _key(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        domain = _a_label(domain)
    return (local + at + domain).lower()


def _a_label(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain

"""Which names does a block of senders have, and may it be blocked? An address, its domain, and all domains above it."""

from typing import Final

from maildesk.config import Settings
from maildesk.notify.headers import can_be_reached

#: Labels of a name that are looked at (RFC 1035 2.3.4 allows 127).
_MOST_LABELS: Final = 20


def normal_sender(sender: str) -> str:
    """As it is stored: lower case, an international domain as A-labels, without an @ before a bare domain."""
    local, at, domain = sender.strip().lower().rpartition("@")
    domain = domain.strip(".")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return f"{local}{at}{domain}"
    return f"{local}@{domain}" if local else domain


def senders_of(address: str) -> list[str]:
    """Everything by which a mail of this address may be blocked, the narrowest first."""
    whole = normal_sender(address)
    domain = whole.rpartition("@")[2]
    labels = domain.split(".")[-_MOST_LABELS:]
    above = [".".join(labels[at:]) for at in range(len(labels)) if labels[at]]
    return list(dict.fromkeys([whole, domain, *above]))


def why_not_blocked(sender: str, settings: Settings) -> str:
    """Why this cannot be blocked; empty where it can. Who is ours is never locked out."""
    wanted = normal_sender(sender)
    if "@" in wanted:
        if not can_be_reached(wanted):
            return f"{wanted} is no address; write name@domain, or a domain"
    elif "." not in wanted or not can_be_reached(f"postmaster@{wanted}"):
        return f"{wanted} is neither an address nor a domain"
    agents = [one for agent in settings.agent for one in (agent.email, *agent.aliases)]
    for ours in (*settings.own_addresses, *agents, settings.desk.operator):
        if ours and wanted in senders_of(ours):
            return f"{ours} is one of ours, and would be locked out"
    return ""

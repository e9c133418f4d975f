"""How a letter and an address are written in SMTP, so that neither can end its place and begin another."""

from maildesk.errors import Refused


def stuffed(raw: bytes) -> bytes:
    """The letter as DATA wants it: dots doubled at the beginning of lines, and the last dot (RFC 5321 4.5.2)."""
    doubled = raw.replace(b"\n.", b"\n..")
    if doubled.startswith(b"."):
        doubled = b"." + doubled
    return doubled + (b".\r\n" if doubled.endswith(b"\r\n") else b"\r\n.\r\n")


def path(address: str) -> str:
    """An address as MAIL and RCPT take it. Raises Refused where it would end the command or begin another."""
    if not all(char.isprintable() and char not in "<> " for char in address):
        raise Refused("the address cannot be written in SMTP")
    return f"<{address}>"

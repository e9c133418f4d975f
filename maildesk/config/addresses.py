"""Where is something? Mail addresses, hosts, places to listen, databases and stores, as text and checked.

It never asks anybody (no DNS, no connection). Errors are one sentence with a remedy, and never show a password.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainValidator

_LOCAL: Final = re.compile(r"[^\x00-\x20\x7f()<>\[\]:;@\\,\"]{1,64}")
_HOST: Final = re.compile(r"[\w.-]{1,253}")
_BUCKET: Final = re.compile(r"s3://[\w.-]+(?:/[^\s?#]*)?")


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """A TCP address (port 0: any free one), or a unix socket when `path` is not empty."""

    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Does the name or number mean this machine by itself, without a question to anybody?"""
    name = host.lower().rstrip(".")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def parse_listen(text: str) -> ListenAddress:
    """ "host:port", "[::1]:port" or "unix:/path". Raises ValueError."""
    if text.startswith("unix:/"):
        return ListenAddress(path=text.removeprefix("unix:"))
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65_535:
        raise ValueError(f'"{text}" is no place to listen; write "127.0.0.1:8024", "unix:/path" or "" for off')
    if ":" in host and not host.startswith("["):
        raise ValueError(f'"{text}" is no place to listen; write the number in brackets: "[::1]:8024"')
    return ListenAddress(host=_host(host), port=int(port))


def _email(text: str) -> str:
    if text.endswith(">"):
        raise ValueError("must be the address alone, without a name and without < >")
    local, at, domain = text.rpartition("@")
    dots = ".." in f".{local}."
    if not at or dots or not _LOCAL.fullmatch(local) or not all(map(_is_label, domain.split("."))):
        raise ValueError(f'"{text}" is not a mail address; write "name@domain.example"')
    return text


def _is_label(label: str) -> bool:
    """One step of a domain name (RFC 1035 2.3.1, in any script)."""
    inside = label.replace("-", "a").isalnum()
    return len(label) <= 63 and inside and not label.startswith("-") and not label.endswith("-")


def _host(text: str) -> str:
    name = text.removeprefix("[").removesuffix("]")
    if ":" in name:
        try:
            return str(ip_address(name))
        except ValueError:
            name = ""
    if text and not _HOST.fullmatch(name):
        raise ValueError(f'"{text}" is not a host; write its name alone: port and encryption have keys of their own')
    return name


def _domain(text: str) -> str:
    labels = text.lower().rstrip(".").split(".")
    if len(labels) < 2 or not text.isascii() or not all(map(_is_label, labels)):
        raise ValueError(f'"{text}" is no domain; write it as it stands in the DNS, such as "acme.example"')
    return ".".join(labels)


def address_or_domain(text: str) -> str:
    """ "kari@customer.example" or "customer.example", lower case. Raises ValueError."""
    return _email(text).lower() if "@" in text else _domain(text)


def _name_server(text: str) -> tuple[str, int]:
    """ "192.0.2.53", "192.0.2.53:5353", "2001:db8::53" or "[2001:db8::53]:5353" as (address, port)."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = text, "53"
    try:
        address = str(ip_address(host.removeprefix("[").removesuffix("]")))
        number = int(port) if port.isascii() and port.isdecimal() else 0
    except ValueError:
        number = 0
    if not 0 < number <= 65_535:
        raise ValueError(f'"{text}" is no name server; write its address, such as "192.0.2.53" or "127.0.0.1:5353"')
    return address, number


def _database(text: str) -> str:
    # The address may carry a password: it is never shown.
    if text == "sqlite" or text.startswith("sqlite:///"):
        return text
    if text.startswith(("postgresql://", "postgres://")):
        raise ValueError('must name the driver; write "postgresql+psycopg://" and the rest as it is')
    try:
        parts = urlsplit(text)
        good = parts.scheme == "postgresql+psycopg" and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError('must be "sqlite" or "postgresql+psycopg://user@host:5432/database"')
    return text


def _raw_store(text: str) -> str:
    if text != "files" and not _BUCKET.fullmatch(text):
        raise ValueError(f'"{text}" is no store; write "files" or "s3://bucket/prefix"')
    return text


Email = Annotated[str, AfterValidator(_email)]
OptionalEmail = Annotated[str, AfterValidator(lambda text: _email(text) if text else "")]
#: A name or a number; "" where the setting may be empty.
Host = Annotated[str, AfterValidator(_host)]
#: Lower case, without a dot at the end.
Domain = Annotated[str, AfterValidator(_domain)]
#: (address, port)
NameServer = Annotated[tuple[str, int], PlainValidator(_name_server)]
Database = Annotated[str, AfterValidator(_database)]
RawStore = Annotated[str, AfterValidator(_raw_store)]

"""What an examining process is asked, and what is the same for all its questions. Values and their JSON; it asks
nobody.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Means:
    """How the desk examines: the settings of [auth], its own addresses (lower case), and how they take tokens."""

    mx: bool = False
    pinned_domains: tuple[str, ...] = ()
    trusted_arc_sealers: tuple[str, ...] = ()
    #: (address, port); none: those of the system.
    nameservers: tuple[tuple[str, int], ...] = ()
    own_addresses: tuple[str, ...] = ()
    subaddress: str = "+"
    #: For all questions to the DNS about one mail.
    dns_seconds: float = 4.0

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_json(data: bytes) -> "Means":
        said = json.loads(data)
        lists = ("pinned_domains", "trusted_arc_sealers", "own_addresses")
        servers = tuple((str(host), int(port)) for host, port in said.pop("nameservers"))
        return Means(**said | {name: tuple(said[name]) for name in lists}, nameservers=servers)


@dataclass(frozen=True, slots=True)
class Asked:
    """One mail: its file, when it came, and how. `peer` is "" where nobody knows who handed it in.

    `mail_from` and `helo` are as the client said them.
    """

    path: str
    received_at: datetime
    from_world: bool = False
    peer: str = ""
    helo: str = ""
    mail_from: str = ""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self) | {"received_at": self.received_at.isoformat()}).encode()

    @staticmethod
    def from_json(data: bytes) -> "Asked":
        said = json.loads(data)
        return Asked(**said | {"received_at": datetime.fromisoformat(said["received_at"])})

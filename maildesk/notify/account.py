"""How a relay is reached, and how long it is waited for. It reaches nothing itself (line.py)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds that one letter may take in all, however the relay dawdles. See claims.LEASE.
LONGEST_SEND = 300.0


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach the relay. `tls` is "implicit", "starttls" or "none"; without `user` nobody logs in.

    `token` gives a fresh OAuth access token where the relay wants XOAUTH2; then `password` is not used.
    `reply_seconds` is the wait for one reply, except the last, which may use up what is left of LONGEST_SEND.
    """

    host: str
    port: int
    local_hostname: str
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)
    ca_file: Path | None = None
    connections: int = 4
    connect_seconds: float = 20.0
    reply_seconds: float = 60.0
    letter_seconds: float = LONGEST_SEND

"""How much one sender and one network may bring in an hour. Whoever has brought more comes again later (4xx).

Buckets that run full again steadily, in memory: a restart fills them. It refuses nothing for good, and is asked by
listeners alone, since what comes from a mailbox or a pipe has nowhere else to wait.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

_HOUR: Final = 3600.0
#: Senders that are remembered; whoever wrote longest ago is forgotten first.
MOST_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """In an hour; 0 is no limit. `network_mails` is for a /24 of IPv4 or a /64 of IPv6."""

    sender_mails: int = 0
    sender_bytes: int = 0
    network_mails: int = 0


class Quota:
    """Thread-safe. A key is what `sender_key` and `network_key` give; "" is nobody's and never counted."""

    def __init__(self, allowance: Allowance, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._monotonic = monotonic
        self._lock = threading.Lock()
        #: By key: what is used up of mails and bytes, and when that was so.
        self._used: OrderedDict[str, tuple[float, float, float]] = OrderedDict()

    def has_room(self, keys: Iterable[str]) -> bool:
        """May each of them bring one more mail now? Counts nothing."""
        with self._lock:
            return not any(self._is_full(key, self._left(key), 0) for key in keys if key)

    def take(self, keys: Iterable[str], size: int) -> bool:
        """Counts a mail of `size` bytes for all of them; False, and for none, where one has brought too much."""
        wanted = [key for key in dict.fromkeys(keys) if key]
        with self._lock:
            used = {key: self._left(key) for key in wanted}
            if any(self._is_full(key, used[key], size) for key in wanted):
                return False
            now = self._monotonic()
            for key in wanted:
                mails, data = used[key]
                self._used[key] = mails + 1, data + size, now
                self._used.move_to_end(key)
            while len(self._used) > MOST_REMEMBERED:
                self._used.popitem(last=False)
            return True

    def _left(self, key: str) -> tuple[float, float]:
        """What of earlier mails and bytes still counts."""
        mails, data, then = self._used.get(key, (0.0, 0.0, 0.0))
        share = (self._monotonic() - then) / _HOUR
        most_mails, most_bytes = self._limits(key)
        return max(0.0, mails - share * most_mails), max(0.0, data - share * most_bytes)

    def _is_full(self, key: str, used: tuple[float, float], size: int) -> bool:
        most_mails, most_bytes = self._limits(key)
        if most_mails and used[0] + 1 > most_mails:
            return True
        # One mail larger than the whole allowance is let in where nothing else was: it would wait for ever.
        return bool(most_bytes and used[1] and used[1] + size > most_bytes)

    def _limits(self, key: str) -> tuple[int, int]:
        if key.startswith(_NETWORK):
            return self._allowance.network_mails, 0
        return self._allowance.sender_mails, self._allowance.sender_bytes


_SENDER: Final = "sender "
_NETWORK: Final = "network "


def sender_key(address_key: str) -> str:
    """Of a key of `turns`: the same whether it stands in From or in the envelope."""
    return _SENDER + address_key if address_key else ""


def network_key(peer: str) -> str:
    """The network of a peer's address; "" for none, and for our own machine and private networks: our MTA is there."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    if not address.is_global:
        return ""
    return _NETWORK + str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))

"""Asks the DNS: remembers answers as long as they may be, and never takes longer for one mail than it was given."""

import time
from collections.abc import Sequence
from typing import Any, Final

import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

#: One question and its repetitions.
_QUESTION_SECONDS: Final = 2.0
#: Questions about one mail: SPF alone may need ten, each with ten addresses (RFC 7208 4.6.4).
MOST_QUESTIONS: Final = 60
_REMEMBERED: Final = 20_000


class NoAnswer(Exception):
    """The DNS could not be asked now: neither yes nor no."""


class Lookups:
    """The resolver of one process. `begin` before each mail; the answers of earlier mails are remembered by their TTL.

    `nameservers` are (address, port); none: those of the system.
    """

    def __init__(self, nameservers: Sequence[tuple[str, int]], seconds: float) -> None:
        self._resolver = dns.resolver.Resolver(configure=not nameservers)
        if nameservers:
            self._resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in nameservers]
        self._resolver.cache = dns.resolver.LRUCache(_REMEMBERED)
        self._seconds = seconds
        self.begin()

    def begin(self) -> None:
        """A new mail, with all its time and all its questions."""
        self._ends_at = time.monotonic() + self._seconds
        self._left = MOST_QUESTIONS

    def ask(self, name: str, kind: str) -> list[Any]:
        """The records, parsed by dnspython; none where there are none. Raises NoAnswer."""
        left = self._ends_at - time.monotonic()
        self._left -= 1
        if left <= 0 or self._left < 0:
            raise NoAnswer("the DNS took too long" if left <= 0 else "too many questions to the DNS")
        try:
            # No search list: the name is whole.
            return list(self._resolver.resolve(name, kind, lifetime=min(left, _QUESTION_SECONDS), search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, dns.name.BadEscape, UnicodeError):
            # No name of the DNS has nothing there.
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(f"the DNS does not answer ({type(error).__name__})") from error

    def texts(self, name: str) -> list[bytes]:
        """Its TXT records, each as one string (RFC 7208 3.3). Raises NoAnswer."""
        return [b"".join(record.strings) for record in self.ask(name, "TXT")]

"""Gives one letter to the relay: returns the relay's name for it, or raises Deferred or Refused. It keeps no letter.

A connection carries many letters and is closed after resting. One that the relay hung up on before the last dot is
replaced and the letter begun anew, once; after the last dot nothing is ever sent again here.
"""

import ssl
import threading
import time
from datetime import datetime
from typing import Protocol

from maildesk.errors import Deferred
from maildesk.mail import Letter
from maildesk.notify.account import Account
from maildesk.notify.line import Line

__all__ = ["Relay", "SmtpRelay"]

#: Seconds after which an unused connection is closed; relays hang up on their own after a few minutes at most.
LONGEST_REST = 30.0


class Relay(Protocol):
    """Where letters go. Thread-safe."""

    @property
    def lines(self) -> int:
        """How many letters it carries at once."""

    def send(self, letter: Letter) -> str:
        """Returns when the letter is taken: the relay's name for it, or "". Raises Deferred, Unanswered or Refused."""

    def close_resting(self) -> None:
        """Closes the connections that were not used for a while."""

    def abandon(self) -> None:
        """Ends what is being sent now: each such `send` raises soon."""

    def close(self) -> None: ...


class SmtpRelay:
    """Keeps up to `account.connections` open connections, one per letter that is being sent."""

    def __init__(self, account: Account) -> None:
        #: When the certificate ends that the relay showed last; None where there was none.
        self.certificate_ends: datetime | None = None
        self._account = account
        self._context = ssl.create_default_context(cafile=account.ca_file)
        self._lock = threading.Lock()
        self._resting: list[Line] = []
        self._busy: set[Line] = set()

    @property
    def lines(self) -> int:
        return self._account.connections

    def send(self, letter: Letter) -> str:
        end = time.monotonic() + self._account.letter_seconds
        line = self._rested_line()
        if line is not None:
            try:
                return self._carry(line, letter, end)
            except Deferred:
                if not line.hung_up_before_dot:
                    raise
        line = Line(self._account, self._context, end)
        self.certificate_ends = line.certificate_ends
        return self._carry(line, letter, end)

    def close_resting(self) -> None:
        latest = time.monotonic() - LONGEST_REST
        with self._lock:
            old = [line for line in self._resting if line.rests_since < latest]
            self._resting = [line for line in self._resting if line.rests_since >= latest]
        for line in old:
            line.quit()

    def abandon(self) -> None:
        with self._lock:
            for line in self._busy:
                line.cut()

    def close(self) -> None:
        with self._lock:
            resting, self._resting = self._resting, []
        for line in resting:
            line.quit()

    def _rested_line(self) -> Line | None:
        self.close_resting()
        with self._lock:
            return self._resting.pop() if self._resting else None

    def _carry(self, line: "Line", letter: Letter, end: float) -> str:
        with self._lock:
            self._busy.add(line)
        try:
            return line.carry(letter, end)
        finally:
            with self._lock:
                self._busy.discard(line)
                if line.usable:
                    line.rests_since = time.monotonic()
                    self._resting.append(line)

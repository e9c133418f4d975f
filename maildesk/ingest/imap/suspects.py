"""Mails that the server lists and does not hand out. Each is asked for alone, after all others, and ever more seldom.

In memory only: a restart gives every mail its tries anew. What was given up stands in the ledger.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: After the n-th failed try a mail rests so long; after the last one it is given up.
RESTS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))


@dataclass(slots=True)
class _Record:
    tries: int = 0
    rests_until: datetime | None = None


class Suspects:
    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}
        self._uidvalidity = 0

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, uid: int) -> bool:
        return uid in self._records

    def belong_to(self, uidvalidity: int) -> None:
        """Under a new UIDVALIDITY a UID is another mail."""
        if uidvalidity != self._uidvalidity:
            self._records.clear()
        self._uidvalidity = uidvalidity

    def accuse(self, uids: list[int]) -> None:
        """One of these made a fetch fail: from now on each is asked for alone, so that the others are not held up."""
        for uid in uids:
            self._records.setdefault(uid, _Record())

    def is_due(self, uid: int, now: datetime) -> bool:
        """Is this a suspect, and has it rested?"""
        record = self._records.get(uid)
        return record is not None and (record.rests_until is None or record.rests_until <= now)

    def is_exhausted(self, uid: int) -> bool:
        """Has it had all of its tries?"""
        record = self._records.get(uid)
        return record is not None and record.tries > len(RESTS)

    def failed(self, uid: int, now: datetime) -> None:
        """A try of its own failed."""
        record = self._records.setdefault(uid, _Record())
        record.tries += 1
        record.rests_until = now + (RESTS[record.tries - 1] if record.tries <= len(RESTS) else timedelta(0))

    def clear(self, uid: int) -> None:
        self._records.pop(uid, None)

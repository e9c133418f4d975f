"""What must differ in a desk that comes back, from the one that was put away: the world has gone on meanwhile.

what stood in the backup             what is true now                              what becomes of it
a letter waiting or on its way       it has probably left since                    uncertain: the operator decides
leases on mails and letters          their holders are gone                        ended
numbers after the last one           they were given out since, and addresses      left out: nothing new gets a number
                                     and Message-IDs were signed with them         that an old letter speaks of
the present signing key              Message-IDs were derived from it since        kept as genuine, but a new one signs

It changes the copy in a file, before anybody works with it.
"""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from maildesk.keys import KEY_BYTES
from maildesk.vocabulary import InboundState, OutboundState

#: How many numbers are left out. Of tickets few, because people read them; tags have room for nine digits.
GAPS: Final = {"ticket": 1000, "person": 100_000, "question": 100_000, "inbound": 1_000_000, "outbound": 1_000_000}
#: As SQLAlchemy writes times into SQLite.
_TIME: Final = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True, slots=True)
class Returned:
    """What is in the desk that came back: `held_letters` are uncertain, `unread` mails are processed when it runs."""

    tickets: int
    mails: int
    letters: int
    held_letters: int
    unread: int
    last_ticket: int
    next_ticket: int


def make_ready(database: sqlite3.Connection, made_at: str, now: datetime) -> Returned:
    """Changes the copy as the table above says. `made_at` is when it was put away."""
    database.execute("BEGIN IMMEDIATE")
    held = _hold_letters(database, made_at)
    database.execute("UPDATE inbound SET lease_until = NULL")
    database.execute(
        "INSERT INTO signing_key (secret, made_at, signs_from) VALUES (?, ?, ?)",
        (secrets.token_bytes(KEY_BYTES), now.strftime(_TIME), now.strftime(_TIME)),
    )
    last = _count(database, "SELECT coalesce(max(id), 0) FROM ticket")
    _leave_numbers_out(database)
    database.execute("COMMIT")
    return Returned(
        tickets=_count(database, "SELECT count(*) FROM ticket"),
        mails=_count(database, "SELECT count(*) FROM inbound"),
        letters=_count(database, "SELECT count(*) FROM outbound"),
        held_letters=held,
        unread=_count(database, f"SELECT count(*) FROM inbound WHERE state = '{InboundState.NEW}'"),
        last_ticket=last,
        next_ticket=_count(database, "SELECT seq FROM sqlite_sequence WHERE name = 'ticket'") + 1,
    )


def _hold_letters(database: sqlite3.Connection, made_at: str) -> int:
    reason = f"from the backup of {made_at}: it may have left since; `outbox retry` sends it, `outbox drop` does not"
    return database.execute(
        "UPDATE outbound SET state = ?, lease_until = NULL, error = ? WHERE state IN (?, ?)",
        (OutboundState.UNCERTAIN, reason, OutboundState.WAITING, OutboundState.TRANSMITTING),
    ).rowcount


def _leave_numbers_out(database: sqlite3.Connection) -> None:
    """SQLite gives the next number from sqlite_sequence, which has a row once the table ever had one."""
    for table, gap in GAPS.items():
        last = _count(database, f'SELECT coalesce(max(id), 0) FROM "{table}"')
        given = _count(database, f"SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{table}'")
        # To a round number, so that people see why.
        following = (max(last, given) // gap + 2) * gap
        database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, following))


def _count(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])

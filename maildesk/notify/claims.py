"""Who sends a letter next, and who is sending it: claimed for a while, settled by who still holds it, or recovered.

The states are those of outbox.py. It opens no connection and decides no fate.

**The named window** lies between the commit of `transmitting` and the commit of the relay's answer. After a crash
inside it the row is found `transmitting`: at the next start on SQLite (one process), else when the lease has run out.
Most kinds then go out again, byte for byte the same and under the same Message-ID, logged `possible_duplicate`. Kinds
in vocabulary.AT_MOST_ONCE become `uncertain` instead.

Letters that may come twice are claimed in groups, one commit for all. Only those of the group that the relay already
had are doubled. Letters of AT_MOST_ONCE are leased while still `waiting` and cross to `transmitting` one by one, each
just before it is sent (`cross`), so that a crash never makes one `uncertain` that was not begun.

A lease is the fence: who settles a letter must still hold it. Humans' answers go before automatic letters, then the
oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from maildesk.blobs import Blobs
from maildesk.mail import Letter
from maildesk.model import Outbound
from maildesk.notify.fate import Fate
from maildesk.notify.outbox import letter_bytes
from maildesk.vocabulary import AT_MOST_ONCE, NoticeKind, OutboundState

#: Longer than a letter can wait in a group (carry.LATEST_START) and then take on the wire (account.LONGEST_SEND).
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter leased to the caller until `lease_until`. `attempts` counts this one once it is `transmitting`."""

    outbound_id: int
    effect_key: str
    kind: str
    ticket_id: int | None
    recipient: str
    envelope_from: str
    message_id: str
    automatic: bool
    raw: bytes = field(repr=False)
    files_sha256: str
    attempts: int
    lease_until: datetime
    transmitting: bool

    @property
    def at_most_once(self) -> bool:
        return self.kind in AT_MOST_ONCE


@dataclass(frozen=True, slots=True)
class Recovered:
    """Letters found `transmitting` without a sender: which go out again, and which are now uncertain."""

    again: tuple[int, ...]
    uncertain: tuple[int, ...]


def anything_to_do(session: Session, now: datetime) -> bool:
    """Is a letter due, or was one left `transmitting` by a sender that is gone? Cheap, for every tick."""
    due = any(session.scalar(_due(automatic, now, 1, Outbound.id)) is not None for automatic in (False, True))
    return due or session.scalar(select(Outbound.id).where(*_lapsed(now)).limit(1)) is not None


def next_due(session: Session) -> datetime | None:
    """When the next waiting letter is due; None where none waits."""
    return session.scalar(select(func.min(Outbound.next_at)).where(Outbound.state == OutboundState.WAITING))


def claim(session: Session, now: datetime, limit: int) -> list[Claimed]:
    """Leases the first due letters to the caller: humans' answers before automatic letters, then oldest first."""
    rows = _take(session, False, now, limit)
    rows += _take(session, True, now, limit - len(rows))
    lease = now + LEASE
    claimed = [_claimed(row, lease) for row in rows]
    leased = update(Outbound).execution_options(synchronize_session=False)
    if once := [one.outbound_id for one in claimed if not one.transmitting]:
        session.execute(leased.where(Outbound.id.in_(once)).values(lease_until=lease))
    if several := [one.outbound_id for one in claimed if one.transmitting]:
        session.execute(
            leased.where(Outbound.id.in_(several)).values(
                state=OutboundState.TRANSMITTING, attempts=Outbound.attempts + 1, lease_until=lease
            )
        )
    return claimed


def cross(session: Session, claimed: Claimed) -> Claimed | None:
    """Takes a letter of AT_MOST_ONCE from `waiting` to `transmitting`; None where the lease was lost."""
    crossed = replace(claimed, transmitting=True, attempts=claimed.attempts + 1)
    values = {"state": OutboundState.TRANSMITTING, "attempts": crossed.attempts}
    return crossed if _moved(session, _CROSS, claimed, values) else None


def settle(session: Session, claimed: Claimed, fate: Fate, now: datetime) -> bool:
    """Writes down what became of a letter; False where the lease was lost to somebody else, and nothing changes."""
    sent = fate.state is OutboundState.SENT
    values = {
        "state": fate.state,
        "attempts": claimed.attempts - (claimed.transmitting and not fate.counted),
        "next_at": fate.next_at,
        "sent_at": now if sent else None,
        "relay_id": fate.relay_id,
        "error": fate.reason if sent or fate.reason else None,
    }
    return _moved(session, _SETTLE, claimed, values)


def recover(session: Session, now: datetime, *, all_leases: bool = False) -> Recovered:
    """Ends the leases that have run out, or all of them at the start of the only process that may hold any.

    What was `transmitting` is due again at once, or uncertain if it is a letter of AT_MOST_ONCE.
    """
    lapsed = [Outbound.state == OutboundState.TRANSMITTING] if all_leases else _lapsed(now)
    query = select(Outbound.id, Outbound.kind).where(*lapsed).order_by(Outbound.id)
    rows = session.execute(query.with_for_update(skip_locked=True)).all()
    again = tuple(row.id for row in rows if row.kind not in AT_MOST_ONCE)
    uncertain = tuple(row.id for row in rows if row.kind in AT_MOST_ONCE)
    _end_leases(session, again, OutboundState.WAITING, "interrupted while it was sent; sent again")
    _end_leases(session, uncertain, OutboundState.UNCERTAIN, "interrupted while it was sent")
    if all_leases:
        leased = update(Outbound).where(Outbound.state == OutboundState.WAITING, Outbound.lease_until.is_not(None))
        session.execute(leased.values(lease_until=None).execution_options(synchronize_session=False))
    return Recovered(again, uncertain)


def letter_of(claimed: Claimed, blobs: Blobs) -> Letter:
    """The letter as it was enqueued."""
    return Letter(
        kind=NoticeKind(claimed.kind),
        effect_key=claimed.effect_key,
        recipient=claimed.recipient,
        envelope_from=claimed.envelope_from,
        message_id=claimed.message_id,
        raw=letter_bytes(claimed, blobs),
        automatic=claimed.automatic,
        ticket=claimed.ticket_id,
    )


def _due(automatic: bool, now: datetime, limit: int, *columns: Any) -> Any:
    """One kind at a time, so that the index on (state, automatic, next_at) gives the order without sorting."""
    return (
        select(*columns)
        .where(Outbound.state == OutboundState.WAITING, Outbound.automatic.is_(automatic), Outbound.next_at <= now)
        .where(or_(Outbound.lease_until.is_(None), Outbound.lease_until < now))
        .order_by(Outbound.next_at, Outbound.id)
        .limit(limit)
    )


def _take(session: Session, automatic: bool, now: datetime, limit: int) -> list[Any]:
    if limit <= 0:
        return []
    query = _due(automatic, now, limit, *_COLUMNS).with_for_update(skip_locked=True)
    return list(session.execute(query).all())


_COLUMNS = (
    Outbound.id,
    Outbound.effect_key,
    Outbound.kind,
    Outbound.ticket_id,
    Outbound.recipient,
    Outbound.envelope_from,
    Outbound.message_id,
    Outbound.automatic,
    Outbound.raw,
    Outbound.files_sha256,
    Outbound.attempts,
)


def _claimed(row: Any, lease: datetime) -> Claimed:
    several = row.kind not in AT_MOST_ONCE
    values: list[Any] = [*row[:-1], row.attempts + several, lease, several]
    return Claimed(*values)


def _lapsed(now: datetime) -> list[Any]:
    return [Outbound.state == OutboundState.TRANSMITTING, Outbound.lease_until < now]


def _end_leases(session: Session, ids: Sequence[int], state: OutboundState, reason: str) -> None:
    if ids:
        ended = update(Outbound).where(Outbound.id.in_(ids)).values(state=state, lease_until=None, error=reason)
        session.execute(ended.execution_options(synchronize_session=False))


def _moved(session: Session, statement: Update, claimed: Claimed, values: dict[str, Any]) -> bool:
    """Moves a letter from the state it was claimed in; says whether it was still there to be moved."""
    fence = {
        "its_id": claimed.outbound_id,
        "its_state": OutboundState.TRANSMITTING if claimed.transmitting else OutboundState.WAITING,
        "its_attempts": claimed.attempts,
        "its_lease": claimed.lease_until,
    }
    return session.connection().execute(statement, fence | values).rowcount == 1


# Built once: building a statement costs more than running it, and these run for every letter.
_TABLE = cast(Table, Outbound.__table__)
_STILL_OURS = update(_TABLE).where(
    _TABLE.c.id == bindparam("its_id"),
    _TABLE.c.state == bindparam("its_state"),
    _TABLE.c.attempts == bindparam("its_attempts"),
    _TABLE.c.lease_until == bindparam("its_lease"),
)
_CROSS = _STILL_OURS.values(state=bindparam("state"), attempts=bindparam("attempts"))
_SETTLE = _CROSS.values(
    lease_until=None,
    # What is not given stays.
    next_at=func.coalesce(bindparam("next_at"), _TABLE.c.next_at),
    sent_at=bindparam("sent_at"),
    relay_id=bindparam("relay_id"),
    error=func.coalesce(bindparam("error"), _TABLE.c.error),
)

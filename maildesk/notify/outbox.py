"""The outbox: letters enqueued once, claimed, settled. It renders nothing and opens no connection.

    state         what it means                               leaves by
    waiting       due at next_at                              claim -> transmitting; operator -> dropped
    transmitting  leased to one sender; the relay may have    answer -> sent, refused, or waiting with a later next_at;
                  it already                                  no answer, or a crash -> waiting or uncertain, by kind
    sent          the relay's 250 was read and committed      (stays)
    refused       said no for good, or five days of waiting   retry -> waiting
    uncertain     nobody knows; not sent again by itself      retry -> waiting; operator -> dropped
    dropped       an operator put it aside                    retry -> waiting

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
from typing import Any, Protocol

from sqlalchemy import Update, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, defer

from maildesk.blobs import Blobs
from maildesk.mail import Letter
from maildesk.model import Outbound
from maildesk.notify.fate import Fate
from maildesk.store import moved
from maildesk.vocabulary import AT_MOST_ONCE, NoticeKind, OutboundState

#: Longer than a letter can wait in a group (carry.LATEST_START) and then take on the wire (line.LONGEST_SEND).
LEASE = timedelta(minutes=10)
#: Larger letters keep their bytes in the blob store.
LARGEST_IN_ROW = 64 * 1024


class Stored(Protocol):
    """Anything that knows where the bytes of a letter are: a row or a Claimed."""

    @property
    def raw(self) -> bytes | None: ...
    @property
    def raw_sha256(self) -> str: ...


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
    raw: bytes | None = field(repr=False)
    raw_sha256: str
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


def enqueue(session: Session, letter: Letter, now: datetime, blobs: Blobs, *, next_at: datetime | None = None) -> bool:
    """Puts a letter into the outbox, due at once or at `next_at`; False where its effect is there already.

    The bytes of a large letter are durable in the blob store before the row. Raises Deferred where they cannot be.
    """
    values: dict[str, Any] = {
        "effect_key": letter.effect_key,
        "kind": letter.kind,
        "ticket_id": letter.ticket,
        # In lower case, so that spelling an address otherwise gets nobody around a budget.
        "recipient": letter.recipient.lower(),
        "envelope_from": letter.envelope_from,
        "message_id": letter.message_id,
        "automatic": letter.automatic,
        "state": OutboundState.WAITING,
        "made_at": now,
        "next_at": next_at or now,
        "raw": None if (large := len(letter.raw) > LARGEST_IN_ROW) else letter.raw,
        "raw_sha256": blobs.keep(letter.raw).sha256 if large else "",
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    once = insert(Outbound).values(values).on_conflict_do_nothing(index_elements=["effect_key"])
    return session.scalar(once.returning(Outbound.id)) is not None


def letter_bytes(row: Stored, blobs: Blobs) -> bytes:
    """The bytes of a letter as they were enqueued, whatever has happened since."""
    return row.raw if row.raw is not None else blobs.read(row.raw_sha256)


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
    ours = moved(session, _still_ours(claimed).values(state=OutboundState.TRANSMITTING, attempts=crossed.attempts))
    return crossed if ours else None


def settle(session: Session, claimed: Claimed, fate: Fate, now: datetime) -> bool:
    """Writes down what became of a letter; False where the lease was lost to somebody else, and nothing changes."""
    values: dict[str, Any] = {"state": fate.state, "lease_until": None}
    if fate.state is OutboundState.SENT:
        values |= {"sent_at": now, "relay_id": fate.relay_id, "error": ""}
    elif fate.reason:
        values["error"] = fate.reason
    if fate.next_at is not None:
        values["next_at"] = fate.next_at
    if not fate.counted and claimed.transmitting:
        values["attempts"] = claimed.attempts - 1
    return moved(session, _still_ours(claimed).values(values))


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


def retry(session: Session, outbound_id: int) -> bool:
    """An operator's second chance: due at once, all attempts anew. False for a letter that is sent or on its way."""
    states = [OutboundState.WAITING, OutboundState.REFUSED, OutboundState.UNCERTAIN, OutboundState.DROPPED]
    return moved(
        session,
        update(Outbound)
        .where(Outbound.id == outbound_id, Outbound.state.in_(states), Outbound.lease_until.is_(None))
        .values(state=OutboundState.WAITING, attempts=0, next_at=Outbound.made_at, error=""),
    )


def drop(session: Session, outbound_id: int) -> bool:
    """An operator puts a letter aside. It is kept, and `retry` brings it back. False for one sent or on its way."""
    states = [OutboundState.WAITING, OutboundState.REFUSED, OutboundState.UNCERTAIN]
    return moved(
        session,
        update(Outbound)
        .where(Outbound.id == outbound_id, Outbound.state.in_(states), Outbound.lease_until.is_(None))
        .values(state=OutboundState.DROPPED, error="dropped by an operator"),
    )


def listed(session: Session, states: Sequence[OutboundState] = (), limit: int = 1000) -> list[Outbound]:
    """The newest letters, newest first, without their bytes; all states where none is named."""
    query = select(Outbound).options(defer(Outbound.raw, raiseload=True)).order_by(Outbound.id.desc()).limit(limit)
    return list(session.scalars(query.where(Outbound.state.in_(states)) if states else query))


def sent_automatic(session: Session, recipient: str, since: datetime) -> int:
    """How many automatic letters to this address were enqueued from then on and not refused or dropped."""
    return _count_automatic(session, since, Outbound.recipient == recipient.lower())


def sent_automatic_total(session: Session, since: datetime) -> int:
    """The same to everybody."""
    return _count_automatic(session, since)


def _count_automatic(session: Session, since: datetime, *more: Any) -> int:
    states = [OutboundState.REFUSED, OutboundState.DROPPED]
    query = select(func.count()).select_from(Outbound).where(Outbound.made_at >= since, Outbound.automatic, *more)
    return session.scalar(query.where(Outbound.state.not_in(states))) or 0


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
    Outbound.raw_sha256,
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


def _still_ours(claimed: Claimed) -> Update:
    state = OutboundState.TRANSMITTING if claimed.transmitting else OutboundState.WAITING
    return update(Outbound).where(
        Outbound.id == claimed.outbound_id,
        Outbound.state == state,
        Outbound.attempts == claimed.attempts,
        Outbound.lease_until == claimed.lease_until,
    )

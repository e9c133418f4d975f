"""The spool of received mail: accepted, due, attempted, settled. It decides nothing about the mail.

    state      what it means                          leaves by
    new        durable, acknowledged, not processed   process -> done; third failure -> held; operator -> dropped
    done       has a disposition and a reason         (stays)
    held       needs a person; the raw mail is kept   retry, release -> new; a person says no -> dropped
    dropped    put aside, by a person or by his rule  retry, release -> new

What a person says about a held mail is in desk/held/holding.py; why it is held says its cause (vocabulary.Cause).

An attempt is a commit of its own before the mail is parsed: a mail that kills the process is counted too, and after
three attempts it is held. A crash before the commit of the processing leaves `new` with a lease; the lease runs out,
or the next start of the daemon on SQLite (one process) ends it, and the mail is processed again from the beginning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Select, Table, Update, bindparam, or_, select, update
from sqlalchemy.orm import Session

from maildesk.desk.case import Outcome
from maildesk.mail import Delivery, Mail, Release
from maildesk.model import Arrival, Inbound
from maildesk.reason import because
from maildesk.store import moved
from maildesk.vocabulary import Cause, Disposition, InboundState

MOST_ATTEMPTS = 3
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Place:
    """One mail in an IMAP folder, for ever (RFC 9051 2.3.1.1)."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail whose bytes are durable as a blob, on its way into the spool."""

    digest: str
    raw_sha256: str
    size: int
    source: str
    received_at: datetime
    envelope_from: str | None = None
    recipients: tuple[str, ...] = ()
    silent: bool = False
    place: Place | None = None
    #: The key of its From line (turns.author_of), which Intake fills in.
    author: str = ""
    #: Of SMTP: the address of the client, and what it calls itself.
    peer: str = ""
    helo: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The spool row of a mail; `fresh` is False where it had arrived before."""

    inbound_id: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail taken for one attempt. `lease_until` is the fencing token: who settles must still hold it."""

    delivery: Delivery
    size: int
    attempts: int
    lease_until: datetime
    #: None where no envelope came along (IMAP, import); "" is the null sender.
    envelope_from: str | None

    @property
    def inbound_id(self) -> int:
        return self.delivery.inbound_id


def claim(session: Session, now: datetime, limit: int) -> list[Claimed]:
    """Counts one attempt on each of the next due mails and leases them to the caller: senders in turn (turns.py).

    A mail on its first attempt is taken together with others; one that was attempted before is taken alone, so that a
    mail that kills the process cannot use up the attempts of its neighbours.
    """
    rows = session.scalars(_due(now).where(Inbound.attempts < MOST_ATTEMPTS).limit(limit)).all()
    chosen = [row for row in rows if row.attempts][:1] or rows
    recipients = _recipients(session, [row.id for row in chosen])
    return [_attempt(row, now, recipients.get(row.id, ())) for row in chosen]


def hold_exhausted(session: Session, now: datetime) -> list[Inbound]:
    """Holds mails whose last attempt never came back: the process died over them each time."""
    rows = list(session.scalars(_due(now).where(Inbound.attempts >= MOST_ATTEMPTS)))
    for row in rows:
        row.state, row.disposition, row.lease_until = InboundState.HELD, Disposition.HELD, None
        row.cause = Cause.FAILED
        row.reason = row.reason or because("ended_each_time", MOST_ATTEMPTS)
    return rows


def release(session: Session) -> int:
    """Ends all leases: for the start of the only process that may hold any. Returns how many there were."""
    leased = update(Inbound).where(Inbound.lease_until.is_not(None)).values(lease_until=None)
    return getattr(session.execute(leased), "rowcount", 0)


def settle(session: Session, claimed: Claimed, mail: Mail, outcome: Outcome, trust: str = "") -> bool:
    """The last step of processing: False where the lease was lost to somebody else, and the caller must roll back.

    Also writes down what parsing found, and how far the sender was believed, for the people who look at the queue.
    """
    cause, held_for = (outcome.held.cause, outcome.held.person) if outcome.held else ("", None)
    result = session.connection().execute(
        _SETTLE,
        {
            "the_id": claimed.inbound_id,
            "the_lease": claimed.lease_until,
            "state": _state_of(outcome),
            "disposition": outcome.disposition,
            "reason": outcome.reason,
            "ticket_id": outcome.ticket,
            "cause": cause,
            "held_for_id": held_for,
            "lease_until": None,
            "sender": mail.sender.address if mail.sender else "",
            "subject": mail.subject,
            "message_id": mail.message_id,
            "proof": claimed.delivery.proof,
            "trust": trust,
        },
    )
    return result.rowcount == 1


def _state_of(outcome: Outcome) -> InboundState:
    if outcome.disposition is Disposition.HELD:
        return InboundState.HELD
    return InboundState.DROPPED if outcome.held else InboundState.DONE


def put_back(session: Session, claimed: Claimed, reason: str) -> InboundState:
    """A failed attempt: due again at once, or held after the last one. Returns the new state.

    Where the lease was lost nothing changes, and it is not for this caller to hold the mail.
    """
    last = claimed.attempts >= MOST_ATTEMPTS
    state = InboundState.HELD if last else InboundState.NEW
    disposition = Disposition.HELD if last else ""
    ours = moved(
        session,
        _still_ours(claimed).values(
            state=state,
            disposition=disposition,
            reason=reason,
            cause=Cause.FAILED if last else "",
            lease_until=None,
        ),
    )
    return state if ours else InboundState.NEW


def postpone(session: Session, claimed: Claimed) -> None:
    """Trouble of ours, not of the mail: the attempt does not count."""
    moved(session, _still_ours(claimed).values(attempts=claimed.attempts - 1, lease_until=None))


def retry(session: Session, inbound_id: int) -> bool:
    """An operator's second chance for a held or dropped mail: from the beginning, all attempts anew."""
    return moved(
        session,
        update(Inbound)
        .where(Inbound.id == inbound_id, Inbound.state.in_([InboundState.HELD, InboundState.DROPPED]))
        # A mail that was erased has no bytes any more.
        .where(Inbound.raw_sha256 != "")
        .values(state=InboundState.NEW, disposition="", reason="", cause="", attempts=0, lease_until=None, turn=0),
    )


def drop(session: Session, inbound_id: int, reason: str) -> bool:
    """An operator puts a mail aside. The raw mail is kept, and `retry` brings it back."""
    return moved(
        session,
        update(Inbound)
        .where(Inbound.id == inbound_id, Inbound.state.in_([InboundState.HELD, InboundState.NEW]))
        .values(state=InboundState.DROPPED, disposition=Disposition.IGNORED, reason=reason, lease_until=None),
    )


def _due(now: datetime) -> Select[Inbound]:
    return (
        select(Inbound)
        .where(Inbound.state == InboundState.NEW)
        .where(or_(Inbound.lease_until.is_(None), Inbound.lease_until < now))
        .order_by(Inbound.turn, Inbound.id)
        .with_for_update(skip_locked=True)
    )


def _attempt(row: Inbound, now: datetime, recipients: tuple[str, ...]) -> Claimed:
    row.attempts += 1
    row.lease_until = now + LEASE
    way = (row.source, row.peer, row.helo, row.proof)
    return Claimed(
        delivery=Delivery(row.id, row.raw_sha256, row.received_at, recipients, row.silent, _release_of(row), *way),
        size=row.size,
        attempts=row.attempts,
        lease_until=row.lease_until,
        envelope_from=row.envelope_from,
    )


def _release_of(row: Inbound) -> Release | None:
    return Release(row.released_by, row.released_to) if row.released_by else None


def _recipients(session: Session, inbound_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """All envelope recipients of each mail, in the order of arrival, each once."""
    found = select(Arrival.inbound_id, Arrival.recipient).where(Arrival.inbound_id.in_(inbound_ids))
    named: dict[int, dict[str, None]] = {}
    for inbound_id, recipient in session.execute(found.order_by(Arrival.id)):
        if recipient:
            named.setdefault(inbound_id, {})[recipient] = None
    return {inbound_id: tuple(recipients) for inbound_id, recipients in named.items()}


def _still_ours(claimed: Claimed) -> Update:
    return update(Inbound).where(
        Inbound.id == claimed.inbound_id,
        Inbound.state == InboundState.NEW,
        Inbound.lease_until == claimed.lease_until,
    )


# For every mail, and therefore put together once.
_INBOUND = cast(Table, Inbound.__table__)
_SETTLE = _INBOUND.update().where(
    _INBOUND.c.id == bindparam("the_id"),
    _INBOUND.c.state == InboundState.NEW,
    _INBOUND.c.lease_until == bindparam("the_lease"),
)

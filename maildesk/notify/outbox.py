"""The outbox: letters enqueued once, claimed, settled. It renders nothing and opens no connection.

    state         what it means                               leaves by
    waiting       due at next_at                              claim -> transmitting; operator -> dropped
    transmitting  leased to one sender; the relay may have    answer -> sent, refused, or waiting with a later next_at;
                  it already                                  no answer, or a crash -> waiting or uncertain, by kind
    sent          the relay's 250 was read and committed      (stays)
    refused       said no for good, or five days of waiting   retry -> waiting; operator -> dropped
    uncertain     nobody knows; not sent again by itself      retry -> waiting; operator -> dropped
    dropped       an operator put it aside                    retry -> waiting
                  its author took it back                     (stays)

Whose turn it is to send one, and what a crash leaves, is in claims.py.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Table, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, defer

from maildesk.blobs import Blob, Blobs
from maildesk.mail import Letter, mailbox_of
from maildesk.model import Outbound
from maildesk.reason import because
from maildesk.store import moved
from maildesk.vocabulary import NoticeKind, OutboundState

#: More bytes of files than this are kept in the blob store, once for all letters that bring them.
LARGEST_IN_ROW = 64 * 1024
#: So begins what stands on a letter whose author took it back.
_TAKEN_BACK = "taken back by "


class KeepsBytes(Protocol):
    """Whatever makes bytes durable: the blob store."""

    def keep(self, data: bytes) -> Blob: ...


class Stored(Protocol):
    """Anything that knows where the bytes of a letter are: a row or a Claimed."""

    @property
    def raw(self) -> bytes: ...
    @property
    def files_sha256(self) -> str: ...


def enqueue(
    session: Session,
    letter: Letter,
    now: datetime,
    blobs: KeepsBytes,
    *,
    next_at: datetime | None = None,
    event: int | None = None,
) -> bool:
    """Puts a letter into the outbox, due at once or at `next_at`; False where its effect is there already.

    `event` is what it tells of: so an agent's answer shows what he had read.

    Large files are durable in the blob store before the row. Raises Deferred where they cannot be.
    """
    apart = len(letter.files) > LARGEST_IN_ROW
    values: dict[str, Any] = {
        "effect_key": letter.effect_key,
        "kind": letter.kind,
        "ticket_id": letter.ticket,
        "event_id": event,
        # In lower case, so that spelling an address otherwise gets nobody around a budget.
        "recipient": letter.recipient.lower(),
        "mailbox": mailbox_of(letter.recipient),
        "envelope_from": letter.envelope_from,
        "message_id": letter.message_id,
        "automatic": letter.automatic,
        "state": OutboundState.WAITING,
        "made_at": now,
        "next_at": next_at or now,
        "raw": letter.raw if apart else letter.whole,
        "files_sha256": blobs.keep(letter.files).sha256 if apart else "",
    }
    once = _ENQUEUE[session.get_bind().dialect.name]
    return session.connection().execute(once, values).first() is not None


def letter_bytes(row: Stored, blobs: Blobs) -> bytes:
    """The bytes of a letter as they were enqueued, whatever has happened since."""
    return row.raw + blobs.read(row.files_sha256) if row.files_sha256 else row.raw


def retry(session: Session, outbound_id: int) -> bool:
    """An operator's second chance: due at once, all attempts anew. False for a letter that is sent or on its way, or
    that its author took back."""
    states = [OutboundState.WAITING, OutboundState.REFUSED, OutboundState.UNCERTAIN, OutboundState.DROPPED]
    return moved(
        session,
        update(Outbound)
        .where(Outbound.id == outbound_id, Outbound.state.in_(states), Outbound.lease_until.is_(None))
        # A letter that was erased has no bytes any more; what was taken back nobody is to read.
        .where(Outbound.raw != b"", not_(Outbound.error.startswith(_TAKEN_BACK, autoescape=True)))
        .values(state=OutboundState.WAITING, attempts=0, next_at=Outbound.made_at, error=""),
    )


def take_back(letter: Outbound, by: str) -> None:
    """Its author regrets it: it is kept, and not sent any more. The row is locked by the caller, and has not left."""
    letter.state, letter.error = OutboundState.DROPPED, f"{_TAKEN_BACK}{by}"


def drop(session: Session, outbound_id: int) -> bool:
    """An operator puts a letter aside. It is kept, and `retry` brings it back. False for one sent or on its way."""
    states = [OutboundState.WAITING, OutboundState.REFUSED, OutboundState.UNCERTAIN]
    return moved(
        session,
        update(Outbound)
        .where(Outbound.id == outbound_id, Outbound.state.in_(states), Outbound.lease_until.is_(None))
        .values(state=OutboundState.DROPPED, error=because("dropped_by_operator")),
    )


def turns_given(session: Session, since: datetime, most: int) -> list[datetime]:
    """When the last acknowledgements made since then were to leave, oldest first: a restart must not begin anew."""
    turns = (
        select(Outbound.next_at)
        .where(Outbound.made_at >= since, Outbound.kind == NoticeKind.RECEIVED)
        .order_by(Outbound.made_at.desc(), Outbound.id.desc())
        .limit(most)
    )
    return sorted(session.scalars(turns))


def listed(session: Session, states: Sequence[OutboundState] = (), limit: int = 1000) -> list[Outbound]:
    """The newest letters, newest first, without their bytes; all states where none is named."""
    query = select(Outbound).options(defer(Outbound.raw, raiseload=True)).order_by(Outbound.id.desc()).limit(limit)
    return list(session.scalars(query.where(Outbound.state.in_(states)) if states else query))


_ENQUEUE = {
    name: insert(cast(Table, Outbound.__table__))
    .on_conflict_do_nothing(index_elements=["effect_key"])
    .returning(Outbound.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}

"""T1 in the database: the spool rows, arrivals and ledger entries of the mails that came at the same moment.

A handful of statements for the whole group, however large, because this is all that stands between a mail and its 250.
Nothing is parsed here. Idempotent: a mail that is known gets no second row, an arrival no second line.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, insert, select, tuple_
from sqlalchemy.orm import Session

from maildesk.ingest.inbox import Arrived, Kept
from maildesk.ingest.turns import HISTORY, Keys, deal, key_of
from maildesk.model import Arrival, Inbound, MailboxMail
from maildesk.vocabulary import InboundState


def _table(kind: type[Any]) -> Table:
    """The plain table: rows go in without the ORM's bookkeeping, which would cost more than the rows."""
    table = kind.__table__
    assert isinstance(table, Table)
    return table


_INBOUND: Final = _table(Inbound)
_ARRIVAL: Final = _table(Arrival)
_PLACE: Final = _table(MailboxMail)
_PLACE_KEY: Final = (_PLACE.c.mailbox, _PLACE.c.folder, _PLACE.c.uidvalidity, _PLACE.c.uid)

_KNOWN: Final = select(_INBOUND.c.digest, _INBOUND.c.id).where(
    _INBOUND.c.digest.in_(bindparam("digests", expanding=True))
)
_SPOOL: Final = insert(_INBOUND).returning(_INBOUND.c.digest, _INBOUND.c.id)
_NOTED: Final = select(_ARRIVAL.c.inbound_id, _ARRIVAL.c.source, _ARRIVAL.c.recipient).where(
    _ARRIVAL.c.inbound_id.in_(bindparam("known", expanding=True))
)
_LEDGER: Final = select(*_PLACE_KEY).where(tuple_(*_PLACE_KEY).in_(bindparam("places", expanding=True)))


def accept(session: Session, group: Sequence[Arrived]) -> list[Kept]:
    """Spools the mails; returns their rows in the same order. `fresh` is True for the first arrival of a mail only."""
    connection = session.connection()
    known = _ids(connection, {arrived.digest for arrived in group})
    fresh = {arrived.digest: arrived for arrived in reversed(group) if arrived.digest not in known}
    ids = known | _spool(connection, list(reversed(fresh.values())))
    _note_arrivals(connection, group, ids, list(known.values()))
    _note_places(connection, group, ids)
    return [Kept(ids[arrived.digest], fresh.get(arrived.digest) is arrived) for arrived in group]


def _ids(connection: Connection, digests: Collection[str]) -> dict[str, int]:
    return {digest: inbound_id for digest, inbound_id in connection.execute(_KNOWN, {"digests": list(digests)})}


def keys_of(arrived: Arrived) -> Keys:
    """In which lines the mail waits for its turn."""
    if arrived.silent:
        return Keys(HISTORY, "")
    return Keys(arrived.author, key_of(arrived.envelope_from or ""))


def _spool(connection: Connection, mails: list[Arrived]) -> dict[str, int]:
    if not mails:
        return {}
    keys = [keys_of(arrived) for arrived in mails]
    rows = [
        {
            "digest": arrived.digest,
            "raw_sha256": arrived.raw_sha256,
            "size": arrived.size,
            "source": arrived.source,
            "envelope_from": arrived.envelope_from,
            "recipient": arrived.recipients[0] if arrived.recipients else "",
            "peer": arrived.peer,
            "helo": arrived.helo,
            "received_at": arrived.received_at,
            "silent": arrived.silent,
            "state": InboundState.NEW,
            "turn": turn,
            "author_key": author,
            "envelope_key": envelope,
        }
        for arrived, (author, envelope), turn in zip(mails, keys, deal(connection, keys), strict=True)
    ]
    return {digest: inbound_id for digest, inbound_id in connection.execute(_SPOOL, rows)}


def _note_arrivals(connection: Connection, group: Sequence[Arrived], ids: dict[str, int], known: list[int]) -> None:
    coming = {
        (ids[arrived.digest], arrived.source, recipient): arrived.received_at
        for arrived in group
        for recipient in arrived.recipients or ("",)
    }
    if known:
        for inbound_id, source, recipient in connection.execute(_NOTED, {"known": known}):
            coming.pop((inbound_id, source, recipient), None)
    rows = [
        {"inbound_id": inbound_id, "source": source, "recipient": recipient, "at": at}
        for (inbound_id, source, recipient), at in coming.items()
    ]
    if rows:
        connection.execute(insert(_ARRIVAL), rows)


def _note_places(connection: Connection, group: Sequence[Arrived], ids: dict[str, int]) -> None:
    coming = {
        (arrived.place.mailbox, arrived.place.folder, arrived.place.uidvalidity, arrived.place.uid): arrived
        for arrived in group
        if arrived.place is not None
    }
    if not coming:
        return
    for mailbox, folder, uidvalidity, uid in connection.execute(_LEDGER, {"places": list(coming)}):
        del coming[mailbox, folder, uidvalidity, uid]
    rows = [
        {
            "mailbox": mailbox,
            "folder": folder,
            "uidvalidity": uidvalidity,
            "uid": uid,
            "inbound_id": ids[arrived.digest],
            "taken_at": arrived.received_at,
            "state": "kept",
        }
        for (mailbox, folder, uidvalidity, uid), arrived in coming.items()
    ]
    if rows:
        connection.execute(insert(_PLACE), rows)

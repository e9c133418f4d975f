"""Whose mail is put aside in silence? An address, or a domain with all that is below it; kept and counted."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from maildesk.desk.held.senders import normal_sender, senders_of
from maildesk.model import Block, Inbound
from maildesk.reason import because
from maildesk.store import insert_once
from maildesk.vocabulary import Cause


def blocked_by(session: Session, addresses: Iterable[str]) -> str | None:
    """The block that holds for a mail of these addresses, the narrowest first."""
    wanted = [sender for address in addresses for sender in senders_of(address)]
    if not wanted:
        return None
    found = set(session.connection().scalars(_BLOCKED, {"wanted": wanted}))
    return next((sender for sender in wanted if sender in found), None)


def block(session: Session, sender: str, by: str, now: datetime) -> bool:
    """False where it was blocked before."""
    return insert_once(session, Block, sender=normal_sender(sender), by=by, made_at=now) is not None


def unblock(session: Session, sender: str) -> bool:
    """False where it was not blocked."""
    gone = delete(Block).where(Block.sender == normal_sender(sender)).returning(Block.id)
    return session.scalar(gone) is not None


def blocks(session: Session) -> list[tuple[Block, int]]:
    """All blocks, oldest first, with the number of mails that each has put aside."""
    counted = select(Inbound.reason, func.count()).where(Inbound.cause == Cause.BLOCKED).group_by(Inbound.reason)
    counts = {reason: count for reason, count in session.execute(counted)}
    return [
        (row, counts.get(because("blocked_sender", row.sender), 0))
        for row in session.scalars(select(Block).order_by(Block.id))
    ]


def aside_since(session: Session, since: datetime) -> int:
    """How many mails of blocked senders came since then."""
    count = select(func.count()).where(Inbound.cause == Cause.BLOCKED, Inbound.received_at >= since)
    return session.scalar(count) or 0


# Asked for every mail, and therefore put together once.
_BLOCKED = select(Block.sender).where(Block.sender.in_(bindparam("wanted", expanding=True)))

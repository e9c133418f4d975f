"""The secrets that sign our addresses, kept in the database so that every daemon on it has the same.

A new key is believed at once and signs a minute later: until then every daemon has read it (`KeyRing.look`), so none
meets an address that it cannot read. An old key is believed until the time that stands beside it, and kept for good.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.model import SigningKey

KEY_BYTES = 32
#: Longer than any daemon takes to look again.
ANNOUNCED: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Keys:
    """`believed` are those whose addresses count, the one that signs first; `first` is the oldest one, whether it is
    believed or not: what marks our letters as ours is made of it."""

    believed: tuple[bytes, ...]
    first: bytes


class KeyRing:
    """The keys as they were when somebody last looked. Thread-safe: they are replaced as a whole."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def look(self, session: Session, now: datetime) -> None:
        """Learns what an operator has changed meanwhile."""
        self.keys = signing_keys(session, now)


def signing_keys(session: Session, now: datetime) -> Keys:
    """The keys as they count now; makes the first one on the first start.

    A daemon makes it while no other may come in (locks.DaemonLock); where there are several, tags of all are genuine.
    """
    rows = all_keys(session)
    if not rows:
        session.add(_new_key(now, now))
        session.flush()
        rows = all_keys(session)
    believed = [row for row in rows if is_believed(row, now)]
    signs = signing(believed, now)
    return Keys((signs.secret, *(row.secret for row in believed if row is not signs)), rows[-1].secret)


def all_keys(session: Session) -> Sequence[SigningKey]:
    """Newest first."""
    return session.scalars(select(SigningKey).order_by(SigningKey.id.desc())).all()


def is_believed(key: SigningKey, now: datetime) -> bool:
    return key.believed_until is None or key.believed_until > now


def signing(believed: Sequence[SigningKey], now: datetime) -> SigningKey:
    """Which of those that are believed (newest first) signs: the newest that every daemon knows."""
    return next((key for key in believed if key.signs_from <= now), believed[0])


def rotate(session: Session, now: datetime, old_for: timedelta) -> datetime:
    """Makes a new key; the others are believed for so long from now, and no longer than they were to be. Returns when
    the last of them ends."""
    until = now + old_for
    for row in all_keys(session):
        row.believed_until = min(row.believed_until or until, until)
    session.add(_new_key(now, now + ANNOUNCED))
    session.flush()
    return until


def _new_key(now: datetime, signs_from: datetime) -> SigningKey:
    return SigningKey(secret=secrets.token_bytes(KEY_BYTES), made_at=now, signs_from=signs_from)

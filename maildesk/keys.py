"""The secrets that sign our addresses, kept in the database so that every daemon on it has the same."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.model import SigningKey

KEY_BYTES = 32


def signing_keys(session: Session, now: datetime) -> tuple[bytes, ...]:
    """All keys, the present one first; makes the first key on the first start.

    A daemon makes it while no other may come in (locks.DaemonLock); where there are several, tags of all are genuine.
    """
    newest_first = select(SigningKey.secret).order_by(SigningKey.id.desc())
    found = tuple(session.scalars(newest_first))
    if found:
        return found
    session.add(SigningKey(secret=secrets.token_bytes(KEY_BYTES), made_at=now))
    session.flush()
    return tuple(session.scalars(newest_first))

"""Who is who: a person for each address, made on first sight. Who is an agent is said by the configuration alone."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from maildesk.desk import find
from maildesk.model import Person


def person_at(session: Session, address: str, name: str, now: datetime) -> Person:
    """The person with this address. Two daemons meeting the same newcomer at once end with one row."""
    key = address.lower()
    known = find.person(session, key)
    if known is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        newcomer = insert(Person).values(address=key, name=name, language="", made_at=now)
        made = session.scalar(newcomer.on_conflict_do_nothing().returning(Person))
        known = made or find.person(session, key)
        assert known is not None, "a person that was inserted is found"
    if name and not known.name:
        known.name = name
    return known

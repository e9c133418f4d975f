"""Who is who: a person for each address, made on first sight. Who is an agent is said by the configuration alone."""

from datetime import datetime

from sqlalchemy.orm import Session

from maildesk.desk import find
from maildesk.model import Person
from maildesk.store import insert_once


def person_at(session: Session, address: str, name: str, now: datetime, language: str = "") -> Person:
    """The person with this address. Two daemons meeting the same newcomer at once end with one row."""
    key = address.lower()
    newcomer = insert_once(session, Person, address=key, name=name, language=language, made_at=now)
    person = newcomer or find.person(session, key)
    assert person is not None, "a person that was inserted is found"
    if not person.name:
        person.name = name
    return person

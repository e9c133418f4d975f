"""Where does a person stand? The rows that are his, and those of others that name him. It changes nothing.

His own tickets are those he is the requester of: nothing there is about anybody else. On tickets of others he may have
written, and letters about that went out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, String, Table, func, or_, select
from sqlalchemy.orm import Session

from maildesk.blobs import Blobs
from maildesk.mail import mailbox_of
from maildesk.model import Attachment, Base, Inbound, Message, Outbound, Participant, Person, Ticket
from maildesk.notify.outbox import letter_bytes
from maildesk.reason import in_a_reason

#: Columns with words that people wrote: of others, they are told and not changed.
WORDS: Final = frozenset(
    {
        ("message", "text"),
        ("ticket", "subject"),
        ("ticket", "resolution"),
        ("ticket", "cause"),
        ("ticket", "rating_comment"),
        ("inbound", "subject"),
        ("attachment", "filename"),
    }
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody else's words that name him: where they are, and their number."""

    where: str
    number: int


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of one person. `touched` are tickets of others on which he stands or wrote; `elsewhere` are his
    other addresses, which are not erased with this one."""

    address: str
    name: str
    person: int | None
    own: tuple[int, ...]
    touched: tuple[int, ...]
    messages: tuple[int, ...]
    mails: tuple[int, ...]
    letters: tuple[int, ...]
    files: int
    elsewhere: tuple[str, ...]

    @property
    def anything(self) -> bool:
        return self.person is not None or bool(self.mails or self.letters)

    @property
    def stands_for(self) -> str:
        """What stands where his address did: a domain that never is (RFC 2606 2)."""
        return f"erased-{self.person or 0}@erased.invalid"

    def is_named_in(self, text: str) -> bool:
        folded = text.casefold()
        return any(word.casefold() in folded for word in _written(self.address, self._whole_name))

    def without_him(self, text: str) -> str:
        """The text with his address and name taken out, whatever the case of their letters."""
        for word in _written(self.address, self._whole_name):
            text = re.sub(re.escape(word), "(erased)", text, flags=re.IGNORECASE)
        return text

    @property
    def _whole_name(self) -> str:
        """A first name alone is also somebody else's."""
        return self.name if " " in self.name.strip() else ""


def _written(*words: str) -> tuple[str, ...]:
    """The words as people write them, and as they stand in a stored reason."""
    return tuple(dict.fromkeys(form for word in words if word for form in (word, in_a_reason(word))))


def traces_of(session: Session, address: str) -> Traces:
    """Everything of the person with this address."""
    key = address.strip().lower()
    person = session.scalar(select(Person).where(Person.address == key))
    number = person.id if person else 0
    own = tuple(session.scalars(select(Ticket.id).where(Ticket.requester_id == number).order_by(Ticket.id)))
    stands_on = select(Participant.ticket_id).where(Participant.person_id == number)
    wrote_on = select(Message.ticket_id).where(Message.author_id == number)
    touched = sorted(set(session.scalars(stands_on)) | set(session.scalars(wrote_on)) - set(own))
    his = or_(Message.author_id == number, Message.ticket_id.in_(own))
    messages = tuple(session.scalars(select(Message.id).where(his).order_by(Message.id)))
    return Traces(
        address=key,
        name=person.name if person else "",
        person=person.id if person else None,
        own=own,
        touched=tuple(one for one in touched if one not in own),
        messages=messages,
        mails=_mails(session, key, number, own),
        letters=_letters(session, key, own),
        files=session.scalar(select(func.count(Attachment.id)).where(Attachment.message_id.in_(messages))) or 0,
        elsewhere=_elsewhere(session, person),
    )


def mentions(session: Session, blobs: Blobs, traces: Traces) -> list[Mention]:
    """Words of other people, on other people's tickets, that name him: texts everywhere, raw mails where he was."""
    found = [
        Mention(f"{table.name}.{column.name}", number)
        for table, column in text_columns()
        if (table.name, column.name) in WORDS
        for number, _ in naming(session, table, column, traces)
    ]
    mails = select(Inbound).where(Inbound.ticket_id.in_(traces.touched), Inbound.raw_sha256 != "")
    for mail in session.scalars(mails):
        if mail.id not in traces.mails and _names_him(blobs.read(mail.raw_sha256), traces):
            found.append(Mention("raw mail of inbox", mail.id))
    return found


def letters_naming(session: Session, blobs: Blobs, traces: Traces) -> list[int]:
    """Letters about tickets of others on which he stands or wrote, that name him."""
    letters = select(Outbound).where(Outbound.ticket_id.in_(traces.touched), Outbound.raw != b"")
    return [letter.id for letter in session.scalars(letters) if _names_him(letter_bytes(letter, blobs), traces)]


def text_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of every table that may hold an address or a name."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String) and "id" in table.columns:
                yield table, column


def naming(session: Session, table: Table, column: Column[Any], traces: Traces) -> Iterator[tuple[int, str]]:
    """Number and text of each row whose text names him."""
    words = _written(traces.address, traces.name)
    hits: list[ColumnElement[bool]] = [func.lower(column).contains(word.lower(), autoescape=True) for word in words]
    # SQLite lowers ASCII alone.
    hits += [column.contains(word, autoescape=True) for word in words if not word.isascii()]
    for number, text in session.execute(select(table.c.id, column).where(or_(*hits))):
        if traces.is_named_in(text):
            yield number, text


def _mails(session: Session, address: str, person: int, own: Sequence[int]) -> tuple[int, ...]:
    """Mails he sent, and all that came to his own tickets."""
    wrote = select(Message.inbound_id).where(Message.author_id == person, Message.inbound_id.is_not(None))
    his = or_(
        func.lower(Inbound.sender) == address,
        func.lower(Inbound.envelope_from) == address,
        Inbound.id.in_(wrote),
        Inbound.ticket_id.in_(own),
    )
    return tuple(session.scalars(select(Inbound.id).where(his).order_by(Inbound.id)))


def _letters(session: Session, address: str, own: Sequence[int]) -> tuple[int, ...]:
    """Letters to him, and all that left about his own tickets."""
    his = or_(Outbound.mailbox == mailbox_of(address), Outbound.recipient == address, Outbound.ticket_id.in_(own))
    return tuple(session.scalars(select(Outbound.id).where(his).order_by(Outbound.id)))


def _elsewhere(session: Session, person: Person | None) -> tuple[str, ...]:
    if person is None:
        return ()
    same = select(Person.address).where(
        or_(Person.same_as_id == person.id, Person.id == person.same_as_id), Person.id != person.id
    )
    return tuple(session.scalars(same.order_by(Person.address)))


def _names_him(raw: bytes, traces: Traces) -> bool:
    """Also where the transfer encoding hides it."""
    if traces.is_named_in(raw.decode("utf-8", "replace")):
        return True
    message = message_from_bytes(raw, policy=policy.default)
    return any(traces.is_named_in(text) for text in _texts(message))


def _texts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        # A header that cannot be read is searched as bytes, above.
        yield " ".join(str(value) for _, value in part.raw_items())
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            yield payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""

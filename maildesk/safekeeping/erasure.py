"""The story of taking a person out for good, at his request: his words, mails, letters and names go, figures stay.

what                                        becomes
his row                                     nobody: a number, without address, name and language
his own tickets                             subject, solution, comment and every text gone; times, status, priority,
                                            rating and owner stay; old reply addresses open nothing; closed if open
his messages on tickets of others           text gone, files gone
his mails, and all mail of his tickets      the row stays, with its digest (so that it never comes in again); raw gone
letters to him, of his tickets, naming him  the row stays; recipient and bytes gone; what waited is dropped
what maildesk wrote about him elsewhere     his address and name taken out of it
what others wrote about him elsewhere       stays, and is told

It is one transaction; raw mail goes after it, where no other row names it. It touches no mailbox, no backup, no log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from maildesk.desk.tickets import Hand, happen, record
from maildesk.errors import Refused
from maildesk.foundation import Foundation
from maildesk.model import (
    Attachment,
    Block,
    Chore,
    Event,
    Inbound,
    Message,
    Outbound,
    Person,
    Suggestion,
    Ticket,
    Undoable,
)
from maildesk.reason import because
from maildesk.safekeeping.traces import WORDS, Mention, Traces, letters_naming, mentions, naming, text_columns
from maildesk.vocabulary import (
    Disposition,
    EventKind,
    Happening,
    InboundState,
    OutboundState,
    Status,
)

ERASED: Final = "(erased)"
#: Events whose text the clocks and the figures read; all others may hold words of a mail.
_READ_AGAIN: Final = frozenset(
    {EventKind.ASKED, EventKind.ON_HOLD, EventKind.SNOOZED, EventKind.PLANNED, EventKind.CHANGED, EventKind.RATED}
)
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """`blobs` were removed; `mentions` are words of others that stay; `closed` tickets had been open."""

    blobs: int
    closed: tuple[int, ...]
    mentions: tuple[Mention, ...]


def erase(foundation: Foundation, traces: Traces, now: datetime) -> Erased:
    """Does what the table above says. Raises Refused where a letter that names him is about to leave, or an agent is
    meant; Deferred where the database is away: then nothing has happened."""
    refuse_ours(foundation, traces)
    with foundation.store.begin() as session:
        if foundation.store.is_sqlite:
            # Deleted words are overwritten, not only unlinked (sqlite.org/pragma.html#pragma_secure_delete).
            session.execute(text("PRAGMA secure_delete=ON"))
        names = _blobs_before(session, traces)
        letters = letters_naming(session, foundation.blobs, traces)
        names |= _erase_letters(session, traces, [*traces.letters, *letters])
        _erase_mails(session, traces)
        closed = _erase_tickets(session, traces, now)
        _erase_messages(session, traces)
        _erase_person(session, traces, now)
        session.flush()
        _take_out(session, traces)
    with foundation.store.read() as session:
        found = tuple(mentions(session, foundation.blobs, traces))
        gone = [name for name in sorted(names) if not _is_named(session, name)]
    for name in gone:
        foundation.blobs.remove(name)
    return Erased(len(gone), closed, found)


def refuse_ours(foundation: Foundation, traces: Traces) -> None:
    """Who works here is in the configuration, and stands on everybody's tickets."""
    settings = foundation.settings
    if settings.agent_of(traces.address) or traces.address in settings.own_addresses:
        raise Refused(f"{traces.address} is one of us: take it out of the configuration first")


def _blobs_before(session: Session, traces: Traces) -> set[str]:
    mails = select(Inbound.raw_sha256).where(Inbound.id.in_(traces.mails))
    files = select(Attachment.raw_sha256).where(Attachment.message_id.in_(traces.messages))
    return {name for query in (mails, files) for name in session.scalars(query) if name}


def _erase_letters(session: Session, traces: Traces, letters: list[int]) -> set[str]:
    """Returns the blobs that had their files."""
    names: set[str] = set()
    for group in _groups(letters):
        rows = session.scalars(select(Outbound).where(Outbound.id.in_(group))).all()
        if any(row.state == OutboundState.TRANSMITTING or row.lease_until for row in rows):
            raise Refused("a letter about it is on its way at this moment; try again when it has left")
        for row in rows:
            names |= {row.files_sha256} - {""}
            row.raw, row.files_sha256, row.error = b"", "", ""
            # An answer to it is a new matter.
            row.effect_key, row.message_id, row.relay_id = f"erased:{row.id}", f"erased-{row.id}", ""
            if row.state in (OutboundState.WAITING, OutboundState.REFUSED, OutboundState.UNCERTAIN):
                row.state = OutboundState.DROPPED
            if row.id in traces.letters and traces.is_named_in(f"{row.recipient} {row.mailbox}"):
                row.recipient = row.mailbox = traces.stands_for
        session.flush()
        session.expunge_all()
    return names


def _erase_mails(session: Session, traces: Traces) -> None:
    for group in _groups(traces.mails):
        here = update(Inbound).where(Inbound.id.in_(group)).execution_options(synchronize_session=False)
        session.execute(
            here.values(
                raw_sha256="", sender="", subject="", message_id="", author_key="", envelope_key="", peer="", helo="",
                envelope_from=None, proof="", trust="", reason=ERASED, released_by="", lease_until=None,
            )
        )  # fmt: skip
        session.execute(
            here.where(Inbound.state.in_([InboundState.NEW, InboundState.HELD])).values(
                state=InboundState.DROPPED, disposition=Disposition.IGNORED
            )
        )


def _erase_tickets(session: Session, traces: Traces, now: datetime) -> tuple[int, ...]:
    """Returns which of his own were open."""
    closed: list[int] = []
    hand = Hand(session, None, None, now)
    for number in traces.own:
        ticket = session.get_one(Ticket, number)
        ticket.subject, ticket.resolution, ticket.cause, ticket.rating_comment = ERASED, "", "", ""
        ticket.assigned_reason = traces.without_him(ticket.assigned_reason)
        ticket.token_epoch += 1
        if ticket.status != Status.CLOSED and happen(ticket, Happening.CLOSED, now):
            closed.append(number)
        _erase_events(session, number)
        session.execute(delete(Undoable).where(Undoable.ticket_id == number))
        session.flush()
        record(hand, ticket, EventKind.ERASED, because("its_requester"))
    return tuple(closed)


def _erase_events(session: Session, number: int) -> None:
    of_ticket = update(Event).where(Event.ticket_id == number).execution_options(synchronize_session=False)
    session.execute(of_ticket.where(Event.kind.not_in(_READ_AGAIN)).values(text=""))
    for event in session.scalars(select(Event).where(Event.ticket_id == number, Event.kind == EventKind.RATED)):
        event.text = event.text.partition(":")[0]


def _erase_messages(session: Session, traces: Traces) -> None:
    for group in _groups(traces.messages):
        session.execute(delete(Attachment).where(Attachment.message_id.in_(group)))
        session.execute(
            update(Message)
            .where(Message.id.in_(group))
            .values(text=ERASED, message_id="", in_reply_to="", conversation="", placed_by=ERASED, doubt="")
            .execution_options(synchronize_session=False)
        )


def _erase_person(session: Session, traces: Traces, now: datetime) -> None:
    session.execute(delete(Suggestion).where(Suggestion.address == traces.address))
    session.execute(delete(Block).where(Block.sender == traces.address))
    # That it was done is on record; whose request it was is not.
    session.add(Chore(key=f"erased:{traces.person or 0}:{now:%Y-%m-%dT%H:%M:%S.%f}", done_at=now))
    if traces.person is None:
        return
    person = session.get_one(Person, traces.person)
    person.address, person.name, person.language = traces.stands_for, "", ""
    person.same_as_id = person.away_until = person.undeliverable_since = None
    person.hard_bounces = 0
    session.execute(
        update(Person)
        .where(Person.same_as_id == person.id)
        .values(same_as_id=None)
        .execution_options(synchronize_session=False)
    )


def _take_out(session: Session, traces: Traces) -> None:
    """Out of everything that maildesk itself wrote, in every table there is."""
    for table, column in text_columns():
        if (table.name, column.name) in WORDS:
            continue
        for number, words in list(naming(session, table, column, traces)):
            session.execute(update(table).where(table.c.id == number).values({column: traces.without_him(words)}))


def _is_named(session: Session, name: str) -> bool:
    columns = (Inbound.raw_sha256, Attachment.raw_sha256, Outbound.files_sha256)
    return any(session.scalar(select(column).where(column == name).limit(1)) is not None for column in columns)


def _groups(numbers: Iterable[int]) -> Iterable[list[int]]:
    found = list(dict.fromkeys(numbers))
    return (found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE))

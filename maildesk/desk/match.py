"""Which ticket does a mail belong to? The ladder of behaviour 5: the first rung that holds decides, and is stored.

`clues_of` says what to look for, one look into the database (desk/find.py) brings the candidates, `choose_ticket`
decides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from maildesk.mail import Mail
from maildesk.tokens import Tag, TagKind, is_genuine, read_tag
from maildesk.vocabulary import Status

#: Only so many references are looked up (threats 4.2); the last ones are the nearest.
MOST_REFERENCES: Final = 20
_NUMBER: Final = re.compile(r"\[#([0-9]{1,9})\]", re.ASCII)


class Rung(StrEnum):
    TOKEN = "token"
    OWN_LETTER = "own_letter"
    KNOWN_MESSAGE = "known_message"
    SUBJECT_NUMBER = "subject_number"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says about its ticket, nothing of it proven yet."""

    tags: tuple[Tag, ...]
    #: In the order in which they are believed: In-Reply-To, then References from the right.
    message_ids: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TicketFacts:
    number: int
    status: Status
    closed_at: datetime | None
    epoch: int
    requester: int
    people: frozenset[int]
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A Message-ID that we know. `to` is the person our letter went to; None for a mail that came in."""

    message_id: str
    ticket: int
    to: int | None


@dataclass(frozen=True, slots=True)
class Candidates:
    tickets: Mapping[int, TicketFacts] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who says to have written. `person` is None for an address never seen; `proven` only for an authenticated
    agent."""

    person: int | None
    proven: bool = False
    #: The sender's own domain says that it did not let this mail out.
    disowned: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The ticket a mail belongs to (None: a new one), and why."""

    ticket: int | None
    rung: Rung
    reason: str
    #: The genuine tag that was used, if any, and the person our answered letter had gone to.
    tag: Tag | None = None
    addressed: int | None = None
    #: A ticket the new one is linked to, and how ("follows", "mentions").
    linked: int | None = None
    link: str = ""


def clues_of(mail: Mail, recipients: Iterable[str], own: frozenset[str], separator: str) -> Clues:
    """What to look for. `recipients` are those of the envelope; header recipients come after them."""
    addresses = [*recipients, *mail.delivered_to, *(address.address for address in (*mail.to, *mail.cc))]
    tags = dict.fromkeys(tag for address in addresses if (tag := read_tag(address, own, separator)))
    backwards = (*mail.in_reply_to, *reversed(mail.references))
    return Clues(
        tags=tuple(tags),
        message_ids=tuple(dict.fromkeys(backwards))[:MOST_REFERENCES],
        numbers=tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(mail.subject[:998]))),
    )


def choose_ticket(
    clues: Clues,
    found: Candidates,
    writer: Writer,
    secrets: Sequence[bytes],
    domain: str,
    now: datetime,
    reopen_within: timedelta,
) -> Place:
    """The rung that holds; a ticket closed too long ago, or merged away, leads on to where the matter lives now."""
    place = (
        _by_token(clues, found, writer, secrets, domain)
        or _by_reference(clues, found, writer)
        or _by_number(clues, found, writer)
        or Place(None, Rung.NOTHING, "nothing points to a ticket")
    )
    return _where_it_lives(place, found, now, reopen_within)


def _by_token(clues: Clues, found: Candidates, writer: Writer, secrets: Sequence[bytes], domain: str) -> Place | None:
    genuine = [
        tag
        for tag in clues.tags
        if (ticket := found.tickets.get(tag.ticket)) and is_genuine(tag, secrets, domain, ticket.epoch)
    ]
    if not genuine:
        return None
    # Of several the writer's own; and what was sent to the note address as well is a note. Else the first.
    tag = min(genuine, key=lambda one: (one.person != writer.person, one.kind is not TagKind.NOTE))
    return Place(tag.ticket, Rung.TOKEN, f"signed address of ticket #{tag.ticket}", tag=tag, addressed=tag.person)


def _by_reference(clues: Clues, found: Candidates, writer: Writer) -> Place | None:
    known = [found.references[wanted] for wanted in clues.message_ids if wanted in found.references]
    for reference in known:
        if reference.to is not None:
            reason = f"answers letter <{reference.message_id}> of ticket #{reference.ticket}"
            return Place(reference.ticket, Rung.OWN_LETTER, reason, addressed=reference.to)
    for reference in known:
        # Somebody else's Message-ID is public knowledge: only for those who stand on the ticket.
        if _stands_on(found, reference.ticket, writer):
            reason = f"answers mail <{reference.message_id}> of ticket #{reference.ticket}"
            return Place(reference.ticket, Rung.KNOWN_MESSAGE, reason)
    return None


def _by_number(clues: Clues, found: Candidates, writer: Writer) -> Place | None:
    for number in clues.numbers:
        stands = _stands_on(found, number, writer) and not writer.disowned
        if number in found.tickets and (writer.proven or stands):
            return Place(number, Rung.SUBJECT_NUMBER, f"[#{number}] in the subject, from a participant or agent")
    for number in clues.numbers:
        if number in found.tickets:
            reason = f"[#{number}] in the subject, but the sender does not stand on that ticket"
            return Place(None, Rung.NOTHING, reason, linked=number, link="mentions")
    return None


def _stands_on(found: Candidates, number: int, writer: Writer) -> bool:
    ticket = found.tickets.get(number)
    return ticket is not None and writer.person is not None and writer.person in ticket.people


def _where_it_lives(place: Place, found: Candidates, now: datetime, reopen_within: timedelta) -> Place:
    if place.ticket is None:
        return place
    ticket = found.tickets.get(place.ticket)
    seen = {place.ticket}
    while ticket and ticket.merged_into and ticket.merged_into not in seen:
        seen.add(ticket.merged_into)
        ticket = found.tickets.get(ticket.merged_into)
    if ticket is None:
        return Place(None, Rung.NOTHING, f"{place.reason}, which is gone")
    reason = place.reason if ticket.number == place.ticket else f"{place.reason}, merged into #{ticket.number}"
    if ticket.status is Status.CLOSED and ticket.closed_at and now - ticket.closed_at > reopen_within:
        reason = f"{reason}, closed too long ago to be opened again"
        return Place(None, place.rung, reason, place.tag, place.addressed, linked=ticket.number, link="follows")
    return Place(ticket.number, place.rung, reason, place.tag, place.addressed)

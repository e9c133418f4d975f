"""Which ticket does a mail belong to? The ladder of behaviour 5: the first rung that holds decides, and is stored.

`clues_of` says what to look for (desk/clues.py), one look into the database (desk/find.py) brings the candidates,
`choose_ticket` decides: the ticket that is meant, or a new one, linked to the one that the mail speaks of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from maildesk.desk.clues import Clues, clues_of
from maildesk.desk.reply_subject import bare_subject, is_answer, says_the_same
from maildesk.reason import because, together
from maildesk.tokens import Tag, TagKind, claimed_root, is_genuine, is_root
from maildesk.vocabulary import Status

__all__ = [
    "Candidates",
    "Clues",
    "Place",
    "Reference",
    "Rung",
    "TicketFacts",
    "Writer",
    "choose_ticket",
    "clues_of",
]


class Rung(StrEnum):
    TOKEN = "token"
    OWN_LETTER = "own_letter"
    KNOWN_MESSAGE = "known_message"
    CONVERSATION = "conversation"
    REFERENCE_LINE = "reference_line"
    SUBJECT_NUMBER = "subject_number"
    RELEASED = "released"  # by a person, who said where to
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class TicketFacts:
    number: int
    status: Status
    closed_at: datetime | None
    epoch: int
    requester: int
    people: frozenset[int]
    merged_into: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A Message-ID that we know. `to` is the person our letter went to; None for a mail that came in."""

    message_id: str
    ticket: int
    to: int | None
    #: It is the relay's name for our letter. Many relays count, so it can be guessed, and opens nothing to strangers.
    of_relay: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    tickets: Mapping[int, TicketFacts] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)
    #: Tickets with mail of the same Outlook conversation, the newest first.
    conversation: tuple[int, ...] = ()
    #: (number, subject) of the tickets the writer stands on; looked up only where the subject matters.
    of_writer: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Who says to have written. `person` is None for an address never seen; `proven` only for an authenticated
    agent."""

    person: int | None
    proven: bool = False
    #: The sender's own domain says that it did not let this mail out.
    disowned: bool = False
    #: Says to be an agent, proven or not.
    agent: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The ticket a mail belongs to (None: a new one), and why (maildesk.reason)."""

    ticket: int | None
    rung: Rung
    reason: str
    #: The genuine tag that was used, if any, and the person our answered letter had gone to.
    tag: Tag | None = None
    addressed: int | None = None
    #: A ticket the new one is linked to, and how ("follows", "mentions").
    linked: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Hint:
    """What everybody may know or guess: it leads to a ticket only those who stand on it, and proven agents."""

    rung: Rung
    ticket: int
    what: str


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
        or _by_reference(clues, found, writer, secrets, domain)
        or _by_hint(clues, found, writer)
    )
    return _where_it_lives(place, clues, found, writer, now, reopen_within)


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
    return Place(tag.ticket, Rung.TOKEN, because("token_of", tag.ticket), tag=tag, addressed=tag.person)


def _by_reference(
    clues: Clues, found: Candidates, writer: Writer, secrets: Sequence[bytes], domain: str
) -> Place | None:
    for wanted in clues.message_ids:
        known, number = found.references.get(wanted), claimed_root(wanted)
        if known is not None and known.to is not None:
            reason = because("answers_letter", wanted, known.ticket)
            if not known.of_relay:
                return Place(known.ticket, Rung.OWN_LETTER, reason, addressed=known.to)
            if writer.proven or writer.person == known.to or _stands_on(found, known.ticket, writer):
                return Place(known.ticket, Rung.OWN_LETTER, together(reason, because("as_relay_named_it")))
        elif number in found.tickets and number is not None and is_root(wanted, number, secrets, domain):
            # Whose letter it was, it does not say.
            return Place(number, Rung.OWN_LETTER, because("in_our_thread", number))
    return None


def _by_hint(clues: Clues, found: Candidates, writer: Writer) -> Place:
    """The first hint that holds; a new ticket that mentions the first one that does not."""
    hints = [hint for hint in _hints(clues, found) if hint.ticket in found.tickets]
    held = [hint for hint in hints if _holds(hint, found, writer)]
    numbers = {hint.ticket for hint in held if hint.rung is Rung.SUBJECT_NUMBER}
    for hint in held:
        reason = together(hint.what, because("of_somebody_there"))
        if hint.rung is not Rung.SUBJECT_NUMBER:
            return Place(hint.ticket, hint.rung, reason)
        if not _belies(clues, found, hint.ticket, others=len(numbers) > 1):
            return Place(hint.ticket, hint.rung, reason)
    if not hints:
        return _by_subject(clues, found)
    doubt = because("but_another_subject") if held else because("but_a_stranger")
    first = (held or hints)[0]
    return Place(None, Rung.NOTHING, together(first.what, doubt), linked=first.ticket, link="mentions")


def _by_subject(clues: Clues, found: Candidates) -> Place:
    """Two matters may have one subject, so it joins nothing; it may be the last that is left of a thread."""
    subject = bare_subject(clues.subject)
    for number, named in found.of_writer:
        if subject and is_answer(clues.subject) and bare_subject(named) == subject:
            return Place(None, Rung.NOTHING, because("only_the_subject", number), linked=number, link="mentions")
    return Place(None, Rung.NOTHING, because("nothing_points"))


def _hints(clues: Clues, found: Candidates) -> list[_Hint]:
    known = [found.references[wanted] for wanted in clues.message_ids if wanted in found.references]
    return [
        *(_Hint(Rung.KNOWN_MESSAGE, one.ticket, because("answers_mail", one.message_id, one.ticket)) for one in known),
        *(_Hint(Rung.CONVERSATION, number, because("same_conversation", number)) for number in found.conversation),
        *(_Hint(Rung.REFERENCE_LINE, number, because("quotes_foot", number)) for number in clues.lines),
        *(_Hint(Rung.SUBJECT_NUMBER, number, because("number_in_subject", number)) for number in clues.numbers),
    ]


def _holds(hint: _Hint, found: Candidates, writer: Writer) -> bool:
    stands = _stands_on(found, hint.ticket, writer)
    if hint.rung is Rung.KNOWN_MESSAGE:
        return stands
    return writer.proven or (stands and not writer.disowned)


def _belies(clues: Clues, found: Candidates, number: int, *, others: bool) -> bool:
    """Does the subject speak against its number? Another helpdesk may put its own numbers the way we do."""
    if says_the_same(clues.subject, found.tickets[number].subject):
        return False
    subject = bare_subject(clues.subject)
    return others or any(subject and subject == bare_subject(named) for one, named in found.of_writer if one != number)


def _stands_on(found: Candidates, number: int, writer: Writer) -> bool:
    ticket = found.tickets.get(number)
    return ticket is not None and writer.person is not None and writer.person in ticket.people


def _where_it_lives(
    place: Place, clues: Clues, found: Candidates, writer: Writer, now: datetime, reopen_within: timedelta
) -> Place:
    if place.ticket is None:
        return place
    ticket = found.tickets.get(place.ticket)
    seen = {place.ticket}
    while ticket and ticket.merged_into and ticket.merged_into not in seen:
        seen.add(ticket.merged_into)
        ticket = found.tickets.get(ticket.merged_into)
    if ticket is None:
        return Place(None, Rung.NOTHING, together(place.reason, because("which_is_gone")))
    merged = because("merged_into", ticket.number) if ticket.number != place.ticket else ""
    reason = together(place.reason, merged)
    ended = ""
    if ticket.status is Status.CLOSED and ticket.closed_at and now - ticket.closed_at > reopen_within:
        ended = because("too_old")
    elif not writer.agent and _begins_anew(ticket, place, clues):
        ended = because("begins_anew")
    if ended:
        reason = together(reason, ended)
        return Place(None, place.rung, reason, place.tag, place.addressed, linked=ticket.number, link="follows")
    return Place(ticket.number, place.rung, reason, place.tag, place.addressed)


def _begins_anew(ticket: TicketFacts, place: Place, clues: Clues) -> bool:
    """An old letter is at hand where a new matter begins: many write over its subject and leave out what it says."""
    if ticket.status not in (Status.RESOLVED, Status.CLOSED) or not clues.bare or not clues.subject.strip():
        return False
    if clues.rates or (place.tag is not None and place.tag.kind is TagKind.RATE):
        return False
    named = is_answer(clues.subject) or ticket.number in clues.numbers
    return not named and not says_the_same(clues.subject, ticket.subject)

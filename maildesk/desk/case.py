"""One mail on the desk: what it says, who speaks, where it belongs. Put together once, read by all that act on it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from maildesk.config import AgentSettings, Settings
from maildesk.desk import find
from maildesk.desk.authentication import Authentication, Verdict, authenticate
from maildesk.desk.commands import Orders
from maildesk.desk.match import Place, Writer, choose_ticket, clues_of
from maildesk.desk.people import person_at
from maildesk.desk.tickets import Hand, Source, take_in
from maildesk.desk.trust import Signals, Trust, trust_agent, trust_requester
from maildesk.mail import Delivery, Mail
from maildesk.model import Event, Message, Person, Ticket
from maildesk.notify.headers import can_be_reached
from maildesk.tokens import without_tags
from maildesk.vocabulary import Direction, Disposition, Standing

#: Whoever cannot be named: a From that is missing, doubled or odd. Nothing is ever sent there (RFC 2606).
NOBODY = "nobody@unidentified.invalid"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the desk needs to know about one mail. `agent` is set where From is a configured agent, proven or
    not."""

    session: Session
    settings: Settings
    delivery: Delivery
    mail: Mail
    place: Place
    trust: Trust
    agent: AgentSettings | None
    #: The person who wrote, if known; `author` makes him.
    writer: Person | None
    now: datetime

    def author(self) -> Person:
        """The person who wrote, made now if never seen."""
        address, name = _named(self.settings, self.mail)
        if self.writer is None:
            return person_at(self.session, address, name, self.now, self.mail.language)
        if self.trust.may_act and name:
            # The name may have come from somebody who only said to be him (threats T20).
            self.writer.name = name
        return self.writer

    @property
    def written_at(self) -> datetime:
        """When the mail counts as received: when it came, or for imported history when it was written."""
        history = self.delivery.silent and self.mail.date is not None and self.mail.date < self.delivery.received_at
        return self.mail.date if history and self.mail.date else self.delivery.received_at

    def clean(self, text: str) -> str:
        """The text as it may be shown to others: without signed addresses in it."""
        return without_tags(text, self.settings.own_addresses, self.settings.desk.subaddress)

    def take_in(self, ticket: Ticket, author: Person, text: str, direction: Direction) -> Message:
        """Puts words of this mail on a ticket."""
        source = Source(self.mail, self.delivery.raw_sha256, self.written_at, self.place.reason, self.trust)
        return take_in(self.hand(author), ticket, author, self.clean(text), direction, source)

    def hand(self, actor: Person | None) -> Hand:
        return Hand(self.session, actor, self.delivery.inbound_id, self.now)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, with the events that are to be announced."""

    disposition: Disposition
    reason: str
    ticket: int | None = None
    events: tuple[Event, ...] = ()
    #: For the explanation to an agent whose mail could not be obeyed.
    orders: Orders = field(default_factory=Orders)


def case_of(
    session: Session,
    settings: Settings,
    secrets: tuple[bytes, ...],
    delivery: Delivery,
    mail: Mail,
    now: datetime,
) -> Case:
    """Who speaks, how far he is believed, and which ticket is meant."""
    agent = settings.agent_of(mail.identity) if mail.identity else None
    writer = find.person(session, _named(settings, mail)[0]) if mail.identity else None
    authentication = _authenticate(settings, mail)
    verdict = authentication.verdict
    clues = clues_of(mail, delivery.recipients, settings.own_addresses, settings.desk.subaddress)
    place = choose_ticket(
        clues,
        find.candidates(session, clues),
        Writer(
            writer.id if writer else None,
            proven=agent is not None and verdict is Verdict.PASS,
            disowned=verdict is Verdict.FAIL,
        ),
        secrets,
        settings.desk.address.rpartition("@")[2].lower(),
        now,
        # The requester's time; an agent may work on what was closed long ago.
        timedelta.max if agent else settings.answers.reopen_within,
    )
    signals = _signals(place, writer, authentication)
    trust = _trust(settings, mail, agent, signals)
    return Case(session, settings, delivery, mail, place, trust, agent, writer, now)


def _authenticate(settings: Settings, mail: Mail) -> Authentication:
    if mail.identity is None:
        return Authentication(Verdict.UNKNOWN, "From is not one clean address")
    trusted = frozenset(name.lower() for name in settings.auth.trusted_authserv_ids)
    return authenticate(mail.identity.rpartition("@")[2], mail.authentication_results, trusted)


def _signals(place: Place, writer: Person | None, authentication: Authentication) -> Signals:
    known = writer.id if writer else None
    token = place.tag is not None and place.tag.person == known
    return Signals(authentication, token, own_letter=known is not None and place.addressed == known)


def _trust(settings: Settings, mail: Mail, agent: AgentSettings | None, signals: Signals) -> Trust:
    if mail.identity is None:
        return Trust(Standing.STRANGER, signals.authentication.reason)
    return trust_agent(signals, settings.auth.agents) if agent else trust_requester(signals)


def _named(settings: Settings, mail: Mail) -> tuple[str, str]:
    """(address, display name) under which the writer is known; an agent's aliases are one agent."""
    sender = mail.sender
    if sender is None:
        return NOBODY, ""
    if mail.identity is not None:
        agent = settings.agent_of(mail.identity)
        return (agent.email.lower(), agent.name) if agent else (mail.identity, sender.name)
    # Not clean: it may be written down, but never as somebody whose words count.
    claimed = sender.key
    ours = claimed in settings.own_addresses or settings.agent_of(claimed) is not None
    plausible = claimed.isascii() and can_be_reached(claimed)
    return (claimed, sender.name) if plausible and not ours else (NOBODY, sender.name)

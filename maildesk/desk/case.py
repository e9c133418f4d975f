"""One mail on the desk: what it says, who speaks, where it belongs. Put together once, read by all that act on it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from maildesk.config import AgentSettings, Settings
from maildesk.desk import find
from maildesk.desk.candidates import candidates
from maildesk.desk.commands import Orders
from maildesk.desk.digests.told_manager import ToManager
from maildesk.desk.match import Place, Writer, choose_ticket, clues_of
from maildesk.desk.people import person_at
from maildesk.desk.speaker.authentication import Verdict
from maildesk.desk.speaker.released import believed, placed
from maildesk.desk.tickets import Hand, Source, take_in
from maildesk.desk.trust import Signals, Trust, trust_agent, trust_requester
from maildesk.desk.who_wrote import authentication_of, signals_of
from maildesk.mail import Delivery, Mail
from maildesk.model import Event, Message, Outbound, Person, Ticket
from maildesk.notify.headers import can_be_reached
from maildesk.notify.post import Incident, News
from maildesk.notify.receipt import Receipt
from maildesk.notify.self_service import SelfAnswer
from maildesk.notify.tell_agent import ToAgent
from maildesk.tokens import returned_letter, without_tags
from maildesk.vocabulary import Cause, Direction, Disposition, Standing, Undone

#: Whoever cannot be named: a From that is missing, doubled or odd. Nothing is ever sent there (RFC 2606).
NOBODY = "nobody@unidentified.invalid"


@dataclass(frozen=True, slots=True)
class Held:
    """Why a mail is kept aside, whose word it waits for, and the question he is asked, if he is."""

    cause: Cause
    person: int | None = None
    question: int | None = None


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
    #: What the trust was decided from, and the keys of our addresses, the present one first.
    signals: Signals
    secrets: tuple[bytes, ...]
    #: The letter whose own return address the mail was sent to, by a machine or a very odd mail program.
    returned: Outbound | None = None

    def author(self) -> Person:
        """The person who wrote, made now if never seen."""
        address, name = _named(self.settings, self.mail)
        if self.writer is None:
            return person_at(self.session, address, name, self.now, self.mail.language)
        if self.trust.may_act and name and name != self.writer.name:
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
        source = Source(
            self.mail, self.delivery.raw_sha256, self.written_at, self.place.reason, self.trust, self._via(author)
        )
        return take_in(self.hand(author), ticket, author, self.clean(text), direction, source)

    def _via(self, author: Person) -> int | None:
        """Whose reply address an outsider used: his telephone, a second address, or somebody it was passed on to."""
        tag = self.place.tag
        if tag is None or self.agent is not None or tag.person == author.id:
            return None
        on_it = find.people_on(self.session, tag.ticket)
        return tag.person if tag.person in on_it and author.id not in on_it else None

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
    #: Set where the mail is held or put aside.
    held: Held | None = None
    #: What an agent had not seen when he answered (desk/errands/crossed.py).
    news: tuple[News, ...] = ()
    #: Whom the solution of a problem would answer (desk/errands/incidents.py).
    incidents: tuple[Incident, ...] = ()
    #: What an agent is told of his commands, and how, where they are about no ticket.
    receipt: Receipt | None = None
    to_agent: ToAgent | None = None
    #: What a manager is told of his words (desk/managers.py).
    to_manager: ToManager | None = None
    #: The answer to a requester's one word.
    self_answer: SelfAnswer | None = None
    #: What an agent wrote above a mail that he passed on.
    above: str = ""
    #: (question, why) where an answer about held mail decided nothing.
    undone: tuple[int, Undone] | None = None


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
    writer = find.writer_at(session, _named(settings, mail)[0]) if mail.identity else None
    authentication = authentication_of(session, settings, delivery, mail)
    verdict, released = authentication.verdict, delivery.release is not None
    clues = clues_of(mail, delivery.recipients, settings.own_addresses, settings.desk.subaddress, settings.desk.name)
    returned = _returned(session, settings, secrets, delivery, mail)
    if returned is not None:
        clues = replace(clues, message_ids=(returned.message_id, *clues.message_ids))
    place = choose_ticket(
        clues,
        candidates(session, clues, writer.id if writer else None),
        Writer(
            writer.id if writer else None,
            proven=agent is not None and (verdict is Verdict.PASS or released),
            disowned=verdict is Verdict.FAIL and not released,
            agent=agent is not None,
        ),
        secrets,
        settings.desk.address.rpartition("@")[2].lower(),
        now,
        # The requester's time; an agent may work on what was closed long ago.
        timedelta.max if agent else settings.answers.reopen_within,
    )
    signals = signals_of(delivery, place, writer, authentication, agent is not None)
    trust = believed(_trust(settings, mail, agent, signals), delivery.release, is_agent=agent is not None)
    place = placed(place, delivery.release)
    return Case(session, settings, delivery, mail, place, trust, agent, writer, now, signals, secrets, returned)


def _returned(
    session: Session, settings: Settings, secrets: tuple[bytes, ...], delivery: Delivery, mail: Mail
) -> Outbound | None:
    own, desk = settings.own_addresses, settings.desk
    domain = desk.address.rpartition("@")[2]
    for address in (*delivery.recipients, *mail.delivered_to, *(one.address for one in mail.to)):
        if letter := returned_letter(address, own, desk.subaddress, secrets, domain):
            return session.get(Outbound, letter)
    return None


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

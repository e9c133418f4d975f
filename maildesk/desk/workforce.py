"""Gives tickets to agents, and on to others: new ones, those of somebody who goes away, and what an agent passes on.

The facts are gathered here in two queries, assign.py chooses, and every change is written down with its reason. A
ticket that nobody gets is offered to everybody; none is left without a letter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from maildesk.calendars import is_open, next_opening
from maildesk.config import AgentSettings, Settings
from maildesk.desk import skills
from maildesk.desk.assign import FOR_EVERYBODY, Choice, Colleague, Matter, choose_agent
from maildesk.desk.clocks.opening_hours import calendar_of_agent
from maildesk.desk.tickets import Hand, given, record
from maildesk.model import Event, Person, Ticket
from maildesk.reason import because, together
from maildesk.vocabulary import EventKind, Status

#: It is our turn: these wait for somebody.
_WAITING: Final = (Status.NEW, Status.OPEN)
_UNFINISHED: Final = (*_WAITING, Status.PENDING, Status.ON_HOLD)
#: The key of the lock under which an agent is chosen.
_TURN: Final = 0x6D61696C6465736B


def assign_automatically(hand: Hand, settings: Settings, ticket: Ticket, tags: Iterable[str]) -> str:
    """Gives a new ticket with these tags to whom it suits, if the desk wants that; returns the reason. Its letter is
    the one about the new ticket, so nothing is to be announced."""
    choice = _choose(hand, settings, ticket, skills.topics(ticket, tags), frozenset())
    if choice.agent is not None:
        _give(hand, ticket, choice.agent, choice.reason)
    elif choice.passed_over:
        ticket.assigned_reason = choice.reason
    return choice.reason


def stand_in(hand: Hand, settings: Settings, ticket: Ticket) -> None:
    """The requester wrote, and the agent is away or no agent any more: another one gets it, where one is found. The
    letter is the one about the answer; where nobody is found it goes to everybody (notify/audience.py)."""
    owner = hand.session.get(Person, ticket.agent_id) if ticket.agent_id else None
    why = _why_not_here(settings, owner, hand.now) if owner else ""
    if owner is None or not why:
        return
    choice = _choose(hand, settings, ticket, skills.topics_of(hand.session, ticket), frozenset({owner.id}))
    if choice.agent is not None:
        _give(hand, ticket, choice.agent, together(why, choice.reason))


def go_away(hand: Hand, settings: Settings, person: Person, until: datetime) -> list[Event]:
    """An agent is away from now on; what waits for him is offered on. Returns the events to be announced."""
    person.away_until = until
    return hand_over_waiting(hand, settings, person)


def come_back(person: Person) -> None:
    """He is there again; what others have got meanwhile stays with them."""
    person.away_until = None


def is_away(person: Person, now: datetime) -> bool:
    return person.away_until is not None and person.away_until > now


def hand_over_waiting(hand: Hand, settings: Settings, person: Person) -> list[Event]:
    """Each ticket that waits for this agent goes to another one; where none is found it stays his, and everybody is
    told of it. Returns the events to be announced."""
    waiting = select(Ticket).where(
        Ticket.agent_id == person.id, Ticket.status.in_(_WAITING), Ticket.merged_into_id.is_(None)
    )
    # What this transaction has changed already is not read over.
    hand.session.flush()
    locked = waiting.order_by(Ticket.id).with_for_update().execution_options(populate_existing=True)
    why = because("away", _called(settings, person), _until(settings, person.away_until))
    events = []
    for ticket in hand.session.scalars(locked).all():
        choice = _choose(hand, settings, ticket, skills.topics_of(hand.session, ticket), frozenset({person.id}))
        if choice.agent is not None:
            events.append(_give(hand, ticket, choice.agent, together(why, choice.reason)))
        else:
            events.append(record(hand, ticket, EventKind.OFFERED, _joined(why, choice)))
    return events


def pass_on(hand: Hand, settings: Settings, ticket: Ticket, passer: Person) -> list[Event]:
    """An agent gives a ticket (locked) on: to the next best who has not passed it on himself, else to everybody.
    Returns the events to be announced."""
    record(hand, ticket, EventKind.PASSED, because("by", passer.address))
    passed = select(Event.actor_id).where(Event.ticket_id == ticket.id, Event.kind == EventKind.PASSED)
    why = because("passed_on", _called(settings, passer))
    hand.session.flush()
    topics = skills.topics_of(hand.session, ticket)
    choice = _choose(hand, settings, ticket, topics, frozenset(filter(None, hand.session.scalars(passed))))
    if choice.agent is not None:
        return [_give(hand, ticket, choice.agent, together(why, choice.reason))]
    ticket.agent_id, ticket.assigned_reason = None, _joined(why, choice)
    return [record(hand, ticket, EventKind.OFFERED, _joined(why, choice))]


def team_of(session: Session, settings: Settings, now: datetime) -> tuple[Colleague, ...]:
    """All agents as they stand now, in the order of the configuration."""
    agents = {agent.email.lower(): agent for agent in settings.agent}
    duties = {row.address: row for row in session.execute(_DUTIES, {"addresses": list(agents)})}
    words = skills.known(session, {row.id: agents[address] for address, row in duties.items()}, now)
    return tuple(
        _colleague(settings, agent, duties[address], {one.word: one.weight for one in words[duties[address].id]}, now)
        for address, agent in agents.items()
        if address in duties
    )


def _give(hand: Hand, ticket: Ticket, agent: int, reason: str) -> Event:
    """It is his, though he has not seen it yet: a new ticket stays new. Nobody did it: the rules have."""
    ticket.agent_id, ticket.assigned_reason, ticket.assigned_at = agent, reason, hand.now
    return given(replace(hand, actor=None), ticket, hand.session.get_one(Person, agent), reason)


def _choose(
    hand: Hand, settings: Settings, ticket: Ticket, topics: tuple[str, ...], excluded: frozenset[int]
) -> Choice:
    """The best but these, and never the requester: nobody answers himself."""
    how, session = settings.assignment.automatic, hand.session
    matter = Matter(topics, ticket.language)
    if how == "off" or (how == "skills" and not topics):
        return choose_agent(matter, (), how)
    # What this transaction gave to somebody counts too.
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        # One choice at a time, or two daemons would see the same free hands; the end of the transaction ends it.
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))
    return choose_agent(matter, team_of(session, settings, hand.now), how, excluded | {ticket.requester_id})


def _colleague(
    settings: Settings, agent: AgentSettings, duty: Row[Any], known: Mapping[str, float], now: datetime
) -> Colleague:
    calendar = calendar_of_agent(settings, agent)
    at_work, zone = is_open(calendar, now), settings.desk.timezone
    return Colleague(
        person=duty.id,
        name=agent.name,
        skills=known,
        languages=agent.languages or settings.desk.languages[:1],
        open_tickets=duty.open_tickets,
        most=agent.max_open,
        at_work=at_work,
        back=None if at_work else next_opening(calendar, now).astimezone(zone),
        away=duty.away_until.astimezone(zone) if duty.away_until and duty.away_until > now else None,
        last_given=duty.last_given,
        manager=agent.manager,
    )


def _why_not_here(settings: Settings, person: Person, now: datetime) -> str:
    if settings.agent_of(person.address) is None:
        return because("no_agent", _called(settings, person))
    if is_away(person, now):
        return because("away", _called(settings, person), _until(settings, person.away_until))
    return ""


def _called(settings: Settings, person: Person) -> str:
    agent = settings.agent_of(person.address)
    return agent.name if agent else person.name or person.address


def _until(settings: Settings, until: datetime | None) -> str:
    """The end of an absence; "" where nobody knows it."""
    return until.astimezone(settings.desk.timezone).isoformat() if until else ""


def _joined(why: str, choice: Choice) -> str:
    return together(why, choice.reason.removeprefix(f"{FOR_EVERYBODY}; ")) if choice.passed_over else why


_DUTIES = select(
    Person.id,
    Person.address,
    Person.away_until,
    select(func.count())
    .where(Ticket.agent_id == Person.id, Ticket.status.in_(_UNFINISHED))
    .correlate(Person)
    .scalar_subquery()
    .label("open_tickets"),
    select(func.max(Ticket.assigned_at))
    .where(Ticket.agent_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
    .label("last_given"),
).where(Person.address.in_(bindparam("addresses", expanding=True)))

"""What agents know: declared in the configuration, said by themselves (`#skill vpn`), or learned from tickets they
solved. It assigns nothing; assign.py does.

One row for each agent and word that is not merely declared. Whatever an agent says himself stands over the rest: SAID
is full weight and never fades, UNSAID is none, and neither is changed by what is learned later.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.config import AgentSettings
from maildesk.desk.learning import after_rating, after_solution, faded
from maildesk.model import Event, Person, Skill, Ticket, TicketTag
from maildesk.store import insert_once
from maildesk.vocabulary import EventKind, SkillSource

#: Less than this is as good as forgotten, and not shown.
_FORGOTTEN = 0.05
_LONGEST_WORD = 64


class Known(NamedTuple):
    """One thing that an agent knows; `weight` is more than 0 and at most 1."""

    word: str
    weight: float
    source: SkillSource


def show(session: Session, agent: AgentSettings, person: Person, now: datetime) -> list[Known]:
    """What this agent knows, the surest first."""
    return known(session, {person.id: agent}, now)[person.id]


def known(session: Session, agents: dict[int, AgentSettings], now: datetime) -> dict[int, list[Known]]:
    """The same for many, by the ids of their people."""
    words = {
        person: {_word(one): Known(_word(one), 1.0, SkillSource.DECLARED) for one in agent.skills}
        for person, agent in agents.items()
    }
    for row in session.scalars(select(Skill).where(Skill.person_id.in_(agents)).order_by(Skill.id)):
        source = SkillSource(row.source)
        mine = words[row.person_id]
        if source is SkillSource.LEARNED:
            weight = faded(row.weight, row.at, now)
            if weight >= _FORGOTTEN:
                mine.setdefault(row.word, Known(row.word, weight, source))
        elif source is SkillSource.SAID:
            mine[row.word] = Known(row.word, 1.0, source)
        else:
            mine.pop(row.word, None)
    return {person: sorted(mine.values(), key=lambda one: (-one.weight, one.word)) for person, mine in words.items()}


def say(session: Session, person: Person, word: str, now: datetime) -> None:
    """The agent knows this, by his own word."""
    row = _row(session, person.id, _word(word), now)
    row.source, row.weight, row.at = SkillSource.SAID, 1.0, now


def unsay(session: Session, person: Person, word: str, now: datetime) -> None:
    """The agent does not know this, whatever he solved and whatever the configuration declares."""
    row = _row(session, person.id, _word(word), now)
    row.source, row.weight, row.at = SkillSource.UNSAID, 0.0, now


def topics_of(session: Session, ticket: Ticket) -> tuple[str, ...]:
    """What a ticket is about, its changes flushed."""
    tags = select(TicketTag.word).where(TicketTag.ticket_id == ticket.id)
    return topics(ticket, session.scalars(tags.order_by(TicketTag.id)))


def topics(ticket: Ticket, tags: Iterable[str]) -> tuple[str, ...]:
    """What a ticket with these tags is about, in lower case: service, category, queue and tags."""
    named = map(_word, (ticket.service, ticket.category, ticket.queue, *tags))
    return tuple(dict.fromkeys(word for word in named if word))


def learn_from_solution(session: Session, ticket: Ticket, now: datetime) -> None:
    """Its agent ended this matter; counted once for each ticket, however often it is opened again, and also where an
    earlier end was taken back. The event of this end is written afterwards."""
    if ticket.agent_id is not None and ticket.closures == 1 and not _was_ended(session, ticket):
        _learn(session, ticket.agent_id, topics_of(session, ticket), now, after_solution)


def learn_from_rating(session: Session, ticket: Ticket, score: int, now: datetime) -> None:
    """Its requester said how well (1 to 5); for a closure the first word counts."""
    if ticket.agent_id is not None:
        _learn(session, ticket.agent_id, topics_of(session, ticket), now, lambda weight: after_rating(weight, score))


def _was_ended(session: Session, ticket: Ticket) -> bool:
    ends = (EventKind.SOLVED, EventKind.CLOSED)
    found = select(Event.id).where(Event.ticket_id == ticket.id, Event.kind.in_(ends), Event.actor_id.is_not(None))
    return session.scalar(found.limit(1)) is not None


def _learn(
    session: Session, person: int, topics: Iterable[str], now: datetime, change: Callable[[float], float]
) -> None:
    for word in topics:
        row = _row(session, person, word, now)
        if row.source == SkillSource.LEARNED:
            row.weight, row.at = change(faded(row.weight, row.at, now)), now


def _row(session: Session, person: int, word: str, now: datetime) -> Skill:
    """The row of an agent and a word, locked; made where there is none."""
    # What this transaction has said already is not read over.
    session.flush()
    made = insert_once(session, Skill, person_id=person, word=word, weight=0.0, source=SkillSource.LEARNED, at=now)
    mine = select(Skill).where(Skill.person_id == person, Skill.word == word)
    return made or session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()


def _word(text: str) -> str:
    return " ".join(text.casefold().split())[:_LONGEST_WORD]

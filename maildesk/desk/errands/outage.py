"""An agent says that a service is away: `#outage vpn since 9:30`, and that it is back: `#outage over`, `#outage over
10:15`. Times are the agent's, and have passed; without one it is the receipt of the ticket, or now.

The figures count them; clocks and priority are not touched. One that nobody ends ends with its ticket. They are
written down when the rest of the mail is done: on a ticket that the same mail reopens, a service is away again.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from maildesk.desk import tickets
from maildesk.desk.clocks.opening_hours import calendar_of_agent
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.errands.fields import LONGEST_WORD, service_named, services
from maildesk.desk.words.command_words import Verb
from maildesk.desk.words.when import When, read_past
from maildesk.model import Event, Outage, Person
from maildesk.vocabulary import EventKind

_OVER: Final = frozenset("over ended end ferdig slutt 끝 종료 복구".split())
_EXAMPLE: Final = "#outage vpn since 9:30"


def _read(wanted: Wanted) -> Deed:
    deeds = [_deed(wanted, command) for command in wanted.commands]
    return lambda author: [event for deed in deeds if deed is not None for event in deed(author)]


def _deed(wanted: Wanted, command: Command) -> Deed | None:
    first, _, rest = command.plain_argument.partition(" ")
    if first.casefold() in _OVER:
        return _over(wanted, command, rest.strip())
    return _began(wanted, command)


def _began(wanted: Wanted, command: Command) -> Deed | None:
    service, time = _service_and_time(wanted, command)
    if not service:
        return None
    began = _past(wanted, command, time, _EXAMPLE) if time else wanted.ticket.opened_at
    return _begin(wanted, service, began) if began else None


def _service_and_time(wanted: Wanted, command: Command) -> tuple[str, str]:
    """The service that is named, else the ticket's; what stands behind it. ("", …): something is wrong."""
    said, ours = command.plain_argument, wanted.ticket.service
    word, _, time = said.partition(" ")
    if not said or (not _names_service(wanted, word) and _past_moment(wanted, said)):
        if not ours:
            wanted.wrong(command, "it needs the name of a service", _EXAMPLE)
        return ours, said
    if len(word) > LONGEST_WORD:
        wanted.wrong(command, "it is too long")
        return "", ""
    return service_named(wanted, command, word) or "", time.strip()


def _names_service(wanted: Wanted, word: str) -> bool:
    """Is it no time for sure: a service that is configured, or a word that only begins like a day, "sun-server"?"""
    if word.casefold() in (one.casefold() for one in services(wanted)):
        return True
    when = _past_moment(wanted, word) if word[:1].isalpha() else None
    return when is not None and bool(when.rest)


def _past(wanted: Wanted, command: Command, text: str, example: str) -> datetime | None:
    """A time that has passed; None where something is wrong with it, which is said."""
    when = _past_moment(wanted, text)
    if when is None or when.rest:
        wanted.wrong(command, "it needs a day or a time that has passed", example)
        return None
    return when.at


def _past_moment(wanted: Wanted, text: str) -> When | None:
    """The time that a text begins with, by the agent's clock."""
    case = wanted.case
    assert case.agent is not None
    return read_past(text, case.now.astimezone(calendar_of_agent(case.settings, case.agent).zone))


def _begin(wanted: Wanted, service: str, began: datetime) -> Deed:
    """Said again of a service that is away, it puts the beginning right. On a ticket that is over it ended with that,
    unless it began since."""

    def begin(author: Person) -> list[Event]:
        session, ticket = wanted.case.session, wanted.ticket
        end = ticket.resolved_at if ticket.resolved_at and began < ticket.resolved_at else None
        there = next((one for one in _open(wanted) if (one.service, one.end_at) == (service, end)), None)
        if there is None:
            session.add(Outage(ticket_id=ticket.id, service=service, begin_at=began, end_at=end))
        else:
            there.begin_at = began
        session.flush()
        return [_record(wanted, author, EventKind.OUTAGE_BEGAN, began, service)]

    return begin


def _over(wanted: Wanted, command: Command, time: str) -> Deed | None:
    """All that nobody has ended yet, on this ticket."""
    ended = _past(wanted, command, time, "#outage over 10:15") if time else wanted.case.now
    away = _open(wanted)
    if not away and not any(_begins(one) for one in wanted.commands):
        wanted.wrong(command, "no service is away, says the ticket", _EXAMPLE)
    if ended is not None and any(one.begin_at >= ended for one in away):
        wanted.wrong(command, "that is before it began")
    return _end(wanted, ended, away) if ended else None


def _begins(command: Command) -> bool:
    return command.plain_argument.partition(" ")[0].casefold() not in _OVER


def _end(wanted: Wanted, ended: datetime, away: list[Outage]) -> Deed:
    """`away` is what was so when the mail came: it may have reopened the ticket since."""

    def end(author: Person) -> list[Event]:
        over = [*away, *(one for one in _open(wanted) if one not in away)]
        for one in over:
            one.end_at = max(ended, one.begin_at)
        wanted.case.session.flush()
        return [_record(wanted, author, EventKind.OUTAGE_OVER, ended, one.service) for one in over]

    return end


def _open(wanted: Wanted) -> list[Outage]:
    """What goes on, or ended only with the ticket."""
    unsaid = or_(Outage.end_at.is_(None), Outage.end_at == wanted.ticket.resolved_at)
    found = select(Outage).where(Outage.ticket_id == wanted.ticket.id, unsaid).order_by(Outage.id)
    return list(wanted.case.session.scalars(found))


def _record(wanted: Wanted, author: Person, kind: EventKind, at: datetime, service: str) -> Event:
    words = f"{at.isoformat(timespec='seconds')}: {service}"
    return tickets.record(wanted.case.hand(author), wanted.ticket, kind, words)


ERRAND = Errand(frozenset({Verb.OUTAGE}), _read, after=True)

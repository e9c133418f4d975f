"""What an agent says about waiting: `#wait 3d` for the requester, `#hold until fri spare part` for somebody else,
`#snooze tomorrow 9:00` until a time, `#plan 2026-12-01 08:00` for a change. `off` ends each of them.

Times are the agent's: his zone, his hours. When they come, timers.py acts.
"""

from datetime import datetime, timedelta
from typing import Final

from maildesk.calendars import is_open, next_opening
from maildesk.desk import tickets
from maildesk.desk.case import Case
from maildesk.desk.clocks.opening_hours import calendar_of_agent, calendar_of_desk
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.lifecycle import IMPOSSIBLE, next_status
from maildesk.desk.words.command_words import Verb
from maildesk.desk.words.when import When, read_amount, read_when
from maildesk.desk.words.when_words import OFF
from maildesk.model import Event, Person
from maildesk.vocabulary import EventKind, Happening, Status

MOST_DAYS: Final = 60
#: Nobody means more.
FARTHEST: Final = timedelta(days=5 * 366)
_HAPPENING: Final = {
    Verb.WAIT: Happening.ASKED_REQUESTER,
    Verb.HOLD: Happening.PUT_ON_HOLD,
    Verb.SNOOZE: Happening.PUT_ON_HOLD,
}


def agents_when(case: Case, text: str) -> When | None:
    """The moment that a text of this agent begins with, in his zone and by his hours."""
    agent = case.agent
    calendar = calendar_of_agent(case.settings, agent) if agent else calendar_of_desk(case.settings)

    def opens(moment: datetime) -> datetime:
        return moment if is_open(calendar, moment) else next_opening(calendar, moment)

    when = read_when(text, case.now.astimezone(calendar.zone), opens)
    return when if when is None or when.at - case.now <= FARTHEST else None


def time_in(wanted: Wanted, command: Command, example: str) -> When | None:
    """The time that a command needs, still to come; None where something is wrong with it, which is said."""
    when = agents_when(wanted.case, command.plain_argument)
    if when is None:
        wanted.wrong(command, "it needs a day or a time", example)
        return None
    if when.at <= wanted.case.now:
        wanted.wrong(command, "that time has passed", example)
        return None
    return when


def _read(wanted: Wanted) -> Deed:
    deeds = [_deed(wanted, command) for command in wanted.commands]
    waits = [command for command in wanted.commands if command.verb in _HAPPENING]
    if len(waits) > 1:
        wanted.wrong(waits[1], "a ticket waits for one thing at a time")
    return lambda author: [event for deed in deeds if deed is not None for event in deed(author)]


def _deed(wanted: Wanted, command: Command) -> Deed | None:
    happening, status = _HAPPENING.get(command.verb), Status(wanted.ticket.status)
    ends = command.plain_argument.casefold() in OFF
    if happening is not None and next_status(happening, status) is None:
        wanted.wrong(command, IMPOSSIBLE[happening, status])
        return None
    if ends and happening is not None:
        return _continue(wanted, command)
    return {Verb.WAIT: _wait, Verb.HOLD: _hold, Verb.SNOOZE: _snooze, Verb.PLAN: _plan}[command.verb](wanted, command)


def _wait(wanted: Wanted, command: Command) -> Deed | None:
    """The days are working days, until the requester is reminded for the first time."""
    days = None
    if command.plain_argument:
        amount = read_amount(command.plain_argument)
        days = amount.working_days if amount and not amount.rest else None
        if days is None or not 1 <= days <= MOST_DAYS:
            wanted.wrong(command, "it needs a number of working days, from 1 to 60", "#wait 3d")
            return None

    def wait(author: Person) -> list[Event]:
        ticket, case = wanted.ticket, wanted.case
        tickets.happen(ticket, Happening.ASKED_REQUESTER, case.now)
        ticket.resume_at = None
        return [tickets.record(case.hand(author), ticket, EventKind.ASKED, str(days or ""))]

    return wait


def _hold(wanted: Wanted, command: Command) -> Deed | None:
    """A date, a reason, both or neither."""
    when = agents_when(wanted.case, command.argument)
    if when is not None and when.at <= wanted.case.now:
        wanted.wrong(command, "that time has passed", "#hold until fri")
        return None
    reason = when.rest if when else command.plain_argument
    return _put_off(wanted, EventKind.ON_HOLD, when.at if when else None, reason)


def _snooze(wanted: Wanted, command: Command) -> Deed | None:
    when = time_in(wanted, command, "#snooze tomorrow 9:00")
    return _put_off(wanted, EventKind.SNOOZED, when.at, when.rest) if when else None


def _put_off(wanted: Wanted, kind: EventKind, until: datetime | None, reason: str) -> Deed:
    def put_off(author: Person) -> list[Event]:
        ticket, case = wanted.ticket, wanted.case
        tickets.happen(ticket, Happening.PUT_ON_HOLD, case.now)
        ticket.resume_at = until
        words = ": ".join(part for part in (until.isoformat(timespec="seconds") if until else "", reason) if part)
        return [tickets.record(case.hand(author), ticket, kind, words)]

    return put_off


def _plan(wanted: Wanted, command: Command) -> Deed | None:
    at = None
    if command.plain_argument.casefold() not in OFF:
        when = time_in(wanted, command, "#plan 2026-12-01 08:00")
        if when is None:
            return None
        at = when.at

    def plan(author: Person) -> list[Event]:
        wanted.ticket.planned_at = at
        words = at.isoformat(timespec="seconds") if at else ""
        return [tickets.record(wanted.case.hand(author), wanted.ticket, EventKind.PLANNED, words)]

    return plan


def _continue(wanted: Wanted, command: Command) -> Deed | None:
    if wanted.ticket.status not in (Status.PENDING, Status.ON_HOLD):
        wanted.wrong(command, "the ticket waits for nothing")
        return None

    def go_on(author: Person) -> list[Event]:
        tickets.happen(wanted.ticket, Happening.RESUMED, wanted.case.now)
        wanted.ticket.resume_at = None
        return [tickets.record(wanted.case.hand(author), wanted.ticket, EventKind.CONTINUED)]

    return go_on


#: After the agent's words: an answer makes the ticket wait for the requester, and this says for what it waits.
ERRAND = Errand(frozenset({*_HAPPENING, Verb.PLAN}), _read, after=True)

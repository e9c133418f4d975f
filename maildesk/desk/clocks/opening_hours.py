"""Whose hours count? The calendars of the desk, of a queue and of an agent.

A queue and an agent have of the desk what they leave empty: hours, holidays and zone each by itself. The desk's own
days off are everybody's, but for those who work on all holidays. It never counts; calendars.py does.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.calendars import Calendar, NeverOpen, next_opening
from maildesk.config import AgentSettings, Settings
from maildesk.config.conflicts import Conflict
from maildesk.config.lines import KeyPath
from maildesk.config.values import NO_HOLIDAYS
from maildesk.worktime import WorkWeek

#: Where the search for an opening begins: holidays are much alike in all years, and days off end.
_ANY_MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)


def calendar_of_desk(settings: Settings) -> Calendar:
    """[hours], in the zone of the desk."""
    return _calendar(settings)


def calendar_of_queue(settings: Settings, queue: str) -> Calendar:
    """The hours of the queue with this name; the desk's for "", and for a queue that is not configured any more."""
    for known in settings.queue:
        if known.name == queue:
            return _calendar(settings, known.hours, known.holidays, known.timezone)
    return calendar_of_desk(settings)


def calendar_of_agent(settings: Settings, agent: AgentSettings) -> Calendar:
    """The hours of an agent, in his own zone."""
    return _calendar(settings, agent.hours, agent.holidays, agent.timezone)


def impossible_hours(settings: Settings) -> Iterator[Conflict]:
    """The key of each calendar that cannot be, and why: an unknown country, or hours that no holiday leaves over.

    It takes half a second where a country is named, so it is asked at the start alone (read_settings).
    """
    yield from _impossible(("hours",), settings.hours.holidays, calendar_of_desk(settings))
    for number, queue in enumerate(settings.queue):
        if queue.hours or queue.holidays:
            yield from _impossible(("queue", number), queue.holidays, calendar_of_queue(settings, queue.name))
    for number, agent in enumerate(settings.agent):
        if agent.hours or agent.holidays:
            yield from _impossible(("agent", number), agent.holidays, calendar_of_agent(settings, agent))


def _impossible(table: KeyPath, country: str, calendar: Calendar) -> Iterator[Conflict]:
    try:
        next_opening(calendar, _ANY_MOMENT)
    except NeverOpen:
        key = "week" if table == ("hours",) else "hours"
        yield (*table, key), "leaves no time to work: each of its days is a holiday; write other hours or holidays"
    except ValueError as error:
        # A country that the table has from the desk is told there.
        if country:
            yield (*table, "holidays"), str(error)


def _calendar(
    settings: Settings, week: WorkWeek | None = None, country: str = "", zone: ZoneInfo | None = None
) -> Calendar:
    """A calendar with what the desk has in the place of None and ""."""
    desk = settings.hours
    holidays = country or desk.holidays
    free = (holidays, frozenset(desk.days_off)) if holidays != NO_HOLIDAYS else ("", frozenset[date]())
    return _one_for_all(week or desk.week, zone or settings.desk.timezone, *free)


@cache
def _one_for_all(week: WorkWeek, zone: ZoneInfo, country: str, own_days: frozenset[date]) -> Calendar:
    """The same calendar for the same rules, as a calendar remembers the years it was asked about."""
    return Calendar(week, zone, country, own_days)

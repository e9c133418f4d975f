"""What happens when a deadline of a ticket is due: the event, who hears of it, what becomes of the ticket.

Of one clock all rows that are due fire together, and only the highest is told. Nothing here opens a transaction.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from maildesk.calendars import due_after, is_open, next_opening
from maildesk.desk import find, our_letters, tickets
from maildesk.desk.clocks.opening_hours import calendar_of_queue
from maildesk.desk.rating_question import why_not
from maildesk.desk.sla import between
from maildesk.desk.tickets import Hand
from maildesk.durations import BusinessDuration
from maildesk.model import Deadline, Event, Person, Reminder, Ticket
from maildesk.notify.announce import announce
from maildesk.notify.audience import owner_or_team
from maildesk.notify.headers import can_be_reached
from maildesk.notify.post import Post, Said
from maildesk.reason import because
from maildesk.store import insert_once
from maildesk.vocabulary import DeadlineLevel, DeadlineState, EventKind, Happening, Metric, Priority

log = logging.getLogger(__name__)

_RISING: Final = tuple(DeadlineLevel)
_EVENTS: Final = {DeadlineLevel.DUE: EventKind.BREACHED, DeadlineLevel.ESCALATED: EventKind.ESCALATED}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: A letter that the pace of all automatic mail has no room for.
_NO_ROOM: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Firing:
    """A ticket, locked, at the time of one of its deadlines."""

    session: Session
    post: Post
    ticket: Ticket
    now: datetime

    @property
    def hand(self) -> Hand:
        return Hand(self.session, None, None, self.now)

    @property
    def urgent(self) -> bool:
        return self.ticket.priority == Priority.URGENT


def height(row: Deadline) -> int:
    """How far its clock has come."""
    return _RISING.index(DeadlineLevel(row.level))


def fire(shot: Firing, due: list[Deadline]) -> None:
    """All rows of one clock that are due, the lowest first."""
    _FIRE[Metric(due[-1].metric)](shot, due)


def _of_a_promise(shot: Firing, due: list[Deadline]) -> None:
    highest = due[-1]
    kind = _EVENTS.get(DeadlineLevel(highest.level), EventKind.WARNED)
    _record(shot, kind, due)
    # Whoever passed a deadline while nobody looked is told of the farthest alone.
    _remind(shot, highest, _people(shot, managers=height(highest) >= _RISING.index(DeadlineLevel.DUE)))


def _planned(shot: Firing, due: list[Deadline]) -> None:
    _record(shot, EventKind.PLAN_DUE, due)
    _remind(shot, due[-1], _people(shot))


def _resumed(shot: Firing, due: list[Deadline]) -> None:
    shot.ticket.resume_at = None
    if tickets.happen(shot.ticket, Happening.RESUMED, shot.now):
        _record(shot, EventKind.RESUMED, due)
        _remind(shot, due[-1], _people(shot))
    else:
        _mark(shot, due)


def _surveyed(shot: Firing, due: list[Deadline]) -> None:
    """How did we do, some time after the end; in working time, and within the budgets."""
    requester = shot.session.get_one(Person, shot.ticket.requester_id)
    if reason := why_not(shot.session, shot.post.settings, shot.ticket, shot.now).reason:
        _mark(shot, due)
        log.info("ticket=%d survey=dropped because=%s", shot.ticket.id, reason)
    elif later := _put_off(shot, requester, sends=True):
        for row in due:
            row.next_at = later
    else:
        shot.ticket.asked_at = shot.now
        event = _record(shot, EventKind.SURVEYED, due, because("asked_how"))
        announce(shot.session, shot.post, [event], Said(), shot.now)


def _waiting(shot: Firing, due: list[Deadline]) -> None:
    """The requester is asked again, or his ticket is closed; but never closed without having been told when."""
    question = find.question_to(shot.session, shot.ticket)
    requester = shot.session.get_one(Person, shot.ticket.requester_id)
    # Neither may be written to: where mail comes back, and who wants none.
    silent = requester.undeliverable_since is not None or requester.quiet_since is not None
    unreachable = silent or not can_be_reached(requester.address)
    if later := _put_off(shot, requester, sends=not unreachable):
        for row in due:
            row.next_at = later
        return
    closing = [row for row in due if row.level == DeadlineLevel.DUE]
    reminders = [row for row in due if row.level != DeadlineLevel.DUE]
    if unreachable or not question:
        _without_asking(shot, reminders, closing)
    elif reminders or not find.was_reminded(shot.session, shot.ticket.id, closing[0].cycle):
        _ask_again(shot, reminders, closing, question)
    else:
        _close(shot, closing, question)


def _ask_again(shot: Firing, reminders: list[Deadline], closing: list[Deadline], question: str) -> None:
    """Of several reminders that are late the last; the closing that is late with them waits for the time that it names
    (desk/sla.py)."""
    highest = (reminders or closing)[-1]
    closes_at = _closes_at(shot, highest)
    event = _record(shot, EventKind.REMINDED, reminders, f"{highest.level} {closes_at.isoformat()}")
    announce(shot.session, shot.post, [event], Said(words=question), shot.now)


def _closes_at(shot: Firing, reminder: Deadline) -> datetime:
    """The time that the letter names: as planned, and at least as long after it as the rules leave between them."""
    settings = shot.post.settings.reminders
    calendar = calendar_of_queue(shot.post.settings, shot.ticket.queue)
    planned = find.closing_of(shot.session, shot.ticket.id, reminder.cycle)
    if planned is None or settings.close is None:
        return due_after(calendar, shot.now, settings.close or BusinessDuration(1))
    last = settings.requester[-1]
    late = height(reminder) == len(settings.requester) - 1 or planned <= shot.now
    return max(planned, due_after(calendar, shot.now, between(last, settings.close))) if late else planned


def _close(shot: Firing, closing: list[Deadline], question: str) -> None:
    if not tickets.happen(shot.ticket, Happening.EXPIRED, shot.now):
        _mark(shot, closing)
        return
    event = _record(shot, EventKind.EXPIRED, closing, because("no_answer"))
    announce(shot.session, shot.post, [event], Said(words=question), shot.now)


def _without_asking(shot: Firing, reminders: list[Deadline], closing: list[Deadline]) -> None:
    """Nobody can be asked: the agent gets it back when the time is over, instead of a closing in silence."""
    _mark(shot, reminders)
    if closing and tickets.happen(shot.ticket, Happening.RESUMED, shot.now):
        _record(shot, EventKind.RESUMED, closing, because("unreachable"))
        _remind(shot, closing[-1], _people(shot))


def _put_off(shot: Firing, requester: Person, *, sends: bool) -> datetime | None:
    """When a letter to the requester may be written; None: now. In working time, and within the budgets."""
    calendar = calendar_of_queue(shot.post.settings, shot.ticket.queue)
    if not shot.urgent and not is_open(calendar, shot.now):
        return next_opening(calendar, shot.now)
    if not sends:
        return None
    limits = shot.post.settings.limits
    today = [at for _, at in our_letters.automatic_letters(shot.session, requester.address, shot.now - _DAY)]
    if sum(at >= shot.now - _HOUR for at in today) >= limits.auto_per_hour:
        return shot.now + _HOUR
    if len(today) >= limits.auto_per_day:
        return min(today) + _DAY
    turn = shot.post.pace.turn(shot.now)
    return (turn or shot.now + _NO_ROOM) if turn is None or turn > shot.now else None


def _people(shot: Firing, *, managers: bool = False) -> list[int]:
    """The agent of the ticket, or everybody while it has none or he is away; the managers beside them."""
    post, ticket = shot.post, shot.ticket
    owner = shot.session.get(Person, ticket.agent_id) if ticket.agent_id in post.team else None
    away = owner is not None and owner.away_until is not None and owner.away_until > shot.now
    people = owner_or_team(owner.id if owner else None, away, tuple(post.team))
    leading = [one for one, person in post.team.items() if _leads(post, person)] if managers else []
    return list(dict.fromkeys([*people, *leading]))


def _leads(post: Post, person: Person) -> bool:
    agent = post.settings.agent_of(person.address)
    return agent is not None and agent.manager


def _remind(shot: Firing, row: Deadline, people: list[int]) -> None:
    for person in people:
        insert_once(shot.session, Reminder, deadline_id=row.id, person_id=person, urgent=shot.urgent, at=shot.now)


def _record(shot: Firing, kind: EventKind, due: list[Deadline], text: str = "") -> Event:
    _mark(shot, due)
    said = text or because("due", due[-1].metric, due[-1].level, due[-1].due_at.isoformat())
    return tickets.record(shot.hand, shot.ticket, kind, said)


def _mark(shot: Firing, due: list[Deadline]) -> None:
    for row in due:
        row.state, row.fired_at = DeadlineState.FIRED, shot.now
        log.info("ticket=%d clock=%s level=%s cycle=%d fired", row.ticket_id, row.metric, row.level, row.cycle)


_FIRE: Final[dict[Metric, Callable[[Firing, list[Deadline]], None]]] = {
    Metric.FIRST_RESPONSE: _of_a_promise,
    Metric.NEXT_RESPONSE: _of_a_promise,
    Metric.RESOLUTION: _of_a_promise,
    Metric.PROMISE: _of_a_promise,
    Metric.UNASSIGNED: _of_a_promise,
    Metric.WAITING: _waiting,
    Metric.RESUME: _resumed,
    Metric.PLANNED: _planned,
    Metric.SURVEY: _surveyed,
}

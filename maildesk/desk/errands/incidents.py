"""Solving a problem answers everybody who reported it: after a preview to the agent, all at once.

The preview holds the whole mail; `send` lets it go (desk/errands/crossed.py), another answer takes its place.
"""

from sqlalchemy import ColumnElement, delete, select

from maildesk.desk import find, tickets
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.rating_question import ask_in_closing_letter
from maildesk.mail import Address
from maildesk.model import Event, Message, Person, Ticket, TicketLink
from maildesk.notify.post import Incident
from maildesk.reason import because
from maildesk.vocabulary import Cause, Direction, Disposition, EventKind, Happening, Status, TicketType

_OVER = (Status.RESOLVED, Status.CLOSED)


def open_incidents(case: Case, problem: Ticket) -> list[int]:
    """The tickets that wait for this problem to be solved, in their order."""
    if problem.type != TicketType.PROBLEM:
        return []
    found = (
        select(Ticket.id)
        .join(TicketLink, TicketLink.ticket_id == Ticket.id)
        .where(TicketLink.other_id == problem.id, TicketLink.kind == "problem", Ticket.status.not_in(_OVER))
        .order_by(Ticket.id)
    )
    return list(case.session.scalars(found))


def was_shown(case: Case) -> bool:
    """Has the agent seen whom this mail of his would answer?"""
    shown = select(Event.id).where(Event.inbound_id == case.delivery.inbound_id, Event.kind == EventKind.PREVIEWED)
    return case.session.scalar(shown.limit(1)) is not None


def hold_for_preview(case: Case, problem: Ticket, author: Person, incidents: list[int]) -> Outcome:
    """He sees first to whom the solution would go."""
    reason = because("would_answer", len(incidents))
    event = tickets.record(case.hand(author), problem, EventKind.PREVIEWED, reason)
    held = Held(Cause.PREVIEW, author.id)
    shown = tuple(_shown(case, number) for number in incidents)
    return Outcome(Disposition.HELD, reason, problem.id, (event,), held=held, incidents=shown)


def answer_all(
    case: Case, problem: Ticket, author: Person, happening: Happening, message: Message | None
) -> list[Event]:
    """The solution of the problem is that of each of its incidents."""
    events = []
    for number in open_incidents(case, problem):
        incident = find.ticket_to_change(case.session, number)
        copy = None
        if message is not None and message.public:
            copy = case.take_in(incident, author, message.text, Direction.OUT)
        hand = case.hand(author)
        if copy is not None:
            tickets.answered(hand, incident, copy)
        tickets.record(hand, incident, EventKind.LINKED, f"solved_with: #{problem.id}")
        events.append(tickets.finish(hand, incident, happening, problem.resolution, copy))
        ask_in_closing_letter(case, incident)
    return events


def belongs_to(case: Case, incident: Ticket, problem: Ticket, author: Person) -> list[Event]:
    """An incident, locked by the caller, has one problem, whose solution answers it: it leaves the one it had before.
    Returns what happened to the incident."""
    hand, events = case.hand(author), []
    others = select(TicketLink.other_id).where(*_of_problem(incident), TicketLink.other_id != problem.id)
    for number in case.session.scalars(others.order_by(TicketLink.id)).all():
        before = case.session.get_one(Ticket, number)
        tickets.record(hand, before, EventKind.LINKED, f"problem_not_here: #{incident.id}")
        events.append(tickets.record(hand, incident, EventKind.LINKED, f"problem_before: #{number}"))
    leave(case, incident, but=problem.id)
    tickets.link(hand, incident, problem.id, "problem")
    tickets.record(hand, problem, EventKind.LINKED, f"problem_here: #{incident.id}")
    return [*events, tickets.record(hand, incident, EventKind.LINKED, f"problem: #{problem.id}")]


def leave(case: Case, incident: Ticket, but: int | None = None) -> None:
    """It waits for no problem any more; for none but this one."""
    case.session.execute(delete(TicketLink).where(*_of_problem(incident), TicketLink.other_id != (but or 0)))


def _of_problem(incident: Ticket) -> tuple[ColumnElement[bool], ...]:
    return TicketLink.ticket_id == incident.id, TicketLink.kind == "problem"


def move(case: Case, merged: Ticket, target: Ticket, author: Person) -> None:
    """What waits for a problem that was merged away waits for the ticket where it goes on, or for the problem that this
    one belongs to."""
    waiting = [one for one in open_incidents(case, merged) if one != target.id]
    if not waiting:
        return
    problem = _problem_of(case, target, but=merged.id) or target
    problem.type = TicketType.PROBLEM
    # One that waits, and that others wait for in turn, does not wait for itself.
    for number in (one for one in waiting if one != problem.id):
        belongs_to(case, find.ticket_to_change(case.session, number), problem, author)


def _problem_of(case: Case, ticket: Ticket, but: int) -> Ticket | None:
    """Another problem than this one that the ticket belongs to, and that is not over."""
    found = (
        select(Ticket)
        .join(TicketLink, TicketLink.other_id == Ticket.id)
        .where(TicketLink.ticket_id == ticket.id, TicketLink.kind == "problem")
        .where(Ticket.id != but, Ticket.status.not_in(_OVER))
    )
    return case.session.scalar(found.order_by(Ticket.id).limit(1))


def _shown(case: Case, number: int) -> Incident:
    ticket = case.session.get_one(Ticket, number)
    person = case.session.get_one(Person, ticket.requester_id)
    return Incident(ticket.id, ticket.subject, Address(person.name, person.address))

"""What `ticket list --json` and `ticket show --json` say of tickets: plain values under the names of the contract."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.cli.tables import when
from maildesk.model import Attachment, Deadline, Event, Message, Participant, Person, Ticket, TicketLink, TicketTag
from maildesk.notify.happened import event_in_words
from maildesk.notify.why import in_words
from maildesk.vocabulary import Status


def summaries(session: Session, status: Status | None = None) -> list[dict[str, Any]]:
    """All tickets, or those of one status, oldest first."""
    query = select(Ticket).order_by(Ticket.id)
    if status is not None:
        query = query.where(Ticket.status == status)
    people = _people(session)
    return [_summary(row, people) for row in session.scalars(query)]


def whole(session: Session, number: int) -> dict[str, Any] | None:
    """Everything about one ticket; None where there is none of this number."""
    row = session.get(Ticket, number)
    if row is None:
        return None
    people = _people(session)
    return {
        **_summary(row, people),
        "impact": row.impact,
        "urgency": row.urgency,
        "priority_reason": in_words(row.priority_reason, "en"),
        "service": row.service,
        "category": row.category,
        "participants": _participants(session, row, people),
        "assigned_reason": in_words(row.assigned_reason, "en"),
        "tags": list(session.scalars(select(TicketTag.word).where(TicketTag.ticket_id == row.id))),
        "first_response_at": when(row.first_response_at),
        "resolved_at": when(row.resolved_at),
        "resolution": row.resolution,
        "rating_comment": row.rating_comment,
        "links": _links(session, row),
        "deadlines": _deadlines(session, row),
        "messages": _messages(session, row, people),
        "events": _events(session, row, people),
    }


def _summary(row: Ticket, people: dict[int, str]) -> dict[str, Any]:
    return {
        "number": row.id,
        "subject": row.subject,
        "status": row.status,
        "priority": row.priority,
        "type": row.type,
        "queue": row.queue,
        "requester": people[row.requester_id],
        "agent": people.get(row.agent_id) if row.agent_id else None,
        "language": row.language,
        "opened_at": when(row.opened_at),
        "closed_at": when(row.closed_at),
        "rating": row.rating,
    }


def _people(session: Session) -> dict[int, str]:
    return {person_id: address for person_id, address in session.execute(select(Person.id, Person.address))}


def _participants(session: Session, row: Ticket, people: dict[int, str]) -> list[dict[str, Any]]:
    found = session.scalars(select(Participant).where(Participant.ticket_id == row.id).order_by(Participant.id))
    return [{"address": people[one.person_id], "role": one.role, "reason": in_words(one.reason, "en")} for one in found]


def _links(session: Session, row: Ticket) -> list[dict[str, Any]]:
    found = session.scalars(
        select(TicketLink).where((TicketLink.ticket_id == row.id) | (TicketLink.other_id == row.id))
    )
    return [{"from": one.ticket_id, "kind": one.kind, "to": one.other_id} for one in found]


def _deadlines(session: Session, row: Ticket) -> list[dict[str, Any]]:
    found = select(Deadline).where(Deadline.ticket_id == row.id).order_by(Deadline.due_at, Deadline.id)
    return [
        {
            "metric": one.metric,
            "level": one.level,
            "due_at": when(one.due_at),
            "state": one.state,
            "cycle": one.cycle,
            "done_at": when(one.done_at),
            "fired_at": when(one.fired_at),
        }
        for one in session.scalars(found)
    ]


def _messages(session: Session, row: Ticket, people: dict[int, str]) -> list[dict[str, Any]]:
    files: dict[int, list[dict[str, Any]]] = {}
    on_it = select(Attachment).join(Message, Message.id == Attachment.message_id).where(Message.ticket_id == row.id)
    for one in session.scalars(on_it.order_by(Attachment.id)):
        facts = {"filename": one.filename, "content_type": one.content_type, "size": one.size, "sha256": one.sha256}
        files.setdefault(one.message_id, []).append({**facts, "inline": one.inline})
    found = session.scalars(select(Message).where(Message.ticket_id == row.id).order_by(Message.id))
    return [
        {
            "id": one.id,
            "direction": one.direction,
            "author": people[one.author_id],
            "at": when(one.at),
            "message_id": one.message_id,
            "text": one.text,
            "public": one.public,
            "placed_by": in_words(one.placed_by, "en"),
            "verified": one.verified,
            "attachments": files.get(one.id, []),
        }
        for one in found
    ]


def _events(session: Session, row: Ticket, people: dict[int, str]) -> list[dict[str, Any]]:
    found = session.scalars(select(Event).where(Event.ticket_id == row.id).order_by(Event.id))
    return [
        {
            "at": when(one.at),
            "actor": people[one.actor_id] if one.actor_id else "maildesk",
            "kind": one.kind,
            "text": event_in_words(one.kind, one.text),
        }
        for one in found
    ]

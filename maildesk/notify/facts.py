"""What each letter says, gathered for its template; notify.templates.FACTS is the list of what each kind needs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from maildesk.config import Settings
from maildesk.mail import Address
from maildesk.model import Person
from maildesk.notify.context import as_written, history_inside, history_outside, known_of_requester
from maildesk.notify.headers import can_be_reached
from maildesk.notify.look_alike import known_likeness
from maildesk.notify.plaintext import first_words
from maildesk.notify.rating_facts import rate_addresses, rating, reopen_until, survey
from maildesk.notify.receipt import Receipt, facts_of_receipt
from maildesk.notify.view import View
from maildesk.reason import clauses_of
from maildesk.tokens import TagKind
from maildesk.vocabulary import DeadlineLevel, Direction, EventKind, NoticeKind, Priority, Status

_STATUS_CODE: Final = re.compile(r"\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", re.ASCII)


def facts_of(kind: NoticeKind, view: View) -> Mapping[str, object]:
    """The values for one letter."""
    return {**_FACTS[kind](view), "desk_name": view.settings.desk.name}


def _of_a_ticket(view: View) -> dict[str, object]:
    scene, ticket = view.scene, view.scene.ticket
    message = scene.message
    zone = view.zone
    return {
        "title": ticket.subject,
        "requester": _address(scene.requester),
        # Not merely unproven, which most mail is: only what is disowned or odd is worth an alarm (threats 3.3).
        "verified": message is None or not message.doubt,
        "resembles": known_likeness(_author(view), _known(view.settings)),
        "queue": " + ".join(name for name in (ticket.queue, *ticket.watching.split(",")) if name),
        "priority": Priority(ticket.priority),
        "priority_reason": ticket.priority_reason,
        "status": Status(ticket.status),
        "ticket_language": ticket.language,
        "agent": _owner(view),
        "mine": scene.owner is not None and scene.owner.id == view.to.id,
        "assigned_reason": ticket.assigned_reason,
        **known_of_requester(view),
        "history": history_inside(view),
        "answer_goes_to": _answer_goes_to(view),
        "note_address": _note_address(view),
        # "Received": an answer of ours, which a rating or a hand-over is about, was not.
        "at": (message.at if message and message.direction == Direction.IN else ticket.opened_at).astimezone(zone),
        "words": view.words,
        "attachments": view.attachments,
        "logos": sum(file.logo for file in scene.files),
    }


def _owner(view: View) -> str:
    owner = view.scene.owner
    return owner.name or owner.address if owner else ""


def _received(view: View) -> dict[str, object]:
    verified = view.scene.message is not None and view.scene.message.verified
    return {
        "verified": verified,
        "name": view.to.name,
        "words": view.words,
        "promise": view.said.promise.astimezone(view.zone) if view.said.promise else None,
        "left_out": view.left_out,
        "unlisted": view.said.unlisted,
    }


def _new_ticket(view: View) -> dict[str, object]:
    return {
        **_of_a_ticket(view),
        "related": view.scene.related,
        "alike": view.scene.alike,
        "above": view.said.above,
        "suggested": view.scene.suggested,
        "problems": view.said.problems,
    }


def _customer_answer(view: View) -> dict[str, object]:
    event = view.event
    return {
        **_of_a_ticket(view),
        "author": _author(view),
        "reopened": event.kind == EventKind.CUSTOMER_ANSWERED and event.text == "reopened",
        "closed": event.kind == EventKind.CUSTOMER_ANSWERED and event.text == "closed",
        "third_person": event.kind == EventKind.THIRD_PERSON_WROTE,
        "via": _address(view.scene.via) if view.scene.via else None,
        "suggested": view.scene.suggested,
        "problems": view.said.problems,
    }


def _answer(view: View) -> dict[str, object]:
    words = first_words(view.words) if view.scene.is_new(view.to) else view.words
    return {
        "words": words,
        **as_written(view, words),
        "attachments": view.attachments,
        "included_by": _included_by(view),
        "history": history_outside(view),
    }


def _closed(view: View) -> dict[str, object]:
    ticket = view.scene.ticket
    # Decided when it was closed (desk/rating_question.py).
    asked = ticket.asked_at == view.event.at and view.to.id == ticket.requester_id
    solution = _solution(view)
    return {
        "name": view.to.name,
        "solution": solution,
        "cause": ticket.cause if solution else "",
        **as_written(view, solution),
        "included_by": _included_by(view),
        "rate_addresses": rate_addresses(view) if asked else (),
        "reopen_until": reopen_until(view, view.event.at),
    }


def _low_rating(view: View) -> dict[str, object]:
    return {**_of_a_ticket(view), **rating(view), "solution": view.scene.ticket.resolution}


def _waiting(view: View) -> dict[str, object]:
    level, _, closes_at = view.event.text.partition(" ")
    again = level not in (DeadlineLevel.WARN1, DeadlineLevel.DUE)
    return {
        **_asked(view),
        "closes_at": datetime.fromisoformat(closes_at).astimezone(view.zone),
        "again": again,
        "last": again and level == f"warn{len(view.settings.reminders.requester)}",
    }


def _expired(view: View) -> dict[str, object]:
    return {**_asked(view), "reopen_days": view.settings.answers.reopen_within.days}


def _asked(view: View) -> dict[str, object]:
    """What an agent asked the requester; nobody else was asked, or may have been there (threats 3.3)."""
    requester = view.to.id == view.scene.ticket.requester_id
    return {"name": view.to.name, "question": view.said.words if requester else ""}


def _solution(view: View) -> str:
    """Without what was written before he was taken in (threats 3.3)."""
    joined, answered_at = view.scene.joined.get(view.to.id), view.scene.answered_at
    repeated = view.event.about_id is None
    if repeated and joined is not None and (answered_at is None or joined.at >= answered_at):
        return ""
    solution = view.scene.ticket.resolution
    return first_words(solution) if view.scene.is_new(view.to) else solution


def _included_by(view: View) -> str:
    """Whose doing it is that he gets letters; said in the first one alone."""
    if not view.scene.is_new(view.to):
        return ""
    return next((who for one in clauses_of(view.scene.joined[view.to.id].reason) for who in one.arguments), "")


def _note(view: View) -> dict[str, object]:
    return {**_of_a_ticket(view), "author": _author(view)}


def _assigned(view: View) -> dict[str, object]:
    given = clauses_of(view.scene.ticket.assigned_reason)
    by = next((who for one in given if one.code == "assigned_by" for who in one.arguments), "")
    return {**_last_words(view), "assigned_by": by}


def _last_words(view: View) -> dict[str, object]:
    message = view.scene.message
    return {**_note(view), "internal": message is not None and not message.public}


def _not_understood(view: View) -> dict[str, object]:
    return {
        "title": view.scene.ticket.subject,
        "understood": view.said.understood,
        "mistakes": view.said.mistakes,
        "words": view.said.words,
        "several": False,
    }


def _receipt(view: View) -> dict[str, object]:
    receipt = view.said.receipt or Receipt()
    return facts_of_receipt(receipt, view.scene.ticket.subject, view.zone)


def _undelivered(view: View) -> dict[str, object]:
    failed, _, said = view.event.text.partition(": ")
    code = _STATUS_CODE.search(said)
    outgoing = view.scene.message is not None and view.scene.message.direction == Direction.OUT
    return {
        "title": view.scene.ticket.subject,
        "failed": failed,
        "status": code.group() if code else "",
        "said": said,
        "words": view.words if outgoing else "",
        "suppressed": any(one.address == failed and one.undeliverable_since for one in view.scene.participants),
    }


def _doubtful(view: View) -> dict[str, object]:
    unsure = next((one for one in view.scene.participants if one.address == view.event.text), view.scene.requester)
    since = unsure.undeliverable_since or view.event.at
    return {
        "title": view.scene.ticket.subject,
        "failed": view.event.text,
        "since": since.astimezone(view.zone),
        "sent": view.event.about_id is not None,
    }


def _crossed(view: View) -> dict[str, object]:
    zone = view.zone
    news = tuple(replace(one, at=one.at.astimezone(zone)) for one in view.said.news)
    return {"title": view.scene.ticket.subject, "news": news, "words": view.said.words}


def _preview(view: View) -> dict[str, object]:
    return {"title": view.scene.ticket.subject, "incidents": view.said.incidents, "words": view.said.words}


def _merged(view: View) -> dict[str, object]:
    return {**_of_a_ticket(view), "merged": view.event.text, "author": _author(view)}


def _address(person: Person) -> Address:
    return Address(person.name, person.address)


def _known(settings: Settings) -> list[str]:
    """The addresses that people here trust at a glance: colleagues, and our own."""
    agents = [one for agent in settings.agent for one in (agent.email, *agent.aliases)]
    return [*agents, *settings.own_addresses]


def _author(view: View) -> Address:
    return _address(view.scene.author or view.scene.requester)


def _note_address(view: View) -> str:
    tagged = view.address(TagKind.NOTE, 0)
    return "" if tagged == view.settings.desk.address else tagged


def _answer_goes_to(view: View) -> tuple[Address, ...]:
    agent = view.settings.agent_of(view.to.address)
    if agent is not None and agent.reply_default == "note":
        return ()
    others = (person for person in view.scene.participants if person.id != view.to.id)
    return tuple(_address(person) for person in others if can_be_reached(person.address))


_FACTS: Final[Mapping[NoticeKind, Callable[[View], dict[str, object]]]] = {
    NoticeKind.RECEIVED: _received,
    NoticeKind.NEW_TICKET: _new_ticket,
    NoticeKind.CUSTOMER_ANSWER: _customer_answer,
    NoticeKind.ANSWER: _answer,
    NoticeKind.CLOSED: _closed,
    NoticeKind.SURVEY: survey,
    NoticeKind.STILL_WRONG: lambda view: {"name": view.to.name},
    NoticeKind.LOW_RATING: _low_rating,
    NoticeKind.RATING: rating,
    NoticeKind.NOTE: _note,
    NoticeKind.ASSIGNED: _assigned,
    NoticeKind.NOT_YOURS: lambda view: {"title": view.scene.ticket.subject, "agent": _owner(view)},
    NoticeKind.NUDGE: lambda view: {**_last_words(view), "nudged_by": view.event.text},
    NoticeKind.OFFERED: lambda view: {**_last_words(view), "why": view.event.text},
    NoticeKind.WAITING: _waiting,
    NoticeKind.EXPIRED: _expired,
    NoticeKind.HELP: lambda view: {},
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.NOT_UNDERSTOOD: _not_understood,
    NoticeKind.UNDELIVERED: _undelivered,
    NoticeKind.DOUBTFUL: _doubtful,
    NoticeKind.CROSSED: _crossed,
    NoticeKind.PREVIEW: _preview,
    NoticeKind.MERGED: _merged,
    NoticeKind.UNDONE: lambda view: {"title": view.scene.ticket.subject, "words": view.event.text},
}

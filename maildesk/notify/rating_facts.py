"""What letters say about a rating: the question, until when an answer opens the ticket again, and what was answered."""

from datetime import datetime

from maildesk.mail import Address
from maildesk.notify.view import View
from maildesk.tokens import TagKind


def survey(view: View) -> dict[str, object]:
    """The question in a letter of its own."""
    ticket = view.scene.ticket
    ended_at = ticket.closed_at or ticket.resolved_at or view.event.at
    return {
        "name": view.to.name,
        "title": ticket.subject,
        "solution": ticket.resolution,
        "ended_at": ended_at.astimezone(view.zone),
        "rate_addresses": rate_addresses(view),
        "reopen_until": reopen_until(view, ended_at),
    }


def rating(view: View) -> dict[str, object]:
    """The answer to it, as it is now."""
    ticket, requester = view.scene.ticket, view.scene.requester
    return {
        "title": ticket.subject,
        "requester": Address(requester.name, requester.address),
        "score": ticket.rating,
        "comment": ticket.rating_comment,
    }


def rate_addresses(view: View) -> tuple[str, ...]:
    """For the scores 1 to 5."""
    return tuple(view.address(TagKind.RATE, score) for score in range(1, 6))


def reopen_until(view: View, ended_at: datetime) -> datetime:
    """The last day on which an answer is no new ticket, in the zone of its reader."""
    return (ended_at + view.settings.answers.reopen_within).astimezone(view.zone)

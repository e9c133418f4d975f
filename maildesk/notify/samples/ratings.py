"""Sample letters about how content a requester is."""

from datetime import datetime

from maildesk.mail import Address
from maildesk.notify.samples.people import OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, Sample
from maildesk.notify.samples.to_agents import ticket_facts
from maildesk.vocabulary import NoticeKind as K
from maildesk.vocabulary import Status


def about_ratings(local: Local, language: str) -> list[Sample]:
    """The question in a letter of its own, the question behind a "no", and who reads the answers."""
    return [*_questions(local), *_answers(local, language)]


def _questions(local: Local) -> list[Sample]:
    subject = f"Re: {local.title}"
    facts = {
        "name": local.name,
        "title": local.title,
        "solution": local.solution,
        "ended_at": datetime(2024, 3, 5, 15, 30, tzinfo=OSLO),
        "rate_addresses": tuple(f"support+r1042-p7-{score}-k3f9k3f9k3f9k3f9@acme.example" for score in range(1, 6)),
        "reopen_until": datetime(2024, 4, 4, 15, 30, tzinfo=OSLO),
        **FROM_DESK,
    }
    return [
        Sample("survey", K.SURVEY, subject, facts),
        Sample("survey-plain", K.SURVEY, subject, {**facts, "name": "", "solution": ""}),
        Sample("still_wrong", K.STILL_WRONG, subject, {"name": local.name, **FROM_DESK}),
        Sample("still_wrong-no-name", K.STILL_WRONG, subject, {"name": "", **FROM_DESK}),
    ]


def _answers(local: Local, language: str) -> list[Sample]:
    subject = f"Re: [#1042] {local.title}"
    low = {
        **ticket_facts(local, language),
        "status": Status.CLOSED,
        "score": 2,
        "comment": local.complaint,
        "solution": local.solution,
    }
    nothing = {"comment": "", "solution": "", "answer_goes_to": ()}
    rating = {
        "title": local.title,
        "requester": Address(local.name, local.address),
        "score": 3,
        "comment": local.complaint,
        **FROM_DESK,
    }
    return [
        Sample("low_rating", K.LOW_RATING, subject, low),
        Sample("low_rating-no-words", K.LOW_RATING, subject, {**low, **nothing}),
        Sample("rating", K.RATING, subject, rating),
    ]

"""What the answer to "how did we do?" does: a number of points is kept, a "no" opens the ticket again (behaviour 11).

Only whom we asked may rate, for as long as the settings say; a rating may be changed for a week. Points that we have
not, and mere thanks, are kept as they are, and told to nobody.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from maildesk.desk import our_letters, tickets
from maildesk.desk.case import Case, Outcome
from maildesk.desk.feedback import Rating, is_no_rating, read_rating, says_no
from maildesk.desk.rating_question import OVER, was_asked
from maildesk.model import Event, Person, Ticket
from maildesk.reason import because
from maildesk.tokens import TagKind
from maildesk.vocabulary import Disposition, EventKind, Standing

MAY_CHANGE: Final = timedelta(days=7)
#: So many ratings of one end are told by letter; the last word stands in the digest.
MOST_TOLD: Final = 3
TOO_LATE: Final = because("rating_too_late")


def pressed(case: Case) -> Rating | None:
    """A button of the question, with what its presser wrote; a number that he put in its place is what he means."""
    tag = case.place.tag
    if tag is None or tag.kind is not TagKind.RATE:
        return None
    words = case.clean(case.mail.visible_text)
    return None if says_no(words) else read_rating(words) or Rating(tag.score, words.strip())


def take_rating(case: Case, ticket: Ticket, author: Person, button: Rating | None) -> Outcome | None:
    """What a mail on the ticket does, if it is the answer to that question. None: it is a message like others."""
    if button is None and not _may_be_meant(case, ticket, author):
        return None
    words = case.clean(case.mail.visible_text)
    rating = button or read_rating(words)
    may = _may_rate(case, ticket)
    if rating is None:
        return _keep(case, ticket, author, words) if may and is_no_rating(words) else None
    if may:
        return _rate(case, ticket, author, rating)
    # A number alone opens no ticket again; words beside it are an answer.
    return None if rating.comment else Outcome(Disposition.IGNORED, TOO_LATE, ticket.id)


def ask_why(case: Case, ticket: Ticket, author: Person) -> list[Event]:
    """The ticket was opened again: what is wrong, where the requester said "no" and nothing else?"""
    no = says_no(case.clean(case.mail.visible_text))
    if no is None or no.words or not case.mail.may_answer or not _is_believed(case, ticket, author):
        return []
    if case.delivery.silent or not _has_room(case, author):
        return []
    return [tickets.record(case.hand(None), ticket, EventKind.ASKED_WHY)]


def _rate(case: Case, ticket: Ticket, author: Person, rating: Rating) -> Outcome:
    if (ticket.rating, ticket.rating_comment) == (rating.score, rating.comment):
        return Outcome(Disposition.RATING, because("rated_again", rating.score), ticket.id)
    told = _times_told(case, ticket) < MOST_TOLD
    event = tickets.rate(case.hand(author), ticket, rating.score, rating.comment)
    return Outcome(Disposition.RATING, because("rated", rating.score), ticket.id, (event,) if told else ())


def _times_told(case: Case, ticket: Ticket) -> int:
    """How many ratings of this end had a letter: low ones, and those with words ("2/5: It took a week.")."""
    rated = select(Event.text).where(Event.ticket_id == ticket.id, Event.kind == EventKind.RATED)
    said = case.session.scalars(rated.where(Event.at >= ticket.asked_at))
    return sum(":" in text or int(text[0]) <= case.settings.feedback.low_rating for text in said)


def _keep(case: Case, ticket: Ticket, author: Person, words: str) -> Outcome:
    """Points that we have not: "11" is no 1, and no 5 either."""
    if ticket.rating is None:
        ticket.rating_comment = words.strip()
    tickets.record(case.hand(author), ticket, EventKind.COMMENTED, words.strip())
    return Outcome(Disposition.RATING, because("no_points"), ticket.id)


def _may_be_meant(case: Case, ticket: Ticket, author: Person) -> bool:
    """Before the end a number is an answer, and anybody else's always."""
    return ticket.status in OVER and case.agent is None and _is_believed(case, ticket, author)


def _is_believed(case: Case, ticket: Ticket, author: Person) -> bool:
    """Is it the requester's word? A From line and a number in the subject are nobody's: the mail must be believed, or
    answer a letter to him, or one of his buttons."""
    if case.place.tag is not None and case.place.tag.kind is TagKind.RATE:
        return case.place.tag.person == ticket.requester_id
    by_letter = case.place.addressed == ticket.requester_id and case.trust.standing is Standing.UNPROVEN
    return author.id == ticket.requester_id and (case.trust.may_act or by_letter)


def _may_rate(case: Case, ticket: Ticket) -> bool:
    """Only the requester was asked, so only his button counts; agents cannot rate (behaviour 11)."""
    tag = case.place.tag
    if case.agent is not None or (tag is not None and tag.person != ticket.requester_id):
        return False
    if ticket.status not in OVER or ticket.asked_at is None or not was_asked(ticket):
        return False
    if ticket.rated_at is not None:
        return case.now - ticket.rated_at <= MAY_CHANGE
    return case.now - ticket.asked_at <= case.settings.feedback.window


def _has_room(case: Case, author: Person) -> bool:
    """Within the budgets of automatic mail to one address."""
    limits = case.settings.limits
    today = [at for _, at in our_letters.automatic_letters(case.session, author.address, case.now - timedelta(days=1))]
    this_hour = sum(at >= case.now - timedelta(hours=1) for at in today)
    return this_hour < limits.auto_per_hour and len(today) < limits.auto_per_day

"""The whole life of a ticket: which status follows, for every happening in every status.

Rule 1: a status changes only through `next_status`. Every pair stands in the table or among the impossible ones.
"""

from typing import Final

from maildesk.vocabulary import Happening as H
from maildesk.vocabulary import Status as S

NEXT_STATUS: Final[dict[tuple[H, S], S]] = {
    # The requester wrote: our turn, whatever it was. What nobody has looked at stays new.
    (H.REQUESTER_WROTE, S.NEW): S.NEW,
    (H.REQUESTER_WROTE, S.OPEN): S.OPEN,
    (H.REQUESTER_WROTE, S.PENDING): S.OPEN,
    (H.REQUESTER_WROTE, S.ON_HOLD): S.OPEN,
    (H.REQUESTER_WROTE, S.RESOLVED): S.OPEN,
    (H.REQUESTER_WROTE, S.CLOSED): S.OPEN,
    # An agent answered: the requester's turn. A word after the end does not open it again.
    (H.AGENT_ANSWERED, S.NEW): S.PENDING,
    (H.AGENT_ANSWERED, S.OPEN): S.PENDING,
    (H.AGENT_ANSWERED, S.PENDING): S.PENDING,
    (H.AGENT_ANSWERED, S.ON_HOLD): S.ON_HOLD,
    (H.AGENT_ANSWERED, S.RESOLVED): S.RESOLVED,
    (H.AGENT_ANSWERED, S.CLOSED): S.CLOSED,
    # Somebody took it or got it: seen, therefore open.
    (H.TAKEN, S.NEW): S.OPEN,
    (H.TAKEN, S.OPEN): S.OPEN,
    (H.TAKEN, S.PENDING): S.PENDING,
    (H.TAKEN, S.ON_HOLD): S.ON_HOLD,
    (H.TAKEN, S.RESOLVED): S.RESOLVED,
    (H.TAKEN, S.CLOSED): S.CLOSED,
    # We wait for the requester.
    (H.ASKED_REQUESTER, S.NEW): S.PENDING,
    (H.ASKED_REQUESTER, S.OPEN): S.PENDING,
    (H.ASKED_REQUESTER, S.PENDING): S.PENDING,
    (H.ASKED_REQUESTER, S.ON_HOLD): S.PENDING,
    # We wait for somebody else, or for a date.
    (H.PUT_ON_HOLD, S.NEW): S.ON_HOLD,
    (H.PUT_ON_HOLD, S.OPEN): S.ON_HOLD,
    (H.PUT_ON_HOLD, S.PENDING): S.ON_HOLD,
    (H.PUT_ON_HOLD, S.ON_HOLD): S.ON_HOLD,
    # The date has come, or the third party has answered.
    (H.RESUMED, S.NEW): S.OPEN,
    (H.RESUMED, S.OPEN): S.OPEN,
    (H.RESUMED, S.PENDING): S.OPEN,
    (H.RESUMED, S.ON_HOLD): S.OPEN,
    # Solved, closed, opened again.
    (H.SOLVED, S.NEW): S.RESOLVED,
    (H.SOLVED, S.OPEN): S.RESOLVED,
    (H.SOLVED, S.PENDING): S.RESOLVED,
    (H.SOLVED, S.ON_HOLD): S.RESOLVED,
    (H.CLOSED, S.NEW): S.CLOSED,
    (H.CLOSED, S.OPEN): S.CLOSED,
    (H.CLOSED, S.PENDING): S.CLOSED,
    (H.CLOSED, S.ON_HOLD): S.CLOSED,
    (H.CLOSED, S.RESOLVED): S.CLOSED,
    (H.REOPENED, S.RESOLVED): S.OPEN,
    (H.REOPENED, S.CLOSED): S.OPEN,
    # Nobody answered until the stated date.
    (H.EXPIRED, S.PENDING): S.CLOSED,
    (H.EXPIRED, S.RESOLVED): S.CLOSED,
}

#: What cannot be done, with the reason a person is told.
IMPOSSIBLE: Final[dict[tuple[H, S], str]] = {
    (H.ASKED_REQUESTER, S.RESOLVED): "the ticket is resolved; reopen it first",
    (H.ASKED_REQUESTER, S.CLOSED): "the ticket is closed; reopen it first",
    (H.PUT_ON_HOLD, S.RESOLVED): "the ticket is resolved; reopen it first",
    (H.PUT_ON_HOLD, S.CLOSED): "the ticket is closed; reopen it first",
    (H.RESUMED, S.RESOLVED): "the ticket is resolved; reopen it first",
    (H.RESUMED, S.CLOSED): "the ticket is closed; reopen it first",
    (H.SOLVED, S.RESOLVED): "the ticket is resolved already",
    (H.SOLVED, S.CLOSED): "the ticket is closed already",
    (H.CLOSED, S.CLOSED): "the ticket is closed already",
    (H.REOPENED, S.NEW): "the ticket is open",
    (H.REOPENED, S.OPEN): "the ticket is open",
    (H.REOPENED, S.PENDING): "the ticket is open",
    (H.REOPENED, S.ON_HOLD): "the ticket is open",
    (H.EXPIRED, S.NEW): "nobody was asked",
    (H.EXPIRED, S.OPEN): "nobody was asked",
    (H.EXPIRED, S.ON_HOLD): "nobody was asked",
    (H.EXPIRED, S.CLOSED): "the ticket is closed already",
}


def next_status(happening: H, status: S) -> S | None:
    """The status that follows, or None where this cannot happen now (`IMPOSSIBLE` says why)."""
    return NEXT_STATUS.get((happening, status))

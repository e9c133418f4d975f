"""Who is told what: for every kind of event, which group gets which letter. Pure; the groups are filled by announce.py.

Nobody is told of what he did himself, except where the letter is for the one who acted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from maildesk.vocabulary import EventKind, NoticeKind

#: Letters to the people outside, in the thread they began; all others go to agents, in a thread of their own.
TO_CUSTOMERS: Final = frozenset(
    {NoticeKind.RECEIVED, NoticeKind.ANSWER, NoticeKind.CLOSED, NoticeKind.WAITING, NoticeKind.EXPIRED}
    | {NoticeKind.SURVEY, NoticeKind.STILL_WRONG}
)

#: Letters that bring the last words on the ticket, an internal note of the same mail among them.
BRING_LAST_WORDS: Final = frozenset({NoticeKind.ASSIGNED, NoticeKind.OFFERED, NoticeKind.NUDGE})


class Group(StrEnum):
    PARTICIPANTS = "participants"  # requester and those he added
    REQUESTER = "requester"  # he alone
    OWNER_OR_TEAM = "owner_or_team"  # see `owner_or_team`
    OWNER = "owner"
    ACTOR = "actor"  # who did it
    NAMED = "named"  # the agent whose address the event says
    TOLD_LOW = "told_low"  # see `readers_of_rating`
    TOLD_WORDS = "told_words"


class Told(NamedTuple):
    """One letter that an act causes."""

    ticket: int
    kind: NoticeKind
    person: int


@dataclass(frozen=True, slots=True)
class Row:
    group: Group
    notice: NoticeKind


AUDIENCE: Final[Mapping[EventKind, tuple[Row, ...]]] = {
    EventKind.OPENED: (Row(Group.OWNER_OR_TEAM, NoticeKind.NEW_TICKET),),
    EventKind.ACKNOWLEDGED: (Row(Group.ACTOR, NoticeKind.RECEIVED),),
    EventKind.CUSTOMER_ANSWERED: (Row(Group.OWNER_OR_TEAM, NoticeKind.CUSTOMER_ANSWER),),
    EventKind.THIRD_PERSON_WROTE: (Row(Group.OWNER_OR_TEAM, NoticeKind.CUSTOMER_ANSWER),),
    EventKind.ANSWERED: (Row(Group.PARTICIPANTS, NoticeKind.ANSWER),),
    EventKind.NOTED: (Row(Group.OWNER_OR_TEAM, NoticeKind.NOTE),),
    EventKind.TAKEN: (),
    EventKind.ASSIGNED: (Row(Group.OWNER, NoticeKind.ASSIGNED),),
    EventKind.SOLVED: (Row(Group.PARTICIPANTS, NoticeKind.CLOSED),),
    EventKind.CLOSED: (Row(Group.PARTICIPANTS, NoticeKind.CLOSED),),
    # The answer that reopened it is announced, with that fact.
    EventKind.REOPENED: (),
    EventKind.SURVEYED: (Row(Group.REQUESTER, NoticeKind.SURVEY),),
    EventKind.RATED: (Row(Group.TOLD_LOW, NoticeKind.LOW_RATING), Row(Group.TOLD_WORDS, NoticeKind.RATING)),
    EventKind.COMMENTED: (),
    EventKind.ASKED_WHY: (Row(Group.REQUESTER, NoticeKind.STILL_WRONG),),
    EventKind.AUTOMATIC_NOTED: (),
    EventKind.DELAYED: (),
    EventKind.UNDELIVERED: (Row(Group.OWNER_OR_TEAM, NoticeKind.UNDELIVERED),),
    # What follows from that for the clock and the address stands in the same letter.
    EventKind.RESPONSE_WITHDRAWN: (),
    EventKind.SUPPRESSED: (),
    EventKind.RELEASED: (),
    EventKind.DOUBTFUL: (Row(Group.ACTOR, NoticeKind.DOUBTFUL),),
    # The operator alone is told, by notify/operator.py.
    EventKind.SILENCED: (),
    EventKind.HELP_ASKED: (Row(Group.ACTOR, NoticeKind.HELP),),
    EventKind.NOT_UNDERSTOOD: (Row(Group.ACTOR, NoticeKind.NOT_UNDERSTOOD),),
    # Who is asked, and who is told, stands in notify/asking.py and notify/operator.py.
    EventKind.HELD: (),
    EventKind.CROSSED: (Row(Group.ACTOR, NoticeKind.CROSSED),),
    EventKind.PREVIEWED: (Row(Group.ACTOR, NoticeKind.PREVIEW),),
    EventKind.SENT_ANYWAY: (),
    EventKind.LINKED: (),
    EventKind.MERGED: (),
    EventKind.MERGED_IN: (Row(Group.OWNER, NoticeKind.MERGED),),
    EventKind.SPLIT: (),
    EventKind.REQUESTER_CHANGED: (),
    EventKind.UNDONE: (Row(Group.ACTOR, NoticeKind.UNDONE),),
    EventKind.UNASSIGNED: (Row(Group.NAMED, NoticeKind.NOT_YOURS),),
    EventKind.NUDGED: (Row(Group.OWNER_OR_TEAM, NoticeKind.NUDGE),),
    # It stands in the acknowledgement.
    EventKind.PROMISED: (),
    # Agents and managers are told together of all that has gathered, by notify/reminders.py.
    EventKind.WARNED: (),
    EventKind.BREACHED: (),
    EventKind.ESCALATED: (),
    EventKind.RESUMED: (),
    EventKind.PLAN_DUE: (),
    EventKind.REMINDED: (Row(Group.REQUESTER, NoticeKind.WAITING),),
    EventKind.EXPIRED: (Row(Group.PARTICIPANTS, NoticeKind.EXPIRED),),
    # The newcomer sees it in his first letter, agents in the next one about the ticket.
    EventKind.JOINED: (),
    EventKind.SUGGESTED: (),
    EventKind.SAME_PERSON: (),
    EventKind.ERASED: (),
    EventKind.REVOKED: (),
    # It stands in the letter about the new ticket.
    EventKind.TRIAGED: (),
    EventKind.PASSED: (),
    EventKind.OFFERED: (Row(Group.OWNER_OR_TEAM, NoticeKind.OFFERED),),
    EventKind.LEFT: (),
    # Whoever did it reads it in his receipt, the others in the next letter about the ticket.
    EventKind.CHANGED: (),
    EventKind.TAGGED: (),
    EventKind.UNTAGGED: (),
    EventKind.ASKED: (),
    EventKind.ON_HOLD: (),
    EventKind.SNOOZED: (),
    EventKind.CONTINUED: (),
    EventKind.PLANNED: (),
    EventKind.OUTAGE_BEGAN: (),
    EventKind.OUTAGE_OVER: (),
    EventKind.SPAM: (),
    EventKind.ASKED_ABOUT: (),
    EventKind.DONE: (Row(Group.ACTOR, NoticeKind.RECEIPT),),
}


def owner_or_team(owner: int | None, away: bool, team: tuple[int, ...]) -> tuple[int, ...]:
    """The agent of the ticket; everybody while it has none, and everybody beside him while he is away."""
    if owner is None:
        return team
    return (owner, *(person for person in team if person != owner)) if away else (owner,)


def readers_of_rating(
    *, low: bool, words: bool, managers: tuple[int, ...], responsible: tuple[int, ...], owner: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(who is told of a low rating, who reads the words of any): managers, or whoever is responsible where there are
    none; and the agent of the ticket, who needs no second letter."""
    told = (managers or responsible) if low else ()
    return told, tuple(person for person in owner if person not in told) if words else ()


def notices_for(
    kind: EventKind, groups: Mapping[Group, tuple[int, ...]], actor: int | None
) -> list[tuple[NoticeKind, int]]:
    """(letter, person) for one event; `groups` holds the ids of the people in each group."""
    return [(row.notice, person) for row in AUDIENCE[kind] for person in _others(row, groups.get(row.group, ()), actor)]


def said_twice(told: Sequence[Told]) -> frozenset[Told]:
    """The notes among the letters of one mail whose readers get the ticket by the same mail: that letter brings the
    note as well."""
    brought = {(one.ticket, one.person) for one in told if one.kind in BRING_LAST_WORDS}
    return frozenset(one for one in told if one.kind is NoticeKind.NOTE and (one.ticket, one.person) in brought)


def _others(row: Row, people: tuple[int, ...], actor: int | None) -> tuple[int, ...]:
    others = tuple(person for person in people if person != actor)
    if row.group is Group.ACTOR or (row.notice in (NoticeKind.NEW_TICKET, NoticeKind.OFFERED) and not others):
        # The only agent's own report, and what he passes on to nobody, must not stay unseen.
        return people
    return others

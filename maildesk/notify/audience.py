"""Who is told what: for every kind of event, which group gets which letter. Pure; the groups are filled by announce.py.

Nobody is told of what he did himself, except where the letter is for the one who acted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maildesk.vocabulary import EventKind, NoticeKind


class Group(StrEnum):
    PARTICIPANTS = "participants"  # requester and those he added
    OWNER_OR_TEAM = "owner_or_team"  # see `owner_or_team`
    OWNER = "owner"
    ACTOR = "actor"  # who did it


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
    EventKind.RATED: (),
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
    # The newcomer sees it in his first letter, agents in the next one about the ticket.
    EventKind.JOINED: (),
    EventKind.SUGGESTED: (),
    EventKind.SAME_PERSON: (),
}


def owner_or_team(owner: int | None, away: bool, team: tuple[int, ...]) -> tuple[int, ...]:
    """The agent of the ticket; everybody while it has none, and everybody beside him while he is away."""
    if owner is None:
        return team
    return (owner, *(person for person in team if person != owner)) if away else (owner,)


def notices_for(
    kind: EventKind, groups: Mapping[Group, tuple[int, ...]], actor: int | None
) -> list[tuple[NoticeKind, int]]:
    """(letter, person) for one event; `groups` holds the ids of the people in each group."""
    return [(row.notice, person) for row in AUDIENCE[kind] for person in _others(row, groups.get(row.group, ()), actor)]


def _others(row: Row, people: tuple[int, ...], actor: int | None) -> tuple[int, ...]:
    others = tuple(person for person in people if person != actor)
    if row.group is Group.ACTOR or (row.notice is NoticeKind.NEW_TICKET and not others):
        # The only agent's own report must not stay unseen.
        return people
    return others

"""Who is told what. Kari (1) and her colleague (2) stand on the ticket; Anna (10) has it, Bob (11) is her colleague."""

import pytest

from maildesk.notify.audience import Group, notices_for, owner_or_team, readers_of_rating
from maildesk.vocabulary import EventKind

KARI, COLLEAGUE, ANNA, BOB = 1, 2, 10, 11
OWNED = {Group.PARTICIPANTS: (KARI, COLLEAGUE), Group.OWNER_OR_TEAM: (ANNA,), Group.OWNER: (ANNA,)}
UNOWNED = {Group.PARTICIPANTS: (KARI, COLLEAGUE), Group.OWNER_OR_TEAM: (ANNA, BOB), Group.OWNER: ()}


@pytest.mark.parametrize(
    ("event", "actor", "groups", "told"),
    [
        # A customer acts.
        ("opened", KARI, UNOWNED, ["new_ticket 10", "new_ticket 11"]),
        ("acknowledged", KARI, UNOWNED, ["received 1"]),
        ("customer_answered", KARI, OWNED, ["customer_answer 10"]),
        ("customer_answered", KARI, UNOWNED, ["customer_answer 10", "customer_answer 11"]),
        ("third_person_wrote", 99, OWNED, ["customer_answer 10"]),
        ("rated", KARI, OWNED, []),
        ("reopened", KARI, OWNED, []),
        # An agent acts; what he did himself is no news to him.
        ("opened", ANNA, UNOWNED, ["new_ticket 11"]),
        ("answered", ANNA, OWNED, ["answer 1", "answer 2"]),
        ("noted", BOB, OWNED, ["note 10"]),
        ("noted", ANNA, OWNED, []),
        ("taken", ANNA, OWNED, []),
        ("assigned", BOB, OWNED, ["assigned 10"]),
        ("assigned", ANNA, OWNED, []),
        ("solved", ANNA, OWNED, ["closed 1", "closed 2"]),
        ("closed", ANNA, OWNED, ["closed 1", "closed 2"]),
        ("help_asked", ANNA, OWNED, ["help 10"]),
        ("not_understood", ANNA, OWNED, ["not_understood 10"]),
        # A machine acts: nobody outside ever hears of it.
        ("automatic_noted", KARI, OWNED, []),
        ("delayed", None, OWNED, []),
        ("undelivered", None, OWNED, ["undelivered 10"]),
        ("undelivered", None, UNOWNED, ["undelivered 10", "undelivered 11"]),
        ("silenced", KARI, UNOWNED, []),
        ("response_withdrawn", None, OWNED, []),
        ("suppressed", None, OWNED, []),
        ("released", ANNA, OWNED, []),
        ("doubtful", ANNA, OWNED, ["doubtful 10"]),
    ],
)
def test_audience(event: str, actor: int | None, groups: dict[Group, tuple[int, ...]], told: list[str]) -> None:
    groups = {**groups, Group.ACTOR: (actor,) if actor else ()}
    found = notices_for(EventKind(event), groups, actor)
    assert [f"{notice} {person}" for notice, person in found] == told


def test_the_participant_who_acts_gets_no_copy_of_his_own_words() -> None:
    assert notices_for(EventKind.ANSWERED, OWNED, KARI) == [("answer", COLLEAGUE)]


@pytest.mark.parametrize(
    ("owner", "away", "people"),
    [
        (None, False, (ANNA, BOB)),
        (ANNA, False, (ANNA,)),
        (BOB, False, (BOB,)),
        (ANNA, True, (ANNA, BOB)),
        (BOB, True, (BOB, ANNA)),
    ],
)
def test_whose_ticket_it_is(owner: int | None, away: bool, people: tuple[int, ...]) -> None:
    assert owner_or_team(owner, away, (ANNA, BOB)) == people


MANAGER = 20


@pytest.mark.parametrize(
    ("low", "words", "managers", "responsible", "owner", "told", "read"),
    [
        (False, False, (MANAGER,), (ANNA,), (ANNA,), (), ()),
        (False, True, (MANAGER,), (ANNA,), (ANNA,), (), (ANNA,)),
        (True, False, (MANAGER,), (ANNA,), (ANNA,), (MANAGER,), ()),
        (True, True, (MANAGER,), (ANNA,), (ANNA,), (MANAGER,), (ANNA,)),
        # Without a manager it is for whoever is responsible; nobody gets two letters.
        (True, True, (), (ANNA,), (ANNA,), (ANNA,), ()),
        (True, True, (), (ANNA, BOB), (), (ANNA, BOB), ()),
        (True, True, (ANNA,), (ANNA,), (ANNA,), (ANNA,), ()),
        # The words are for the one who answered; while he is away, nobody else needs them.
        (False, True, (), (ANNA, BOB), (ANNA,), (), (ANNA,)),
        (False, True, (), (ANNA, BOB), (), (), ()),
    ],
)
def test_who_reads_a_rating(
    low: bool,
    words: bool,
    managers: tuple[int, ...],
    responsible: tuple[int, ...],
    owner: tuple[int, ...],
    told: tuple[int, ...],
    read: tuple[int, ...],
) -> None:
    found = readers_of_rating(low=low, words=words, managers=managers, responsible=responsible, owner=owner)
    assert found == (told, read)

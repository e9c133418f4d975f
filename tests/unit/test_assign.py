from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.desk.assign import Choice, Colleague, Matter, choose_agent
from maildesk.notify.why import in_words

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
VPN = Matter(("vpn", "network"), "en")
How = Literal["skills", "always", "off"]


def colleague(person: int, name: str, *skills: str, **facts: Any) -> Colleague:
    plain = Colleague(person, name, dict.fromkeys(skills, 1.0), ("en",), 3, 20, at_work=True)
    return replace(plain, **facts)


ANNA = colleague(1, "Anna", "vpn", "network")
BOB = colleague(2, "Bob")
CLAIRE = colleague(3, "Claire", manager=True)
#: Until the end of that day.
FRIDAY = datetime(2026, 3, 7, tzinfo=UTC)
OFF: dict[str, Any] = {"at_work": False, "back": datetime(2026, 3, 3, 8, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("how", "team", "chosen", "reason"),
    [
        ("skills", [BOB, ANNA], 1, "knows vpn and network; at work; 3 of 20 open"),
        ("skills", [BOB, replace(ANNA, **OFF)], 1, "knows vpn and network; at work again Tue 3 March, 08:00; 3 of 20"),
        ("skills", [BOB], None, "for everybody: nobody is known for vpn, network"),
        ("skills", [], None, "for everybody: nobody is known for vpn, network"),
        (
            "skills",
            [BOB, replace(ANNA, away=FRIDAY)],
            None,
            "for everybody: Anna knows vpn and network, but is away until Fri 6 March",
        ),
        (
            "skills",
            [replace(ANNA, open_tickets=20)],
            None,
            "for everybody: Anna knows vpn and network, but has 20 open already",
        ),
        (
            "skills",
            [replace(ANNA, most=0)],
            None,
            "for everybody: Anna knows vpn and network, but gets none automatically",
        ),
        ("off", [ANNA], None, "for everybody: nothing is assigned by itself"),
        # Knowing the matter goes before free hands, and being there before that.
        ("always", [BOB, replace(ANNA, open_tickets=19)], 1, "knows vpn and network; at work; 19 of 20 open"),
        ("always", [replace(ANNA, **OFF), BOB], 2, "at work; 3 of 20 open"),
        ("always", [replace(ANNA, **OFF), CLAIRE], 1, "knows vpn and network; at work again"),
        ("always", [replace(BOB, **OFF), CLAIRE], 2, "at work again Tue 3 March, 08:00"),
        ("always", [replace(BOB, away=FRIDAY), CLAIRE], 3, "at work; 3 of 20 open"),
        (
            "always",
            [replace(BOB, away=FRIDAY), replace(CLAIRE, most=0)],
            None,
            "for everybody: Bob is away until Fri 6 March; Cl",
        ),
        ("always", [], None, "for everybody: there is nobody else"),
        # A manager who knows the matter is a colleague like others.
        ("always", [BOB, replace(CLAIRE, skills={"vpn": 1.0})], 3, "knows vpn; at work"),
    ],
)
def test_who_gets_it(how: How, team: list[Colleague], chosen: int | None, reason: str) -> None:
    choice = choose_agent(VPN, tuple(team), how)
    assert choice.agent == chosen
    assert in_words(choice.reason, "en").startswith(reason)


@pytest.mark.parametrize(
    ("how", "team", "passed_over"),
    [
        ("skills", [ANNA], False),
        ("skills", [BOB], False),
        ("skills", [BOB, replace(ANNA, away=FRIDAY)], True),
        ("skills", [replace(BOB, away=FRIDAY)], False),
        ("always", [replace(BOB, away=FRIDAY)], True),
        ("always", [], False),
        ("off", [ANNA], False),
    ],
)
def test_whether_somebody_could_have_got_it(how: How, team: list[Colleague], passed_over: bool) -> None:
    assert choose_agent(VPN, tuple(team), how).passed_over is passed_over


@pytest.mark.parametrize(
    ("team", "chosen"),
    [
        # The larger part of free hands.
        ([ANNA, replace(ANNA, person=2, open_tickets=2)], 2),
        ([ANNA, replace(ANNA, person=2, most=30)], 2),
        # Of equals whoever got one longest ago, or never.
        ([replace(ANNA, last_given=NOW), replace(ANNA, person=2, last_given=NOW - timedelta(hours=1))], 2),
        ([replace(ANNA, last_given=NOW), replace(ANNA, person=2)], 2),
        # Of equals in that too the first of the configuration.
        ([replace(ANNA, last_given=NOW), replace(ANNA, person=2, last_given=NOW)], 1),
        ([ANNA, replace(ANNA, person=2)], 1),
        # Whoever knows all of it, where both have time; whoever has time, where one is nearly full.
        ([replace(ANNA, skills={"vpn": 1.0}), replace(ANNA, person=2)], 2),
        ([replace(ANNA, skills={"vpn": 1.0}), replace(ANNA, person=2, open_tickets=18)], 1),
        # What was learned counts by how much, from a certain measure on.
        ([replace(ANNA, skills={"vpn": 0.5}), replace(ANNA, person=2, skills={"vpn": 0.6})], 2),
        ([replace(ANNA, skills={"vpn": 0.39}), replace(ANNA, person=2, skills={"network": 0.4})], 2),
        # The language of the ticket.
        ([replace(ANNA, languages=("ko",)), replace(ANNA, person=2, open_tickets=12)], 2),
        ([replace(ANNA, languages=("ko",)), replace(ANNA, person=2, open_tickets=19)], 1),
    ],
)
def test_who_of_several(team: list[Colleague], chosen: int) -> None:
    assert choose_agent(VPN, tuple(team), "skills").agent == chosen


def test_nobody_of_the_excluded_is_asked() -> None:
    assert choose_agent(VPN, (ANNA, BOB), "always", frozenset({1})).agent == 2
    assert choose_agent(VPN, (ANNA,), "skills", frozenset({1})) == Choice(
        None, "for_everybody; nobody_knows|vpn|network"
    )


@pytest.mark.parametrize(
    ("skill", "topic", "knows"),
    [
        ("vpn", "vpn", True),
        ("vpn", "vpn access", True),
        ("vpn access", "vpn", False),
        ("office 365", "office 365", True),
        ("net", "network", False),
    ],
)
def test_what_a_skill_is_good_for(skill: str, topic: str, knows: bool) -> None:
    team = (colleague(1, "Anna", skill),)
    assert (choose_agent(Matter((topic,), "en"), team, "skills").agent == 1) is knows


def test_the_reason_says_of_how_many() -> None:
    choice = choose_agent(VPN, (ANNA, replace(ANNA, person=2, languages=("ko",))), "skills")
    assert in_words(choice.reason, "en") == "knows vpn and network; at work; 3 of 20 open; chosen of 2"
    foreign = choose_agent(VPN, (replace(ANNA, languages=("ko",)),), "skills")
    assert (
        in_words(foreign.reason, "en") == "knows vpn and network; at work; does not work in its language; 3 of 20 open"
    )


def given_out(team: list[Colleague], tickets: int) -> list[Colleague]:
    """The team after so many tickets that nobody solves."""
    for number in range(tickets):
        choice = choose_agent(VPN, tuple(team), "always")
        if choice.agent is None:
            assert choice.passed_over
            break
        at = next(at for at, one in enumerate(team) if one.person == choice.agent)
        assert team[at].open_tickets < team[at].most
        team[at] = replace(team[at], open_tickets=team[at].open_tickets + 1, last_given=NOW + timedelta(minutes=number))
    return team


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 8), st.integers(1, 1000), st.integers(1, 200))
def test_equals_get_equally_many_and_nobody_too_many(people: int, tickets: int, most: int) -> None:
    team = [colleague(number, f"Agent {number}", "vpn", open_tickets=0, most=most) for number in range(people)]
    open_tickets = [one.open_tickets for one in given_out(team, tickets)]
    assert max(open_tickets) - min(open_tickets) <= 1
    assert sum(open_tickets) == min(tickets, people * most)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(0, 1000))
def test_of_unequal_caps_each_has_the_same_share(caps: list[int], tickets: int) -> None:
    team = [colleague(number, f"Agent {number}", "vpn", open_tickets=0, most=most) for number, most in enumerate(caps)]
    after = given_out(team, tickets)
    assert all(one.open_tickets <= one.most for one in after)
    assert sum(one.open_tickets for one in after) == min(tickets, sum(caps))
    share = sum(one.open_tickets for one in after) / (sum(caps) or 1)
    assert all(abs(one.open_tickets - share * one.most) <= 1 for one in after)


def test_quickly_solved_tickets_go_round() -> None:
    team = [colleague(number, f"Agent {number}", "vpn", open_tickets=0) for number in range(3)]
    got = []
    for number in range(9):
        choice = choose_agent(VPN, tuple(team), "skills")
        assert choice.agent is not None
        got.append(choice.agent)
        team[choice.agent] = replace(team[choice.agent], last_given=NOW + timedelta(minutes=number))
    assert got == [0, 1, 2] * 3


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            Colleague,
            person=st.integers(1, 100),
            name=st.just("x"),
            skills=st.dictionaries(st.sampled_from(["vpn", "network", "mail"]), st.floats(0.05, 1)),
            languages=st.sampled_from([("en",), ("ko",)]),
            open_tickets=st.integers(0, 5),
            most=st.integers(0, 5),
            at_work=st.booleans(),
            away=st.sampled_from([None, FRIDAY]),
            manager=st.booleans(),
        ),
        max_size=5,
        unique_by=lambda one: one.person,
    ),
    st.sampled_from(["skills", "always", "off"]),
)
def test_whoever_is_chosen_can_take_it_and_always_means_always(team: list[Colleague], how: How) -> None:
    choice = choose_agent(VPN, tuple(team), how)
    able = [one for one in team if one.has_room and not one.away]
    assert choice.reason
    if choice.agent is not None:
        assert choice.agent in {one.person for one in able}
    elif how == "always":
        assert not able

"""May a new ticket be acknowledged? One row per rule; the order is the priority."""

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.acknowledge import Acknowledgement, SenderFacts, may_acknowledge
from maildesk.notify.why import in_words
from maildesk.vocabulary import Standing

NOBODY_YET = SenderFacts(
    standing=Standing.ACCEPTED,
    address="kari@customer.example",
    may_answer=True,
    may_answer_reason="it came over a list",
    acknowledged_today=False,
    undeliverable=False,
    automatic_hour=0,
    automatic_day=0,
)


def decided(facts: dict[str, Any], per_hour: int = 2, per_day: int = 5) -> Acknowledgement:
    return may_acknowledge(replace(NOBODY_YET, **facts), per_hour, per_day)


@pytest.mark.parametrize(
    ("facts", "send"),
    [
        ({}, True),
        ({"address": "root@host.customer.example"}, False),
        ({"address": "friends-request@customer.example"}, False),
        ({"address": "friends-request+kari=customer.example@lists.example"}, False),
        ({"address": "friends-owner+7@lists.example"}, False),
        ({"address": "friends-owners+7@lists.example"}, True),
        ({"address": "owner-friends@customer.example"}, False),
        ({"address": "requests@customer.example"}, True),
        ({"address": "roots@customer.example"}, True),
        ({"standing": Standing.PROVEN}, True),
        ({"standing": Standing.UNPROVEN}, True),
        ({"standing": Standing.STRANGER}, False),
        ({"standing": Standing.FAILED}, False),
        ({"may_answer": False}, False),
        ({"undeliverable": True}, False),
        ({"standing": Standing.UNPROVEN, "acknowledged_today": True}, False),
        ({"standing": Standing.ACCEPTED, "acknowledged_today": True}, True),
        ({"standing": Standing.PROVEN, "acknowledged_today": True}, True),
        ({"automatic_hour": 1}, True),
        ({"automatic_hour": 2}, False),
        ({"automatic_day": 4}, True),
        ({"automatic_day": 5}, False),
    ],
)
def test_may_acknowledge(facts: dict[str, Any], send: bool) -> None:
    assert decided(facts).send is send


@pytest.mark.parametrize(
    ("facts", "silenced"),
    [
        ({"automatic_hour": 2}, True),
        ({"automatic_day": 5}, True),
        ({"automatic_hour": 2, "standing": Standing.UNPROVEN, "acknowledged_today": True}, True),
        ({"standing": Standing.UNPROVEN, "acknowledged_today": True}, False),
        ({"may_answer": False, "automatic_hour": 2}, False),
        ({"standing": Standing.STRANGER, "automatic_hour": 2}, False),
        ({"standing": Standing.FAILED, "automatic_hour": 2}, False),
        ({"undeliverable": True, "automatic_hour": 2}, False),
        ({}, False),
    ],
)
def test_the_operator_is_told_of_a_budget_alone(facts: dict[str, Any], silenced: bool) -> None:
    assert decided(facts).silenced is silenced


def test_a_budget_of_nothing_sends_nothing() -> None:
    assert not decided({}, per_hour=0).send
    assert not decided({}, per_day=0).send


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"may_answer": False, "standing": Standing.STRANGER}, "it came over a list"),
        ({"standing": Standing.STRANGER, "undeliverable": True}, "not one clean address"),
        ({"standing": Standing.FAILED, "undeliverable": True}, "disowns"),
        ({"undeliverable": True, "automatic_hour": 9}, "comes back"),
        ({"automatic_hour": 9, "standing": Standing.UNPROVEN, "acknowledged_today": True}, "budget"),
        ({"standing": Standing.UNPROVEN, "acknowledged_today": True}, "24 hours"),
        ({}, "acknowledged"),
    ],
)
def test_the_first_reason_is_the_one_that_is_stored(facts: dict[str, Any], word: str) -> None:
    assert word in in_words(decided(facts).reason, "en")

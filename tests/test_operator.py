"""The operator hears of each thing once, and never too often, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.notify.operator import MOST_HELD_IN_AN_HOUR, tell_held, tell_silenced
from tests.desk import SETTINGS, TestDesk, mail

#: The budget must hold however the configuration writes the address.
OPERATOR = "Ops@Acme.example"
#: The longest address there can be (RFC 5321 4.5.3.1).
LONGEST = "k" * 64 + "@" + ("a" * 49 + ".") * 4 + "a" * 45 + ".example"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDesk]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    desk = TestDesk(tmp_path, url, SETTINGS.replace("ops@acme.example", OPERATOR))
    yield desk
    desk.close()


def test_of_very_many_held_mails_the_first_are_told(desk: TestDesk) -> None:
    desk.receive(mail("kari@customer.example"))
    with desk.store.begin() as session:
        inbound = desk.inbound(1)
        for number in range(MOST_HELD_IN_AN_HOUR + 5):
            inbound.id = number + 1
            tell_held(session, desk.post, inbound, "a reason", desk.clock.now())
            session.flush()
    told = [one.kind for one in desk.outbox()]
    assert told == ["held_mail"] * MOST_HELD_IN_AN_HOUR + ["silenced"]


def test_a_budget_is_told_once_a_day_also_for_the_longest_address(desk: TestDesk) -> None:
    for _ in range(2):
        for _ in range(2):
            with desk.store.begin() as session:
                tell_silenced(session, desk.post, LONGEST, desk.clock.now())
        desk.clock.forward(timedelta(days=1))
    assert [one.kind for one in desk.outbox()] == ["silenced"] * 2

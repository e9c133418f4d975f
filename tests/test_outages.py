"""What the figures count as the time that a service was away: until somebody ends it, or until its ticket ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.figures.find_outages import outages_of
from maildesk.desk.figures.period import Period
from maildesk.vocabulary import NoticeKind, Span
from tests.desk import SETTINGS, TestDesk, answer, mail

KARI, PER, ANNA = "kari@customer.example", "per@elsewhere.example", "anna@acme.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    # Answers wait a minute, so that one can be taken back.
    made = TestDesk(tmp_path, settings=SETTINGS.replace('hold = "0s"', 'hold = "60s"'))
    at(made, 9)
    writes(made, KARI, "VPN", "It does not connect.")
    yield made
    made.close()


def at(desk: TestDesk, hour: int, day: int = 2) -> None:
    desk.clock.moment = datetime(2026, 3, day, hour, tzinfo=UTC)


def writes(desk: TestDesk, sender: str, subject: str, text: str) -> None:
    desk.receive(mail(sender, "network@acme.example", subject, text, proven=True))
    desk.run()


def orders(desk: TestDesk, words: str) -> None:
    """Anna answers the letter that told her of the first ticket."""
    letter = next(one for one in desk.relay.letters if (one.recipient, one.kind) == (ANNA, NoticeKind.NEW_TICKET))
    raw, to = answer(letter, ANNA, words, proven=True)
    desk.receive(raw, recipients=(to,))
    desk.run()


def away(desk: TestDesk, day: int = 2) -> list[tuple[int, int, int | None]]:
    """(ticket, from, to) of the outages of a day, as hours of it."""
    period = Period(Span.DAY, date(2026, 3, day), date(2026, 3, day + 1), ZoneInfo("UTC"))
    with desk.look() as session:
        return [(row.ticket, row.begin.hour, row.end.hour if row.end else None) for row in outages_of(session, period)]


def test_one_that_was_over_does_not_come_back_by_its_tag(desk: TestDesk) -> None:
    orders(desk, "#tag outage")
    assert away(desk) == away(desk, 3) == [(1, 9, None)]
    orders(desk, "#outage vpn since 8:00")
    at(desk, 10)
    orders(desk, "#outage over")
    assert away(desk) == [(1, 8, 10)] and away(desk, 3) == []


def test_one_that_nobody_ended_ends_with_its_ticket_for_good(desk: TestDesk) -> None:
    orders(desk, "#outage vpn since 8:00")
    at(desk, 10)
    orders(desk, "#solve")
    at(desk, 12)
    assert away(desk) == [(1, 8, 10)]
    orders(desk, "#reopen")
    assert away(desk) == [(1, 8, 10)]
    orders(desk, "#outage vpn since 11:30")
    assert away(desk) == [(1, 8, 10), (1, 11, None)]


def test_who_ended_it_with_the_ticket_can_still_say_when_it_was(desk: TestDesk) -> None:
    orders(desk, "#outage vpn since 8:00")
    at(desk, 12)
    orders(desk, "#solve")
    at(desk, 13)
    orders(desk, "#outage vpn since 7:00")
    assert away(desk) == [(1, 7, 12)]
    orders(desk, "#outage over 10:00")
    assert away(desk) == [(1, 7, 10)]


def test_an_end_that_is_taken_back_is_none(desk: TestDesk) -> None:
    orders(desk, "#outage vpn since 8:00")
    at(desk, 10)
    orders(desk, "#solve")
    assert away(desk) == [(1, 8, 10)]
    orders(desk, "#undo")
    assert desk.ticket().status == "new" and away(desk) == [(1, 8, None)]


@pytest.mark.parametrize(("first", "end"), [("#note It is still away.", None), ("#solve", 10)])
def test_by_a_merge_it_neither_ends_nor_begins_again(desk: TestDesk, first: str, end: int | None) -> None:
    writes(desk, PER, "No VPN", "Mine does not, either.")
    orders(desk, "#outage vpn since 8:00")
    at(desk, 10)
    orders(desk, first)
    at(desk, 12)
    orders(desk, "#merge 2 together")
    assert desk.ticket().merged_into_id == 2
    assert away(desk) == [(2, 8, end)]


def test_reopened_in_the_same_mail_it_is_away_again(desk: TestDesk) -> None:
    orders(desk, "#outage vpn since 8:00")
    at(desk, 10)
    orders(desk, "#solve")
    at(desk, 12)
    orders(desk, "#reopen\n#outage vpn since 11:00")
    assert desk.ticket().status == "open" and away(desk) == [(1, 8, 10), (1, 11, None)]
    at(desk, 14)
    orders(desk, "#outage over")
    assert away(desk) == [(1, 8, 10), (1, 11, 14)]


def test_reopened_in_the_same_mail_it_was_over_earlier(desk: TestDesk) -> None:
    orders(desk, "#outage vpn since 8:00")
    at(desk, 12)
    orders(desk, "#solve")
    at(desk, 13)
    orders(desk, "#reopen\n#outage over 10:00")
    assert desk.ticket().status == "open" and away(desk) == [(1, 8, 10)]


@pytest.mark.parametrize("words", ["#solve\n#outage vpn since 8:00", "#outage vpn since 8:00\n#solve"])
def test_ended_in_the_same_mail_it_ends_with_it(desk: TestDesk, words: str) -> None:
    orders(desk, words)
    assert desk.ticket().status == "resolved" and away(desk) == [(1, 8, 9)]


def test_it_goes_along_with_a_merge_in_the_same_mail(desk: TestDesk) -> None:
    writes(desk, PER, "No VPN", "Mine does not, either.")
    orders(desk, "#merge 2 together\n#outage vpn since 8:00")
    assert away(desk) == [(2, 8, None)]

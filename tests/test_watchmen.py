"""Trouble of the desk itself: told once, over restarts and among daemons, and once when it is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from maildesk.desk.alarms import Alarm, Patience, Seen, Trouble, Waiting, troubles
from maildesk.desk.watchmen import Watchmen, look_around
from maildesk.errors import Deferred
from maildesk.model import Outbound, Watch
from tests.desk import MONDAY, SETTINGS, TestDesk, mail, opened, text_of

HOUR = timedelta(hours=1)
PATIENCE = Patience(HOUR / 2, HOUR / 4, HOUR, 14 * 24 * HOUR)
OLD = MONDAY - 10 * HOUR
MAILBOX = '[[imap]]\nname = "support"\nhost = "imap.acme.example"\nuser = "u"\npassword = "p"\n'


@pytest.mark.parametrize(
    ("seen", "started", "expected"),
    [
        (Seen({}, None, None, {}), OLD, []),
        (Seen({"a": MONDAY - HOUR}, None, None, {}), OLD, [Trouble(Alarm.MAILBOX, "a", MONDAY - HOUR)]),
        (Seen({"a": MONDAY - HOUR / 3}, None, None, {}), OLD, []),
        # Nobody can fetch while nobody runs.
        (Seen({"a": OLD}, None, None, {}), MONDAY - HOUR / 3, []),
        (Seen({"a": OLD}, None, None, {}), MONDAY - HOUR, [Trouble(Alarm.MAILBOX, "a", MONDAY - HOUR)]),
        (Seen({"a": None}, None, None, {}), OLD, [Trouble(Alarm.MAILBOX, "a", OLD)]),
        (Seen({}, Waiting(MONDAY - HOUR, 7), None, {}), OLD, [Trouble(Alarm.SPOOL, "", MONDAY - HOUR, 7)]),
        (Seen({}, Waiting(MONDAY, 7), Waiting(MONDAY, 7), {}), OLD, []),
        (Seen({}, None, Waiting(MONDAY - 2 * HOUR, 1), {}), OLD, [Trouble(Alarm.OUTBOX, "", MONDAY - 2 * HOUR, 1)]),
        (
            Seen(
                {}, None, None, {(Alarm.LOGIN, "u"): MONDAY + 24 * HOUR, (Alarm.CERTIFICATE, "s"): MONDAY + 999 * HOUR}
            ),
            OLD,
            [Trouble(Alarm.LOGIN, "u", MONDAY + 24 * HOUR)],
        ),
    ],
)
def test_what_is_trouble(seen: Seen, started: datetime, expected: list[Trouble]) -> None:
    assert troubles(seen, PATIENCE, started, MONDAY) == expected
    assert troubles(seen, Patience(None, None, None, None), started, MONDAY) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDesk]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    desk = TestDesk(tmp_path, url, SETTINGS + MAILBOX)
    yield desk
    desk.close()


def watchmen(desk: TestDesk, fetched: dict[str, datetime | None], started: datetime = MONDAY) -> Watchmen:
    return Watchmen(desk.store, desk.post, desk.clock, started, lambda: fetched)


def told(desk: TestDesk) -> list[str]:
    return [str(opened(letter)["Subject"]) for letter in desk.run() if letter.recipient == "ops@acme.example"]


def test_a_silent_mailbox_is_told_once_and_once_when_it_is_over(desk: TestDesk) -> None:
    fetched: dict[str, datetime | None] = {"support": MONDAY}
    assert not look_around(watchmen(desk, fetched))
    for _ in range(4):
        desk.clock.forward(timedelta(minutes=20))
        # Each time another process: only the row remembers.
        look_around(watchmen(desk, fetched))
    letters = desk.run()
    assert [str(opened(letter)["Subject"]) for letter in letters] == ["[maildesk] mailbox support is silent"]
    assert "09:00" in text_of(letters[0]) and "check --live" in text_of(letters[0])
    fetched["support"] = desk.clock.now()
    assert look_around(watchmen(desk, fetched))
    assert not look_around(watchmen(desk, fetched))
    assert told(desk) == ["[maildesk] Over: mailbox support"]
    # The next time is another trouble.
    desk.clock.forward(HOUR)
    look_around(watchmen(desk, fetched))
    assert told(desk) == ["[maildesk] mailbox support is silent"]


def test_what_another_daemon_fetches_counts(desk: TestDesk) -> None:
    desk.clock.forward(2 * HOUR)
    look_around(watchmen(desk, {"support": desk.clock.now()}))
    desk.clock.forward(timedelta(minutes=20))
    assert not look_around(watchmen(desk, {}))
    assert told(desk) == []
    desk.clock.forward(timedelta(minutes=20))
    assert look_around(watchmen(desk, {}))


def test_a_failing_relay_is_told_when_it_takes_letters_again(desk: TestDesk) -> None:
    desk.receive(mail("kari@customer.example", proven=True))
    desk.relay.trouble = Deferred("away", everyone=True)
    desk.run()
    with desk.store.begin() as session:
        # As the rest of the desk leaves them: tried, and waiting.
        session.execute(update(Outbound).values(attempts=3))
    desk.clock.forward(2 * HOUR)
    fetched: dict[str, datetime | None] = {"support": desk.clock.now()}
    look_around(watchmen(desk, fetched))
    desk.relay.trouble = None
    with desk.store.begin() as session:
        session.execute(update(Outbound).values(next_at=MONDAY))
    assert told(desk) == ["[maildesk] outgoing mail does not leave"]
    look_around(watchmen(desk, fetched))
    assert told(desk) == ["[maildesk] Over: outgoing mail"]


def test_mail_that_is_not_processed_is_told(desk: TestDesk) -> None:
    desk.receive(mail("kari@customer.example"))
    desk.clock.forward(HOUR)
    look_around(watchmen(desk, {"support": desk.clock.now()}))
    with desk.look() as session:
        assert session.get_one(Watch, 1).key == "spool:"
    assert "[maildesk] incoming mail is not processed" in told(desk)
    look_around(watchmen(desk, {"support": desk.clock.now()}))
    assert told(desk) == ["[maildesk] Over: incoming mail"]


def test_a_login_that_ends_is_told_with_its_day(desk: TestDesk) -> None:
    keepers = watchmen(desk, {"support": MONDAY})
    keepers.ends = lambda: {(Alarm.LOGIN, "support@acme.example"): MONDAY + 3 * 24 * HOUR}
    assert look_around(keepers) and not look_around(keepers)
    (letter,) = desk.run()
    assert "the login of support@acme.example ends soon" in str(opened(letter)["Subject"])
    assert "auth login" in text_of(letter)
    keepers.ends = lambda: {(Alarm.LOGIN, "support@acme.example"): MONDAY + 300 * 24 * HOUR}
    assert look_around(keepers)

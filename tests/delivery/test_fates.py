"""Delivery as a whole, against a relay told what to answer: every fate, and nobody blocked."""

import logging
import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from maildesk.errors import Deferred, Refused
from maildesk.mail import Letter
from maildesk.model import Outbound
from maildesk.notify import outbox
from maildesk.notify.replies import Unanswered
from maildesk.vocabulary import NoticeKind
from tests.delivery.told_relay import MINUTE, ONCE, START, Desk


def test_everything_due_is_sent(desk: Desk) -> None:
    names = [f"n{number}" for number in range(11)]
    desk.put(*names)
    assert desk.deliver() == 11
    assert sorted(desk.relay.names) == sorted(names)
    assert set(desk.states().values()) == {"sent"}
    assert desk.row("n3").relay_id == "Q-n3"
    assert desk.deliver() == 0
    assert len(desk.relay.tried) == 11


def test_a_slow_relay_is_no_hanging_story(desk: Desk) -> None:
    """While a letter is on its way, the daemon's pulse goes on."""
    beaten = threading.Semaphore(0)
    desk.post.beat = beaten.release
    desk.relay.answers["slow"] = lambda: None if all(beaten.acquire(timeout=60) for _ in range(4)) else pytest.fail()
    desk.put("slow")
    assert desk.deliver() == 1


def test_bytes_are_those_enqueued(desk: Desk) -> None:
    desk.put("a")
    desk.deliver()
    (letter,) = desk.relay.taken
    assert letter.raw == b"Subject: a\r\n\r\nbody\r\n"
    assert (letter.envelope_from, letter.recipient) == ("support@acme.example", "a@customer.example")


def test_one_failing_letter_blocks_nobody(desk: Desk) -> None:
    desk.put("never", "later", "fault", "good1", "good2")
    desk.relay.say("never", Refused("RCPT: 550 5.1.1 nobody"))
    desk.relay.say("later", Deferred("RCPT: 450 4.2.0 greylisted"))
    desk.relay.say("fault", ZeroDivisionError("a bug"))
    assert desk.deliver() == 2
    assert desk.states() == {
        "never": "refused",
        "later": "waiting",
        "fault": "waiting",
        "good1": "sent",
        "good2": "sent",
    }
    assert desk.told == [("never", "RCPT: 550 5.1.1 nobody")]
    assert desk.row("later").next_at == START + MINUTE
    assert desk.row("fault").error == "a fault of ours (ZeroDivisionError)"


def test_deferred_letter_leaves_when_its_time_comes(desk: Desk) -> None:
    desk.put("a")
    desk.relay.say("a", Deferred("RCPT: 450"))
    for attempts, wait in ((1, 1), (2, 5), (3, 15)):
        assert desk.deliver() == 0
        assert desk.row("a").attempts == attempts
        assert desk.deliver() == 0
        assert len(desk.relay.tried) == attempts
        desk.clock.moment += wait * MINUTE
    desk.relay.answers.clear()
    assert desk.deliver() == 1


def test_gives_up_after_five_days_and_tells(desk: Desk) -> None:
    desk.put("a")
    desk.relay.say("a", Deferred("RCPT: 450 full"))
    while desk.states()["a"] == "waiting":
        desk.clock.moment = max(desk.clock.moment, desk.row("a").next_at)
        desk.deliver()
    assert timedelta(days=5) <= desk.clock.moment - START < timedelta(days=5, hours=4)
    assert desk.told == [("a", "given_up_at_last; said|RCPT: 450 full")]


def test_trouble_of_the_relay_costs_no_letter_anything(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    names = [f"n{number}" for number in range(20)]
    desk.put(*names)
    for name in names:
        desk.relay.say(name, Deferred("AUTH: 535 5.7.8", everyone=True))
    with caplog.at_level(logging.ERROR):
        for _ in range(24 * 7):
            desk.deliver()
            desk.clock.moment += timedelta(hours=1)
    # A week of a wrong password: one log line, at most one letter per line and round, nobody's chances used up.
    assert [record.getMessage() for record in caplog.records] == ["relay trouble='AUTH: 535 5.7.8'; letters wait"]
    assert len(desk.relay.tried) <= 24 * 7 * desk.relay.lines
    assert desk.post.trouble == "AUTH: 535 5.7.8"
    assert desk.told == []
    desk.relay.answers.clear()
    desk.clock.moment += MINUTE
    assert desk.deliver() == 20
    assert desk.post.trouble == ""
    assert {desk.row(name).attempts for name in names} == {1}


def test_relay_in_trouble_is_left_alone_for_a_moment(desk: Desk) -> None:
    desk.relay.lines = 1
    desk.put("a", "b")
    desk.relay.say("a", Deferred("MAIL: 550", everyone=True))
    assert desk.deliver() == 0
    assert desk.deliver() == 0
    assert desk.relay.tried == ["a"]
    desk.clock.moment += timedelta(seconds=5)
    # The one that met the trouble stands behind the others: were it its alone, they pass.
    assert desk.deliver() == 1
    assert desk.states() == {"a": "waiting", "b": "sent"}


@pytest.mark.parametrize(("kind", "state"), [(NoticeKind.RECEIVED, "waiting"), (ONCE, "uncertain")])
def test_no_answer_after_the_dot(
    desk: Desk, kind: NoticeKind, state: str, one_kind_at_most_once: None, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("a", kind=kind)
    desk.relay.say("a", Unanswered("after the dot: the relay closed the connection"))
    with caplog.at_level(logging.WARNING):
        assert desk.deliver() == 0
    assert desk.states() == {"a": state}
    assert ("possible_duplicate=yes" in caplog.text) == (state == "waiting")
    desk.relay.answers.clear()
    desk.clock.moment += MINUTE
    assert desk.deliver() == (state == "waiting")


def test_telling_that_fails_keeps_the_fate(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.put("never", "a", "b")
    desk.relay.say("never", Refused("RCPT: 550"))

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug in telling")

    desk.post.tell = broken
    assert desk.deliver() == 2
    assert desk.states() == {"never": "refused", "a": "sent", "b": "sent"}
    assert "could not be told about" in caplog.text


def test_telling_is_in_the_transaction_of_the_fate(desk: Desk) -> None:
    """A letter enqueued by telling stands if and only if the refusal does."""
    desk.put("never")
    desk.relay.say("never", Refused("RCPT: 550"))

    def tell(session: Session, row: Outbound, reason: str) -> None:
        assert (row.state, row.error) == ("refused", reason)
        letter = Letter(
            NoticeKind.UNDELIVERED, f"undelivered:{row.id}", "anna@acme.example", "", "u@acme.example", b"x", True
        )
        outbox.enqueue(session, letter, desk.clock.now(), desk.blobs)

    desk.post.tell = tell
    assert desk.deliver() == 1
    assert desk.states() == {"never": "refused", "undelivered:1": "sent"}


def test_human_answers_overtake_a_backlog(desk: Desk) -> None:
    desk.relay.lines = 1
    desk.put(*(f"n{number}" for number in range(10)))
    desk.relay.answers["n0"] = lambda: desk.put("answer", automatic=False)
    assert desk.deliver() == 11
    assert desk.relay.tried.index("answer") <= desk.post.group


def test_log_never_shows_the_mail(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.put("a")
    with caplog.at_level(logging.DEBUG):
        desk.deliver()
    assert "fate=sent" in caplog.text
    assert "body" not in caplog.text and "customer.example" not in caplog.text

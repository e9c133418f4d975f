"""Delivery that is killed, stopped or without its database: what was claimed goes out, and nothing twice unseen."""

import threading
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from maildesk.errors import Deferred
from maildesk.model import Base
from maildesk.notify import claims, deliver
from maildesk.notify.account import LONGEST_SEND
from maildesk.notify.carry import LATEST_START
from maildesk.notify.deliver import recover_outbox
from maildesk.notify.replies import Unanswered
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind
from tests.delivery.told_relay import MINUTE, ONCE, START, Desk, Killed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(("kind", "copies"), [(NoticeKind.RECEIVED, 2), (ONCE, 1)])
def test_killed_between_the_relays_answer_and_the_commit(
    desk: Desk,
    kind: NoticeKind,
    copies: int,
    one_kind_at_most_once: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The named window: doubled byte for byte and logged, or uncertain, by kind."""
    desk.put("a", kind=kind)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(claims, "settle", killed)
        with pytest.raises(Killed):
            desk.deliver()
    assert desk.states() == {"a": "transmitting"}
    desk.post = desk.new_post()
    assert desk.deliver() == 0
    recover_outbox(desk.post, all_leases=True)
    assert desk.deliver() == copies - 1
    assert [letter.raw for letter in desk.relay.taken] == [desk.relay.taken[0].raw] * copies
    assert desk.states() == {"a": "sent" if copies == 2 else "uncertain"}
    assert ("possible_duplicate=yes" in caplog.text) == (copies == 2)


def test_lapsed_lease_is_taken_over(desk: Desk) -> None:
    desk.put("a")
    with desk.store.begin() as session:
        claims.claim(session, START, 1)
    assert desk.deliver() == 0
    desk.clock.moment += claims.LEASE + MINUTE
    assert desk.deliver() == 1


def test_a_lease_covers_the_wait_and_the_longest_send() -> None:
    assert LATEST_START + timedelta(seconds=LONGEST_SEND) < claims.LEASE


def test_late_in_the_lease_nothing_is_begun(desk: Desk) -> None:
    desk.relay.lines = 1
    desk.put("slow", "b")

    def dawdle() -> None:
        desk.clock.moment += LATEST_START + MINUTE

    left: list[timedelta] = []

    def look() -> None:
        lease = desk.row("b").lease_until
        assert lease is not None
        left.append(lease - desk.clock.moment)

    desk.relay.answers |= {"slow": dawdle, "b": look}
    assert desk.deliver() == 2
    # It went back and was claimed anew, so that its lease outlasts the longest send.
    assert left == [claims.LEASE]
    assert desk.row("b").attempts == 1


def test_at_most_once_is_never_in_the_window_before_its_turn(desk: Desk, one_kind_at_most_once: None) -> None:
    """A crash must not make a letter uncertain that was not even begun."""
    desk.relay.lines = 1
    desk.put("a", "b", "c", kind=ONCE)
    not_begun: list[str] = []

    def look() -> None:
        in_window = {name for name, state in desk.states().items() if state == "transmitting"}
        assert desk.relay.tried[-1] in in_window
        not_begun.extend(in_window - set(desk.relay.tried))

    desk.relay.answers = dict.fromkeys("abc", look)
    assert desk.deliver() == 3
    assert not_begun == []


def test_window_is_no_larger_than_the_group(desk: Desk) -> None:
    desk.put(*(f"n{number}" for number in range(12)))
    most: list[int] = []
    for number in range(12):
        desk.relay.answers[f"n{number}"] = lambda: most.append(list(desk.states().values()).count("transmitting"))
    assert desk.deliver() == 12
    assert 1 < max(most) <= desk.post.group


def test_stop_finishes_what_is_on_the_wire_and_begins_nothing(desk: Desk) -> None:
    desk.relay.lines = 1
    desk.put("a", "b", "c")

    def stopped_meanwhile() -> None:
        desk.post.stop.set()
        time.sleep(0.1)

    desk.relay.answers["a"] = stopped_meanwhile
    assert desk.deliver() == 1
    assert desk.states() == {"a": "sent", "b": "waiting", "c": "waiting"}
    assert desk.row("b").attempts == 0
    assert desk.deliver() == 0
    assert not desk.relay.abandoned.is_set()


def test_stop_cuts_a_relay_that_says_nothing(desk: Desk) -> None:
    desk.put("a")

    def silence() -> None:
        desk.post.stop.set()
        assert desk.relay.abandoned.wait(60)
        raise Unanswered("after the dot: the relay closed the connection")

    desk.relay.answers["a"] = silence
    assert desk.deliver() == 0
    assert desk.states() == {"a": "waiting"}


def test_stop_does_not_wait_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliver, "_LAST_WORDS", 0.2)
    desk.put("a")
    release = threading.Event()

    def stuck() -> None:
        desk.post.stop.set()
        release.wait(60)

    desk.relay.answers["a"] = stuck
    assert desk.deliver() == 0
    release.set()
    assert desk.states() == {"a": "transmitting"}
    assert "left transmitting" in caplog.text


def test_database_away_while_settling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the relay took is written down as soon as the database is back, and is not sent again."""
    desk.put("a", "b")
    monkeypatch.setattr(deliver, "_DATABASE_PAUSE", 0.01)
    usual, tries = claims.settle, iter([True, True, True])

    def away(*arguments: object) -> bool:
        if next(tries, False):
            raise Deferred("the database cannot take it now", everyone=True)
        return usual(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(claims, "settle", away)
    assert desk.deliver() == 2
    assert set(desk.states().values()) == {"sent"}
    assert len(desk.relay.tried) == 2


def test_nothing_is_begun_while_fates_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.relay.lines = 1
    desk.put("a", "b", "c", "d")
    monkeypatch.setattr(deliver, "_DATABASE_PAUSE", 0.1)
    usual, away, again = claims.settle, threading.Event(), threading.Event()

    def settle(*arguments: object) -> bool:
        if not away.is_set():
            away.set()
            raise Deferred("the database cannot take it now", everyone=True)
        again.set()
        return usual(*arguments)  # type: ignore[arg-type]

    def begun_before() -> None:
        assert again.wait(60)

    monkeypatch.setattr(claims, "settle", settle)
    desk.relay.answers["b"] = begun_before
    assert desk.deliver() == 2
    assert desk.relay.tried == ["a", "b"]
    assert desk.states() == {"a": "sent", "b": "sent", "c": "waiting", "d": "waiting"}


def test_two_daemons_share_the_work(postgres_url: str, tmp_path: Path) -> None:
    desks = []
    for number in range(2):
        store = Store(postgres_url, tmp_path)
        Base.metadata.create_all(store.engine)
        desks.append(Desk(store, tmp_path / str(number)))
    names = [f"n{number}" for number in range(60)]
    desks[0].put(*names)
    begun = [threading.Event() for _ in desks]

    def together(desk: int) -> None:
        """Neither does it all alone: no letter leaves before both are at work."""
        begun[desk].set()
        assert begun[1 - desk].wait(60)

    for number, desk in enumerate(desks):
        desk.relay.answers = dict.fromkeys(names, partial(together, number))
    threads = [threading.Thread(target=desk.deliver) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(desks[0].relay.names + desks[1].relay.names) == sorted(names)
    assert desks[0].relay.names and desks[1].relay.names
    for desk in desks:
        desk.store.close()

"""Delivery as a whole, against a relay told what to answer: every fate, every interruption, and nobody blocked."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.blobs import FileBlobs
from maildesk.errors import Deferred, Refused
from maildesk.mail import Letter
from maildesk.model import Base, Outbound
from maildesk.notify import claims, deliver, outbox
from maildesk.notify.carry import LATEST_START
from maildesk.notify.deliver import PostOffice, deliver_outbox, recover_outbox
from maildesk.notify.line import LONGEST_SEND
from maildesk.notify.replies import Unanswered
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ONCE = NoticeKind.HELD_MAIL
MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """Ends a carrier as a killed process does: nothing after it runs."""


class HandSetClock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


class ToldRelay:
    """Takes every letter, unless told otherwise for its name."""

    def __init__(self, lines: int = 2) -> None:
        self.lines = lines
        self.taken: list[Letter] = []
        self.tried: list[str] = []
        self.answers: dict[str, Callable[[], None]] = {}
        self.abandoned = threading.Event()

    def send(self, letter: Letter) -> str:
        name = letter.message_id.partition("@")[0]
        self.tried.append(name)
        if name in self.answers:
            self.answers[name]()
        self.taken.append(letter)
        return f"Q-{name}"

    def close_resting(self) -> None: ...

    def abandon(self) -> None:
        self.abandoned.set()

    def close(self) -> None: ...

    def say(self, name: str, error: BaseException) -> None:
        def answer() -> None:
            raise error

        self.answers[name] = answer

    @property
    def names(self) -> list[str]:
        return [letter.message_id.partition("@")[0] for letter in self.taken]


class Desk:
    """An outbox, a relay and a clock set by hand."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.blobs = FileBlobs(folder / "raw")
        self.relay = ToldRelay()
        self.clock = HandSetClock()
        self.told: list[tuple[str, str]] = []
        self.post = self.new_post()

    def new_post(self) -> PostOffice:
        return PostOffice(self.store, self.blobs, self.relay, self.clock, lambda: 0.0, self.tell, group=4, grace=0.3)

    def tell(self, session: Session, row: Outbound, reason: str) -> None:
        self.told.append((row.effect_key, reason))

    def put(self, *names: str, kind: NoticeKind = NoticeKind.RECEIVED, automatic: bool = True) -> None:
        with self.store.begin() as session:
            for name in names:
                raw = f"Subject: {name}\r\n\r\nbody\r\n".encode()
                recipient = f"{name}@customer.example"
                letter = Letter(kind, name, recipient, "support@acme.example", f"{name}@acme.example", raw, automatic)
                assert outbox.enqueue(session, letter, self.clock.now(), self.blobs)

    def deliver(self) -> int:
        return deliver_outbox(self.post)

    def states(self) -> dict[str, str]:
        with self.store.read() as session:
            return {name: state for name, state in session.execute(select(Outbound.effect_key, Outbound.state))}

    def row(self, name: str) -> Outbound:
        with self.store.read() as session:
            return session.scalars(select(Outbound).where(Outbound.effect_key == name)).one()


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = Store(url, tmp_path, busy_seconds=2.0)
    Base.metadata.create_all(store.engine)
    yield Desk(store, tmp_path)
    store.close()


@pytest.fixture
def one_kind_at_most_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "AT_MOST_ONCE", frozenset({ONCE}))


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
    assert desk.told == [("a", "given up after five days; last: RCPT: 450 full")]


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

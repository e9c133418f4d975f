"""The outbox on both databases: enqueued once, claimed by one, settled by who still holds the lease."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from maildesk.blobs import FileBlobs
from maildesk.desk.our_letters import automatic_letters
from maildesk.mail import Letter
from maildesk.model import Base, Outbound
from maildesk.notify import claims, outbox
from maildesk.notify.claims import LEASE, Claimed
from maildesk.notify.fate import Fate, not_begun, taken
from maildesk.notify.outbox import LARGEST_IN_ROW
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind, OutboundState

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ONCE = NoticeKind.HELD_MAIL
LATER = Fate(OutboundState.WAITING, "RCPT: 450 later", next_at=NOW + timedelta(minutes=1))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite", tmp_path)


@pytest.fixture
def postgres_store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    yield from opened(postgres_url, tmp_path)


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "raw")


@pytest.fixture
def one_kind_at_most_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "AT_MOST_ONCE", frozenset({ONCE}))


def opened(url: str, folder: Path) -> Iterator[Store]:
    store = Store(url, folder, busy_seconds=0.5)
    Base.metadata.create_all(store.engine)
    yield store
    store.close()


def letter(name: str, *, kind: NoticeKind = NoticeKind.RECEIVED, automatic: bool = True, size: int = 100) -> Letter:
    return Letter(
        kind=kind,
        effect_key=f"effect:{name}",
        recipient="Kari@customer.example",
        envelope_from="support@acme.example",
        message_id=f"{name}@acme.example",
        raw=b"Subject: x\r\n\r\n" + b"y" * size,
        automatic=automatic,
    )


def put(store: Store, blobs: FileBlobs, *letters: Letter, now: datetime = NOW) -> None:
    with store.begin() as session:
        for one in letters:
            assert outbox.enqueue(session, one, now, blobs)


def claim(store: Store, now: datetime = NOW, limit: int = 10) -> list[Claimed]:
    with store.begin() as session:
        return claims.claim(session, now, limit)


def settle(store: Store, claimed: Claimed, fate: Fate, now: datetime = NOW) -> bool:
    with store.begin() as session:
        return claims.settle(session, claimed, fate, now)


def row(store: Store, outbound_id: int = 1) -> Outbound:
    with store.read() as session:
        return session.get_one(Outbound, outbound_id)


def names(claimed: list[Claimed]) -> list[str]:
    return [one.effect_key.removeprefix("effect:") for one in claimed]


def test_an_effect_is_enqueued_once(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"))
    with store.begin() as session:
        rendered_again = replace(letter("a", size=7), message_id="other@acme.example")
        assert not outbox.enqueue(session, rendered_again, NOW, blobs)
        assert outbox.enqueue(session, letter("b"), NOW, blobs)
    assert len(claim(store)) == 2
    assert outbox.letter_bytes(row(store), blobs) == letter("a").raw


@pytest.mark.parametrize(("size", "in_row"), [(0, True), (100, True), (LARGEST_IN_ROW + 1, False)])
def test_bytes_come_back_as_they_were(store: Store, blobs: FileBlobs, size: int, in_row: bool) -> None:
    made = replace(letter("a"), files=b"x" * size)
    put(store, blobs, made)
    (claimed,) = claim(store)
    assert (claimed.raw == made.whole) == in_row
    back = claims.letter_of(claimed, blobs)
    assert back.whole == made.whole
    assert (back.recipient, back.message_id) == ("kari@customer.example", "a@acme.example")


def test_letters_with_the_same_files_share_them(store: Store, blobs: FileBlobs) -> None:
    files = b"x" * (LARGEST_IN_ROW + 1)
    put(store, blobs, replace(letter("a"), files=files), replace(letter("b"), files=files))
    with store.read() as session:
        assert len(set(session.scalars(select(Outbound.files_sha256)))) == 1


def test_humans_first_then_oldest(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("late"), now=NOW)
    put(store, blobs, letter("early"), now=NOW - 60 * SECOND)
    put(store, blobs, letter("answer", automatic=False), now=NOW)
    assert names(claim(store, limit=1)) == ["answer"]
    assert names(claim(store)) == ["early", "late"]
    assert claim(store) == []


def test_not_due_is_not_claimed(store: Store, blobs: FileBlobs) -> None:
    with store.begin() as session:
        outbox.enqueue(session, letter("a"), NOW, blobs, next_at=NOW + SECOND)
    assert claim(store) == []
    with store.read() as session:
        assert not claims.anything_to_do(session, NOW)
        assert claims.anything_to_do(session, NOW + SECOND)
        assert claims.next_due(session) == NOW + SECOND
    assert names(claim(store, NOW + SECOND)) == ["a"]


def test_claim_is_the_window(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"))
    (claimed,) = claim(store)
    found = row(store)
    assert (found.state, found.attempts, found.lease_until) == (OutboundState.TRANSMITTING, 1, NOW + LEASE)
    assert claimed.attempts == 1


def test_at_most_once_crosses_alone(store: Store, blobs: FileBlobs, one_kind_at_most_once: None) -> None:
    put(store, blobs, letter("a", kind=ONCE))
    (claimed,) = claim(store)
    assert (row(store).state, row(store).attempts) == (OutboundState.WAITING, 0)
    assert claim(store) == []
    with store.begin() as session:
        crossed = claims.cross(session, claimed)
        assert crossed is not None
        assert claims.cross(session, claimed) is None
    assert (row(store).state, row(store).attempts) == (OutboundState.TRANSMITTING, 1)
    assert settle(store, crossed, taken("Q1"))


def test_sent(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"))
    (claimed,) = claim(store)
    assert settle(store, claimed, taken("4Tx"), NOW + SECOND)
    found = row(store)
    assert (found.state, found.relay_id, found.sent_at) == (OutboundState.SENT, "4Tx", NOW + SECOND)
    assert (found.lease_until, found.error) == (None, "")
    assert claim(store, NOW + 2 * LEASE) == []


def test_deferred_comes_back_when_due(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"))
    assert settle(store, claim(store)[0], LATER)
    assert claim(store) == []
    assert row(store).error == "RCPT: 450 later"
    (again,) = claim(store, NOW + timedelta(minutes=1))
    assert again.attempts == 2


def test_not_begun_costs_nothing(store: Store, blobs: FileBlobs, one_kind_at_most_once: None) -> None:
    put(store, blobs, letter("a"), letter("b", kind=ONCE))
    for claimed in claim(store):
        assert settle(store, claimed, not_begun())
    assert [(row(store, i).state, row(store, i).attempts) for i in (1, 2)] == [(OutboundState.WAITING, 0)] * 2
    assert names(claim(store)) == ["a", "b"]


def test_lost_lease_settles_nothing(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"))
    (first,) = claim(store)
    late = NOW + LEASE + SECOND
    with store.begin() as session:
        assert claims.recover(session, late).again == (1,)
    (second,) = claim(store, late)
    assert not settle(store, first, taken("old"))
    assert settle(store, second, taken("new"))
    assert row(store).relay_id == "new"


def test_letter_claimed_again_at_the_same_moment_is_fenced_too(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"))
    (first,) = claim(store)
    with store.begin() as session:
        claims.recover(session, NOW, all_leases=True)
    (second,) = claim(store)
    assert not settle(store, first, taken("old"))
    assert settle(store, second, taken("new"))


def test_recovery_by_kind(store: Store, blobs: FileBlobs, one_kind_at_most_once: None) -> None:
    put(store, blobs, letter("a"), letter("b", kind=ONCE), letter("c", kind=ONCE))
    claimed = claim(store)
    with store.begin() as session:
        assert claims.cross(session, claimed[1])
    with store.begin() as session:
        assert claims.recover(session, NOW + SECOND) == claims.Recovered((), ())
    with store.begin() as session:
        assert claims.recover(session, NOW + SECOND, all_leases=True) == claims.Recovered((1,), (2,))
    states = [row(store, i).state for i in (1, 2, 3)]
    assert states == [OutboundState.WAITING, OutboundState.UNCERTAIN, OutboundState.WAITING]
    assert names(claim(store)) == ["a", "c"]


def test_lease_of_a_waiting_letter_runs_out(store: Store, blobs: FileBlobs, one_kind_at_most_once: None) -> None:
    put(store, blobs, letter("a", kind=ONCE))
    (first,) = claim(store)
    assert len(claim(store, NOW + LEASE + SECOND)) == 1
    with store.begin() as session:
        assert claims.cross(session, first) is None


@pytest.mark.parametrize(
    ("state", "retried", "dropped"),
    [
        (OutboundState.WAITING, True, True),
        (OutboundState.TRANSMITTING, False, False),
        (OutboundState.SENT, False, False),
        (OutboundState.REFUSED, True, True),
        (OutboundState.UNCERTAIN, True, True),
        (OutboundState.DROPPED, True, False),
    ],
)
def test_operator(store: Store, blobs: FileBlobs, state: OutboundState, retried: bool, dropped: bool) -> None:
    put(store, blobs, letter("a"))
    for act, expected, after in (
        (outbox.retry, retried, OutboundState.WAITING),
        (outbox.drop, dropped, OutboundState.DROPPED),
    ):
        with store.begin() as session:
            session.execute(update(Outbound).values(state=state, attempts=3, next_at=NOW + LEASE))
            assert act(session, 1) is expected
        assert row(store).state == (after if expected else state)
        if act is outbox.retry and expected:
            assert (row(store).attempts, row(store).next_at) == (0, NOW)


def test_listed(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("a"), letter("b"), letter("c"))
    settle(store, claim(store, limit=1)[0], taken(""))
    with store.read() as session:
        assert [one.id for one in outbox.listed(session)] == [3, 2, 1]
        assert [one.id for one in outbox.listed(session, [OutboundState.SENT])] == [1]
        assert [one.id for one in outbox.listed(session, limit=1)] == [3]


def test_budgets_count_what_went_out_by_itself(store: Store, blobs: FileBlobs) -> None:
    put(store, blobs, letter("old"), now=NOW - timedelta(hours=2))
    put(store, blobs, letter("a"), letter("b"), letter("human", automatic=False), letter("no"), letter("away"))
    with store.begin() as session:
        session.execute(update(Outbound).where(Outbound.effect_key == "effect:no").values(state="refused"))
        session.execute(update(Outbound).where(Outbound.effect_key == "effect:b").values(state="sent"))
        session.execute(update(Outbound).where(Outbound.effect_key == "effect:away").values(mailbox="per@x.example"))
        since = NOW - timedelta(hours=1)
        assert len(automatic_letters(session, "kari@customer.example", since)) == 2
        assert len(automatic_letters(session, "kari@customer.example", since - timedelta(days=1))) == 3


def test_two_daemons_never_claim_the_same(postgres_store: Store, blobs: FileBlobs) -> None:
    put(postgres_store, blobs, *(letter(f"n{number}") for number in range(6)))
    with postgres_store.begin() as one, postgres_store.begin() as other:
        first, second = claims.claim(one, NOW, 4), claims.claim(other, NOW, 4)
    assert (len(first), len(second)) == (4, 2)
    assert not {claimed.outbound_id for claimed in first} & {claimed.outbound_id for claimed in second}


def test_an_effect_enqueued_by_two_daemons_is_one(postgres_store: Store, blobs: FileBlobs) -> None:
    with ThreadPoolExecutor(2) as pool, postgres_store.begin() as one:
        assert outbox.enqueue(one, letter("a"), NOW, blobs)
        # The second daemon's insert waits for the first one's commit, and then finds the effect there.
        second = pool.submit(_enqueue_elsewhere, postgres_store, blobs)
        with pytest.raises(TimeoutError):
            second.result(0.2)
        one.commit()
        assert second.result(10) is False


def _enqueue_elsewhere(store: Store, blobs: FileBlobs) -> bool:
    with store.begin() as session:
        return outbox.enqueue(session, letter("a"), NOW, blobs)


def test_due_letters_come_by_index(sqlite_store: Store) -> None:
    """A backlog must not be sorted anew for each group."""
    query = claims._due(True, NOW, 10, Outbound.id).compile(sqlite_store.engine, compile_kwargs={"literal_binds": True})
    with sqlite_store.engine.connect() as connection:
        plan = " ".join(str(line) for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert "ix_outbound_state_automatic_next_at" in plan
    assert "TEMP B-TREE" not in plan

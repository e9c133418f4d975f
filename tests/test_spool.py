"""The spool on both databases: a mail is one row however often it came, one process has it, it has three attempts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maildesk.desk.case import Outcome
from maildesk.ingest import arrivals, inbox
from maildesk.ingest.inbox import LEASE, MOST_ATTEMPTS, Arrived, Claimed, Kept, Place
from maildesk.mail import Address, Mail
from maildesk.model import Arrival, Base, Inbound, MailboxMail
from maildesk.reason import because
from maildesk.store import Store
from maildesk.vocabulary import Disposition, InboundState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
READ = Mail(subject="Printer", from_=(Address("Kari", "Kari@customer.example"),), message_id="1@customer.example")
DESK, QUEUE = "support@acme.example", "network@acme.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
def postgres_store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    yield from opened(postgres_url, tmp_path)


def opened(url: str, folder: Path) -> Iterator[Store]:
    store = Store(url, folder)
    Base.metadata.create_all(store.engine)
    yield store
    store.close()


def arrived(name: str, source: str = "lmtp", *recipients: str, place: Place | None = None) -> Arrived:
    return Arrived(f"digest-{name}", f"sha-{name}", 100, source, NOW, "kari@customer.example", recipients, place=place)


def keep(store: Store, *group: Arrived) -> list[Kept]:
    with store.begin() as session:
        return arrivals.accept(session, group)


def spool(store: Store, *names: str) -> list[int]:
    return [kept.inbound_id for kept in keep(store, *(arrived(name) for name in names))]


def claim(store: Store, now: datetime = NOW, limit: int = 10) -> list[Claimed]:
    with store.begin() as session:
        return inbox.claim(session, now, limit)


def settle(store: Store, claimed: Claimed, disposition: Disposition = Disposition.NEW) -> bool:
    with store.begin() as session:
        return inbox.settle(session, claimed, READ, Outcome(disposition, "because"))


def put_back(store: Store, claimed: Claimed, reason: str = "broken") -> InboundState:
    with store.begin() as session:
        return inbox.put_back(session, claimed, reason)


def hold_exhausted(store: Store, now: datetime) -> list[int]:
    with store.begin() as session:
        return [row.id for row in inbox.hold_exhausted(session, now)]


def row(store: Store, inbound_id: int) -> Inbound:
    with store.read() as session:
        return session.get_one(Inbound, inbound_id)


def ids(claimed: list[Claimed]) -> list[int]:
    return [one.inbound_id for one in claimed]


def held(store: Store, name: str = "held") -> int:
    number = spool(store, name)[0]
    for _ in range(MOST_ATTEMPTS):
        put_back(store, claim(store)[0])
    assert row(store, number).state == InboundState.HELD
    return number


# Arriving


def test_a_mail_is_a_row(store: Store) -> None:
    (kept,) = keep(store, arrived("a", "lmtp", DESK, QUEUE))
    found = row(store, kept.inbound_id)
    assert kept.fresh
    assert (found.state, found.attempts, found.recipient, found.raw_sha256) == ("new", 0, DESK, "sha-a")
    assert (found.envelope_from, found.received_at, found.silent) == ("kari@customer.example", NOW, False)


@pytest.mark.parametrize("together", [True, False])
def test_two_ways_of_arrival_are_one_row(store: Store, together: bool) -> None:
    ways = [arrived("a", "lmtp", DESK), arrived("a", "imap:support", place=Place("support", "INBOX", 7, 1))]
    kept = keep(store, *ways) if together else [*keep(store, ways[0]), *keep(store, ways[1])]
    assert [one.fresh for one in kept] == [True, False]
    assert kept[0].inbound_id == kept[1].inbound_id
    with store.read() as session:
        found = session.execute(select(Arrival.source, Arrival.recipient).order_by(Arrival.id)).all()
        places = session.scalars(select(MailboxMail)).all()
    assert [tuple(one) for one in found] == [("lmtp", DESK), ("imap:support", "")]
    assert [(one.uid, one.inbound_id, one.state) for one in places] == [(1, kept[0].inbound_id, "kept")]


def test_arriving_again_the_same_way_adds_nothing(store: Store) -> None:
    again = arrived("a", "imap:support", place=Place("support", "INBOX", 7, 1))
    keep(store, again)
    assert not keep(store, again)[0].fresh
    assert not any(kept.fresh for kept in keep(store, again, again))
    with store.read() as session:
        assert [session.scalar(select(func.count()).select_from(kind)) for kind in (Inbound, Arrival, MailboxMail)] == [
            1,
            1,
            1,
        ]


def test_a_second_recipient_joins_the_row(store: Store) -> None:
    (first,) = keep(store, arrived("a", "lmtp", DESK))
    (second,) = keep(store, arrived("a", "lmtp", QUEUE))
    assert (second.inbound_id, second.fresh) == (first.inbound_id, False)
    (claimed,) = claim(store)
    assert claimed.delivery.recipients == (DESK, QUEUE)


def test_a_group_keeps_its_order(store: Store) -> None:
    keep(store, arrived("b"))
    kept = keep(store, arrived("c"), arrived("b"), arrived("a"), arrived("d"))
    assert [one.fresh for one in kept] == [True, False, True, True]
    assert kept[1].inbound_id < kept[0].inbound_id < kept[2].inbound_id < kept[3].inbound_id


def test_a_mail_that_came_twice_in_one_group_is_fresh_once(store: Store) -> None:
    kept = keep(store, arrived("c"), arrived("a"), arrived("c"))
    assert [one.fresh for one in kept] == [True, True, False]
    assert kept[0].inbound_id == kept[2].inbound_id != kept[1].inbound_id


# Claiming


def test_the_oldest_are_claimed_first_and_only_once(store: Store) -> None:
    numbers = spool(store, *"abcde")
    assert ids(claim(store, limit=2)) == numbers[:2]
    assert ids(claim(store)) == numbers[2:]
    assert claim(store) == []


def test_a_claim_counts_the_attempt_and_says_how_the_mail_came(store: Store) -> None:
    (number,) = spool(store, "a")
    (claimed,) = claim(store)
    assert (claimed.inbound_id, claimed.attempts, claimed.lease_until) == (number, 1, NOW + LEASE)
    assert (claimed.delivery.raw_sha256, claimed.size, claimed.envelope_from) == ("sha-a", 100, "kari@customer.example")
    assert row(store, number).attempts == 1


def test_a_lease_holds_until_its_end_and_no_longer(store: Store) -> None:
    numbers = spool(store, "a")
    claim(store)
    assert claim(store, NOW + LEASE) == []
    again = claim(store, NOW + LEASE + SECOND)
    assert ids(again) == numbers
    assert again[0].attempts == 2


def test_a_mail_that_was_attempted_before_is_taken_alone(store: Store) -> None:
    first, second, third = spool(store, *"abc")
    one, *_ = claim(store, limit=1)
    put_back(store, one)
    assert ids(claim(store)) == [first]
    assert ids(claim(store)) == [second, third]


def test_two_daemons_never_claim_the_same_mail(postgres_store: Store) -> None:
    spool(postgres_store, *(f"mail{number}" for number in range(40)))
    with ThreadPoolExecutor(4) as threads:
        claimed = [one for group in threads.map(lambda _: claim(postgres_store, limit=5), range(12)) for one in group]
    assert len(claimed) == len(set(ids(claimed))) == 40


def test_a_mail_that_one_daemon_looks_at_stops_no_other(postgres_store: Store) -> None:
    first, second = spool(postgres_store, "a", "b")
    with postgres_store.begin() as session:
        assert ids(inbox.claim(session, NOW, 1)) == [first]
        assert ids(claim(postgres_store)) == [second]


# Settling


@pytest.mark.parametrize("disposition", Disposition)
def test_settled_is_done_or_held(store: Store, disposition: Disposition) -> None:
    (number,) = spool(store, "a")
    assert settle(store, claim(store)[0], disposition)
    found = row(store, number)
    assert found.state == (InboundState.HELD if disposition is Disposition.HELD else InboundState.DONE)
    assert (found.disposition, found.reason, found.lease_until) == (disposition, "because", None)
    assert (found.sender, found.subject, found.message_id) == ("Kari@customer.example", "Printer", "1@customer.example")
    assert claim(store, NOW + 2 * LEASE) == []


def test_who_lost_the_lease_settles_nothing(store: Store) -> None:
    (number,) = spool(store, "a")
    (late,) = claim(store)
    (now,) = claim(store, NOW + LEASE + SECOND)
    assert not settle(store, late)
    assert row(store, number).state == InboundState.NEW
    put_back(store, late)
    with store.begin() as session:
        inbox.postpone(session, late)
    found = row(store, number)
    assert (found.attempts, found.lease_until, found.reason) == (2, now.lease_until, "")
    assert settle(store, now)
    assert not settle(store, now)


def test_a_failed_attempt_is_due_again_and_the_third_is_the_last(store: Store) -> None:
    (number,) = spool(store, "a")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (claimed,) = claim(store)
        assert claimed.attempts == attempt
        state = put_back(store, claimed, f"broken {attempt}")
        assert state == (InboundState.HELD if attempt == MOST_ATTEMPTS else InboundState.NEW)
        found = row(store, number)
        assert (found.state, found.reason, found.lease_until) == (state, f"broken {attempt}", None)
        assert found.disposition == (Disposition.HELD if attempt == MOST_ATTEMPTS else "")
    assert claim(store, NOW + 2 * LEASE) == []


def test_trouble_of_ours_costs_no_attempt(store: Store) -> None:
    (number,) = spool(store, "a")
    for _ in range(MOST_ATTEMPTS + 2):
        (claimed,) = claim(store)
        with store.begin() as session:
            inbox.postpone(session, claimed)
    found = row(store, number)
    assert (found.state, found.attempts, found.lease_until) == (InboundState.NEW, 0, None)


# The process died


def test_a_mail_that_kills_the_process_is_held_after_three_attempts(store: Store) -> None:
    killer, innocent = spool(store, "killer", "innocent")
    moment = NOW
    for attempt in range(MOST_ATTEMPTS):
        # At first both are taken together; then each alone, so the neighbour's attempts are its own.
        assert killer in ids(claim(store, moment))
        assert hold_exhausted(store, moment) == []
        moment += LEASE + SECOND
        assert attempt + 1 == row(store, killer).attempts
    assert hold_exhausted(store, moment) == [killer]
    found = row(store, killer)
    assert (found.state, found.disposition, found.lease_until) == (InboundState.HELD, Disposition.HELD, None)
    assert found.reason == because("ended_each_time", 3)
    assert hold_exhausted(store, moment) == []
    assert ids(claim(store, moment)) == [innocent]
    assert row(store, innocent).attempts == 2


def test_the_last_reason_known_is_kept(store: Store) -> None:
    (number,) = spool(store, "a")
    put_back(store, claim(store)[0], "could not be read")
    for at in range(1, MOST_ATTEMPTS):
        claim(store, NOW + (LEASE + SECOND) * at)
    assert hold_exhausted(store, NOW + (LEASE + SECOND) * MOST_ATTEMPTS) == [number]
    assert row(store, number).reason == "could not be read"


def test_nothing_is_held_while_its_last_attempt_runs(store: Store) -> None:
    spool(store, "a")
    for at in range(MOST_ATTEMPTS):
        claim(store, NOW + (LEASE + SECOND) * at)
    assert hold_exhausted(store, NOW + (LEASE + SECOND) * (MOST_ATTEMPTS - 1)) == []


def test_release_ends_all_leases_and_leaves_the_attempts(store: Store) -> None:
    numbers = spool(store, "a", "b")
    claim(store)
    spool(store, "c")
    with store.begin() as session:
        assert inbox.release(session) == 2
    assert [row(store, number).attempts for number in numbers] == [1, 1]
    assert ids(claim(store)) == numbers[:1]


# An operator


def test_retry_begins_from_the_beginning(store: Store) -> None:
    number = held(store)
    with store.begin() as session:
        assert inbox.retry(session, number)
        assert not inbox.retry(session, number)
    found = row(store, number)
    assert (found.state, found.attempts, found.reason, found.disposition) == (InboundState.NEW, 0, "", "")
    assert settle(store, claim(store)[0])
    with store.begin() as session:
        assert not inbox.retry(session, number), "what is done is not done twice"
        assert not inbox.drop(session, number, "spam")
        assert not inbox.retry(session, 999)


def test_drop_puts_aside_and_retry_brings_back(store: Store) -> None:
    waiting, (number,) = held(store), spool(store, "b")
    for one in (waiting, number):
        with store.begin() as session:
            assert inbox.drop(session, one, "spam")
            assert not inbox.drop(session, one, "spam")
        found = row(store, one)
        assert (found.state, found.disposition, found.reason) == (InboundState.DROPPED, Disposition.IGNORED, "spam")
    assert claim(store) == []
    with store.begin() as session:
        assert inbox.retry(session, number)
    assert ids(claim(store)) == [number]


def test_a_mail_dropped_under_the_hands_of_its_process_stays_dropped(store: Store) -> None:
    (number,) = spool(store, "a")
    (claimed,) = claim(store)
    with store.begin() as session:
        assert inbox.drop(session, number, "spam")
    assert not settle(store, claimed)
    put_back(store, claimed)
    assert row(store, number).state == InboundState.DROPPED

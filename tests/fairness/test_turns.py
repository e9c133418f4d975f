"""One sender's flood waits its turn and delays nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.ingest import arrivals, inbox, turns
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.turns import HEAD_BYTES, author_of, key_of
from maildesk.model import Base, Inbound
from maildesk.store import Store
from tests.desk import TestDesk, mail
from tests.fairness.people import FLOOD, KARI, NOW

# Whose mail is it?


@pytest.mark.parametrize(
    ("head", "key"),
    [
        (b"From: Kari <Kari@Customer.example>\r\nTo: a@b\r\n\r\nwords", KARI),
        (b"to: a@b\nfrom : kari@customer.example\n\nFrom: other@x.example", KARI),
        (b"From: =?utf-8?q?K?=\r\n <kari+7@customer.example>\r\nSubject: a <b@c>\r\n\r\n", KARI),
        (b"From: first@x.example\r\nFrom: second@x.example\r\n\r\n", "first@x.example"),
        (b"X-From: a@b\r\nSubject: From: a@b\r\n\r\nFrom: a@b", ""),
        (b"", ""),
        (b"From: <\x00kari@customer.example\xff>\r\n\r\n", "kari@customer.example\ufffd"),
        (b"From:\r\n\r\n", ""),
        (b"From: <kari@customer.example>", KARI),
        (b"X: " + b"a" * HEAD_BYTES + b"\r\nFrom: a@b\r\n\r\n", ""),
        (b"Subject: a\r\rFrom: a@b\r\r", ""),
    ],
)
def test_the_author_is_found_without_reading_the_mail(head: bytes, key: str) -> None:
    found = author_of(head)
    assert found == key or (not key and "<" not in found and "@" not in found)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Kari@Customer.Example", KARI),
        ("<kari+tag@customer.example>", KARI),
        ("bounces+1842=kari@list.example", "bounces@list.example"),
        ("<>", ""),
        ("", ""),
        ("+@x.example", "+@x.example"),
        ("a" * 400 + "@x.example", "a" * 254),
        ("ka\x00ri@customer.example\ud800", KARI),
    ],
)
def test_all_spellings_are_one_sender(address: str, key: str) -> None:
    assert key_of(address) == key


# Turns


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = Store(url, tmp_path)
    Base.metadata.create_all(store.engine)
    yield store
    store.close()


class Spool:
    """Mails come and are taken, without a word of them being read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._count = 0

    def comes(self, *senders: tuple[str, str | None], silent: bool = False) -> list[int]:
        """Mails of (From, envelope sender), 50 in a commit; their ids."""
        group = [self._arrived(author, envelope, silent) for author, envelope in senders]
        ids: list[int] = []
        for start in range(0, len(group), 50):
            with self._store.begin() as session:
                ids += [kept.inbound_id for kept in arrivals.accept(session, group[start : start + 50])]
        return ids

    def take(self, count: int) -> list[int]:
        """The next mails, one after the other, each processed before the next is chosen."""
        taken = []
        for _ in range(count):
            with self._store.begin() as session:
                (claimed,) = inbox.claim(session, NOW, 1)
                row = session.get_one(Inbound, claimed.inbound_id)
                row.state, row.disposition = "done", "new"
            taken.append(claimed.inbound_id)
        return taken

    def _arrived(self, author: str, envelope: str | None, silent: bool) -> Arrived:
        self._count += 1
        name = f"mail{self._count}"
        return Arrived(name, name, 9, "lmtp", NOW, envelope, (), silent, author=author)


@pytest.mark.parametrize("waiting", [500])
def test_a_flood_of_one_sender_delays_nobody(store: Store, waiting: int) -> None:
    spool = Spool(store)
    spool.comes(*[(FLOOD, FLOOD)] * waiting)
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)
    # In the middle of it just the same, and for several at once.
    spool.take(waiting // 2)
    others = spool.comes(*[(f"user{number}@customer.example", None) for number in range(5)])
    assert set(others) <= set(spool.take(7))


def test_ten_thousand_waiting_make_no_difference(tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path)
    Base.metadata.create_all(store.engine)
    spool = Spool(store)
    spool.comes(*[(FLOOD, FLOOD)] * 10_000)
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)
    store.close()


@pytest.mark.parametrize(
    "sender",
    [
        lambda number: (FLOOD, f"bounce{number}@bulk.example"),
        lambda number: (f"user{number}@bulk.example", FLOOD),
        lambda number: (FLOOD, None),
        lambda number: ("", FLOOD),
    ],
    ids=["changing envelope", "changing From", "no envelope", "no From"],
)
def test_one_sender_is_known_by_either_name(store: Store, sender: Callable[[int], tuple[str, str | None]]) -> None:
    spool = Spool(store)
    spool.comes(*[sender(number) for number in range(60)])
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)


def test_those_who_write_at_the_same_time_are_served_in_turn(store: Store) -> None:
    spool = Spool(store)
    first = spool.comes(*[("a@x.example", None)] * 4)
    second = spool.comes(*[("b@x.example", None)] * 2)
    third = spool.comes(("c@x.example", None))
    assert spool.take(7) == [first[0], first[1], second[0], third[0], first[2], second[1], first[3]]


def test_nobody_waits_for_ever(store: Store) -> None:
    """Twice as many strangers come as are served, all the time; the two mails of one person are reached."""
    spool = Spool(store)
    spool.comes(*[(FLOOD, FLOOD)] * 3)
    kari = spool.comes((KARI, None), (KARI, None))
    served: list[int] = []
    for number in range(30):
        spool.comes((f"one{number}@x.example", None), (f"two{number}@x.example", None))
        served += spool.take(1)
    assert set(kari) <= set(served)


def test_the_mails_of_one_sender_keep_their_order(store: Store) -> None:
    spool = Spool(store)
    ids = [spool.comes((KARI, KARI))[0] for _ in range(5)] + spool.comes(*[(KARI, KARI)] * 5)
    assert spool.take(10) == ids
    # Nothing waits any more, and nobody is held against what he wrote before.
    again, other = spool.comes((KARI, KARI), ("ola@customer.example", None))
    assert spool.take(2) == [again, other]


def test_imported_history_waits_in_one_line(store: Store) -> None:
    spool = Spool(store)
    spool.comes(*[(f"user{number}@customer.example", None) for number in range(60)], silent=True)
    (kari,) = spool.comes((KARI, KARI))
    assert kari in spool.take(3)


def test_what_an_operator_tries_again_is_next(store: Store) -> None:
    spool = Spool(store)
    *_, last = spool.comes(*[(FLOOD, FLOOD)] * 30)
    spool.take(5)
    with store.begin() as session:
        row = session.get_one(Inbound, last)
        row.state, row.disposition = "held", "held"
    with store.begin() as session:
        assert inbox.retry(session, last)
    assert spool.take(1) == [last]


def test_a_turn_costs_two_looks_into_an_index(tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path)
    Base.metadata.create_all(store.engine)
    plans = []
    with store.read() as session:
        for query in (inbox._due(NOW), turns._SERVING, *turns._LAST):
            made = query.compile(store.engine)
            values = tuple("x" for _ in made.positiontup or ())
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {made}", values)
            plans.append(" / ".join(row[3] for row in plan))
    store.close()
    assert [plan.split(" USING ")[-1].removeprefix("COVERING ") for plan in plans] == [
        "INDEX ix_inbound_state_turn_id (state=?)",
        "INDEX ix_inbound_state_turn_id (state=?)",
        "INDEX ix_inbound_waiting_author (author_key=?)",
        "INDEX ix_inbound_waiting_envelope (envelope_key=?)",
    ]


def test_a_flood_of_real_mail_delays_nobody(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    for number in range(40):
        desk.receive(mail(FLOOD, subject=f"Alarm {number}"), envelope_from=FLOOD)
    last = desk.receive(mail(KARI), envelope_from=KARI)
    desk.run()
    with desk.look() as session:
        tickets = list(session.scalars(select(Inbound.id).order_by(Inbound.ticket_id)))
    desk.close()
    assert len(tickets) == 41
    assert tickets.index(last) < 3

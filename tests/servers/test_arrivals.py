"""Mails that arrive together are spooled together, once each, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maildesk.ingest import arrivals
from maildesk.ingest.inbox import Arrived, Kept, Place
from maildesk.model import Arrival, Base, Inbound, MailboxMail
from maildesk.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = Store(url, tmp_path)
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


def arrived(digest: str, *recipients: str, source: str = "lmtp", uid: int | None = None) -> Arrived:
    place = Place("support", "INBOX", 7, uid) if uid is not None else None
    return Arrived(digest, digest * 2, 10, source, NOON, "", recipients, place=place)


def spool(store: Store, *group: Arrived) -> list[Kept]:
    with store.begin() as session:
        return arrivals.accept(session, group)


def counts(store: Store) -> tuple[int, ...]:
    """How many mails, arrivals and ledger entries there are."""
    with store.read() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Inbound, Arrival, MailboxMail)
        )


def test_the_rows_come_back_in_the_order_of_the_group(store: Store) -> None:
    digests = [f"{number * 7919 % 50:02}" for number in range(50)]
    kept = spool(store, *(arrived(digest, "support@acme.example") for digest in digests))
    with store.read() as session:
        ids = {digest: inbound_id for digest, inbound_id in session.execute(select(Inbound.digest, Inbound.id))}
    assert [row.inbound_id for row in kept] == [ids[digest] for digest in digests]
    assert all(row.fresh for row in kept)
    assert counts(store) == (50, 50, 0)


def test_a_mail_twice_in_a_group_is_one_row(store: Store) -> None:
    one, two = arrived("a", "x@acme.example", "y@acme.example"), arrived("a", "y@acme.example")
    other = arrived("b", "x@acme.example")
    kept = spool(store, one, other, two)
    assert [row.fresh for row in kept] == [True, True, False]
    assert kept[0].inbound_id == kept[2].inbound_id != kept[1].inbound_id
    assert counts(store) == (2, 3, 0)


def test_again_changes_nothing_and_another_way_is_noted(store: Store) -> None:
    (first,) = spool(store, arrived("a", "x@acme.example"))
    again, by_imap, fresh = spool(
        store, arrived("a", "x@acme.example"), arrived("a", source="imap:support", uid=4), arrived("b", uid=5)
    )
    assert [row.fresh for row in (first, again, by_imap, fresh)] == [True, False, False, True]
    assert first.inbound_id == again.inbound_id == by_imap.inbound_id
    assert counts(store) == (2, 3, 2)
    spool(store, arrived("a", source="imap:support", uid=4), arrived("b", uid=6))
    assert counts(store) == (2, 3, 3)

"""Nothing is lost and nothing doubled when the desk dies at any gap between two commits, or any operation fails once.

SQLite's own pattern: the first, second, third ... time a point is reached the mishap strikes, until a whole story of six
mails passes without one; after each, the world is compared with what it must be (threats 1.4: P1, P2, P4, P5, P8).
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from maildesk.model import Base, Event, Inbound, Message, Outbound, Ticket
from maildesk.notify import outbox
from maildesk.store import Store
from maildesk.vocabulary import EventKind, InboundState, NoticeKind, OutboundState
from tests import desk as desks
from tests.desk import answer, mail
from tests.mishaps import GAPS, World

KARI, LEE, ANNA, BOB = "kari@customer.example", "lee@other.example", "anna@acme.example", "bob@acme.example"
SUPPORT = "support@acme.example"

LETTERS = Counter(
    {
        (NoticeKind.RECEIVED, KARI): 1,
        (NoticeKind.RECEIVED, LEE): 1,
        (NoticeKind.NEW_TICKET, ANNA): 2,
        (NoticeKind.NEW_TICKET, BOB): 2,
        (NoticeKind.CLOSED, KARI): 1,
        (NoticeKind.ASSIGNED, BOB): 1,
        (NoticeKind.NOT_UNDERSTOOD, BOB): 1,
    }
)
EVENTS = Counter(
    {
        ("Printer", EventKind.OPENED): 1,
        ("Printer", EventKind.ACKNOWLEDGED): 1,
        ("Printer", EventKind.TAKEN): 1,
        ("Printer", EventKind.ANSWERED): 1,
        ("Printer", EventKind.CLOSED): 1,
        ("Printer", EventKind.RATED): 1,
        ("Scanner", EventKind.OPENED): 1,
        ("Scanner", EventKind.ACKNOWLEDGED): 1,
        ("Scanner", EventKind.ASSIGNED): 1,
        ("Scanner", EventKind.NOT_UNDERSTOOD): 1,
    }
)

MakeWorld = Callable[..., World]


@pytest.fixture
def sqlite_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWorld]:
    """A new world for each mishap; the empty database is made once and copied."""
    template = Store("sqlite", tmp_path / "template")
    desks.upgrade(template)
    template.close()
    empty = (tmp_path / "template" / "maildesk.db").read_bytes()
    monkeypatch.setattr(desks, "upgrade", lambda _store: None)
    numbers = itertools.count(1)

    def make(patch: pytest.MonkeyPatch, point: str, nth: int, *, dies: bool) -> World:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        (folder / "maildesk.db").write_bytes(empty)
        return World(folder, "sqlite", patch, point, nth, dies=dies)

    yield make


@pytest.fixture
def postgres_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> Iterator[MakeWorld]:
    """The same on PostgreSQL, where the tables are emptied."""
    store = Store(postgres_url, tmp_path)
    desks.upgrade(store)
    monkeypatch.setattr(desks, "upgrade", lambda _store: None)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    numbers = itertools.count(1)

    def make(patch: pytest.MonkeyPatch, point: str, nth: int, *, dies: bool) -> World:
        with store.begin() as session:
            session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        return World(tmp_path / str(next(numbers)), postgres_url, patch, point, nth, dies=dies)

    yield make
    store.close()


def story(world: World) -> None:
    """Six mails: two requests (one large), a closure, an order, a mistake, a rating."""
    world.send(mail(KARI, subject="Printer", message_id="<1@k>", proven=True), SUPPORT, KARI)
    large = mail(LEE, subject="Scanner", text=("It scans nothing. " * 60 + "\n") * 70, message_id="<2@l>", proven=True)
    world.send(large, SUPPORT, LEE)
    world.run()
    asked = world.letter(NoticeKind.NEW_TICKET, ANNA, 1)
    world.send(*answer(asked, ANNA, "#close\n\nA new fuse.\n", message_id="<3@a>"), ANNA)
    assigned = world.letter(NoticeKind.NEW_TICKET, BOB, 2)
    world.send(*answer(assigned, BOB, "#clse\n", message_id="<4@b>"), BOB)
    world.run()
    world.send(*answer(world.letter(NoticeKind.NEW_TICKET, ANNA, 2), ANNA, "#assign bob\n", message_id="<5@a>"), ANNA)
    world.send(*answer(world.letter(NoticeKind.CLOSED, KARI, 1), KARI, "5\n", message_id="<6@k>"), KARI)
    world.run()


def check(world: World) -> None:
    """The world is as it must be, whatever happened on the way."""
    with world.desk.look() as session:
        received = session.scalars(select(Inbound)).all()
        assert Counter(row.raw_sha256 for row in received) == Counter(sent.sha256 for sent in world.sent)
        assert {row.state for row in received} == {InboundState.DONE} and all(row.disposition for row in received)
        assert {world.desk.blobs.read(row.raw_sha256) for row in received} == {sent.raw for sent in world.sent}
        assert sorted(session.scalars(select(Ticket.subject))) == ["Printer", "Scanner"]
        written = list(session.scalars(select(Message.inbound_id)))
        assert len(written) == len(set(written)) == 3
        events = session.execute(select(Ticket.subject, Event.kind).join(Ticket, Event.ticket_id == Ticket.id))
        assert Counter((subject, kind) for subject, kind in events) == EVENTS
        letters = session.scalars(select(Outbound)).all()
        assert Counter((row.kind, row.recipient) for row in letters) == LETTERS
        assert {row.state for row in letters} == {OutboundState.SENT}
    check_copies(world)


def check_copies(world: World) -> None:
    """Every letter went out as it was stored; twice only out of the named window, and then the very same."""
    copies: dict[str, list[bytes]] = {}
    for letter in world.relay.letters:
        copies.setdefault(letter.message_id, []).append(letter.raw)
    for row in world.desk.outbox():
        went = copies.pop(row.message_id)
        assert len(went) <= 1 + world.windows[row.message_id]
        assert set(went) == {outbox.letter_bytes(row, world.desk.blobs)}
    assert not copies


def sweep(make: MakeWorld, point: str, *, dies: bool) -> int:
    """The mishap at the first time the point is reached, the second, and so on; returns how often it struck."""
    for nth in itertools.count(1):
        with pytest.MonkeyPatch.context() as patch:
            world = make(patch, point, nth, dies=dies)
            try:
                story(world)
                if point == "relay after" and not dies:
                    # The relay has it and did not say so: the named window without any crash.
                    world.windows.update(letter.message_id for letter in world.relay.letters)
                check(world)
            finally:
                world.close()
            if not world.happened:
                return nth - 1
    raise AssertionError


@pytest.mark.parametrize("point", [gap for gap in GAPS if not gap.startswith("recover")])
def test_a_crash_at_every_gap(sqlite_world: MakeWorld, point: str) -> None:
    assert sweep(sqlite_world, point, dies=True) >= 3


@pytest.mark.parametrize("point", [gap for gap in GAPS if not gap.startswith("recover")])
def test_an_error_at_every_gap(sqlite_world: MakeWorld, point: str) -> None:
    assert sweep(sqlite_world, point, dies=False) >= 3

"""Two daemons on one PostgreSQL obey mails that name the same tickets the other way round: whoever is put off comes
again, and each order is obeyed once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.desk import find
from maildesk.errors import Deferred
from maildesk.ingest import process
from maildesk.model import Inbound, Ticket
from maildesk.vocabulary import EventKind, InboundState, NoticeKind
from tests.desk import SETTINGS, TestDesk, answer, mail

DESK, ANNA, BOB, KARI = "support@acme.example", "anna@acme.example", "bob@acme.example", "kari@customer.example"
MANAGED = SETTINGS.replace('name = "Anna"', 'name = "Anna"\nmanager = true').replace(
    'name = "Bob"', 'name = "Bob"\nmanager = true'
)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def desks(tmp_path: Path, postgres_url: str) -> Iterator[tuple[TestDesk, TestDesk]]:
    """Two daemons with one place for raw mail, and two tickets."""
    one = TestDesk(tmp_path, postgres_url, MANAGED)
    two = TestDesk(tmp_path, postgres_url, MANAGED)
    for subject in ("Printer on fire", "Screen is dark"):
        one.receive(mail(KARI, subject=subject), recipients=(DESK,))
    one.run()
    yield one, two
    one.close()
    two.close()


class Meeting:
    """Stands behind the locking of a ticket: whoever has the first of his waits until the other has his first, too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._both = threading.Barrier(2)
        self._met: set[int] = set()
        self._lock = find.ticket_to_change
        monkeypatch.setattr(find, "ticket_to_change", self.lock)
        monkeypatch.setattr(process, "BATCH", 1)

    def lock(self, session: Session, number: int) -> Ticket:
        ticket = self._lock(session, number)
        if threading.get_ident() not in self._met:
            self._met.add(threading.get_ident())
            self._both.wait(60)
        return ticket


def at_once(desks: tuple[TestDesk, TestDesk]) -> list[str]:
    """Each daemon works in a thread of its own until nothing is left; returns why one was put off."""
    put_off: list[str] = []

    def work(desk: TestDesk) -> None:
        while unread(desk):
            try:
                process.process_inbox(desk.desk)
            except Deferred as trouble:
                put_off.append(trouble.reason)

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return put_off


def unread(desk: TestDesk) -> bool:
    with desk.look() as session:
        return session.scalar(select(Inbound.id).where(Inbound.state == InboundState.NEW).limit(1)) is not None


def test_two_managers_remind_of_the_same_tickets(
    desks: tuple[TestDesk, TestDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = desks
    for who, words in ((ANNA, "remind 1\nremind 2\n"), (BOB, "remind 2\nremind 1\n")):
        one.receive(mail(who, text=words, proven=True), recipients=(DESK,), envelope_from=who)
    Meeting(monkeypatch)
    assert any("DeadlockDetected" in why for why in at_once(desks))
    assert [one.events(number).count(EventKind.NUDGED) for number in (1, 2)] == [2, 2]
    assert [letter.kind for letter in one.outbox()].count(NoticeKind.MANAGED) == 2
    assert all(one.inbound(row).attempts == 1 for row in (3, 4))


def test_two_agents_merge_two_tickets_into_each_other(
    desks: tuple[TestDesk, TestDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is told that it is the same ticket already, and no ring is made."""
    one, _ = desks
    letters = {(letter.recipient, letter.ticket): letter for letter in one.relay.letters}
    for who, ticket, other in ((ANNA, 1, 2), (BOB, 2, 1)):
        raw, to = answer(letters[who, ticket], who, f"#merge {other}\n", proven=True)
        one.receive(raw, recipients=(to,), envelope_from=who)
    Meeting(monkeypatch)
    at_once(desks)
    merged = [ticket.merged_into_id for ticket in one.tickets()]
    assert sorted(number or 0 for number in merged) in ([0, 1], [0, 2])
    assert sum(one.events(number).count(EventKind.MERGED) for number in (1, 2)) == 1
    assert sum(one.events(number).count(EventKind.NOT_UNDERSTOOD) for number in (1, 2)) == 1

"""The process is killed (SIGKILL) in the midst of a report, a digest, an outage, a recount, a sweep of reminders; with
another daemon on the same database, too. Whatever the point, another process ends it: each thing once, none missing.
"""

import itertools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.desk.digest import send_digests
from maildesk.desk.keeper import Keeper
from maildesk.desk.timers import fire_deadlines, recount_all
from maildesk.ingest.process import process_inbox
from maildesk.vocabulary import EventKind, NoticeKind
from tests.clocks.watched import MANAGED
from tests.desk import TestDesk, mail
from tests.killed import LATER, Left, Place, Work, in_a_process, left_by, post, was_killed

KARI, LEE, ANNA, CARL = "kari@customer.example", "lee@other.example", "anna@acme.example", "carl@acme.example"
SUPPORT = "support@acme.example"
HOUR = timedelta(hours=1)
#: So many points of each work, spread over all of them; MAILDESK_KILLS=0: every one.
POINTS = int(os.environ.get("MAILDESK_KILLS", "5"))


@dataclass(frozen=True)
class Errand:
    """What is done so long after the first mails; `order`: a mail of that time (sender, subject, words), processed
    by the work, or before it (`taken`)."""

    after: timedelta
    work: Work
    order: tuple[str, str, str] = ("", "", "")
    taken: bool = False
    settings: str = MANAGED
    #: It has to be there in the end.
    proof: Callable[[Left], bool] = lambda left: True

    def prepare(self, desk: TestDesk) -> None:
        desk.clock.forward(self.after)


def digests(desk: TestDesk) -> None:
    send_digests(Keeper(desk.store, desk.post, desk.clock))
    post(desk)


def sweep(desk: TestDesk) -> None:
    fire_deadlines(desk.timekeeper)
    post(desk)


def mails(desk: TestDesk) -> None:
    process_inbox(desk.desk)
    post(desk)


def recount(desk: TestDesk) -> None:
    recount_all(desk.timekeeper, lambda *_: None)


QUICKER = MANAGED.replace('first_response = "4h"', 'first_response = "8h"\nresolution = "3 business days"')
ERRANDS = {
    "a report": Errand(
        HOUR,
        digests,
        (CARL, "Please", "report this week"),
        taken=True,
        proof=lambda left: left.letters[NoticeKind.DIGEST, CARL, None] == 1,
    ),
    "a digest": Errand(23 * HOUR, digests, proof=lambda left: left.letters[NoticeKind.DIGEST, CARL, None] == 1),
    "an outage": Errand(
        HOUR,
        mails,
        (ANNA, "[#1] Please", "#outage vpn since 9:30"),
        proof=lambda left: len(left.outages) == 1 and left.events[1, EventKind.OUTAGE_BEGAN] == 1,
    ),
    "a recount": Errand(HOUR, recount, settings=QUICKER, proof=lambda left: len(left.deadlines) == 16),
    "a sweep": Errand(
        4 * HOUR,
        sweep,
        proof=lambda left: (
            left.events[1, EventKind.BREACHED] == left.events[2, EventKind.BREACHED] == 1
            and sum(kind == NoticeKind.REMINDER for kind, _, _ in left.letters.elements()) == 6
        ),
    ),
}


def begin(place: Place, errand: Errand) -> None:
    """Two tickets, and the order, where there is one."""
    desk = place.desk()
    for sender, subject in ((KARI, "Printer"), (LEE, "Scanner")):
        desk.receive(mail(sender, subject=subject, proven=True), recipients=(SUPPORT,), envelope_from=sender)
    desk.run()
    errand.prepare(desk)
    sender, subject, words = errand.order
    if sender:
        desk.receive(mail(sender, subject=subject, text=f"{words}\n", proven=True), recipients=(SUPPORT,))
    if errand.taken:
        process_inbox(desk.desk)
    desk.close()


def ended(place: Place, errand: Errand, dies_at: int | None, *, others: int = 0) -> tuple[Left, bool]:
    """What is there in the end, and whether the kill came in time."""
    begin(place, errand)
    # The first is killed, the others live; all of them begin at once.
    deaths = [dies_at, *[None] * others]
    pids = [in_a_process(place, errand.prepare, errand.work, at, errand.settings) for at in deaths]
    killed = [was_killed(pid) for pid in pids]
    assert not any(killed[1:])
    for times in (1, 2):
        desk = place.desk(errand.settings)
        errand.prepare(desk)
        desk.clock.forward(times * LATER)
        errand.work(desk)
        post(desk)
        desk.close()
    return left_by(place), killed[0]


def points(length: int) -> range:
    return range(1, length + 1, max(1, length // POINTS) if POINTS else 1)


@pytest.mark.parametrize("name", ERRANDS)
def test_killed_on_sqlite(tmp_path: Path, name: str) -> None:
    errand, numbers = ERRANDS[name], itertools.count(1)

    def place() -> Place:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return Place(folder, "sqlite", MANAGED)

    _each_point(errand, place, others=0)


@pytest.mark.parametrize("name", ERRANDS)
def test_killed_beside_another_daemon(tmp_path: Path, postgres_url: str, name: str) -> None:
    server = Place(tmp_path, postgres_url, MANAGED)
    server.desk().close()

    def place() -> Place:
        server.empty()
        shutil.rmtree(tmp_path / "raw", ignore_errors=True)
        return server

    _each_point(ERRANDS[name], place, others=1)


def _each_point(errand: Errand, place: Callable[[], Place], others: int) -> None:
    first = place()
    undisturbed, _ = ended(first, errand, None)
    assert errand.proof(undisturbed)
    struck = 0
    for at in points(int(first.points.read_text())):
        found, killed = ended(place(), errand, at, others=others)
        assert found == undisturbed, at
        struck += killed
    # The other one leaves it less to do than there is.
    assert struck >= (2 if others else POINTS)

"""The same for what comes later than a mail: answers that wait, merging and splitting, held mail let go, reminders, the
survey, the digest. Whatever dies at whatever commit, the letters and events are those of an undisturbed desk.
"""

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from maildesk.migrate import upgrade
from maildesk.model import Event, Inbound, Outbound
from maildesk.store import Store
from maildesk.vocabulary import AT_MOST_ONCE, InboundState, NoticeKind, OutboundState
from tests.desk import SETTINGS, answer, mail
from tests.mishaps import World

KARI, LEE, ANNA, BOB = "kari@customer.example", "lee@other.example", "anna@acme.example", "bob@acme.example"
SUPPORT = "support@acme.example"
MINUTES, DAY = timedelta(minutes=2), timedelta(days=1)

MakeWorld = Callable[[pytest.MonkeyPatch, str, int], World]


class Later(World):
    settings = (
        SETTINGS.replace('hold = "0s"', 'hold = "60s"').replace('name = "Anna"', 'name = "Anna"\nmanager = true')
        + '\n[feedback]\nwith_closure = false\nsurvey_after = "24h"\n'
    )

    def passes(self, span: timedelta) -> None:
        self.desk.clock.forward(span)
        self.run()

    def answers(self, kind: NoticeKind, who: str, subject: str, text: str, name: str) -> None:
        letter = self.letter(kind, who, subject)
        self.send(*answer(letter, who, text, message_id=f"<{name}@x.example>", proven=True), who)
        self.run()


class Seen(NamedTuple):
    """What an undisturbed desk does."""

    letters: Counter[tuple[str, str]]
    events: Counter[tuple[int, str]]


def story(world: Later) -> None:
    for who, subject in ((KARI, "Printer"), (LEE, "Scanner")):
        world.send(mail(who, subject=subject, message_id=f"<{subject}@x.example>", proven=True), SUPPORT, who)
    world.run()
    world.answers(NoticeKind.NEW_TICKET, ANNA, "Printer", "Water!\n", "held-answer")
    world.passes(MINUTES)
    world.answers(NoticeKind.NEW_TICKET, BOB, "Scanner", "#split Lamp\n", "split")
    world.answers(NoticeKind.NEW_TICKET, BOB, "Scanner", "#merge 1 together\n", "merge")
    forged = mail(ANNA, subject="Re: [#1] Printer", text="#note\nIt was I.\n", message_id="<forged@x.example>")
    world.send(forged, SUPPORT, ANNA)
    world.run()
    world.answers(NoticeKind.CONFIRM, ANNA, "", "yes\n", "yes")
    world.answers(NoticeKind.NEW_TICKET, ANNA, "Printer", "#close\nA new fuse.\n", "close")
    world.passes(MINUTES)
    for _ in range(3):
        world.passes(DAY)


def seen(world: Later) -> Seen:
    with world.desk.look() as session:
        assert {row.state for row in session.scalars(select(Inbound))} == {InboundState.DONE}
        letters = session.scalars(select(Outbound)).all()
        for row in letters:
            uncertain = row.kind in AT_MOST_ONCE and row.state == OutboundState.UNCERTAIN
            assert row.state == OutboundState.SENT or uncertain, (row.kind, row.state)
        events = Counter((one.ticket_id, str(one.kind)) for one in session.scalars(select(Event)))
    went = Counter(letter.message_id for letter in world.relay.letters)
    for row in letters:
        most = 1 if row.kind in AT_MOST_ONCE else 1 + world.windows[row.message_id]
        assert went.pop(row.message_id, 0) <= most, row.kind
    assert not went
    return Seen(Counter((str(row.kind), row.recipient) for row in letters), events)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeWorld:
    template = Store("sqlite", tmp_path / "template")
    upgrade(template)
    template.close()
    numbers = itertools.count(1)

    def made(patch: pytest.MonkeyPatch, point: str, nth: int) -> Later:
        place = tmp_path / str(next(numbers))
        shutil.copytree(tmp_path / "template", place)
        return Later(place, "sqlite", patch, point, nth, dies=True)

    return made


def played(make: MakeWorld, point: str, nth: int) -> tuple[Seen, bool]:
    with pytest.MonkeyPatch.context() as patch:
        world = make(patch, point, nth)
        assert isinstance(world, Later)
        try:
            story(world)
            world.calm = True
            return seen(world), world.happened
        finally:
            world.close()


def nths(step: int) -> Iterator[int]:
    return itertools.count(1, step)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("point", "step"),
    # A part of the some fifty commits and two thousand statements; all of them, by hand, with steps of 1.
    [("other before", 11), ("other after", 9), ("T2 after", 4), ("sending after", 3), ("statement", 331)],
)
def test_a_crash_changes_nothing_that_comes_later(make: MakeWorld, point: str, step: int) -> None:
    undisturbed, _ = played(make, "nowhere", 1)
    kinds = {kind for kind, _ in undisturbed.letters}
    assert kinds >= {NoticeKind.SURVEY, NoticeKind.DIGEST, NoticeKind.ANSWER, NoticeKind.MERGED, NoticeKind.CONFIRM}
    for struck, nth in enumerate(nths(step)):
        found, happened = played(make, point, nth)
        assert found == undisturbed, (point, nth)
        if not happened:
            assert struck >= 3
            return

"""A desk in a process of its own that is killed (SIGKILL) in the midst of its work, and what is there when another one
has finished it. Nothing in maildesk knows of it: each statement, each commit and each word with the relay is a point.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import event, select, text

from maildesk.mail import Letter
from maildesk.model import Deadline, Event, Outage, Outbound, Recount, Reminder, Report
from maildesk.model.base import Base
from maildesk.notify.deliver import deliver_outbox, recover_outbox
from maildesk.store import Store
from maildesk.vocabulary import AT_MOST_ONCE, NoticeKind, OutboundState
from tests.desk import KeepsLetters, TestDesk

#: Longer than any lease.
LATER = timedelta(minutes=11)

Work = Callable[[TestDesk], object]


@dataclass(frozen=True)
class Place:
    """Where a desk lies: what it leaves there is all that another process finds."""

    folder: Path
    url: str
    settings: str

    @property
    def taken(self) -> Path:
        """What the relay took, a line for each letter."""
        return self.folder / "taken"

    @property
    def points(self) -> Path:
        """Of how many points the work consisted that came to its end last."""
        return self.folder / "points"

    def desk(self, settings: str = "") -> TestDesk:
        opened = TestDesk(self.folder, self.url, settings or self.settings)
        opened.relay = opened.office.relay = WritesDown(self.taken)
        return opened

    def empty(self) -> None:
        """As it was before the first mail: of a server's database alone, as a file is simply another one."""
        self.taken.unlink(missing_ok=True)
        store = Store(self.url, self.folder)
        with store.begin() as session:
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        store.close()


class WritesDown(KeepsLetters):
    """A relay whose memory outlives the process."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.point: Callable[[], None] = lambda: None

    def send(self, letter: Letter) -> str:
        self.point()
        with self.path.open("a") as taken:
            taken.write(f"{letter.effect_key}\n")
        self.point()
        return ""


def in_a_process(place: Place, prepare: Work, work: Work, dies_at: int | None, settings: str = "") -> int:
    """Its pid. It does the work, and is killed at this point of it; None: it comes to its end."""
    if pid := os.fork():
        return pid
    _live(place, prepare, work, dies_at, settings)


def _live(place: Place, prepare: Work, work: Work, dies_at: int | None, settings: str) -> NoReturn:
    code = 1
    try:
        desk, reached = place.desk(settings), 0

        def point(*_: Any) -> None:
            nonlocal reached
            reached += 1
            if reached == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

        prepare(desk)
        event.listen(desk.store.engine, "before_cursor_execute", point)
        event.listen(desk.store.engine, "commit", point)
        assert isinstance(desk.relay, WritesDown)
        desk.relay.point = point
        work(desk)
        place.points.write_text(str(reached))
        code = 0
    finally:
        # Nothing of the test that it was forked from runs in it.
        os._exit(code)


def was_killed(pid: int) -> bool:
    """Waits for its end. Raises AssertionError where that was neither its own nor the kill."""
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return os.waitstatus_to_exitcode(status) != 0


def post(desk: TestDesk) -> None:
    """Letters, as a daemon that begins sends them."""
    recover_outbox(desk.office, all_leases=desk.store.engine.dialect.name == "sqlite")
    deliver_outbox(desk.office)


@dataclass(frozen=True)
class Left:
    """What there is in the end. `letters`: (kind, recipient, ticket); of reminders, which two daemons may part between
    them, a line for each ticket that is named."""

    letters: Counter[tuple[str, str, int | str | None]]
    events: Counter[tuple[int, str]]
    deadlines: frozenset[tuple[int, str, str, int, str]]
    reports: frozenset[tuple[str, str]]
    outages: tuple[tuple[int, str, Any, Any], ...]


def left_by(place: Place) -> Left:
    """All of it; with every letter sent, none doubled but in the named window, and nothing left to do."""
    desk = place.desk()
    with desk.look() as session:
        letters = session.scalars(select(Outbound)).all()
        went = Counter(place.taken.read_text().split("\n")[:-1]) if place.taken.exists() else Counter[str]()
        for row in letters:
            once = row.kind in AT_MOST_ONCE
            assert row.state == OutboundState.SENT or (once and row.state == OutboundState.UNCERTAIN), row.kind
            assert went.pop(row.effect_key, 0) <= (1 if once else 2), row.kind
        assert not went
        assert not session.scalars(select(Reminder)).all() and not session.scalars(select(Recount)).all()
        deadlines = session.scalars(select(Deadline)).all()
        left = Left(
            Counter((row.kind, row.recipient, about) for row in letters for about in _about(row)),
            Counter((row.ticket_id, row.kind) for row in session.scalars(select(Event))),
            frozenset((row.ticket_id, row.metric, row.level, row.cycle, row.state) for row in deadlines),
            frozenset((row.key, row.state) for row in session.scalars(select(Report))),
            tuple(
                (row.ticket_id, row.service, row.begin_at, row.end_at)
                for row in session.scalars(select(Outage).order_by(Outage.id))
            ),
        )
    desk.close()
    return left


def _about(letter: Outbound) -> list[int | str | None]:
    if letter.kind != NoticeKind.REMINDER:
        return [letter.ticket_id]
    return [title for title in ("Printer", "Scanner") if title.encode() in letter.raw]

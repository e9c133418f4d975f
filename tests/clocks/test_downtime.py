"""A desk that slept: requesters are reminded once each, and never closed unannounced; two daemons that wake at the same
moment share what is due, and tell it once between them."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maildesk.desk.digest import send_digests
from maildesk.desk.keeper import Keeper
from maildesk.desk.timers import fire_deadlines
from maildesk.ingest.process import process_inbox
from maildesk.mail import Letter
from maildesk.model import Deadline, Event, Outbound, Reminder, Report
from maildesk.vocabulary import EventKind, NoticeKind
from tests.clocks.watched import MANAGED
from tests.desk import MONDAY, SETTINGS, TestDesk, answer, mail, text_of

KARI, ANNA = "kari@customer.example", "anna@acme.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOWN = [timedelta(0), timedelta(seconds=5), HOUR, 26 * HOUR, 10 * DAY]
#: What Kari is asked on Monday at nine: reminders after 3 and 7 working days, the closing after 10.
STAGES = [datetime(2026, 3, day, 9, 0, tzinfo=UTC) for day in (5, 11, 16)]


# After seven days both reminders are late, and the closing is not.
@pytest.mark.parametrize("down", [*DOWN, 7 * DAY], ids=str)
@pytest.mark.parametrize("stage", STAGES, ids=lambda moment: f"{moment:%d}")
def test_requesters_are_reminded_over_downtime(tmp_path: Path, stage: datetime, down: timedelta) -> None:
    """Each stage at most once, never two letters at a time, the closing not before the day that the last one named."""
    desk = TestDesk(tmp_path, settings=SETTINGS)
    ask(desk)
    told: list[tuple[datetime, Letter]] = []
    days = [MONDAY + n * DAY for n in range(1, 32)]
    looks = sorted({*(at for at in days if not stage - timedelta(seconds=1) < at < stage + down), stage + down})
    for moment in looks:
        desk.clock.moment = moment
        letters = [one for one in desk.run() if one.recipient == KARI]
        assert len(letters) <= 1
        told += [(moment, one) for one in letters]
    *reminders, (closed_at, closing) = told
    assert closing.kind == NoticeKind.EXPIRED and desk.ticket().status == "closed"
    assert [one.kind for _, one in reminders] == [NoticeKind.WAITING] * len(reminders)
    assert 1 <= len(reminders) <= 2 and (len(reminders) == 2 or down > 4 * DAY)
    with desk.look() as session:
        said = session.scalars(select(Event.text).where(Event.kind == EventKind.REMINDED).order_by(Event.id)).all()
    named = datetime.fromisoformat(said[-1].partition(" ")[2])
    assert f"{named:%-d %B, %H:%M}" in " ".join(text_of(reminders[-1][1]).split())
    assert closed_at == min(at for at in looks if at >= named)
    asked_at = reminders[-1][0]
    assert sum((asked_at + n * DAY).weekday() < 5 for n in range((named - asked_at).days)) >= 3, "time to answer"
    assert desk.events().count(EventKind.REMINDED) == len(reminders) and desk.events().count(EventKind.EXPIRED) == 1
    with desk.look() as session:
        states = set(session.scalars(select(Deadline.state).where(Deadline.metric == "waiting")))
    assert states == {"fired"}
    desk.close()


def ask(desk: TestDesk) -> None:
    desk.receive(mail(KARI, proven=True), recipients=("support@acme.example",), envelope_from=KARI)
    (letter,) = [one for one in desk.run() if one.recipient == ANNA]
    raw, to = answer(letter, ANNA, "Which printer?\n", proven=True)
    desk.receive(raw, recipients=(to,), envelope_from=ANNA)
    desk.run()


@pytest.mark.parametrize("down", DOWN, ids=str)
def test_two_daemons_wake_at_the_same_moment(tmp_path: Path, postgres_url: str, down: timedelta) -> None:
    """Breaches, reminders, digests and a report: with both at work on all of it, each happens once."""
    desks = [TestDesk(tmp_path / name, postgres_url, MANAGED) for name in ("one", "other")]
    first = desks[0]
    first.run()
    for number in range(6):
        sender = f"k{number}@customer.example"
        first.receive(mail(sender, subject=f"P{number}", proven=True), recipients=("support@acme.example",))
    first.receive(mail("carl@acme.example", subject="Please", text="report this week\n", proven=True))
    process_inbox(first.desk)
    for one in desks:
        # A moment behind the breach of all six; behind ten days lies a weekly digest, too.
        one.clock.moment = MONDAY + 4 * HOUR + down
    work: list[Callable[[], object]] = [partial(fire_deadlines, desk.timekeeper) for desk in desks for _ in range(2)]
    work += [partial(send_digests, Keeper(desk.store, desk.post, desk.clock)) for desk in desks]
    at_once(work)
    for desk in desks:
        fire_deadlines(desk.timekeeper)
    with first.look() as session:
        kinds = (EventKind.BREACHED, EventKind.ESCALATED)
        said = select(Event.ticket_id, func.count()).where(Event.kind.in_(kinds)).group_by(Event.ticket_id)
        assert {ticket: count for ticket, count in session.execute(said)} == dict.fromkeys(range(1, 7), 1)
        assert session.scalar(select(func.count()).select_from(Reminder)) == 0
        reports = {row.kind: row.state for row in session.scalars(select(Report).where(Report.attempts > 0))}
        found = session.execute(select(Outbound.kind, Outbound.recipient, Outbound.raw)).all()
    letters = [(kind, recipient, raw.decode()) for kind, recipient, raw in found]
    for person in (ANNA, "bob@acme.example", "carl@acme.example"):
        named = Counter(
            f"P{number}"
            for kind, recipient, raw in letters
            if (kind, recipient) == (NoticeKind.REMINDER, person)
            for number in range(6)
            if f"P{number}" in raw
        )
        assert named == {f"P{number}": 1 for number in range(6)}, person
    wanted = {"report"} | ({"daily"} if down > DAY else set()) | ({"weekly"} if down > 8 * DAY else set())
    assert reports == dict.fromkeys(wanted, "sent")
    assert sum(kind == NoticeKind.DIGEST for kind, _, _ in letters) == len(wanted)
    for desk in desks:
        desk.close()


def at_once(work: list[Callable[[], object]]) -> None:
    """All of it in threads of their own; what one of them raises fails the test."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(work))

    def run(task: Callable[[], object]) -> None:
        start.wait()
        try:
            task()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=[task]) for task in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []

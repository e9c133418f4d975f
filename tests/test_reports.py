"""Figures that somebody is to get: made once, outside the mail's transaction, each for itself; what fails is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, update

from maildesk.desk import reports
from maildesk.desk.digest import send_digests
from maildesk.desk.digests.digest_letter import account_of, digest_letter
from maildesk.desk.digests.report_rows import LEASE, MOST_ATTEMPTS, claim, drop, not_made, retry
from maildesk.desk.keeper import Keeper
from maildesk.desk.reports import send_reports
from maildesk.desk.watchmen import Watchmen, look_around
from maildesk.ingest.process import process_inbox
from maildesk.mail import Letter
from maildesk.model import Report
from maildesk.notify.deliver import deliver_outbox
from maildesk.vocabulary import NoticeKind, ReportState
from tests.desk import SETTINGS, TestDesk, mail, opened, text_of

LISA, OLA, KARI = "lisa@acme.example", "ola@acme.example", "kari@customer.example"
MANAGED = (
    SETTINGS
    + """
[[agent]]
email = "lisa@acme.example"
name = "Lisa"
languages = ["en"]
manager = true

[[agent]]
email = "ola@acme.example"
name = "Ola"
languages = ["nb"]
manager = true
"""
)
TUESDAY = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = TestDesk(tmp_path, settings=MANAGED)
    made.run()
    made.receive(mail(KARI))
    made.run()
    yield made
    made.close()


def keeper_of(desk: TestDesk) -> Keeper:
    return Keeper(desk.store, desk.post, desk.clock)


def rows(desk: TestDesk) -> dict[str, tuple[str, int, str]]:
    with desk.look() as session:
        found = session.scalars(select(Report).where(Report.attempts > 0).order_by(Report.id))
        return {row.key: (row.state, row.attempts, row.reason) for row in found}


def asks(desk: TestDesk, words: str, who: str = LISA) -> None:
    desk.receive(mail(who, subject="Please", text=f"{words}\n", proven=True))


def to(letters: list[Letter]) -> list[tuple[str, str]]:
    return [(one.kind, one.recipient) for one in letters]


def fails_for(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    real = digest_letter

    def fails(post: Any, recipient: Any, *rest: Any, **more: Any) -> Any:
        if recipient.address.address == address:
            raise ZeroDivisionError("a fault in the figures")
        return real(post, recipient, *rest, **more)

    monkeypatch.setattr(reports, "digest_letter", fails)


def test_a_report_is_not_reckoned_in_the_transaction_of_the_mail(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the figures are read another mail comes in and is processed: nobody waits for them."""
    asks(desk, "report this week")
    process_inbox(desk.desk)
    assert rows(desk) == {} and [row.kind for row in desk.outbox()].count(NoticeKind.DIGEST) == 0
    real, seen = account_of, []

    def while_reading(*everything: Any) -> Any:
        desk.receive(mail("ola.nordmann@customer.example", subject="Another"))
        seen.append(process_inbox(desk.desk))
        return real(*everything)

    monkeypatch.setattr(reports, "account_of", while_reading)
    assert send_reports(keeper_of(desk))
    deliver_outbox(desk.office)
    assert seen == [1] and (NoticeKind.DIGEST, LISA) in to(desk.sent())


def test_a_report_is_of_one_moment(desk: TestDesk, postgres_url: str, tmp_path: Path) -> None:
    """On PostgreSQL too, where each statement else sees what was committed before it."""
    other = TestDesk(tmp_path / "other", postgres_url, MANAGED)
    other.run()
    asks(other, "report this week xlsx")
    process_inbox(other.desk)
    assert send_reports(keeper_of(other)) and not send_reports(keeper_of(other))
    other.close()


def test_killed_while_it_is_made_it_is_made_again_once(desk: TestDesk) -> None:
    asks(desk, "report this week")
    process_inbox(desk.desk)
    assert claim(desk.store, desk.clock.now()) is not None
    assert desk.run() == []
    desk.clock.forward(LEASE)
    assert to(desk.run()) == [(NoticeKind.DIGEST, LISA)]
    assert desk.run() == [] and list(rows(desk).values()) == [(ReportState.SENT, 2, "")]


def test_killed_each_time_it_is_tried_later_and_later_and_the_operator_is_told(desk: TestDesk) -> None:
    watchmen = Watchmen(desk.store, desk.post, desk.clock, desk.clock.now(), dict)
    asks(desk, "report this week")
    process_inbox(desk.desk)
    assert claim(desk.store, desk.clock.now()) is not None and not look_around(watchmen)
    desk.clock.forward(LEASE)
    assert claim(desk.store, desk.clock.now()) is not None and look_around(watchmen)
    (told,) = (one for one in desk.run() if one.kind == NoticeKind.ALARM)
    assert "could not be made" in text_of(told)
    desk.clock.forward(LEASE)
    assert claim(desk.store, desk.clock.now()) is None
    desk.clock.forward(LEASE)
    assert claim(desk.store, desk.clock.now()) is not None


def test_who_comes_back_after_its_lease_sends_nothing(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading and writing a daemon slept; another one has made the report meanwhile."""
    asks(desk, "report this week")
    process_inbox(desk.desk)
    real = account_of

    def sleeps(*everything: Any) -> Any:
        monkeypatch.setattr(reports, "account_of", real)
        desk.clock.forward(LEASE)
        assert send_reports(keeper_of(desk))
        return real(*everything)

    monkeypatch.setattr(reports, "account_of", sleeps)
    assert not send_reports(keeper_of(desk))
    deliver_outbox(desk.office)
    assert to(desk.sent()) == [(NoticeKind.DIGEST, LISA)]


def test_one_that_fails_stops_nobody(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is kept with its reason, tried again later and later, and sent when the fault is gone."""
    with monkeypatch.context() as patch:
        fails_for(patch, LISA)
        desk.clock.moment = TUESDAY
        assert to(desk.run()) == [(NoticeKind.DIGEST, OLA)]
        kept = (ReportState.WAITING, 1, "a fault of maildesk: ZeroDivisionError")
        assert kept in rows(desk).values()
        assert desk.run() == []
        desk.clock.forward(timedelta(seconds=61))
        assert desk.run() == [] and (kept[0], 2, kept[2]) in rows(desk).values()
        desk.clock.forward(timedelta(seconds=61))
        assert desk.run() == [] and (kept[0], 2, kept[2]) in rows(desk).values()
    desk.clock.forward(timedelta(minutes=5))
    assert to(desk.run()) == [(NoticeKind.DIGEST, LISA)]
    assert {state for state, _, _ in rows(desk).values()} == {ReportState.SENT}


def test_what_could_not_be_made_is_in_the_next_digest(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        fails_for(patch, LISA)
        for day in range(3):
            desk.clock.moment = TUESDAY + timedelta(days=day)
            desk.run()
    desk.clock.moment = TUESDAY + timedelta(days=3)
    letters = [one for one in desk.run() if one.recipient == LISA]
    assert len(letters) == 1 and "2–5 March" in text_of(letters[0])
    states = [state for state, _, _ in rows(desk).values()]
    assert states.count(ReportState.OVERTAKEN) == 3 and desk.run() == []


def test_what_was_dropped_is_told_once_alone(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the next digest; the operator cannot have the same days told again."""
    with monkeypatch.context() as patch:
        fails_for(patch, LISA)
        desk.clock.moment = TUESDAY
        desk.run()
    with desk.store.begin() as session:
        (number,) = session.scalars(select(Report.id).where(Report.state == ReportState.WAITING))
        assert drop(session, number)
    desk.clock.moment = TUESDAY + timedelta(days=1)
    (letter,) = (one for one in desk.run() if one.recipient == LISA)
    assert "2–3 March" in text_of(letter)
    with desk.store.begin() as session:
        assert not retry(session, number)
    assert desk.run() == []


def test_the_operator_is_told_once_and_on_recovery(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    watchmen = Watchmen(desk.store, desk.post, desk.clock, desk.clock.now(), dict)
    with monkeypatch.context() as patch:
        fails_for(patch, LISA)
        desk.clock.moment = TUESDAY
        desk.run()
        look_around(watchmen)
        (told,) = desk.run()
        assert (told.kind, told.recipient) == (NoticeKind.ALARM, "ops@acme.example")
        assert "could not be made" in text_of(told) and "maildesk reports list" in text_of(told)
        desk.clock.forward(timedelta(minutes=2))
        desk.run()
        assert not look_around(watchmen)
    desk.clock.forward(timedelta(hours=1))
    desk.run()
    look_around(watchmen)
    (over,) = desk.run()
    assert over.kind == NoticeKind.ALARM and "is over" in text_of(over)


@pytest.mark.parametrize(
    ("who", "words", "said"),
    [
        (LISA, "report this week", ["the report on 2–8 March", "tried for most of a day", "report last month"]),
        (LISA, "list breached", ["the list of what is late", "list breached"]),
        (OLA, "rapport denne uken", ["rapporten for 2.–8. mars", "rapport forrige måned"]),
        (OLA, "보고서 이번 주", ["rapporten for 2.–8. mars"]),
    ],
)
@pytest.mark.parametrize("dies", [False, True], ids=["a fault", "the process dies"])
def test_what_cannot_be_made_is_given_up_and_he_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, words: str, said: list[str], dies: bool
) -> None:
    """After most of a day, once; the operator can have it tried again."""
    desk = TestDesk(tmp_path, settings=f'{MANAGED}[digest]\ndaily = ""\nweekly = ""\n')
    asks(desk, words, who)
    process_inbox(desk.desk)
    with monkeypatch.context() as patch:
        patch.setattr(reports, "account_of", lambda *_: 1 // 0)
        for attempt in range(MOST_ATTEMPTS):
            made = claim(desk.store, desk.clock.now()) is not None if dies else not send_reports(keeper_of(desk))
            assert made and [row[:2] for row in rows(desk).values()] == [(ReportState.WAITING, attempt + 1)]
            next_time(desk)
        letters = desk.run()
    assert to(letters) == [(NoticeKind.NOT_MADE, who)]
    assert all(part in " ".join(text_of(letters[0]).split()) for part in said)
    ((state, _, reason),) = rows(desk).values()
    assert state == ReportState.FAILED
    assert reason == ("the process died each time" if dies else "a fault of maildesk: ZeroDivisionError")
    next_time(desk)
    assert desk.run() == []
    with desk.store.begin() as session:
        assert not_made(session) is not None and retry(session, 1) and not_made(session) is None
    assert to(desk.run()) == [(NoticeKind.MANAGED if "list" in words else NoticeKind.DIGEST, who)]
    desk.close()


def test_even_the_letter_that_says_so_may_fail(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(desk, "report this week")
    process_inbox(desk.desk)
    with desk.store.begin() as session:
        session.execute(update(Report).where(Report.key == "report:2:0").values(attempts=MOST_ATTEMPTS))
    with monkeypatch.context() as patch:
        patch.setattr(reports, "not_made_letter", lambda *_: 1 // 0)
        assert desk.run() == [] and rows(desk)["report:2:0"][0] == ReportState.WAITING
    next_time(desk)
    assert to(desk.run()) == [(NoticeKind.NOT_MADE, LISA)]


def test_a_digest_that_was_given_up_is_in_the_next_one(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        fails_for(patch, LISA)
        desk.clock.moment = TUESDAY
        desk.run()
        with desk.store.begin() as session:
            session.execute(update(Report).where(Report.reason != "").values(attempts=MOST_ATTEMPTS))
        next_time(desk)
        (told,) = desk.run()
    assert told.kind == NoticeKind.NOT_MADE and "The next digest tells these days, too." in text_of(told)
    desk.clock.moment = TUESDAY + timedelta(days=1)
    (letter,) = [one for one in desk.run() if one.recipient == LISA]
    assert "2–3 March" in text_of(letter)
    with desk.look() as session:
        assert not_made(session) is None


def next_time(desk: TestDesk) -> None:
    """When what waits is tried again."""
    with desk.look() as session:
        waiting = select(func.min(Report.next_at)).where(Report.state == ReportState.WAITING)
        desk.clock.moment = session.scalar(waiting) or desk.clock.now()


def test_who_is_no_manager_any_more_gets_none(tmp_path: Path) -> None:
    made = TestDesk(tmp_path, settings=MANAGED)
    made.run()
    asks(made, "report this week")
    process_inbox(made.desk)
    made.close()
    again = TestDesk(tmp_path, settings=MANAGED.replace("manager = true", "manager = false"))
    assert again.run() == []
    assert list(rows(again).values()) == [(ReportState.SILENT, 1, "he is no manager any more")]
    again.close()


@pytest.mark.parametrize(
    ("who", "words", "name"),
    [
        (LISA, "report this week xlsx", "tickets-2026-03-02.xlsx"),
        (LISA, "report 2026-03 Excel", "tickets-2026-03-01.xlsx"),
        (OLA, "rapport denne uken regneark", "tickets-2026-03-02.xlsx"),
        (OLA, "보고서 이번 주 엑셀", "tickets-2026-03-02.xlsx"),
        (LISA, "report this week", "tickets-2026-03-02.csv"),
    ],
)
def test_a_workbook_by_mail(desk: TestDesk, who: str, words: str, name: str) -> None:
    asks(desk, words, who)
    (letter,) = desk.run()
    (file,) = attached(letter)
    assert file.get_filename() == name and name in text_of(letter)
    if name.endswith("xlsx"):
        data = file.get_payload(decode=True)
        assert isinstance(data, bytes)
        with ZipFile(BytesIO(data)) as parts:
            assert "Printer on fire" in parts.read("xl/sharedStrings.xml").decode()


def test_where_no_workbook_can_be_written(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("digest_letter", "report_files"):
        monkeypatch.setattr(f"maildesk.desk.digests.{module}.can_write_workbooks", lambda: False)
    asks(desk, "report this week xlsx")
    (letter,) = desk.run()
    assert "This desk writes no workbooks" in text_of(letter)
    assert [file.get_filename() for file in attached(letter)] == ["tickets-2026-03-02.csv"]


def test_two_wishes_are_two_letters(desk: TestDesk) -> None:
    asks(desk, "report this week\nlist breached\nreport yesterday")
    assert to(desk.run()) == [(NoticeKind.DIGEST, LISA), (NoticeKind.MANAGED, LISA), (NoticeKind.DIGEST, LISA)]
    send_digests(keeper_of(desk))
    assert desk.run() == []


def attached(letter: Letter) -> "list[EmailMessage[str, str]]":
    return list(opened(letter).iter_attachments())

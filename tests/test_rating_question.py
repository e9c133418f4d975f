"""Whom we ask how we did: every rule that speaks against it, in the closing letter and in the later one."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.desk import find, rating_question, tickets
from maildesk.desk.people import person_at
from maildesk.desk.tickets import Hand, Report
from maildesk.mail import Letter
from maildesk.model import Deadline, Event, Inbound, Outbound, Person, Ticket, TicketTag
from maildesk.vocabulary import AT_MOST_ONCE, DeadlineState, EventKind, Happening, Metric, NoticeKind
from tests.desk import MONDAY, SETTINGS, TestDesk, answer, mail, text_of

KARI, ANNA, SUPPORT = "kari@customer.example", "anna@acme.example", "support@acme.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: At any hour, so that only the rules put off.
LATER = SETTINGS + '\n[hours]\nweek = "24x7"\n\n[feedback]\nsurvey_after = "24h"\n'
NEVER = SETTINGS + "\n[feedback]\nwith_closure = false\n"
OTHERS = SETTINGS + "\n[feedback]\nevery = '0s'\n"


def closed_ticket(session: Session, *, requester: str = KARI, happening: Happening = Happening.SOLVED) -> Ticket:
    """Opened on Monday, ended by hand an hour later."""
    person, agent = person_at(session, requester, "", MONDAY), find.person(session, ANNA)
    ticket = tickets.new_ticket(person, Report("VPN", "", "", "en", MONDAY))
    tickets.open_ticket(Hand(session, person, None, MONDAY), ticket)
    tickets.finish(Hand(session, agent, None, MONDAY + HOUR), ticket, happening, "Done.", None)
    return ticket


Change = Callable[[Session, Ticket], object]


def requester_of(session: Session, ticket: Ticket) -> Person:
    return session.get_one(Person, ticket.requester_id)


def reopened(session: Session, ticket: Ticket) -> None:
    tickets.reopen(Hand(session, None, None, MONDAY + HOUR), ticket, "")


def recorded(kind: EventKind) -> Change:
    return lambda session, ticket: tickets.record(Hand(session, None, None, MONDAY + HOUR), ticket, kind)


def set_on_ticket(**values: object) -> Change:
    return lambda _session, ticket: put(ticket, values)


def set_on_requester(**values: object) -> Change:
    return lambda session, ticket: put(requester_of(session, ticket), values)


def put(row: Ticket | Person, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def asked_on_another(ago: timedelta) -> Change:
    def ask(session: Session, ticket: Ticket) -> None:
        closed_ticket(session).asked_at = MONDAY + HOUR - ago

    return ask


def ended_by_import(session: Session, ticket: Ticket) -> None:
    inbound = session.scalars(select(Inbound)).one()
    inbound.silent = True
    for event in session.scalars(select(Event).where(Event.ticket_id == ticket.id)):
        event.inbound_id = inbound.id


def agents_own(session: Session, ticket: Ticket) -> None:
    ticket.requester_id = person_at(session, "bob@acme.example", "Bob", MONDAY).id


def somebody_else_was_asked(session: Session, ticket: Ticket) -> None:
    closed_ticket(session, requester="per@elsewhere.example").asked_at = MONDAY + HOUR


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(set_on_ticket(), "", id="closed by hand"),
        pytest.param(somebody_else_was_asked, "", id="others do not count"),
        pytest.param(asked_on_another(30 * DAY), "", id="asked 30 days ago"),
        pytest.param(asked_on_another(30 * DAY - HOUR), "asked lately", id="asked less than 30 days ago"),
        pytest.param(set_on_ticket(asked_at=MONDAY + HOUR), "asked already", id="asked for this end"),
        pytest.param(set_on_ticket(asked_at=MONDAY - 31 * DAY), "", id="asked for an end long ago"),
        pytest.param(set_on_ticket(rating=4), "rated already", id="rated"),
        pytest.param(reopened, "not over", id="open again"),
        pytest.param(set_on_ticket(merged_into_id=1), "merged", id="merged"),
        pytest.param(recorded(EventKind.MERGED), "ended by itself", id="a duplicate"),
        pytest.param(recorded(EventKind.SPAM), "ended by itself", id="closed as spam"),
        pytest.param(
            lambda session, ticket: session.add(TicketTag(ticket_id=ticket.id, word="spam")),
            "spam",
            id="tagged as spam",
        ),
        pytest.param(recorded(EventKind.EXPIRED), "ended by itself", id="nobody answered"),
        pytest.param(ended_by_import, "imported", id="history"),
        pytest.param(agents_own, "an agent", id="an agent"),
        pytest.param(set_on_requester(address="nobody@unidentified.invalid"), "unreachable", id="nobody"),
        pytest.param(set_on_requester(undeliverable_since=MONDAY), "unreachable", id="mail comes back"),
        pytest.param(set_on_requester(quiet_since=MONDAY), "wants no automatic mail", id="stop"),
    ],
)
def test_who_is_asked(change: Change, reason: str, tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    # Of any mail, for the row that needs one.
    desk.receive(mail(KARI, SUPPORT, "VPN", "Help."), recipients=(SUPPORT,))
    with desk.store.begin() as session:
        ticket = closed_ticket(session)
        # The others that a row may make come after it.
        change(session, ticket)
        found = rating_question.why_not(session, desk.settings, ticket, MONDAY + HOUR)
        session.rollback()
    desk.close()
    assert found.reason == reason


def run_for(desk: TestDesk, time: timedelta) -> list[Letter]:
    desk.clock.forward(time)
    return desk.run()


def ask_for_help(desk: TestDesk, text: str = "It does not connect.") -> Letter:
    desk.receive(mail(KARI, SUPPORT, "VPN", text), recipients=(SUPPORT,), envelope_from=KARI)
    return next(one for one in desk.run() if one.recipient == ANNA)


def say(desk: TestDesk, letter: Letter, who: str, words: str) -> list[Letter]:
    raw, to = answer(letter, who, words)
    desk.receive(raw, recipients=(to,), envelope_from=who)
    return desk.run()


def of_kind(letters: list[Letter], kind: NoticeKind) -> list[Letter]:
    return [one for one in letters if one.kind == kind]


@pytest.mark.parametrize(
    ("settings", "asks"),
    [
        pytest.param(SETTINGS, True, id="usual"),
        pytest.param(NEVER, False, id="off"),
        pytest.param(LATER, False, id="later"),
    ],
)
def test_the_question_of_the_closing_letter(settings: str, asks: bool, tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=settings)
    (closing,) = of_kind(say(desk, ask_for_help(desk), ANNA, "#close\nDone."), NoticeKind.CLOSED)
    assert ("How did we do?" in text_of(closing)) is asks
    assert (desk.ticket().asked_at == desk.clock.now()) is asks
    desk.close()


def test_a_closing_that_is_taken_back_has_asked_nobody(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=SETTINGS.replace('hold = "0s"', 'hold = "60s"'))
    letter = ask_for_help(desk)
    say(desk, letter, ANNA, "#close\nDone.")
    assert desk.ticket().asked_at is not None
    say(desk, letter, ANNA, "#undo")
    assert desk.ticket().asked_at is None
    desk.close()


def test_solved_and_then_closed_is_one_end(tmp_path: Path) -> None:
    """The rating stays, and nobody is asked again."""
    desk = TestDesk(tmp_path, settings=OTHERS)
    letter = ask_for_help(desk)
    (solved,) = of_kind(say(desk, letter, ANNA, "#solve\nDone."), NoticeKind.CLOSED)
    say(desk, solved, KARI, "4")
    desk.clock.forward(HOUR)
    (closed,) = of_kind(say(desk, letter, ANNA, "#close"), NoticeKind.CLOSED)
    assert "How did we do?" in text_of(solved) and "How did we do?" not in text_of(closed)
    assert (desk.ticket().rating, desk.ticket().closures) == (4, 1)
    desk.close()


@pytest.mark.parametrize(
    ("days", "taken"), [pytest.param(28, True, id="the last day"), pytest.param(28.1, False, id="too late")]
)
def test_so_long_an_answer_is_waited_for(days: float, taken: bool, tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    (closing,) = of_kind(say(desk, ask_for_help(desk), ANNA, "#close\nDone."), NoticeKind.CLOSED)
    run_for(desk, timedelta(days=days))
    say(desk, closing, KARI, "4")
    assert desk.ticket().rating == (4 if taken else None)
    desk.close()


def survey_row(desk: TestDesk) -> Deadline:
    with desk.look() as session:
        return session.scalars(select(Deadline).where(Deadline.metric == Metric.SURVEY)).one()


def test_a_later_question_is_a_letter_that_is_better_missed(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=LATER)
    say(desk, ask_for_help(desk), ANNA, "#close\nDone.")
    assert not run_for(desk, 23 * HOUR)
    (survey,) = of_kind(run_for(desk, HOUR), NoticeKind.SURVEY)
    assert (survey.recipient, survey_row(desk).state) == (KARI, DeadlineState.FIRED)
    assert NoticeKind.SURVEY in AT_MOST_ONCE
    assert b"\r\nSubject: Re: VPN\r\n" in survey.raw
    assert desk.ticket().asked_at == desk.clock.now()
    assert not run_for(desk, 40 * DAY)
    desk.close()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quiet_since": MONDAY}, id="stop"),
        pytest.param({"undeliverable_since": MONDAY}, id="mail comes back"),
    ],
)
def test_what_speaks_against_it_when_its_time_has_come(change: dict[str, object], tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=LATER)
    say(desk, ask_for_help(desk), ANNA, "#close\nDone.")
    with desk.store.begin() as session:
        set_on_requester(**change)(session, session.get_one(Ticket, 1))
    assert not run_for(desk, 2 * DAY)
    assert survey_row(desk).state == DeadlineState.FIRED
    assert desk.ticket().asked_at is None
    desk.close()


def test_a_later_question_waits_for_room(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=LATER + "\n[limits]\nauto_per_hour = 1\n")
    say(desk, ask_for_help(desk), ANNA, "#close\nDone.")
    desk.clock.forward(24.1 * HOUR)
    desk.receive(mail(KARI, SUPPORT, "More", "Help."), recipients=(SUPPORT,), envelope_from=KARI)
    letters = desk.run()
    assert of_kind(letters, NoticeKind.RECEIVED) and not of_kind(letters, NoticeKind.SURVEY)
    assert of_kind(run_for(desk, 1.1 * HOUR), NoticeKind.SURVEY)
    desk.close()


def test_a_later_question_waits_for_working_hours(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=LATER.replace('"24x7"', '"Mon-Fri 08:00-16:00"').replace('"24h"', '"10h"'))
    say(desk, ask_for_help(desk), ANNA, "#close\nDone.")
    assert not of_kind(run_for(desk, 11 * HOUR), NoticeKind.SURVEY)
    assert not of_kind(run_for(desk, 11 * HOUR), NoticeKind.SURVEY)
    assert of_kind(run_for(desk, HOUR), NoticeKind.SURVEY)
    desk.close()


def test_a_no_is_asked_about_within_the_budgets(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, settings=SETTINGS + "\n[limits]\nauto_per_hour = 1\n")
    (closing,) = of_kind(say(desk, ask_for_help(desk), ANNA, "#close\nDone."), NoticeKind.CLOSED)
    # The acknowledgement was the one of this hour.
    letters = say(desk, closing, KARI, "No")
    assert [one.kind for one in letters] == [NoticeKind.CUSTOMER_ANSWER]
    assert desk.ticket().status == "open"
    desk.close()


def test_what_is_no_rating_is_kept(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    (closing,) = of_kind(say(desk, ask_for_help(desk), ANNA, "#close\nDone."), NoticeKind.CLOSED)
    assert not say(desk, closing, KARI, "zero stars")
    ticket = desk.ticket()
    assert (ticket.rating, ticket.rating_comment, ticket.status) == (None, "zero stars", "closed")
    assert desk.events()[-1] == EventKind.COMMENTED
    # What comes after a real rating does not take its place.
    say(desk, closing, KARI, "4\nQuick.")
    say(desk, closing, KARI, "11")
    assert (desk.ticket().rating, desk.ticket().rating_comment) == (4, "Quick.")
    with desk.look() as session:
        assert not session.scalars(select(Outbound).where(Outbound.kind == NoticeKind.LOW_RATING)).all()
    desk.close()

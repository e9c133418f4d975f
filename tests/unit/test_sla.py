"""The clocks of a ticket: when each of them is due, by what has happened. One row for each rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.calendars import Calendar
from maildesk.config import ReminderSettings
from maildesk.desk.clocks.clock_runs import Asked, Heard, Lived, Told, Turn
from maildesk.desk.clocks.policy import Promise, Span
from maildesk.desk.sla import Rules, Wanted, wanted_deadlines
from maildesk.durations import BusinessDuration
from maildesk.vocabulary import DeadlineLevel, Metric, Status
from maildesk.worktime import parse_week

UTC_ZONE = ZoneInfo("UTC")
WEEK = Calendar(parse_week("Mon-Fri 08:00-16:00"), UTC_ZONE)
ALWAYS = Calendar(parse_week("24x7"), UTC_ZONE)
NEW, OPEN, PENDING, HOLD, DONE = Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, whose second is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


OPENED = at(2, 9)


def lived(*turns: tuple[int, datetime, Status], **more: object) -> Lived:
    """The life of a ticket that came on Monday at nine."""
    known = Lived(OPENED, (Turn(0, OPENED, NEW), *(Turn(*turn) for turn in turns)), (Heard(1, OPENED, 1),))
    return replace(known, **more)  # type: ignore[arg-type]


def rules(metric: Metric | None = None, span: Span = timedelta(hours=4), calendar: Calendar = WEEK) -> Rules:
    promises = {metric: Promise(span, "test")} if metric else {}
    return Rules(promises, calendar, ReminderSettings(), None)


def rows(life: Lived, by: Rules, level: DeadlineLevel = DeadlineLevel.DUE) -> list[tuple[int, datetime, bool, object]]:
    found = [one for one in wanted_deadlines(life, by) if one.level is level]
    return [(one.cycle, one.due_at, one.paused, one.done_at) for one in found]


def only(life: Lived, by: Rules, level: DeadlineLevel = DeadlineLevel.DUE) -> Wanted:
    (one,) = [one for one in wanted_deadlines(life, by) if one.level is level]
    return one


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (DeadlineLevel.WARN1, at(2, 11)),
        (DeadlineLevel.WARN2, at(2, 12, 12)),
        (DeadlineLevel.DUE, at(2, 13)),
        (DeadlineLevel.ESCALATED, at(2, 15)),
    ],
)
def test_the_ladder_of_a_promise(level: DeadlineLevel, due: datetime) -> None:
    assert only(lived(), rules(Metric.FIRST_RESPONSE), level).due_at == due


ANSWERED = Told(2, at(2, 10, 30))


@pytest.mark.parametrize(
    ("life", "done"),
    [
        (lived(), None),
        # Taken is not answered, and the acknowledgement is no human's.
        (lived((2, at(2, 10), OPEN)), None),
        # Written, but not delivered.
        (lived((2, at(2, 10), PENDING)), None),
        (lived((2, at(2, 10), PENDING), told=(ANSWERED,)), at(2, 10, 30)),
        # Ended without an answer: nobody waits for one any more.
        (lived((2, at(2, 10), DONE)), at(2, 10)),
    ],
)
def test_the_first_response_is_the_first_delivered_answer(life: Lived, done: datetime | None) -> None:
    assert rows(life, rules(Metric.FIRST_RESPONSE)) == [(0, at(2, 13), False, done)]


@pytest.mark.parametrize(
    "life", [lived(imported=True), lived(unanswerable=True)], ids=["imported history", "no address"]
)
def test_no_answer_is_promised(life: Lived) -> None:
    assert rows(life, rules(Metric.FIRST_RESPONSE)) == []


AGAIN = (Heard(1, OPENED, 1), Heard(3, at(2, 11), 30), Heard(4, at(2, 12), 31))


@pytest.mark.parametrize(
    ("life", "found"),
    [
        # Before the first answer the other clock runs.
        (lived(heard=AGAIN), []),
        (lived(heard=AGAIN, told=(ANSWERED,)), [(30, at(2, 15), False, None)]),
        (lived(heard=AGAIN, told=(ANSWERED, Told(5, at(2, 14)))), [(30, at(2, 15), False, at(2, 14))]),
        # An answer to the mail before, delivered late, is none to this one.
        (lived(heard=AGAIN, told=(Told(2, at(2, 13)),)), [(30, at(2, 15), False, None)]),
        (
            lived(heard=(*AGAIN, Heard(6, at(3, 9), 32)), told=(ANSWERED, Told(5, at(2, 14)))),
            [(30, at(2, 15), False, at(2, 14)), (32, at(3, 13), False, None)],
        ),
        (
            lived((2, at(2, 10), PENDING), (3, at(2, 11), OPEN), (7, at(2, 14), DONE), heard=AGAIN, told=(ANSWERED,)),
            [(30, at(2, 15), False, at(2, 14))],
        ),
    ],
)
def test_the_next_response_is_to_the_oldest_unanswered_mail(life: Lived, found: list[object]) -> None:
    assert rows(life, rules(Metric.NEXT_RESPONSE)) == found


PAUSED = (2, at(2, 10), PENDING)
BACK = (3, at(3, 9), OPEN)


@pytest.mark.parametrize(
    ("life", "found"),
    [
        (lived(), [(0, at(2, 13), False, None)]),
        # One hour was used when it paused; three are left, whenever it goes on.
        (lived(PAUSED), [(0, at(2, 13), True, None)]),
        (lived(PAUSED, BACK), [(0, at(3, 12), False, None)]),
        (lived((2, at(2, 10), HOLD), BACK), [(0, at(3, 12), False, None)]),
        # From one pause into another.
        (lived(PAUSED, (4, at(2, 12), HOLD), BACK), [(0, at(3, 12), False, None)]),
        # Past before it paused: a pause does not undo it.
        (lived((2, at(2, 14), PENDING)), [(0, at(2, 13), False, None)]),
        (lived((2, at(2, 10), DONE)), [(0, at(2, 13), False, at(2, 10))]),
        (lived(PAUSED, (3, at(3, 9), DONE)), [(0, at(3, 12), False, at(3, 9))]),
        # Reopened: a run of its own, with all of its time.
        (
            lived((2, at(2, 10), DONE), (3, at(3, 9), OPEN)),
            [(0, at(2, 13), False, at(2, 10)), (1, at(3, 13), False, None)],
        ),
        (lived((2, at(2, 10), DONE), (3, at(2, 11), Status.CLOSED)), [(0, at(2, 13), False, at(2, 10))]),
    ],
)
def test_the_resolution_pauses_while_others_are_to_act(life: Lived, found: list[object]) -> None:
    assert rows(life, rules(Metric.RESOLUTION)) == found


def test_a_new_promise_is_counted_over_the_same_pauses() -> None:
    """Policy, priority and calendar are asked again; what has happened stays."""
    life = lived(PAUSED, BACK)
    assert only(life, rules(Metric.RESOLUTION, timedelta(hours=2))).due_at == at(3, 10)
    assert only(life, rules(Metric.RESOLUTION, BusinessDuration(1))).due_at == at(3, 16)
    assert only(life, rules(Metric.RESOLUTION, calendar=ALWAYS)).due_at == at(3, 12)


@pytest.mark.parametrize(
    ("life", "found"),
    [
        # Nothing was said yet: that is the first response's time.
        (lived((2, at(2, 10), OPEN)), []),
        # With the requester nobody waits for our word.
        (lived(PAUSED, told=(ANSWERED,)), []),
        (lived(PAUSED, (3, at(2, 11), HOLD), told=(ANSWERED,)), [(3, at(2, 15), False, None)]),
        (
            lived(PAUSED, (3, at(2, 11), HOLD), told=(ANSWERED, Told(4, at(2, 14)))),
            [(3, at(2, 15), False, at(2, 14)), (4, at(3, 10), False, None)],
        ),
        (
            lived(PAUSED, (3, at(2, 11), HOLD), (4, at(2, 12), DONE), told=(ANSWERED,)),
            [(3, at(2, 15), False, at(2, 12))],
        ),
    ],
)
def test_a_word_is_promised_while_the_matter_is_with_us(life: Lived, found: list[object]) -> None:
    assert rows(life, rules(Metric.PROMISE)) == found


@pytest.mark.parametrize(
    ("life", "found"),
    [
        (lived(), [(0, at(2, 13), False, None)]),
        (lived(given=1, given_at=at(2, 10)), [(0, at(2, 13), False, at(2, 10))]),
        (
            lived(given=1, given_at=at(2, 10), unowned_since=at(2, 11)),
            [(0, at(2, 13), False, at(2, 10)), (1, at(2, 15), False, None)],
        ),
        (lived((2, at(2, 10), DONE)), [(0, at(2, 13), False, at(2, 10))]),
    ],
)
def test_nobody_has_it(life: Lived, found: list[object]) -> None:
    assert rows(life, rules(Metric.UNASSIGNED)) == found


ASKED = lived(PAUSED, asked=Asked(2, at(2, 10)))


@pytest.mark.parametrize(
    ("life", "moments"),
    [
        (ASKED, [at(5, 10), at(11, 10), at(16, 10)]),
        # `#wait 1d`: all of it two working days sooner.
        (replace(ASKED, asked=Asked(2, at(2, 10), 1)), [at(3, 10), at(9, 10), at(12, 10)]),
        # Away until the end of Thursday: nobody's time runs before Friday, which is a whole day of it.
        (replace(ASKED, away_until=at(6, 0)), [at(10, 16), at(16, 16), at(19, 16)]),
        # Never before the date that he was told.
        (replace(ASKED, closing_told=at(20, 10)), [at(5, 10), at(11, 10), at(20, 10)]),
    ],
)
def test_the_requester_is_reminded_twice_and_then_it_is_closed(life: Lived, moments: list[datetime]) -> None:
    found = wanted_deadlines(life, rules())
    assert [(one.metric, one.cycle) for one in found] == [(Metric.WAITING, 2)] * 3
    assert [one.level for one in found] == [DeadlineLevel.WARN1, DeadlineLevel.WARN2, DeadlineLevel.DUE]
    assert [one.due_at for one in found] == moments


@pytest.mark.parametrize("status", [OPEN, HOLD, DONE])
def test_who_has_answered_is_not_reminded(status: Status) -> None:
    assert wanted_deadlines(lived((2, at(2, 10), status), asked=Asked(2, at(2, 10))), rules()) == ()


@pytest.mark.parametrize(
    ("status", "wanted"), [(HOLD, True), (PENDING, True), (OPEN, False), (NEW, False), (DONE, False)]
)
def test_it_comes_back_at_its_date_while_it_waits(status: Status, wanted: bool) -> None:
    found = wanted_deadlines(lived((2, at(2, 10), status), resume_at=at(9, 8)), rules())
    assert [(one.metric, one.due_at) for one in found] == ([(Metric.RESUME, at(9, 8))] if wanted else [])


def test_a_plan_is_remembered_the_working_day_before() -> None:
    found = wanted_deadlines(lived(planned_at=at(9, 9)), rules())
    assert [(one.level, one.due_at) for one in found] == [
        (DeadlineLevel.WARN1, at(6, 9)),
        (DeadlineLevel.DUE, at(9, 9)),
    ]


def test_a_survey_follows_the_end_in_real_time() -> None:
    life = lived((2, at(6, 15), DONE), closures=3, ended_by_hand_at=at(6, 15))
    (one,) = wanted_deadlines(life, replace(rules(), survey_after=timedelta(days=1)))
    assert (one.metric, one.cycle, one.due_at) == (Metric.SURVEY, 3, at(7, 15))
    assert wanted_deadlines(replace(life, ended_by_hand_at=None), replace(rules(), survey_after=timedelta(1))) == ()


@pytest.mark.parametrize(
    ("day", "begin", "due"),
    [
        # Forward at two: the hour between does not exist. Back at three: the hour before exists twice.
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), "in spring", datetime(2026, 3, 29, 2, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), "in autumn", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_four_hours_are_four_hours_in_both_nights(day: datetime, begin: str, due: datetime) -> None:
    oslo = Calendar(parse_week("24x7"), ZoneInfo("Europe/Oslo"))
    life = Lived(day, (Turn(0, day, NEW),))
    assert only(life, rules(Metric.FIRST_RESPONSE, calendar=oslo)).due_at == due, begin

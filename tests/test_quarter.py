"""Every number of a digest over a simulated quarter, beside a slow count of the raw rows without any shared code."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from maildesk.desk.digests.digest_letter import account_of
from maildesk.desk.digests.report_files import Account
from maildesk.desk.figures.find import snapshot
from maildesk.desk.figures.period import Period
from maildesk.model import Deadline, Event, Inbound, Outbound, Person, Ticket, TicketTag
from maildesk.vocabulary import Span
from tests.desk import TestDesk
from tests.quarter import END, SETTINGS, Quarter

#: On a busy machine the quarter takes a while to be written.

OSLO, SEOUL = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Seoul")
PERIODS = {
    # Oslo puts its clocks forward in the night to its last day.
    "the last week": Period(Span.WEEK, date(2026, 3, 23), date(2026, 3, 30), OSLO),
    "a month": Period(Span.MONTH, date(2026, 2, 1), date(2026, 3, 1), SEOUL),
    "a day": Period(Span.DAY, date(2026, 3, 29), date(2026, 3, 30), OSLO),
    "the quarter": Period(Span.QUARTER, date(2026, 1, 1), date(2026, 4, 1), OSLO),
}
PROMISES = ("first_response", "next_response", "resolution", "promise")


@dataclass
class Raw:
    """All rows as they are, and the time of the digest."""

    tickets: dict[int, dict[str, Any]]
    events: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    outages: set[int]
    people: dict[int, str]

    def history(self, ticket: int) -> list[dict[str, Any]]:
        return self._histories[ticket]

    def __post_init__(self) -> None:
        self._histories: dict[int, list[dict[str, Any]]] = {number: [] for number in self.tickets}
        for event in sorted(self.events, key=lambda one: one["id"]):
            self._histories[event["ticket_id"]].append(event)


Given = tuple[Account, Raw, datetime, datetime]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestDesk, Raw]]:
    desk = TestDesk(tmp_path_factory.mktemp("quarter"), settings=SETTINGS)
    quarter = Quarter(desk)
    quarter.play()
    quarter.write()
    with desk.look() as session:

        def all_of(table: Any) -> list[dict[str, Any]]:
            return [dict(row) for row in session.execute(select(table.__table__)).mappings()]

        raw = Raw(
            {row["id"]: row for row in all_of(Ticket)},
            all_of(Event),
            all_of(Deadline),
            all_of(Inbound),
            all_of(Outbound),
            {row["ticket_id"] for row in all_of(TicketTag) if row["word"] == "outage"},
            {row["id"]: row["name"] for row in all_of(Person)},
        )
    yield desk, raw
    desk.close()


@pytest.fixture(scope="module", params=PERIODS.values(), ids=list(PERIODS))
def account(played: tuple[TestDesk, Raw], request: pytest.FixtureRequest) -> Given:
    desk, raw = played
    period: Period = request.param
    with desk.store.read() as session:
        snapshot(session)
        found = account_of(session, desk.settings, period, END)
    begin, end = (
        datetime.combine(day, time(), tzinfo=period.zone).astimezone(UTC) for day in (period.first, period.until)
    )
    return found, raw, begin, end


def is_over(status: str) -> bool:
    return status in ("resolved", "closed")


def stood_open(raw: Raw, ticket: int, moment: datetime) -> bool:
    """Walks the whole life of a ticket."""
    if raw.tickets[ticket]["opened_at"] >= moment:
        return False
    status = "new"
    for event in raw.history(ticket):
        if event["at"] < moment:
            status = event["status"]
    return not is_over(status)


def worked(queue: str, begin: datetime, end: datetime) -> timedelta:
    """Day by day; the first of January is the one holiday of this quarter."""
    zone, first, last = (SEOUL, 9, 18) if queue == "seoul" else (OSLO, 8, 16)
    total, day = timedelta(), begin.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        if day.weekday() < 5 and day != date(2026, 1, 1):
            opens = datetime.combine(day, time(first), tzinfo=zone).astimezone(UTC)
            closes = datetime.combine(day, time(last), tzinfo=zone).astimezone(UTC)
            total += max(min(closes, end) - max(opens, begin), timedelta())
        day += timedelta(days=1)
    return total


def test_the_backlog(account: Given) -> None:
    found, raw, begin, end = account
    backlog = found.figures.backlog
    assert backlog.start == sum(stood_open(raw, number, begin) for number in raw.tickets)
    assert backlog.end == sum(stood_open(raw, number, end) for number in raw.tickets)
    assert backlog.new == sum(begin <= one["opened_at"] < end for one in raw.tickets.values())
    ended = reopened = 0
    for number in raw.tickets:
        over = False
        for event in raw.history(number):
            if is_over(event["status"]) != over and begin <= event["at"] < end:
                ended += not over
                reopened += over
            over = is_over(event["status"])
    assert (backlog.ended, backlog.reopened) == (ended, reopened)
    assert backlog.start + backlog.new + backlog.reopened - backlog.ended == backlog.end
    assert backlog.new > 5 and backlog.ended > 5


def test_the_days_of_the_chart(account: Given) -> None:
    found, raw, _, _ = account
    period = found.figures.period
    days = found.figures.backlog.days
    assert [one.day for one in days] == [period.until - timedelta(days=14 - at) for at in range(14)]
    for one in days[::5]:
        midnight = datetime.combine(one.day + timedelta(days=1), time(), tzinfo=period.zone).astimezone(UTC)
        assert one.open == sum(stood_open(raw, number, midnight) for number in raw.tickets)
        opened = [row["opened_at"].astimezone(period.zone).date() for row in raw.tickets.values()]
        assert one.new == opened.count(one.day)


def decided(raw: Raw, begin: datetime, end: datetime) -> list[tuple[str, str, bool]]:
    """(promise, priority, kept) of each that was kept, or ran out, in this time."""
    found = []
    for row in raw.deadlines:
        if row["level"] != "due" or row["state"] == "dropped" or row["metric"] not in PROMISES:
            continue
        kept = row["done_at"] is not None and row["done_at"] <= row["due_at"]
        broken = row["done_at"] is not None and row["done_at"] > row["due_at"]
        broken = broken or (row["done_at"] is None and row["state"] != "paused" and row["due_at"] < END)
        at = row["done_at"] if kept else row["due_at"]
        if (kept or broken) and begin <= at < end:
            found.append((row["metric"], raw.tickets[row["ticket_id"]]["priority"], kept))
    return found


def test_what_was_kept(account: Given) -> None:
    found, raw, begin, end = account
    figures = found.figures
    inside = decided(raw, begin, end)
    assert (figures.total.n, figures.total.met) == (len(inside), sum(kept for *_, kept in inside))
    before = decided(raw, figures.period.previous().begin, begin)
    assert (figures.total_before.n, figures.total_before.met) == (len(before), sum(kept for *_, kept in before))
    groups = Counter((metric, priority) for metric, priority, _ in inside)
    met = Counter((metric, priority) for metric, priority, kept in inside if kept)
    lines = {(one.metric, one.priority): one for one in figures.compliance}
    assert {key: one.now.n for key, one in lines.items()} == dict(groups)
    assert {key: one.now.met for key, one in lines.items()} == {key: met[key] for key in groups}
    assert figures.period.days == 1 or figures.total.met < figures.total.n
    for key, one in lines.items():
        shares = [rows for rows in ([kept for *name, kept in some if tuple(name) == key] for some in (inside, before))]
        points = [100 * sum(rows) / len(rows) if len(rows) >= 5 else None for rows in shares]
        if points[0] is None or points[1] is None:
            assert one.change is None
        else:
            assert one.change == pytest.approx(points[0] - points[1])


@pytest.mark.parametrize("which", ["responses", "solutions"])
def test_how_long_it_took(account: Given, which: str) -> None:
    found, raw, begin, end = account
    column = "first_response_at" if which == "responses" else "resolved_at"
    times = getattr(found.figures, which)
    for spread, start, stop in ((times.now, begin, end), (times.before, found.figures.period.previous().begin, begin)):
        spans = sorted(
            worked(row["queue"], row["opened_at"], row[column])
            for row in raw.tickets.values()
            if row[column] is not None and start <= row[column] < stop
        )
        assert spread.n == len(spans)
        if spans:
            middle = median(one.total_seconds() for one in spans)
            assert spread.median.total_seconds() == pytest.approx(middle, abs=0.001)
            # The smallest that nine of ten do not exceed.
            assert spread.p90 == next(one for at, one in enumerate(spans, 1) if at * 10 >= 9 * len(spans))


def test_what_is_late_and_what_will_be(account: Given) -> None:
    found, raw, _, _ = account
    figures = found.figures
    late, risky = {}, {}
    for row in raw.deadlines:
        ticket = raw.tickets[row["ticket_id"]]
        waits = row["level"] == "due" and row["done_at"] is None and row["state"] not in ("paused", "dropped")
        if not waits or is_over(ticket["status"]) or row["metric"] not in PROMISES:
            continue
        if row["due_at"] < END:
            late[ticket["id"], row["metric"], row["due_at"]] = worked(ticket["queue"], row["due_at"], END)
        elif row["due_at"] < figures.horizon:
            risky[ticket["id"], row["metric"], row["due_at"]] = timedelta()
    assert {(one.ticket, one.metric, one.due_at): one.late for one in figures.late} == late
    assert {(one.ticket, one.metric, one.due_at): one.late for one in figures.at_risk} == risky
    assert [one.late for one in figures.late] == sorted(late.values(), reverse=True) and late


def test_the_ratings(account: Given) -> None:
    found, raw, begin, end = account
    valid: dict[int, dict[str, Any]] = {}
    for event in sorted(raw.events, key=lambda one: one["id"]):
        if event["kind"] in ("solved", "closed"):
            valid.pop(event["ticket_id"], None)
        elif event["kind"] == "rated":
            valid[event["ticket_id"]] = event
    inside = [int(one["text"][0]) for one in valid.values() if begin <= one["at"] < end]
    ratings = found.figures.ratings
    assert ratings.n == len(inside) and ratings.mean == pytest.approx(sum(inside) / len(inside))
    assert sorted(one.score for one in ratings.low) == sorted(score for score in inside if score < 3)
    # Whoever was asked again, because his ticket was opened again, counts on the day of the second question.
    asked = {one["ticket_id"]: one["made_at"] for one in raw.letters if one["kind"] == "closed"}
    inside_asked = {number: at for number, at in asked.items() if begin <= at < end}
    assert ratings.asked == len(inside_asked)
    assert ratings.answered == sum(number in valid and valid[number]["at"] >= at for number, at in inside_asked.items())
    assert 0 < ratings.answered < ratings.asked


def test_the_times_that_were_named(account: Given) -> None:
    found, raw, begin, end = account
    named = [one for one in raw.events if one["kind"] == "promised"]
    due = [(datetime.fromisoformat(one["text"]), raw.tickets[one["ticket_id"]]) for one in named]
    inside = [(at, ticket["first_response_at"]) for at, ticket in due if begin <= at < end]
    assert found.figures.promised.n == len(inside)
    assert found.figures.promised.met == sum(answered is not None and answered <= at for at, answered in inside)


def test_who_has_what(account: Given) -> None:
    found, raw, _, _ = account
    mine: dict[str, list[dict[str, Any]]] = {}
    for ticket in raw.tickets.values():
        if not is_over(ticket["status"]):
            mine.setdefault(raw.people[ticket["agent_id"]] if ticket["agent_id"] else "", []).append(ticket)
    late = {one.ticket for one in found.figures.late}
    for load in found.figures.loads:
        rows = mine.pop(load.agent)
        turns = Counter(row["status"] for row in rows)
        assert (load.open, load.ours) == (len(rows), turns["new"] + turns["open"])
        assert (load.theirs, load.on_hold) == (turns["pending"], turns["on_hold"])
        assert load.late == len(late & {row["id"] for row in rows})
        assert load.oldest_at == min(row["opened_at"] for row in rows)
    assert not mine


def test_the_services(account: Given) -> None:
    found, raw, begin, end = account
    services: dict[str, list[tuple[datetime, datetime]]] = {}
    for number in raw.outages:
        ticket = raw.tickets[number]
        start, stop = ticket["opened_at"], ticket["resolved_at"] or END
        if start < end and stop > begin:
            services.setdefault(ticket["service"], []).append((max(start, begin), min(stop, end)))
    shown = {one.service: one for one in found.figures.availability}
    assert shown.keys() == services.keys()
    for service, spans in services.items():
        edges = sorted({edge for span in spans for edge in span})
        pieces = pairwise(edges)
        down = sum((b - a for a, b in pieces if any(s <= a and b <= e for s, e in spans)), timedelta())
        assert (shown[service].outages, shown[service].down) == (len(spans), down)
        assert shown[service].share == pytest.approx(1 - down / (end - begin))


def test_what_comes_again(account: Given) -> None:
    found, raw, begin, end = account
    named = [
        (row["cause"] or row["category"]).lower()
        for row in raw.tickets.values()
        if row["resolved_at"] is not None and begin <= row["resolved_at"] < end
    ]
    counted = Counter(word for word in named if word)
    assert {one.cause: one.n for one in found.figures.causes} == {
        word: n for word, n in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:5] if n > 1
    }
    alike: dict[tuple[str, str], set[int]] = {}
    for row in raw.tickets.values():
        if row["type"] == "incident" and begin <= row["opened_at"] < end:
            alike.setdefault((row["service"], row["category"]), set()).add(row["id"])
    expected = sorted(len(numbers) for numbers in alike.values() if len(numbers) > 2)
    assert sorted(len(one.tickets) for one in found.figures.candidates) == expected


def test_the_books(account: Given) -> None:
    found, raw, begin, end = account
    books = found.figures.books
    fates = Counter(one["disposition"] for one in raw.mails if begin <= one["received_at"] < end)
    assert books.dispositions == dict(fates) and books.received == sum(fates.values())
    assert books.sent == sum(begin <= one["made_at"] < end for one in raw.letters)
    assert books.last_received_at == max(one["received_at"] for one in raw.mails)


def test_the_file(account: Given) -> None:
    found, raw, begin, end = account
    wanted = [
        number
        for number, row in sorted(raw.tickets.items())
        if not is_over(row["status"])
        or begin <= row["opened_at"] < end
        or (row["resolved_at"] and begin <= row["resolved_at"] < end)
    ]
    assert [int(row[0]) for row in found.tickets] == wanted


def test_only_rows_of_the_period_and_open_tickets_are_read(played: tuple[TestDesk, Raw]) -> None:
    """The plans of all questions: none of them walks a whole table that grows with the age of the desk."""
    desk, _ = played
    asked: list[tuple[str, Any]] = []
    with desk.store.read() as session:
        connection = session.connection()

        @sqlalchemy_event.listens_for(connection, "before_cursor_execute")
        def listen(*details: Any) -> None:
            asked.append((details[2], details[3]))

        account_of(session, desk.settings, PERIODS["the last week"], END)
        sqlalchemy_event.remove(connection, "before_cursor_execute", listen)
        plans = [
            row.detail
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    walked = {plan for plan in plans if plan.startswith("SCAN") and "USING" not in plan}
    assert len(asked) > 10 and not walked & {f"SCAN {table}" for table in ("ticket", "event", "deadline", "inbound")}

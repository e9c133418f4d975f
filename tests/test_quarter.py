"""Every number of a digest over a simulated quarter, beside a slow count of the raw rows without any shared code."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from maildesk.desk.digests.digest_letter import account_of
from maildesk.desk.digests.report_files import Account
from maildesk.desk.figures.find import snapshot
from maildesk.desk.figures.period import Period
from maildesk.vocabulary import Span
from tests.desk import TestDesk
from tests.quarter import END, SETTINGS, Quarter
from tests.quarter_raw import OSLO, PROMISES, SEOUL, Raw, decided, is_over, raw_rows, stood_open, worked

PERIODS = {
    # Oslo puts its clocks forward in the night to its last day.
    "the last week": Period(Span.WEEK, date(2026, 3, 23), date(2026, 3, 30), OSLO),
    "a month": Period(Span.MONTH, date(2026, 2, 1), date(2026, 3, 1), SEOUL),
    "a day": Period(Span.DAY, date(2026, 3, 29), date(2026, 3, 30), OSLO),
    "the quarter": Period(Span.QUARTER, date(2026, 1, 1), date(2026, 4, 1), OSLO),
}
#: When the desk is at work after the next digest: in Oslo at eight, in Seoul behind its morning and all of Easter.
HORIZONS = {
    str(OSLO): datetime(2026, 4, 1, 6, tzinfo=UTC),
    str(SEOUL): datetime(2026, 4, 7, 6, tzinfo=UTC),
}


Given = tuple[Account, Raw, datetime, datetime]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestDesk, Raw]]:
    desk = TestDesk(tmp_path_factory.mktemp("quarter"), settings=SETTINGS)
    quarter = Quarter(desk)
    quarter.play()
    quarter.write()
    with desk.look() as session:
        raw = raw_rows(session)
    yield desk, raw
    desk.close()


@pytest.fixture(scope="module", params=PERIODS.values(), ids=list(PERIODS))
def account(played: tuple[TestDesk, Raw], request: pytest.FixtureRequest) -> Given:
    return given(played, request.param)


@pytest.fixture(scope="module")
def month(played: tuple[TestDesk, Raw]) -> Given:
    """Of all periods the one whose digest has every fact."""
    return given(played, PERIODS["a month"])


def given(played: tuple[TestDesk, Raw], period: Period) -> Given:
    desk, raw = played
    with desk.store.read() as session:
        snapshot(session)
        found = account_of(session, desk.settings, period, END)
    begin, end = (
        datetime.combine(day, time(), tzinfo=period.zone).astimezone(UTC) for day in (period.first, period.until)
    )
    return found, raw, begin, end


def test_when_it_is_made_and_how_far_it_looks(account: Given) -> None:
    figures = account[0].figures
    assert (figures.made_at, figures.horizon) == (END, HORIZONS[str(figures.period.zone)])
    assert figures.period in PERIODS.values()


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
    opened = [row["opened_at"].astimezone(period.zone).date() for row in raw.tickets.values()]
    ended: Counter[date] = Counter()
    for number in raw.tickets:
        before = "new"
        for event in raw.history(number):
            ended[event["at"].astimezone(period.zone).date()] += is_over(event["status"]) and not is_over(before)
            before = event["status"]
    for one in days:
        midnight = datetime.combine(one.day + timedelta(days=1), time(), tzinfo=period.zone).astimezone(UTC)
        assert one.open == sum(stood_open(raw, number, midnight) for number in raw.tickets)
        assert (one.new, one.ended) == (opened.count(one.day), ended[one.day])


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
    then = Counter((metric, priority) for metric, priority, _ in before)
    then_met = Counter((metric, priority) for metric, priority, kept in before if kept)
    assert {key: (one.before.n, one.before.met) for key, one in lines.items()} == {
        key: (then[key], then_met[key]) for key in groups
    }
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
            if row[column] is not None and start <= row[column] < stop and row["merged_into_id"] is None
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
    late, risky = [], []
    for row in raw.deadlines:
        ticket = raw.tickets[row["ticket_id"]]
        waits = row["level"] == "due" and row["done_at"] is None and row["state"] not in ("paused", "dropped")
        if not waits or is_over(ticket["status"]) or row["metric"] not in PROMISES:
            continue
        line = {name: ticket[name] for name in ("subject", "priority", "status", "opened_at")}
        line |= {"ticket": ticket["id"], "metric": row["metric"], "due_at": row["due_at"]}
        line |= {"requester": raw.people[ticket["requester_id"]], "agent": raw.agent(ticket)}
        if row["due_at"] < END:
            late.append({**line, "late": worked(ticket["queue"], row["due_at"], END)})
        elif row["due_at"] < HORIZONS[str(figures.period.zone)]:
            risky.append({**line, "late": timedelta()})
    late.sort(key=lambda one: (-one["late"], one["due_at"], one["ticket"]))
    risky.sort(key=lambda one: (one["due_at"], one["ticket"]))
    assert late and risky
    assert [asdict(one) for one in figures.late] == late
    assert [asdict(one) for one in figures.at_risk] == risky


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
    start = found.figures.period.previous().begin
    before = [int(one["text"][0]) for one in valid.values() if start <= one["at"] < begin]
    assert ratings.before == (pytest.approx(sum(before) / len(before)) if before else None)
    low = []
    for event in sorted(valid.values(), key=lambda one: (one["at"], one["ticket_id"])):
        score, ticket = int(event["text"][0]), raw.tickets[event["ticket_id"]]
        if begin <= event["at"] < end and score < 3:
            line = {"ticket": ticket["id"], "subject": ticket["subject"], "score": score, "at": event["at"]}
            low.append({**line, "words": "Too slow.", "agent": ticket["agent_id"]})
    assert [asdict(one) for one in ratings.low] == low
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
        rows = mine.pop(load.agent, [])
        turns = Counter(row["status"] for row in rows)
        assert (load.open, load.ours) == (len(rows), turns["new"] + turns["open"])
        assert (load.theirs, load.on_hold) == (turns["pending"], turns["on_hold"])
        assert load.late == len(late & {row["id"] for row in rows})
        assert load.oldest_at == min(row["opened_at"] for row in rows)
    assert not mine


def test_the_services(account: Given) -> None:
    found, raw, begin, end = account
    services: dict[str, list[tuple[datetime, datetime]]] = {}
    with_times = {row["ticket_id"] for row in raw.outages}
    away = [(row["service"], row["begin_at"], row["end_at"]) for row in raw.outages]
    for number in raw.tagged - with_times:
        ticket = raw.tickets[number]
        if ticket["merged_into_id"] is None:
            away.append((ticket["service"], ticket["opened_at"], ticket["resolved_at"]))
    goes_on = set()
    for service, start, stop in away:
        if start < end and (stop or END) > begin:
            services.setdefault(service, []).append((max(start, begin), min(stop or END, end)))
            goes_on |= {service} if stop is None else set()
    shown = {one.service: one for one in found.figures.availability}
    assert shown.keys() == services.keys()
    for service, spans in services.items():
        edges = sorted({edge for span in spans for edge in span})
        pieces = pairwise(edges)
        down = sum((b - a for a, b in pieces if any(s <= a and b <= e for s, e in spans)), timedelta())
        assert (shown[service].outages, shown[service].down) == (len(spans), down)
        assert shown[service].share == pytest.approx(1 - down / (end - begin))
        assert shown[service].still_down is (service in goes_on)


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
    alike: dict[str, list[int]] = {}
    for row in raw.tickets.values():
        alone = row["id"] not in raw.explained and row["merged_into_id"] is None
        if row["type"] == "incident" and alone and begin <= row["opened_at"] < end:
            alike.setdefault({"vpn": "vpn · login", "print": "print"}[row["service"]], []).append(row["id"])
    expected = {what: tuple(sorted(numbers)) for what, numbers in alike.items() if len(numbers) > 2}
    assert {one.what: one.tickets for one in found.figures.candidates} == expected
    sizes = [len(one.tickets) for one in found.figures.candidates]
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_planned(account: Given) -> None:
    found, raw, _, _ = account
    until, lines = HORIZONS[str(found.figures.period.zone)], []
    for row in raw.tickets.values():
        for planned, column in ((True, "planned_at"), (False, "resume_at")):
            counts = not is_over(row["status"]) and (planned or row["status"] == "on_hold")
            if counts and row[column] is not None and END <= row[column] < until:
                line = {"ticket": row["id"], "subject": row["subject"], "at": row[column], "planned": planned}
                lines.append({**line, "agent": raw.agent(row)})
    lines.sort(key=lambda one: (one["at"], one["ticket"]))
    assert lines and [asdict(one) for one in found.figures.coming] == lines


def test_the_books(account: Given) -> None:
    found, raw, begin, end = account
    books = found.figures.books
    fates = Counter(one["disposition"] or "waiting" for one in raw.mails if begin <= one["received_at"] < end)
    assert books.dispositions == dict(fates) and books.received == sum(fates.values())
    assert books.held == sum(one["state"] == "held" for one in raw.mails)
    letters = [one for one in raw.letters if begin <= one["made_at"] < end]
    states = Counter(one["state"] for one in letters)
    assert (books.sent, books.refused, books.uncertain) == (states["sent"], states["refused"], states["uncertain"])
    assert books.bounced == sum(one["bounced_at"] is not None for one in letters)
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


#: Which comparison knows which part of the figures. The period is given, not reckoned.
COMPARED: dict[str, tuple[Callable[..., None], ...]] = {
    "made_at": (test_when_it_is_made_and_how_far_it_looks,),
    "horizon": (test_when_it_is_made_and_how_far_it_looks,),
    "total": (test_what_was_kept,),
    "total_before": (test_what_was_kept,),
    "late": (test_what_is_late_and_what_will_be,),
    "at_risk": (test_what_is_late_and_what_will_be,),
    "compliance": (test_what_was_kept,),
    "responses": (partial(test_how_long_it_took, which="responses"),),
    "solutions": (partial(test_how_long_it_took, which="solutions"),),
    "backlog": (test_the_backlog, test_the_days_of_the_chart),
    "ratings": (test_the_ratings,),
    "promised": (test_the_times_that_were_named,),
    "loads": (test_who_has_what,),
    "availability": (test_the_services,),
    "causes": (test_what_comes_again,),
    "candidates": (test_what_comes_again,),
    "coming": (test_what_is_planned,),
    "books": (test_the_books,),
}


def spoilt(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The name of each single fact in it, and all of it with that one changed. Of a list its first line, and its
    length."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for name, other in spoilt(getattr(value, field.name), (*path, field.name)):
                yield name, replace(value, **{field.name: other})
    elif isinstance(value, tuple):
        yield ".".join((*path, "length")), value[1:]
        for name, other in spoilt(value[0], path) if is_dataclass(value[0]) else ():
            yield name, (other, *value[1:])
    elif isinstance(value, dict):
        first = next(iter(value))
        yield ".".join(path), {**value, first: value[first] + 1}
    else:
        yield ".".join(path), _other(value)


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case str():
            return f"{value}?"
        case int() | float():
            return value + 1
        case datetime() | timedelta():
            return value + timedelta(minutes=1)
        case date():
            return value + timedelta(days=1)
        case None:
            return 0
    raise AssertionError(f"nothing is known of {value!r}")


def test_each_number_is_compared(month: Given) -> None:
    """Whatever a digest says, one wrong fact in it is found."""
    found, *rest = month
    figures = found.figures
    names = [field.name for field in fields(figures) if field.name != "period"]
    assert set(names) == COMPARED.keys()
    unseen, tried = [], 0
    for name in names:
        for path, wrong in spoilt(getattr(figures, name), (name,)):
            spoiled = (replace(found, figures=replace(figures, **{name: wrong})), *rest)
            tried += 1
            if not any(fails(compare, spoiled) for compare in COMPARED[name]):
                unseen.append(path)
    assert unseen == [] and tried > 80


def fails(compare: Callable[..., None], given: Any) -> bool:
    try:
        compare(given)
    except AssertionError:
        return True
    return False


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

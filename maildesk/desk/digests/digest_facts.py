"""What a digest says: the numbers as its template shows them, rounded, capped, in the zone of whoever reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from maildesk.desk.figures.backlog import Backlog
from maildesk.desk.figures.kept import Share, change
from maildesk.desk.figures.outages import Availability
from maildesk.desk.figures.reckon import Due, Figures, Ratings, Times
from maildesk.notify.charts import Bar, heights
from maildesk.vocabulary import Verdict
from maildesk.worktime import WorkWeek

#: Rows of a letter. Gmail cuts off what is longer than 102 kB; the whole list is in the file beside it.
MOST_LATE: Final = 25
MOST_AT_RISK: Final = 10
MOST_LOW: Final = 8
MOST_LOADS: Final = 20
MOST_COMING: Final = 8
#: Any Monday.
_MONDAY: Final = date(2024, 1, 1)
#: Characters of somebody's words.
_LONGEST_WORDS: Final = 400


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets it, and how."""

    #: 0 to 1: the share of promises that the desk wants to keep.
    target: float
    shows_workload: bool
    week: WorkWeek
    #: Name of the zone and country of the calendar.
    zone: str
    country: str
    #: Content-ID of the picture in the letter, "" without one.
    picture: str = ""
    #: Name of the file with all tickets, "" without one.
    file: str = ""
    #: How many rows it has.
    file_rows: int = 0
    #: A workbook was asked for, and this installation writes none.
    no_workbook: bool = False
    more: Mapping[str, object] = field(default_factory=dict)


def verdict_of(figures: Figures, target: float) -> Verdict:
    """Bad: the target was missed. Watch: something is late or about to be. Of few promises no share is made."""
    if figures.is_quiet:
        return Verdict.QUIET
    if figures.total.value is not None and figures.total.value < target:
        return Verdict.BAD
    return Verdict.WATCH if figures.late or figures.at_risk else Verdict.GOOD


def facts_of_digest(figures: Figures, reader: Reader) -> dict[str, object]:
    """The facts of vocabulary.NoticeKind.DIGEST."""
    zone = figures.period.zone
    return {
        "period": _period(figures),
        "made_at": figures.made_at.astimezone(zone),
        "horizon": figures.horizon.astimezone(zone),
        "verdict": verdict_of(figures, reader.target),
        "target": round(reader.target * 100),
        "total": _share(figures.total, figures.total_before),
        "late": [due_facts(one, zone, figures.made_at) for one in figures.late[:MOST_LATE]],
        "late_n": len(figures.late),
        "at_risk": [due_facts(one, zone, figures.made_at) for one in figures.at_risk[:MOST_AT_RISK]],
        "at_risk_n": len(figures.at_risk),
        "compliance": [
            {"metric": one.metric, "priority": one.priority, **_share(one.now, one.before)}
            for one in figures.compliance
        ],
        "responses": _times(figures.responses),
        "solutions": _times(figures.solutions),
        "backlog": _backlog(figures.backlog),
        "picture": reader.picture,
        "ratings": _ratings(figures.ratings),
        "promised": _share(figures.promised, Share()),
        "loads": _loads(figures) if reader.shows_workload else [],
        "loads_more": max(0, len(figures.loads) - MOST_LOADS) if reader.shows_workload else 0,
        "availability": [_availability(one) for one in figures.availability],
        "causes": [{"cause": one.cause, "n": one.n} for one in figures.causes],
        "candidates": [
            {"what": one.what, "tickets": one.tickets[:8], "n": len(one.tickets)} for one in figures.candidates
        ],
        "coming": [
            {"ticket": one.ticket, "title": one.subject, "at": one.at.astimezone(zone), "planned": one.planned}
            for one in figures.coming[:MOST_COMING]
        ],
        "coming_n": len(figures.coming),
        "books": _books(figures),
        "hours": _hours(reader.week),
        "zone": reader.zone,
        "days_zone": str(zone),
        "country": reader.country,
        "file": reader.file,
        "file_rows": reader.file_rows,
        "no_workbook": reader.no_workbook,
    }


def minutes(span: timedelta | None) -> int | None:
    """Whole minutes, as letters say durations."""
    return None if span is None else round(span / timedelta(minutes=1))


def _period(figures: Figures) -> Mapping[str, object]:
    period = figures.period
    return {"span": period.span, "first": period.first, "last": period.last, "days": period.days}


def _share(now: Share, before: Share) -> dict[str, Any]:
    """`percent` and `change` are None where there are too few."""
    difference = change(now, before)
    return {
        "n": now.n,
        "met": now.met,
        "percent": _percent(now),
        "change": None if difference is None else round(difference),
    }


def due_facts(one: Due, zone: ZoneInfo, now: datetime) -> dict[str, object]:
    """One promise that is late, or about to be, as a line of a letter."""
    return {
        "ticket": one.ticket,
        "title": " ".join(one.subject.split())[:60],
        "requester": one.requester[:60],
        "priority": one.priority,
        "status": one.status,
        "metric": one.metric,
        "at": one.due_at.astimezone(zone),
        "late": minutes(one.late),
        "age": max(0, (now - one.opened_at).days),
        "agent": one.agent[:60],
    }


def _percent(share: Share) -> int | None:
    return None if share.value is None else round(share.value * 100)


def _times(times: Times) -> dict[str, object]:
    return {
        "n": times.now.n,
        "median": minutes(times.now.median),
        "p90": minutes(times.now.p90),
        "before_median": minutes(times.before.median),
        "before_p90": minutes(times.before.p90),
    }


def _backlog(counted: Backlog) -> dict[str, object]:
    tall = heights([value for day in counted.days for value in (day.new, day.ended)])
    return {
        "start": counted.start,
        "new": counted.new,
        "reopened": counted.reopened,
        "ended": counted.ended,
        "end": counted.end,
        "days": [
            {"day": day.day, "new": day.new, "ended": day.ended, "open": day.open, "new_px": new, "ended_px": ended}
            for day, new, ended in zip(counted.days, tall[::2], tall[1::2], strict=True)
        ],
    }


def bars_of(counted: Backlog) -> list[Bar]:
    """The same days for the picture."""
    return [Bar(str(day.day.day), day.new, day.ended, day.open) for day in counted.days]


def _ratings(ratings: Ratings) -> dict[str, object]:
    return {
        "n": ratings.n,
        "asked": ratings.asked,
        "answered": ratings.answered,
        "percent": _percent(Share(ratings.asked, ratings.answered)),
        "mean": _decimal(ratings.mean),
        "before": _decimal(ratings.before),
        "low": [
            {"ticket": one.ticket, "title": one.subject, "score": one.score, "words": one.words[:_LONGEST_WORDS]}
            for one in ratings.low[:MOST_LOW]
        ],
        "low_more": max(0, len(ratings.low) - MOST_LOW),
    }


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _loads(figures: Figures) -> list[dict[str, object]]:
    zone = figures.period.zone
    return [
        {
            "agent": one.agent[:60],
            "open": one.open,
            "ours": one.ours,
            "theirs": one.theirs,
            "on_hold": one.on_hold,
            "late": one.late,
            "oldest": one.oldest_at.astimezone(zone).date(),
        }
        for one in figures.loads[:MOST_LOADS]
    ]


def _availability(one: Availability) -> dict[str, object]:
    # Down at all is not 100 %, however short it was.
    share = min(one.share, 0.9999) if one.down else one.share
    return {
        "service": one.service,
        "outages": one.outages,
        "down": minutes(one.down),
        "percent": f"{int(share * 10_000) / 100:.2f}",
        "still_down": one.still_down,
    }


def _books(figures: Figures) -> dict[str, object]:
    books, zone = figures.books, figures.period.zone
    return {
        "received": books.received,
        "fates": sorted(books.dispositions.items(), key=lambda one: (-one[1], one[0])),
        "held": books.held,
        "sent": books.sent,
        "bounced": books.bounced,
        "refused": books.refused,
        "uncertain": books.uncertain,
        "last": books.last_received_at.astimezone(zone) if books.last_received_at else None,
    }


def _hours(week: WorkWeek) -> list[dict[str, object]]:
    """Days with the same hours together, named by a date of that day: [{first, last, times: ["08:00-16:00"]}]; days
    off are left out."""
    found: list[dict[str, object]] = []
    for times, days in groupby(enumerate(week.days), key=lambda one: tuple(map(_span, one[1]))):
        numbers = [number for number, _ in days]
        if times:
            found.append({"first": _day(numbers[0]), "last": _day(numbers[-1]), "times": list(times)})
    return found


def _day(weekday: int) -> date:
    return _MONDAY + timedelta(days=weekday)


def _span(span: Any) -> str:
    return f"{span.start // 60:02d}:{span.start % 60:02d}-{span.end // 60:02d}:{span.end % 60:02d}"

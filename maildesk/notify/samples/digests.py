"""Sample digests: a week with everything in it, a day, a quiet week, many days, a month on demand."""

from datetime import date, datetime, timedelta
from typing import Any

from maildesk.notify.samples.people import ANNA, OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, Misread, Sample
from maildesk.vocabulary import ManagerVerb, Metric, Priority, ReportKind, Span, Status, Verdict
from maildesk.vocabulary import NoticeKind as K

_MADE = datetime(2024, 3, 11, 7, 30, tzinfo=OSLO)
_NEXT = datetime(2024, 3, 12, 7, 30, tzinfo=OSLO)
_WEEK = {"span": Span.WEEK, "first": date(2024, 3, 4), "last": date(2024, 3, 10), "days": 7}
_DAY = {"span": Span.DAY, "first": date(2024, 3, 10), "last": date(2024, 3, 10), "days": 1}
_MONTH = {"span": Span.MONTH, "first": date(2024, 2, 1), "last": date(2024, 2, 29), "days": 29}
_SOME = {"span": Span.DAYS, "first": date(2024, 2, 26), "last": date(2024, 3, 10), "days": 14}
_NEW = (12, 9, 14, 8, 11, 2, 0, 15, 10, 12, 9, 16, 1, 3)
_ENDED = (10, 11, 9, 12, 9, 0, 0, 11, 14, 10, 12, 12, 0, 2)


def digests(local: Local) -> list[Sample]:
    """In all the forms that differ."""
    week = _week(local)
    quiet = {**week, **_NOTHING, "verdict": Verdict.QUIET}
    few = {
        **week,
        "total": {"n": 4, "met": 3, "percent": None, "change": None},
        "picture": "",
        "verdict": Verdict.WATCH,
    }
    small = {**few, "period": _DAY, "late": week["late"][:1], "late_n": 1, "at_risk": [], "at_risk_n": 0, "loads": []}
    ahead = {**few, "period": _SOME, "late": [], "late_n": 0, "total": _NOTHING["total"], "books": _EMPTY_BOOKS}
    month = {
        **week,
        "period": _MONTH,
        "no_workbook": True,
        "verdict": Verdict.GOOD,
        "late": [],
        "late_n": 0,
        "at_risk": [],
    }
    named = {"digest": week, "digest-few": few, "digest-daily": small, "digest-ahead": ahead, "digest-quiet": quiet}
    forms = {**named, "digest-month": {**month, "at_risk_n": 0}}
    return [
        *(Sample(name, K.DIGEST, "", {**facts, **FROM_DESK}, ticket=False) for name, facts in forms.items()),
        *_answers(local, week),
    ]


def _answers(local: Local, week: dict[str, Any]) -> list[Sample]:
    """To a manager's words; and what an agent hears of them."""
    said = {
        "done": (),
        "misread": (),
        "below": (),
        "noted": False,
        "listed": False,
        "late": [],
        "late_n": 0,
        **FROM_DESK,
    }
    deeds = tuple(
        {"verb": verb, "ticket": 1042, "title": local.title, "agent": ANNA.name, "priority": Priority.URGENT}
        for verb in (ManagerVerb.REMIND, ManagerVerb.TAKE, ManagerVerb.PRIO, ManagerVerb.REASSIGN)
    )
    wrong = (
        Misread("remind the others", "it needs the number of a ticket", "remind 1042"),
        Misread("reassign 1042 ane", "no agent is called ane", "anna, bob"),
        Misread("take 9999", "there is no such ticket"),
    )
    listed = {**said, "listed": True, "late": week["late"], "late_n": 39}
    forms = {
        "managed": {**said, "done": deeds},
        "managed-misread": {**said, "misread": wrong},
        "managed-below": {**said, "done": deeds[:1], "below": ("prio 1041 high", "take 1040"), "noted": True},
        "managed-list": listed,
        "managed-list-empty": {**listed, "late": [], "late_n": 0},
    }
    return [
        *(Sample(name, K.MANAGED, "", facts, ticket=False) for name, facts in forms.items()),
        *(
            Sample(f"not_made-{kind}", K.NOT_MADE, "", {**_days(kind), "wanted": kind, **FROM_DESK}, ticket=False)
            for kind in ReportKind
        ),
    ]


def _days(kind: ReportKind) -> dict[str, object]:
    days = {ReportKind.WEEKLY: _WEEK, ReportKind.REPORT: _MONTH}.get(kind, _DAY)
    return {"first": days["first"], "last": days["last"]}


def _week(local: Local) -> dict[str, Any]:
    days = [
        {"day": date(2024, 2, 26) + timedelta(days=at), "new": new, "ended": ended, "open": 40 + at - (at % 5) * 2}
        for at, (new, ended) in enumerate(zip(_NEW, _ENDED, strict=True))
    ]
    return {
        "period": _WEEK,
        "made_at": _MADE,
        "horizon": _NEXT,
        "verdict": Verdict.BAD,
        "target": 90,
        "total": {"n": 117, "met": 103, "percent": 88, "change": -4},
        "late": [_due(local, Metric.RESOLUTION, 1625, ANNA.name), _due(local, Metric.FIRST_RESPONSE, 47, "")],
        "late_n": 39,
        "at_risk": [
            _due(local, Metric.RESOLUTION, 0, ANNA.name),
            _due(local, Metric.NEXT_RESPONSE, 0, ""),
            {**_due(local, Metric.NEXT_RESPONSE, 0, ANNA.name), "priority": Priority.URGENT, "status": Status.ON_HOLD},
        ],
        "at_risk_n": 5,
        "compliance": [
            {"metric": metric, "priority": priority, "n": n, "met": met, "percent": percent, "change": change}
            for metric, priority, n, met, percent, change in (
                (Metric.FIRST_RESPONSE, Priority.URGENT, 4, 3, None, None),
                (Metric.FIRST_RESPONSE, Priority.NORMAL, 41, 39, 95, 2),
                (Metric.NEXT_RESPONSE, Priority.NORMAL, 30, 27, 90, 0),
                (Metric.RESOLUTION, Priority.NORMAL, 42, 34, 81, -11),
            )
        ],
        "responses": {"n": 48, "median": 52, "p90": 205, "before_median": 61, "before_p90": 240},
        "solutions": {"n": 44, "median": 600, "p90": 1985, "before_median": None, "before_p90": None},
        "backlog": {"start": 41, "new": 66, "reopened": 2, "ended": 61, "end": 48, "days": [_bar(day) for day in days]},
        "picture": "chart-1@maildesk.invalid",
        "ratings": {
            "n": 12,
            "asked": 31,
            "answered": 12,
            "percent": 39,
            "mean": "4.2",
            "before": "4.5",
            "low": [
                {"ticket": 1038, "title": local.title, "score": 2, "words": local.words},
                {"ticket": 1031, "title": local.title, "score": 1, "words": ""},
            ],
            "low_more": 1,
        },
        "promised": {"n": 48, "met": 45, "percent": 94, "change": None},
        "loads": [
            {**_LOAD, "agent": ANNA.name},
            {**_LOAD, "agent": "", "open": 2, "ours": 2, "theirs": 0, "on_hold": 0},
        ],
        "loads_more": 1,
        "availability": [
            {"service": "vpn", "outages": 2, "down": 135, "percent": "98.66", "still_down": False},
            {"service": "print", "outages": 1, "down": 20, "percent": "99.80", "still_down": True},
        ],
        "causes": [{"cause": "certificate", "n": 7}],
        "candidates": [{"what": "vpn · login", "tickets": [1011, 1017, 1021], "n": 3}],
        "coming_n": 9,
        "coming": [
            {"ticket": 1044, "title": local.title, "at": _NEXT, "planned": True},
            {"ticket": 1045, "title": local.title, "at": _NEXT, "planned": False},
        ],
        "books": {
            "received": 171,
            "fates": [("reply", 80), ("new", 66), ("auto", 20), ("held", 5)],
            "held": 5,
            "sent": 240,
            "bounced": 2,
            "refused": 1,
            "uncertain": 0,
            "last": _MADE,
        },
        "hours": [
            {"first": date(2024, 1, 1), "last": date(2024, 1, 4), "times": ["08:00-16:00"]},
            {"first": date(2024, 1, 5), "last": date(2024, 1, 5), "times": ["08:00-14:00"]},
        ],
        "zone": "Europe/Oslo",
        "days_zone": "Asia/Seoul",
        "country": "NO",
        "file": "tickets-2024-03-04.csv",
        "file_rows": 112,
        "no_workbook": False,
    }


def _due(local: Local, metric: Metric, late: int, agent: str) -> dict[str, Any]:
    return {
        "ticket": 1042,
        "title": local.title,
        "requester": local.name,
        "priority": Priority.NORMAL,
        "status": Status.OPEN if agent else Status.NEW,
        "metric": metric,
        "at": datetime(2024, 3, 11, 11, 0, tzinfo=OSLO),
        "late": late,
        "age": 1 if agent else 4,
        "agent": agent,
    }


def _bar(day: dict[str, Any]) -> dict[str, Any]:
    return {**day, "new_px": 3 * day["new"], "ended_px": 3 * day["ended"]}


_LOAD = {"open": 9, "ours": 4, "theirs": 3, "on_hold": 2, "late": 1, "oldest": date(2024, 2, 12)}
_EMPTY_BOOKS = {
    "received": 0,
    "fates": [],
    "held": 0,
    "sent": 0,
    "bounced": 0,
    "refused": 0,
    "uncertain": 0,
    "last": None,
}
_NOTHING: dict[str, Any] = {
    "total": {"n": 0, "met": 0, "percent": None, "change": None},
    "late": [],
    "late_n": 0,
    "at_risk": [],
    "at_risk_n": 0,
    "compliance": [],
    "responses": {"n": 0, "median": None, "p90": None, "before_median": None, "before_p90": None},
    "solutions": {"n": 0, "median": None, "p90": None, "before_median": None, "before_p90": None},
    "ratings": {"n": 0, "asked": 0, "answered": 0, "percent": None, "mean": "", "before": "", "low": [], "low_more": 0},
    "promised": {"n": 0, "met": 0, "percent": None, "change": None},
    "loads": [],
    "loads_more": 0,
    "availability": [],
    "causes": [],
    "candidates": [],
    "coming": [],
    "coming_n": 0,
    "picture": "",
    "file": "",
    "file_rows": 0,
    "books": _EMPTY_BOOKS,
}

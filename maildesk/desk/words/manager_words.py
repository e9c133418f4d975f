"""What a manager asks for in the leading lines of a mail: a report, a list, or something to be done about a ticket.

Plain words, because a digest is answered by people who write no commands; in three languages. Pure. What is not
understood is said, and then nothing of the mail is done.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.desk.figures.period import DAY, Period, months_before
from maildesk.vocabulary import ManagerVerb as Verb
from maildesk.vocabulary import Priority, Span

#: They change something, and name a ticket.
DEEDS: Final = frozenset({Verb.REMIND, Verb.TAKE, Verb.PRIO, Verb.REASSIGN})


@dataclass(frozen=True, slots=True)
class Wish:
    verb: Verb
    #: 0 where it names none.
    ticket: int
    argument: str
    line: str
    #: A report with a workbook in place of the CSV file.
    workbook: bool = False


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that begins like a wish and is none."""

    line: str
    problem: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A mail taken apart: what is wished for, what was not understood, and the rest of the text."""

    wishes: tuple[Wish, ...] = ()
    misread: tuple[Misread, ...] = ()
    rest: str = ""
    #: Lines of the rest that name something to be done, too far down to be obeyed.
    below: tuple[str, ...] = ()


def _words(table: Mapping[object, str]) -> dict[str, object]:
    return {word: meaning for meaning, words in table.items() for word in words.split(", ")}


_VERBS: Final = _words(
    {
        Verb.REPORT: "report, rapport, 보고서, 보고",
        Verb.LIST: "list, vis, liste, 목록",
        Verb.REMIND: "remind, minn, påminn, 알림",
        Verb.TAKE: "take, ta, 담당",
        Verb.PRIO: "prio, priority, prioritet, 우선순위",
        Verb.REASSIGN: "reassign, assign, tildel, flytt, 배정, 재배정",
    }
)
_BREACHED: Final = frozenset("breached, late, overdue, brudd, forsinket, forsinkede, 초과, 위반".split(", "))
#: Behind the period: the tickets as a workbook.
_WORKBOOK: Final = frozenset("xlsx, excel, regneark, 엑셀".split(", "))
_PRIORITIES: Final = _words(
    {
        Priority.URGENT: "urgent, hastende, haster, 긴급",
        Priority.HIGH: "high, høy, 높음",
        Priority.NORMAL: "normal, 보통",
        Priority.LOW: "low, lav, 낮음",
    }
)
#: (span, how many of them back; 0 is the one that runs).
_PERIODS: Final[Mapping[str, tuple[Span, int]]] = {
    word: period
    for words, period in (
        ("today, i dag, 오늘", (Span.DAY, 0)),
        ("yesterday, day, last day, i går, dag, 어제, 일간", (Span.DAY, 1)),
        ("this week, denne uken, 이번 주, 이번주", (Span.WEEK, 0)),
        ("week, last week, uke, forrige uke, 주간, 지난주, 지난 주", (Span.WEEK, 1)),
        ("this month, denne måneden, 이번 달, 이번달", (Span.MONTH, 0)),
        ("month, last month, måned, forrige måned, 월간, 지난달, 지난 달", (Span.MONTH, 1)),
        ("this quarter, dette kvartalet, 이번 분기", (Span.QUARTER, 0)),
        ("quarter, last quarter, kvartal, forrige kvartal, 분기, 지난 분기", (Span.QUARTER, 1)),
        ("this year, i år, 올해", (Span.YEAR, 0)),
        ("year, last year, i fjor, 작년", (Span.YEAR, 1)),
    )
    for word in words.split(", ")
}
#: Each may be a letter, or a report over all tickets.
MOST_WISHES: Final = 20
_LINE: Final = re.compile(r"[#/＃]?(\S+)\s*(.*)")
_TICKET: Final = re.compile(r"\[?[#＃]?([0-9]{1,9})(?![0-9])\]?[.,:;]?\s*(.*)", re.ASCII)
_MONTH: Final = re.compile(r"(20[0-9]{2})-([0-9]{2})", re.ASCII)
_ISO_WEEK: Final = re.compile(r"(20[0-9]{2})-?w([0-9]{1,2})", re.ASCII)
_YEAR: Final = re.compile(r"(20[0-9]{2})", re.ASCII)
_MONTHS: Final = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


def read_wishes(text: str) -> Wishes:
    """Takes the leading lines off that begin with one of our words; blank lines between them are allowed."""
    wishes: list[Wish] = []
    misread: list[Misread] = []
    lines = unicodedata.normalize("NFC", text).split("\n")
    at = 0
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        found = _read(line.strip())
        if found is None:
            rest = lines[at:]
            return Wishes(tuple(wishes), tuple(misread), "\n".join(rest).strip(), _deeds_among(rest))
        if len(wishes) + len(misread) >= MOST_WISHES:
            misread.append(Misread(line.strip()[:80], "too many at once"))
            return Wishes(tuple(wishes), tuple(misread))
        if isinstance(found, Wish):
            wishes += [found] if found not in wishes else []
        else:
            misread.append(found)
    return Wishes(tuple(wishes), tuple(misread))


def _deeds_among(lines: list[str]) -> tuple[str, ...]:
    found = (line.strip() for line in lines if isinstance(wish := _read(line.strip()), Wish) and wish.verb in DEEDS)
    return tuple(dict.fromkeys(found))[:MOST_WISHES]


def priority_named(word: str) -> Priority | None:
    found = _PRIORITIES.get(word.strip(" .!").casefold())
    return found if isinstance(found, Priority) else None


def period_named(words: str, today: date, zone: ZoneInfo) -> Period | None:
    """ "last month", "week", "2026-03", "2026-W10", "2026", in three languages; None for anything else."""
    said = " ".join(words.strip(" .!").casefold().split()) or "week"
    if said in _PERIODS:
        return _relative(*_PERIODS[said], today, zone)
    if (found := _MONTH.fullmatch(said)) and 1 <= int(found[2]) <= 12 and int(found[1]) >= 1:
        return _months(Span.MONTH, date(int(found[1]), int(found[2]), 1), zone)
    if (found := _YEAR.fullmatch(said)) is not None:
        return _months(Span.YEAR, date(int(found[1]), 1, 1), zone)
    if (found := _ISO_WEEK.fullmatch(said)) is not None:
        return _week(int(found[1]), int(found[2]), zone)
    return None


def _week(year: int, week: int, zone: ZoneInfo) -> Period | None:
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(Span.WEEK, first, first + timedelta(days=7), zone)


def _relative(span: Span, back: int, today: date, zone: ZoneInfo) -> Period:
    if span is Span.DAY:
        first = today - back * DAY
        return Period(span, first, first + DAY, zone)
    if span is Span.WEEK:
        first = today - timedelta(days=today.weekday() + 7 * back)
        return Period(span, first, first + timedelta(days=7), zone)
    months = _MONTHS[span]
    return _months(span, months_before(today, (today.month - 1) % months + months * back), zone)


def _months(span: Span, first: date, zone: ZoneInfo) -> Period:
    return Period(span, first, months_before(first, -_MONTHS[span]), zone)


def _read(line: str) -> Wish | Misread | None:
    """A wish, a line that only begins like one, or None for any other text."""
    found = _LINE.fullmatch(line)
    verb = _VERBS.get(found[1].casefold().rstrip(".,:;!")) if found else None
    if found is None or not isinstance(verb, Verb):
        return None
    argument = found[2].strip()
    if verb in DEEDS:
        return _deed(verb, argument, line)
    if verb is Verb.LIST and argument.casefold().strip(" .!") not in _BREACHED:
        return Misread(line, "there is no such list", "list breached")
    return _report(argument, line) if verb is Verb.REPORT else Wish(verb, 0, argument, line)


def _report(argument: str, line: str) -> Wish | Misread:
    before, _, last = argument.strip(" .!").rpartition(" ")
    workbook = last.casefold() in _WORKBOOK
    period = before if workbook else argument
    if period_named(period, date(2000, 1, 1), ZoneInfo("UTC")) is None:
        return Misread(line, "there is no such period", "report last month")
    return Wish(Verb.REPORT, 0, period, line, workbook)


def _deed(verb: Verb, argument: str, line: str) -> Wish | Misread:
    found = _TICKET.fullmatch(argument)
    if found is None:
        return Misread(line, "it needs the number of a ticket", f"{verb} 1042")
    rest = found[2].strip()
    if verb is Verb.PRIO and priority_named(rest) is None:
        return Misread(line, "there is no such priority", f"prio {found[1]} high")
    if verb is Verb.REASSIGN and not rest:
        return Misread(line, "it needs the name of a colleague", f"reassign {found[1]} anna")
    if verb in (Verb.REMIND, Verb.TAKE) and rest:
        return Misread(line, "nothing may stand behind the number", f"{verb} {found[1]}")
    return Wish(verb, int(found[1]), rest, line)

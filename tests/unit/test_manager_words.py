"""What a manager's words mean, in three languages: one row for each rule."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.words.manager_words import Misread, Wish, period_named, priority_named, read_wishes
from maildesk.vocabulary import ManagerVerb as V
from maildesk.vocabulary import Priority, Span

UTC = ZoneInfo("UTC")
#: A Wednesday.
TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("remind 1042", [(V.REMIND, 1042, "")]),
        ("Remind #1042.", [(V.REMIND, 1042, "")]),
        ("#remind 1042", [(V.REMIND, 1042, "")]),
        ("minn 1042", [(V.REMIND, 1042, "")]),
        ("알림 1042", [(V.REMIND, 1042, "")]),
        ("take 1042\nprio 1042 urgent", [(V.TAKE, 1042, ""), (V.PRIO, 1042, "urgent")]),
        ("prioritet 1042 hastende", [(V.PRIO, 1042, "hastende")]),
        ("우선순위 1042 긴급", [(V.PRIO, 1042, "긴급")]),
        ("reassign 1042 anna", [(V.REASSIGN, 1042, "anna")]),
        ("tildel 1042 Anna Berg", [(V.REASSIGN, 1042, "Anna Berg")]),
        ("배정 1042 anna", [(V.REASSIGN, 1042, "anna")]),
        ("report last month", [(V.REPORT, 0, "last month")]),
        ("Rapport forrige måned", [(V.REPORT, 0, "forrige måned")]),
        ("보고서 지난달", [(V.REPORT, 0, "지난달")]),
        ("report", [(V.REPORT, 0, "")]),
        ("list breached", [(V.LIST, 0, "breached")]),
        ("vis forsinket", [(V.LIST, 0, "forsinket")]),
        ("목록 초과", [(V.LIST, 0, "초과")]),
        ("\n\n  report week  \n", [(V.REPORT, 0, "week")]),
        ("How is it going?", []),
        ("", []),
    ],
)
def test_what_is_wished_for(text: str, wishes: list[tuple[V, int, str]]) -> None:
    found = read_wishes(text)
    assert [(one.verb, one.ticket, one.argument) for one in found.wishes] == wishes and not found.misread


def test_pieces_of_letters_are_put_together() -> None:
    """Mac clients write Hangul and ø in pieces."""
    import unicodedata

    found = read_wishes(unicodedata.normalize("NFD", "보고서 지난달\nprio 7 høy"))
    assert [one.verb for one in found.wishes] == [V.REPORT, V.PRIO]


def test_the_rest_is_kept() -> None:
    found = read_wishes("remind 7\n\nThe customer called twice.\nremind 8")
    assert [one.ticket for one in found.wishes] == [7] and found.rest == "The customer called twice.\nremind 8"


@pytest.mark.parametrize(
    ("line", "problem", "suggestion"),
    [
        ("remind them", "it needs the number of a ticket", "remind 1042"),
        ("remind 7 now", "nothing may stand behind the number", "remind 7"),
        ("prio 7 purple", "there is no such priority", "prio 7 high"),
        ("reassign 7", "it needs the name of a colleague", "reassign 7 anna"),
        ("list open", "there is no such list", "list breached"),
        ("report the bug", "there is no such period", "report last month"),
        ("take 12345678901", "it needs the number of a ticket", "take 1042"),
    ],
)
def test_what_is_wrong(line: str, problem: str, suggestion: str) -> None:
    found = read_wishes(line)
    assert found.misread == (Misread(line, problem, suggestion),) and not found.wishes


@pytest.mark.parametrize(
    ("words", "span", "first", "until"),
    [
        ("", Span.WEEK, date(2026, 3, 9), date(2026, 3, 16)),
        ("last week", Span.WEEK, date(2026, 3, 9), date(2026, 3, 16)),
        ("Week.", Span.WEEK, date(2026, 3, 9), date(2026, 3, 16)),
        ("denne uken", Span.WEEK, date(2026, 3, 16), date(2026, 3, 23)),
        ("지난주", Span.WEEK, date(2026, 3, 9), date(2026, 3, 16)),
        ("today", Span.DAY, date(2026, 3, 18), date(2026, 3, 19)),
        ("i går", Span.DAY, date(2026, 3, 17), date(2026, 3, 18)),
        ("last month", Span.MONTH, date(2026, 2, 1), date(2026, 3, 1)),
        ("this month", Span.MONTH, date(2026, 3, 1), date(2026, 4, 1)),
        ("지난 달", Span.MONTH, date(2026, 2, 1), date(2026, 3, 1)),
        ("forrige kvartal", Span.QUARTER, date(2025, 10, 1), date(2026, 1, 1)),
        ("this quarter", Span.QUARTER, date(2026, 1, 1), date(2026, 4, 1)),
        ("last year", Span.YEAR, date(2025, 1, 1), date(2026, 1, 1)),
        ("2026-02", Span.MONTH, date(2026, 2, 1), date(2026, 3, 1)),
        ("2025-12", Span.MONTH, date(2025, 12, 1), date(2026, 1, 1)),
        ("2026-W01", Span.WEEK, date(2025, 12, 29), date(2026, 1, 5)),
        ("2025", Span.YEAR, date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_the_days_that_are_meant(words: str, span: Span, first: date, until: date) -> None:
    found = period_named(words, TODAY, UTC)
    assert found is not None and (found.span, found.first, found.until) == (span, first, until)


@pytest.mark.parametrize("words", ["2026-13", "2026-W60", "0000-01", "next month", "the bug", "1999-99-99"])
def test_days_that_nobody_knows(words: str) -> None:
    assert period_named(words, TODAY, UTC) is None


def test_priorities_have_names_in_three_languages() -> None:
    assert [priority_named(word) for word in ("Urgent", "høy", "보통", "lav!", "report", "")] == [
        Priority.URGENT,
        Priority.HIGH,
        Priority.NORMAL,
        Priority.LOW,
        None,
        None,
    ]


def test_a_wish_knows_its_line() -> None:
    assert read_wishes("take  7").wishes == (Wish(V.TAKE, 7, "", "take  7"),)

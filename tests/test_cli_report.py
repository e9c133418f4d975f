"""digest and report on the command line: what they say, what they write, what they refuse."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from maildesk.clock import SystemClock
from maildesk.desk.digests.report_rows import want
from maildesk.desk.digests.workbook import workbook
from maildesk.desk.figures.period import Period
from maildesk.model import Person
from maildesk.store import Store
from maildesk.vocabulary import ReportKind, Span
from tests.shell import DESK, Operator, mail_about

MANAGED = f"""{DESK}
[[agent]]
email = "lisa@acme.example"
name = "Lisa"
manager = true
"""


def test_every_manager_gets_it_at_once(operator: Operator) -> None:
    operator.write("maildesk.toml", MANAGED)
    operator.gets(mail_about(1))
    said = operator.does("digest", "--now")
    assert (said.code, said.out.partition(":")[0]) == (0, "lisa@acme.example") and "0 new" in said.out
    assert operator.does("digest", "--now", "--period", "week", "--to", "boss@acme.example").code == 0
    letters = operator.does("outbox", "list", "--json").documents
    assert [one["to"] for one in letters if one["kind"] == "digest"] == ["lisa@acme.example", "boss@acme.example"]


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        (["digest"], 2, "say --now"),
        (["digest", "--now"], 1, "manager = true"),
        (["digest", "--now", "--to", "nobody"], 2, "no letter can go to 'nobody'"),
        (["report", "next", "month"], 2, "say last week"),
    ],
)
def test_what_cannot_be_done_has_a_remedy(operator: Operator, arguments: list[str], code: int, remedy: str) -> None:
    said = operator.does(*arguments)
    assert said.code == code and remedy in said.err and not said.out


def test_reports_are_listed_dropped_and_tried_again(operator: Operator) -> None:
    """As the two other queues are."""
    operator.write("maildesk.toml", MANAGED)
    operator.gets()
    is_wanted(operator, "lisa@acme.example")
    (row,) = operator.does("reports", "list", "--state", "waiting", "--json").documents
    number = row["id"]
    assert (row["to"], row["kind"], row["state"]) == ("lisa@acme.example", "report", "waiting")
    assert row["first"] < row["last"] and row["next_at"] and row["reason"] == ""
    assert operator.does("reports", "drop", str(number)).code == 0
    assert operator.does("run", "--once").code == 0 and digests(operator) == []
    (row,) = operator.does("reports", "list", "--state", "dropped", "--json").documents
    assert row["reason"] == "by the operator" and row["next_at"] is None
    said = operator.does("reports", "drop", str(number), "77")
    assert said.code == 1 and said.err.count("is neither waiting nor failed, or is not there") == 2
    assert operator.does("reports", "retry", str(number)).code == 0
    assert operator.does("run", "--once").code == 0 and digests(operator) == ["lisa@acme.example"]
    said = operator.does("reports", "retry", str(number))
    assert said.code == 1 and f"{number} is sent, or a later one tells it" in said.err
    assert "sent" in operator.does("reports", "list").out and operator.does("reports", "list", "--state", "x").code == 2


def is_wanted(operator: Operator, manager: str) -> None:
    """What his mail `report` leaves behind, before anybody has made it."""
    store, now = Store("sqlite", operator.folder / "var"), SystemClock().now()
    with store.begin() as session:
        person = session.scalars(select(Person.id).where(Person.address == manager)).one()
        period = Period(Span.MONTH, date(2026, 3, 1), date(2026, 4, 1), ZoneInfo("UTC"))
        assert want(session, "report:1:0", ReportKind.REPORT, person, period, now)
    store.close()


def digests(operator: Operator) -> list[str]:
    return [one["to"] for one in operator.does("outbox", "list", "--json").documents if one["kind"] == "digest"]


def test_the_figures_for_programs(operator: Operator) -> None:
    operator.gets(mail_about(1))
    (report,) = operator.does("report", "today", "--json").documents
    assert report["period"]["span"] == "day" and report["backlog"]["new"] == 1
    assert report["books"]["received"] == 1 and report["books"]["dispositions"] == {"new": 1}
    assert [load["open"] for load in report["loads"]] == [1]
    (same,) = operator.does("digest", "--json").documents
    assert same.keys() == report.keys()
    assert "backlog.new" in operator.does("report", "today").out


def test_files_for_spreadsheets(operator: Operator) -> None:
    operator.gets(mail_about(1, "=HYPERLINK(1)"))
    path, book = operator.folder / "a.csv", operator.folder / "a.xlsx"
    assert operator.does("report", "today", "--csv", path, "--xlsx", book).code == 0
    assert "1,'=HYPERLINK(1),Kari Nordmann," in path.read_text("utf-8-sig")
    with ZipFile(book) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        words = parts.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 2 and "=HYPERLINK(1)" in words and not any("<f>" in sheet for sheet in sheets)


def test_a_workbook_without_rows() -> None:
    data = workbook([("Empty", ("a", "b"), [])])
    with ZipFile(BytesIO(data)) as parts:
        assert "xl/workbook.xml" in parts.namelist()

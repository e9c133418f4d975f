"""digest and report on the command line: what they say, what they write, what they refuse."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from maildesk.desk.digests.workbook import workbook
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

"""What stands behind a report, as files: the tickets as CSV, or tickets and figures as a workbook."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from maildesk.desk.digests import sheet
from maildesk.desk.digests.workbook import can_write_workbooks, workbook
from maildesk.desk.figures.reckon import Figures
from maildesk.desk.figures.rows import Rows
from maildesk.notify.compose import Enclosure

#: Rows of the file in a letter; the command writes all of them.
MOST_ROWS: Final = 5000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Account:
    """Figures, and the rows they were made of."""

    figures: Figures
    rows: Rows
    tickets: list[sheet.Row]


def file_of(account: Account, language: str, *, workbook: bool) -> Sequence[Enclosure]:
    """The file beside a letter: CSV, or a workbook where one is wished for and can be written."""
    name = f"tickets-{account.figures.period.first}"
    if workbook and can_write_workbooks():
        return (Enclosure(f"{name}.xlsx", _XLSX, workbook_of(account, language, MOST_ROWS)),)
    if not account.tickets:
        return ()
    data = sheet.csv(sheet.HEADS[language], account.tickets[:MOST_ROWS], language)
    return (Enclosure(f"{name}.csv", "text/csv", data),)


def workbook_of(account: Account, language: str, most: int | None = None) -> bytes:
    """Figures and tickets, all of them or so many. Raises Refused where this installation cannot write workbooks."""
    figures = [(str(one["figure"]), "" if one["value"] is None else str(one["value"])) for one in figure_rows(account)]
    tickets = ("Tickets", sheet.HEADS[language], account.tickets[:most])
    return workbook([("Figures", ("figure", "value"), figures), tickets])


def figures_of(account: Account) -> dict[str, Any]:
    """Everything a digest says, for programs: durations in minutes of working time, moments in ISO 8601."""
    figures = asdict(account.figures)
    period = account.figures.period
    figures["period"] = {"span": period.span, "first": period.first, "last": period.last, "zone": str(period.zone)}
    plain: dict[str, Any] = _plain(figures)
    return plain


def figure_rows(account: Account) -> list[dict[str, Any]]:
    """The figures as lines of name and value, for people."""
    return [{"figure": name, "value": value} for name, value in _flat("", figures_of(account))]


def _flat(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [line for key, one in value.items() for line in _flat(f"{name}.{key}" if name else key, one)]
    if isinstance(value, list):
        return [line for at, one in enumerate(value, 1) for line in _flat(f"{name}.{at}", one)]
    return [(name, value)]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, timedelta):
        return round(value / timedelta(minutes=1), 1)
    return value

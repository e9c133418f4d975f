"""The same table as a workbook, where XlsxWriter is installed (maildesk[xlsx]). Every cell is text or a number.

XlsxWriter writes a file and reads none; it is pure Python and well kept.
"""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from io import BytesIO

from maildesk.errors import Refused


def can_write_workbooks() -> bool:
    """Is the library there?"""
    return find_spec("xlsxwriter") is not None


def workbook(sheets: Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> bytes:
    """Sheets of (name, head, rows); a number stays one, all else is text, which no spreadsheet executes.

    Raises Refused where this installation cannot write workbooks.
    """
    try:
        from xlsxwriter import Workbook
    except ModuleNotFoundError as error:
        raise Refused("this installation writes no workbooks; install maildesk[xlsx], or ask for CSV") from error
    data = BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, head, rows in sheets:
            page = book.add_worksheet(name)
            page.freeze_panes(1, 1)
            for column, words in enumerate(head):
                page.write_string(0, column, words, bold)
            for line, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    if cell.isascii() and cell.isdigit() and len(cell) < 16:
                        page.write_number(line, column, int(cell))
                    else:
                        page.write_string(line, column, cell)
            page.autofit()
    return data.getvalue()

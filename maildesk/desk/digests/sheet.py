"""The tickets of a report as a table: CSV that every spreadsheet opens as it is meant, and that none can execute.

A cell that would be a formula is preceded by an apostrophe: subjects are the words of strangers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from maildesk.desk.figures.kept import late_by
from maildesk.desk.figures.period import Period
from maildesk.desk.figures.reckon import Worked
from maildesk.desk.figures.rows import ENDED, PromiseRow, Rows, TicketRow

#: Begin a formula in one spreadsheet or another (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Excel takes the comma for the decimal point where people write it so.
_SEMICOLON: Final = frozenset({"nb"})
#: Excel reads UTF-8 only where this stands first.
_MARK: Final = "\ufeff"

Row = tuple[str, ...]

HEADS: Final[dict[str, Row]] = {
    "en": (
        *("ticket", "subject", "requester", "priority", "type", "status", "queue", "service", "agent"),
        *("opened", "first response", "ended", "promised", "late by (working minutes)"),
    ),
    "nb": (
        *("sak", "emne", "innmelder", "prioritet", "type", "status", "kø", "tjeneste", "kollega"),
        *("åpnet", "første svar", "avsluttet", "lovet", "forsinket (arbeidsminutter)"),
    ),
    "ko": (
        *("티켓", "제목", "요청자", "우선순위", "유형", "상태", "대기열", "서비스", "담당자"),
        *("접수", "첫 답변", "완료", "약속 기한", "초과 (근무 시간, 분)"),
    ),
}


def ticket_rows(rows: Rows, period: Period, now: datetime, worked: Worked) -> list[Row]:
    """Every ticket that was opened or ended in the period, or is open; the lowest number first. Times are those of the
    period's zone, to the minute; how late it is counts the promise that is overdue longest."""
    late: dict[int, PromiseRow] = {}
    for promise in sorted(rows.promises, key=lambda one: one.due_at, reverse=True):
        if late_by(promise, now) is not None:
            late[promise.ticket] = promise
    return [
        _row(ticket, rows, period.zone, late.get(number), now, worked)
        for number, ticket in sorted(rows.tickets.items())
        if ticket.status not in ENDED
        or period.contains(ticket.opened_at)
        or (ticket.resolved_at is not None and period.contains(ticket.resolved_at))
    ]


def csv(head: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> bytes:
    """RFC 4180 in UTF-8 with its mark, the lines ended by CRLF."""
    mark = ";" if language in _SEMICOLON else ","
    lines = (mark.join(map(_cell, row)) for row in (head, *rows))
    return (_MARK + "".join(line + "\r\n" for line in lines)).encode("utf-8", "replace")


def harmless(text: str) -> str:
    """The text of a cell so that no spreadsheet takes it for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _cell(text: str) -> str:
    safe = harmless(text)
    return '"' + safe.replace('"', '""') + '"' if any(odd in safe for odd in '",;\r\n\t') else safe


def _row(ticket: TicketRow, rows: Rows, zone: ZoneInfo, late: PromiseRow | None, now: datetime, worked: Worked) -> Row:
    return (
        str(ticket.number),
        " ".join(ticket.subject.split()),
        ticket.requester,
        ticket.priority,
        ticket.type,
        ticket.status,
        ticket.queue,
        ticket.service,
        rows.names.get(ticket.agent, "") if ticket.agent is not None else "",
        *(_when(moment, zone) for moment in (ticket.opened_at, ticket.first_response_at, ticket.resolved_at)),
        _when(late.due_at, zone) if late else "",
        str(worked(late.queue, late.due_at, now) // timedelta(minutes=1)) if late else "",
    )


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""

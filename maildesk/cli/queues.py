"""inbox, outbox, reports: the queues, for people who look after them."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.cli.ending import FAILED
from maildesk.cli.place import foundation_of, reading
from maildesk.cli.tables import show_rows, when
from maildesk.notify.why import in_words
from maildesk.reason import because
from maildesk.vocabulary import InboundState, OutboundState, ReportState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from maildesk.model import Inbound, Outbound, Report

inbox_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Received mail and what became of it.")
reports_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Digests and reports that managers get, and what became of them."
)
outbox_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Letters and whether they arrived.")

_Json = Annotated[bool, typer.Option("--json", help="One JSON document per line.")]
_Limit = Annotated[int, typer.Option(help="At most so many, the newest.", min=1, max=10**9)]
_Ids = Annotated[list[int], typer.Argument(help="The numbers that `list` shows.", min=1, max=2**63 - 1)]


@inbox_app.command("list")
def inbox_list(
    context: typer.Context,
    state: Annotated[InboundState | None, typer.Option(help="Only these.")] = None,
    limit: _Limit = 100_000,
    as_json: _Json = False,
) -> None:
    """What was received, oldest first: state, disposition and reason of each mail."""
    from sqlalchemy import select

    from maildesk.model import Inbound

    query = select(Inbound).order_by(Inbound.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Inbound.state == state)
    with reading(context) as session:
        rows = [received(row) for row in reversed(session.scalars(query).all())]
    show_rows(rows, ("id", "received_at", "from", "subject", "state", "disposition", "ticket", "reason"), as_json)


@inbox_app.command("retry")
def inbox_retry(context: typer.Context, ids: _Ids) -> None:
    """Processes held or dropped mail again, from the beginning."""
    from maildesk.ingest import inbox

    _each(context, ids, inbox.retry, "is neither held nor dropped")


@inbox_app.command("drop")
def inbox_drop(
    context: typer.Context,
    ids: _Ids,
    reason: Annotated[str, typer.Option(help="What `inbox list` says.", show_default="by the operator")] = "",
) -> None:
    """Puts held or waiting mail aside; the raw mail is kept, and `retry` brings it back."""
    from maildesk.ingest import inbox

    why = because("said", reason) if reason else because("dropped_by_operator")
    _each(context, ids, lambda session, number: inbox.drop(session, number, why), "is neither held nor waiting")


@outbox_app.command("list")
def outbox_list(
    context: typer.Context,
    state: Annotated[OutboundState | None, typer.Option(help="Only these.")] = None,
    limit: _Limit = 100_000,
    as_json: _Json = False,
) -> None:
    """All letters, oldest first, with their attempts and what the relay said."""
    from maildesk.notify import outbox

    with reading(context) as session:
        found = outbox.listed(session, [state] if state else [], limit)
        rows = [_letter(row) for row in reversed(found)]
    show_rows(rows, ("id", "to", "kind", "ticket", "state", "attempts", "next_at", "error"), as_json)


@outbox_app.command("retry")
def outbox_retry(context: typer.Context, ids: _Ids) -> None:
    """Sends a refused, uncertain, dropped or waiting letter at once."""
    from maildesk.notify import outbox

    _each(context, ids, outbox.retry, "is sent, on its way, or was taken back by the agent who wrote it")


@outbox_app.command("drop")
def outbox_drop(context: typer.Context, ids: _Ids) -> None:
    """Puts a letter aside; it is kept, and `retry` sends it."""
    from maildesk.notify import outbox

    _each(context, ids, outbox.drop, "is sent or on its way")


@reports_app.command("list")
def reports_list(
    context: typer.Context,
    state: Annotated[ReportState | None, typer.Option(help="Only these.")] = None,
    limit: _Limit = 100_000,
    as_json: _Json = False,
) -> None:
    """Digests that were due and reports that were asked for, oldest first; why one could not be made."""
    from maildesk.desk.digests import report_rows

    with reading(context) as session:
        found = report_rows.listed(session, [state] if state else [], limit)
        rows = [_report(row, address) for row, address in reversed(found)]
    show_rows(rows, ("id", "to", "kind", "first", "last", "state", "attempts", "next_at", "reason"), as_json)


@reports_app.command("retry")
def reports_retry(context: typer.Context, ids: _Ids) -> None:
    """Makes a failed, dropped or waiting digest or report at once."""
    from maildesk.desk.digests import report_rows

    _each(context, ids, report_rows.retry, "is sent, or a later one tells it")


@reports_app.command("drop")
def reports_drop(context: typer.Context, ids: _Ids) -> None:
    """Puts a digest or a report aside; `retry` makes it, and the next digest tells its days."""
    from maildesk.desk.digests import report_rows

    _each(context, ids, report_rows.drop, "is neither waiting nor failed")


def _each(context: typer.Context, ids: list[int], act: "Callable[[Session, int], bool]", otherwise: str) -> None:
    failed = False
    with foundation_of(context) as foundation:
        for number in ids:
            with foundation.store.begin() as session:
                done = act(session, number)
            if not done:
                failed = True
                print(f"maildesk: {number} {otherwise}, or is not there", file=sys.stderr)
    sys.exit(FAILED if failed else 0)


def received(row: "Inbound") -> dict[str, Any]:
    """A mail as `inbox list` shows it (the outer contract)."""
    return {
        "id": row.id,
        "received_at": when(row.received_at),
        "source": row.source,
        "recipient": row.recipient,
        "from": row.sender,
        "subject": row.subject,
        "message_id": row.message_id,
        "state": row.state,
        "disposition": row.disposition or None,
        "reason": in_words(row.reason, "en"),
        "ticket": row.ticket_id,
        "attempts": row.attempts,
    }


def _report(row: "Report", address: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "to": address,
        "kind": row.kind,
        "first": row.first.isoformat(),
        "last": (row.until - timedelta(days=1)).isoformat(),
        "wanted_at": when(row.wanted_at),
        "state": row.state,
        "attempts": row.attempts,
        "next_at": when(row.next_at) if row.state == ReportState.WAITING else None,
        "reason": in_words(row.reason, "en"),
    }


def _letter(row: "Outbound") -> dict[str, Any]:
    return {
        "id": row.id,
        "to": row.recipient,
        "kind": row.kind,
        "ticket": row.ticket_id,
        "message_id": row.message_id,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": when(row.next_at) if row.state == OutboundState.WAITING else None,
        "error": in_words(row.error, "en"),
        "bounced_at": when(row.bounced_at),
    }

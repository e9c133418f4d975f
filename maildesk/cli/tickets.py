"""ticket list, show, export, recount: what stands on the tickets, and their clocks."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from maildesk.cli.ending import FAILED, end
from maildesk.cli.place import foundation_of, reading
from maildesk.cli.tables import printable, show_json, show_rows
from maildesk.vocabulary import Status

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The tickets.")

_Json = Annotated[bool, typer.Option("--json", help="One JSON document per line.")]
Number = Annotated[int, typer.Argument(help="The number that `ticket list` shows.", min=1, max=2**63 - 1)]


@app.command("list")
def list_tickets(
    context: typer.Context,
    status: Annotated[Status | None, typer.Option(help="Only these.")] = None,
    as_json: _Json = False,
) -> None:
    """All tickets, oldest first."""
    from maildesk.cli.ticket_facts import summaries

    with reading(context) as session:
        rows = summaries(session, status)
    show_rows(rows, ("number", "status", "priority", "requester", "agent", "subject"), as_json)


@app.command("show")
def show_ticket(context: typer.Context, number: Number, as_json: _Json = False) -> None:
    """Everything about one ticket: facts, messages, events."""
    from maildesk.cli.ticket_facts import whole

    with reading(context) as session:
        document = whole(session, number)
    if document is None:
        not_there(number)
    elif as_json:
        show_json(document)
    else:
        _print(document)


@app.command("recount")
def recount_tickets(context: typer.Context) -> None:
    """Reads the clocks of all open tickets again, by the policies and calendars of the configuration as it is now."""
    from maildesk.cli.progress import progress_bar
    from maildesk.desk.timers import Timekeeper, recount_all
    from maildesk.foundation import open_post

    with foundation_of(context) as foundation, progress_bar() as progress:
        with foundation.store.begin() as session:
            post = open_post(session, foundation)
        keeper = Timekeeper(foundation.store, post, foundation.clock)
        read, failed = recount_all(keeper, lambda done, total: progress("clocks", done, total))
    typer.echo(f"{read} tickets read again")
    if failed:
        end(f"maildesk: {failed} tickets could not be read, the log says why; their clocks are as they were", FAILED)


@app.command("export")
def export_ticket(
    context: typer.Context,
    number: Number,
    to: Annotated[Path | None, typer.Option("--to", help="The file, which must not be there yet; else stdout.")] = None,
) -> None:
    """Writes all mails and letters of a ticket as they were, as one mbox, oldest first."""
    from maildesk.cli.ticket_mbox import write_mbox

    with foundation_of(context) as foundation, foundation.store.read() as session:
        known = write_mbox(session, foundation.blobs, number, to)
    if not known:
        not_there(number)


def not_there(number: int) -> NoReturn:
    end(f"maildesk: there is no ticket {number}; `maildesk ticket list` shows them", FAILED)


def _print(document: dict[str, Any]) -> None:
    facts = {name: value for name, value in document.items() if not isinstance(value, list)}
    facts["tags"] = ", ".join(document["tags"])
    facts["participants"] = ", ".join(f"{one['address']} ({one['role']})" for one in document["participants"])
    facts["links"] = ", ".join(f"#{one['from']} {one['kind']} #{one['to']}" for one in document["links"])
    told = [{"what": name, "is": value} for name, value in facts.items() if value not in (None, "")]
    show_rows(told, ("what", "is"), False)
    typer.echo("")
    _print_messages(document)
    if document["deadlines"]:
        show_rows(document["deadlines"], ("due_at", "metric", "level", "state"), False)
        typer.echo("")
    show_rows(document["events"], ("at", "actor", "kind", "text"), False)


def _print_messages(document: dict[str, Any]) -> None:
    for message in document["messages"]:
        head = f"{message['at']} {message['direction']} {message['author']} ({message['placed_by']})"
        typer.echo(printable(head))
        for line in message["text"].splitlines():
            typer.echo("    " + printable(line))
        for file in message["attachments"]:
            typer.echo(printable(f"    [{file['filename']}, {file['content_type']}, {file['size']} bytes]"))
    typer.echo("")

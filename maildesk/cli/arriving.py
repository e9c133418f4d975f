"""deliver, import: mail brought by a command."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from maildesk.cli.place import foundation_of, log_to_stderr
from maildesk.foundation import Foundation
from maildesk.ingest.accept import Intake


def deliver(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", help="The envelope recipient; else $ORIGINAL_RECIPIENT or $RECIPIENT.")
    ] = "",
) -> None:
    """Takes one mail from stdin, for an MTA's alias. Exit code 75: it was not kept, bring it again."""
    import os

    from maildesk.ingest.pipe import envelope_recipient, take_one

    log_to_stderr()
    with foundation_of(context) as foundation:
        intake = _intake(foundation)
        recipient = envelope_recipient(to, os.environ) or foundation.settings.desk.address
        most = foundation.settings.limits.message_size
        code = take_one(sys.stdin.buffer, intake, recipient, foundation.clock, most=most)
        intake.close()
    sys.exit(code)


def import_mail(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="mbox files, Maildirs, .eml files, folders of them.")],
    since: Annotated[str, typer.Option(help="Only mail from this date on: 2026-01-31.")] = "",
    notify: Annotated[bool, typer.Option("--notify", help="Treat it as new mail: acknowledge and tell.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Brings old mail in. Doing it twice brings nothing twice; old mail makes tickets in silence."""
    from maildesk.ingest.importing import import_paths

    log_to_stderr()
    first = _date(since)
    with foundation_of(context) as foundation, _progress() as progress:
        task = progress.add_task("read", total=None)
        intake = _intake(foundation)
        counts = import_paths(
            paths,
            intake,
            foundation.clock,
            since=first,
            silent=not notify,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            dry_run=dry_run,
            largest=foundation.settings.limits.message_size,
        )
        intake.close()
    typer.echo(str(counts))
    sys.exit(1 if counts.failed else 0)


def _intake(foundation: Foundation) -> Intake:
    # The daemon, if one runs, looks for itself within a second.
    return Intake(foundation.store, foundation.blobs, lambda: None)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a date like 2026-01-31") from error


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, transient=True, disable=not sys.stderr.isatty())

"""deliver, import: mail brought by a command."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, USAGE, brought_again, end
from maildesk.cli.place import foundation_of, log_to_stderr

if TYPE_CHECKING:
    from maildesk.foundation import Foundation
    from maildesk.ingest.accept import Intake


def deliver(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", help="The envelope recipient; else $ORIGINAL_RECIPIENT or $RECIPIENT.")
    ] = "",
) -> None:
    """Takes one mail from stdin, for an MTA's alias. Exit code 75: it was not kept, bring it again."""
    log_to_stderr()
    if sys.stdin is None:
        end("maildesk: there is no standard input; the mail is read from there", USAGE)
    with brought_again():
        from maildesk.ingest.pipe import envelope_recipient, take_one

        with foundation_of(context) as foundation, _intake(foundation) as intake:
            recipient = envelope_recipient(to, os.environ) or foundation.settings.desk.address
            most = foundation.settings.limits.message_size
            code = take_one(sys.stdin.buffer, intake, recipient, foundation.clock, most=most)
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
    with foundation_of(context) as foundation, _intake(foundation) as intake, _progress() as progress:
        counts = import_paths(
            paths,
            intake,
            foundation.clock,
            since=first,
            silent=not notify,
            progress=progress,
            dry_run=dry_run,
            largest=foundation.settings.limits.message_size,
        )
    typer.echo(f"{counts} (only counted)" if dry_run else str(counts))
    sys.exit(FAILED if counts.failed else 0)


@contextmanager
def _intake(foundation: "Foundation") -> "Iterator[Intake]":
    from maildesk.ingest.accept import Intake

    # The daemon, if one runs, looks for itself within a second.
    intake = Intake(foundation.store, foundation.blobs, lambda: None)
    try:
        yield intake
    finally:
        intake.close()


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a date like 2026-01-31", param_hint="--since") from error


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar for a person who waits; a log or a pipe gets nothing of it."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True, console=Console(stderr=True)) as progress:
        task = progress.add_task("read", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

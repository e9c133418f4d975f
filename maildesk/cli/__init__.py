"""The operator's commands (the outer contract). Exit codes: 0 done, 1 failed, 2 wrong configuration or usage, 75 later.

One module for each errand; this one only knows their names. What costs time to import, an errand imports when it is
run: `--help`, `readyz` and `deliver` are asked often.
"""

import io
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from maildesk import __version__
from maildesk.cli import (
    arriving,
    authorising,
    checking,
    completing,
    configuring,
    erasing,
    held,
    initialising,
    keeping,
    previewing,
    queues,
    reading,
    reporting,
    running,
    signing,
    tickets,
    why,
)
from maildesk.cli.ending import ended_well, usage_is_later
from maildesk.cli.place import Where

app = typer.Typer(
    name="maildesk",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="The helpdesk nobody has to log in to: mail in, tickets, mail out.",
)
for command in (
    running.run,
    running.readyz,
    checking.check,
    arriving.deliver,
    reading.read,
    reporting.digest,
    reporting.report,
    why.why,
    running.demo,
    keeping.backup,
    keeping.restore,
    erasing.erase,
    initialising.init,
    configuring.systemd,
    completing.completion,
    previewing.preview,
):
    app.command()(command)
app.command("import")(arriving.import_mail)
tickets.app.command()(signing.revoke)
app.add_typer(tickets.app, name="ticket")
queues.inbox_app.command()(held.show)
queues.inbox_app.command()(held.release)
queues.inbox_app.command()(held.block)
queues.inbox_app.command()(held.unblock)
queues.inbox_app.command()(held.blocked)
app.add_typer(queues.inbox_app, name="inbox")
app.add_typer(queues.outbox_app, name="outbox")
app.add_typer(queues.reports_app, name="reports")
app.add_typer(configuring.config_app, name="config")
app.add_typer(authorising.auth_app, name="auth")
app.add_typer(signing.app, name="key")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"maildesk {__version__}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", help="The configuration; else $MAILDESK_CONFIG, maildesk.toml, /etc.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Says which maildesk this is.")
    ] = False,
) -> None:
    """Remembers where the configuration is; each command reads it when it needs it."""
    context.obj = Where(config)


def main() -> None:
    """The entry point of the command."""
    # Whoever closed them (`>&-`) does not want to hear; they stay open until the end.
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no Korean letters shows their numbers.
            stream.reconfigure(errors="backslashreplace")
    with ended_well(), usage_is_later() if _brings_mail(sys.argv[1:]) else nullcontext():
        app()


def _brings_mail(arguments: list[str]) -> bool:
    """Is `deliver` the command? Asked of the bare words, as what is wrong among them is still to be found out."""
    names = {command.name or str(getattr(command.callback, "__name__", "")) for command in app.registered_commands}
    named = names | {group.name for group in app.registered_groups}
    return next((word for word in arguments if word in named), "") == arriving.deliver.__name__

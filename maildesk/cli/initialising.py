"""init: the first configuration, by a few questions or by options alone."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import Where

if TYPE_CHECKING:
    from maildesk.beginning.providers import Provider

_DEFAULT_FILE = Path("maildesk.toml")
_SECRET = "mail.secret"


@dataclass(slots=True)
class _Answers:
    address: str
    imap_host: str
    smtp_host: str
    user: str
    agent: str
    operator: str
    password: str = ""


def init(
    context: typer.Context,
    address: Annotated[str, typer.Option(help="The address people will write to.")] = "",
    imap_host: Annotated[str, typer.Option(help="Where its mail is; else the provider's.")] = "",
    smtp_host: Annotated[str, typer.Option(help="Where letters go; else the provider's.")] = "",
    user: Annotated[str, typer.Option(help="Who to log in as; else the address.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="A file that holds the password, now or later.")] = None,
    client_id: Annotated[str, typer.Option(help="With OAuth: the application registered for maildesk.")] = "",
    tenant: Annotated[str, typer.Option(help="With OAuth at Microsoft: the directory.")] = "",
    agent: Annotated[str, typer.Option(help="The address of the first agent.")] = "",
    operator: Annotated[str, typer.Option(help="Who is told about mail that needs a person.")] = "",
    output: Annotated[Path | None, typer.Option(help="The new file; else --config, else maildesk.toml.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not look the provider up in the DNS.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Then try every connection, as `check --live` does.")] = False,
) -> None:
    """Writes the first configuration: finds the provider of an address, and asks for what it cannot know."""
    from maildesk.beginning.discovery import find_provider
    from maildesk.beginning.writing import Wishes, written
    from maildesk.config import read_settings

    where: Where = context.obj
    file = output or where.config or _DEFAULT_FILE
    asks = not yes and sys.stdin.isatty()
    wants_password = asks and not (password_file or client_id)
    _refuse_to_overwrite(file, file.parent / _SECRET if wants_password else None)
    answers = _Answers(address, imap_host, smtp_host, user, agent, operator)
    if asks and not address:
        answers.address = typer.prompt("The address people will write to")
    if not answers.address:
        end("maildesk: say --address support@acme.example", USAGE)
    found = find_provider(answers.address.rpartition("@")[2], ask_dns=not offline)
    if asks:
        _ask(answers, found, with_password=wants_password)
    provider = replace(found, imap=answers.imap_host or found.imap, smtp=answers.smtp_host or found.smtp)
    secret = str(password_file) if password_file else _SECRET
    text = written(
        Wishes(
            answers.address,
            provider,
            answers.user or answers.address,
            secret,
            answers.agent,
            answers.operator,
            client_id,
            tenant,
        )
    )
    # What would be refused later is refused now.
    read_settings(text, {}, str(file))
    _write(file, text)
    if answers.password:
        _write(file.parent / secret, answers.password + "\n")
    for line in _next(file, provider, "" if answers.password or client_id else secret):
        typer.echo(line)
    if test:
        from maildesk.cli.checking import check

        context.obj = Where(file)
        check(context, live=True)


def _refuse_to_overwrite(file: Path, secret: Path | None) -> None:
    """Before anything is asked: `secret` is where a password would go that is typed here."""
    if os.path.lexists(file):
        end(f"maildesk: {file} is there already, and is not overwritten; name another with --output", FAILED)
    if secret is not None and os.path.lexists(secret):
        end(f"maildesk: {secret} is there already; use it with --password-file, or move it away", FAILED)


def _ask(answers: _Answers, found: "Provider", *, with_password: bool) -> None:
    typer.echo(f"{found.name}{f': {found.note}' if found.note else ''}")
    answers.imap_host = answers.imap_host or typer.prompt("The server its mail is on (IMAP)", default=found.imap)
    answers.smtp_host = answers.smtp_host or typer.prompt("The server letters go to (SMTP)", default=found.smtp)
    answers.user = answers.user or typer.prompt("Who to log in as", default=answers.address)
    if with_password and not found.oauth:
        answers.password = typer.prompt(
            "Password, not shown (empty: later)", hide_input=True, default="", show_default=False
        )
    answers.agent = answers.agent or typer.prompt(
        "The first agent's address (empty: later)", default="", show_default=False
    )


def _write(file: Path, text: str) -> None:
    """A new file for its owner alone. Raises FileExistsError: nothing is overwritten."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)


def _next(file: Path, provider: "Provider", secret: str) -> list[str]:
    lines = [f"{file} is written: {provider.name}, mail from {provider.imap}, letters to {provider.smtp}"]
    if provider.note:
        lines.append(f"note: {provider.note}")
    if secret:
        lines.append(f"put the password into {file.parent / secret} (chmod 600)")
    option = f"--config {file} " if file != _DEFAULT_FILE else ""
    lines.append(f"next: `maildesk {option}check --live`, then `maildesk {option}run`")
    return [*lines, "`maildesk config describe` shows every other setting"]

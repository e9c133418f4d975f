"""auth: logging in at a provider that takes no password, and what became of it."""

import base64
import json
import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import configuration_of
from maildesk.cli.tables import printable, show_rows

if TYPE_CHECKING:
    from maildesk.config import OauthSettings
    from maildesk.oauth.keeping import TokenFile
    from maildesk.settings_file import Configuration

auth_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Logging in with OAuth instead of passwords.")


@auth_app.command("login")
def login(
    context: typer.Context,
    paste: Annotated[bool, typer.Option("--paste", help="Open an address anywhere, and paste where it ends.")] = False,
) -> None:
    """Asks a person to log in, for each mailbox and the relay that wants it; works on a machine without a browser."""
    import time

    configuration = configuration_of(context)
    for who, settings, tokens in _logins(configuration):
        typer.echo(f"{who}: {settings.provider}")
        if tokens.by_itself:
            tokens.keep(tokens.client().for_itself())
        elif paste or not tokens.client().endpoints.device:
            tokens.keep(tokens.client().by_pasted_address(_pasted))
        else:
            tokens.keep(tokens.client().by_device(_show_code, time.sleep))
        typer.echo(f"{who}: logged in; `maildesk auth test` tries it")
        _warn_of_seven_days(settings, tokens)


@auth_app.command("status")
def status(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON document per line.")] = False
) -> None:
    """Who is logged in, since when, and until when. Asks nobody; exit code 1 where a login is missing."""
    rows = []
    for who, settings, tokens in _logins(configuration_of(context)):
        known = tokens.known()
        rows.append(
            {
                "user": who,
                "provider": settings.provider,
                "way": "by itself" if tokens.by_itself else "a person's login",
                "since": known.at if known else None,
                "token_until": known.access_until if known else None,
                "login_until": known.refresh_until if known else None,
            }
        )
    show_rows(rows, ("user", "provider", "way", "since", "token_until", "login_until"), as_json)
    sys.exit(0 if all(row["since"] or row["way"] == "by itself" for row in rows) else FAILED)


@auth_app.command("test")
def test(context: typer.Context) -> None:
    """Gets a token, says what it is for, and tries each mailbox and the relay with it."""
    from maildesk.checks import Grade
    from maildesk.checks.asking import Question, answers
    from maildesk.checks.live_mailbox import try_mailbox
    from maildesk.checks.live_relay import try_relay
    from maildesk.cli.checking import show_finding

    configuration = configuration_of(context)
    for who, _, tokens in _logins(configuration):
        for line in _what_for(tokens.access_token()):
            typer.echo(f"{who}: {printable(line)}")
    settings, folder, data = configuration.settings, configuration.folder, configuration.data
    questions = [
        Question(f"imap.{mailbox.name}", "imap", partial(try_mailbox, mailbox, folder, data))
        for mailbox in settings.imap
        if mailbox.oauth.provider or mailbox.auth == "xoauth2"
    ]
    if settings.relay.oauth.provider or settings.relay.auth == "xoauth2":
        questions.append(Question("relay", "relay", lambda: try_relay(configuration)))
    failed = False
    for question in questions:
        for finding in answers(question):
            show_finding(finding, False)
            failed |= finding.grade is Grade.FAIL
    sys.exit(FAILED if failed else 0)


def _logins(configuration: "Configuration") -> "Iterator[tuple[str, OauthSettings, TokenFile]]":
    """Each user at each provider, once. Ends with 2 where no setting wants one."""
    from maildesk.foundation import token_file

    settings = configuration.settings
    servers = [*(("imap", mailbox) for mailbox in settings.imap), ("relay", settings.relay)]
    wanted = [(key, server) for key, server in servers if server.oauth.provider]
    if not wanted:
        end(
            "maildesk: neither imap.oauth nor relay.oauth is set; `maildesk config describe imap.oauth` shows it", USAGE
        )
    seen = set()
    for key, server in wanted:
        whose = (server.user.lower(), server.oauth.provider, server.oauth.client_id, server.oauth.tenant)
        if whose not in seen:
            seen.add(whose)
            yield server.user, server.oauth, token_file(server, key, configuration.folder, configuration.data)


def _show_code(address: str, code: str) -> None:
    typer.echo(f"open {printable(address)} on any machine, and enter the code {printable(code)}")


def _pasted(address: str) -> str:
    typer.echo(f"open this address on any machine, and log in as the mailbox:\n{address}")
    typer.echo("the browser ends at a page of localhost that does not load; copy its whole address")
    return str(typer.prompt("Paste it here"))


def _warn_of_seven_days(settings: "OauthSettings", tokens: "TokenFile") -> None:
    known = tokens.known()
    if settings.provider == "google" and known and known.refresh_until and (known.refresh_until - known.at).days <= 7:
        print("maildesk: this login ends in 7 days: the application is in testing; make it internal", file=sys.stderr)


def _what_for(token: str) -> Iterator[str]:
    """What a token says of itself, where it is a JWT (RFC 7519); nobody's word but its own."""
    middle = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        said = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))) if middle else {}
    except ValueError:
        said = {}
    audience = str(said.get("aud", "")) if isinstance(said, dict) else ""
    if not audience:
        yield "there is a token"
        return
    yield f"there is a token for {audience}"
    if "graph.microsoft.com" in audience or audience.startswith("00000003-"):
        yield "it is for Graph and not for mail: the application needs rights of Office 365 Exchange Online"

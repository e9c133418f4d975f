"""key list, key rotate; ticket revoke: what makes signed addresses worthless that somebody else may have."""

from typing import Annotated, Any

import typer

from maildesk.cli.ending import USAGE, end
from maildesk.cli.place import foundation_of
from maildesk.cli.tables import show_rows, when
from maildesk.cli.tickets import Number, not_there

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The keys that sign our addresses; never shown.")


@app.command("list")
def list_keys(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON document per line.")] = False
) -> None:
    """All keys, oldest first: which one signs, and until when the others are believed."""
    from maildesk.keys import all_keys, is_believed, signing, signing_keys

    with foundation_of(context) as foundation, foundation.store.begin() as session:
        now = foundation.clock.now()
        signing_keys(session, now)
        keys = all_keys(session)
        signs = signing([key for key in keys if is_believed(key, now)], now)
        rows: list[dict[str, Any]] = [
            {
                "id": key.id,
                "made_at": when(key.made_at),
                "state": "signs" if key is signs else "believed" if is_believed(key, now) else "ended",
                "believed_until": when(key.believed_until),
            }
            for key in reversed(keys)
        ]
    show_rows(rows, ("id", "made_at", "state", "believed_until"), as_json)


@app.command("rotate")
def rotate_key(
    context: typer.Context,
    old_for: Annotated[
        str, typer.Option("--old-for", metavar="TIME", help="So long addresses signed before are believed.")
    ] = "90d",
) -> None:
    """Makes a new key, which signs a minute later; a running desk learns of it by itself."""
    from maildesk.durations import parse_duration
    from maildesk.keys import rotate, signing_keys

    try:
        span = parse_duration(old_for)
    except ValueError as error:
        end(f"maildesk: --old-for {error}", USAGE)
    with foundation_of(context) as foundation, foundation.store.begin() as session:
        now = foundation.clock.now()
        signing_keys(session, now)
        until = rotate(session, now, span)
    typer.echo(f"a new key is made; addresses that were signed before are believed until {when(until)}")


def revoke(context: typer.Context, number: Number) -> None:
    """Makes all signed addresses in letters about a ticket worthless; new letters have new ones."""
    from maildesk.desk import revoking

    with foundation_of(context) as foundation, foundation.store.begin() as session:
        done = revoking.revoke(session, number, foundation.clock.now())
        waiting = revoking.letters_waiting(session, done) if done else 0
    if not done:
        not_there(number)
    typer.echo(f"revoked: {', '.join(f'#{one}' for one in done)}")
    if waiting:
        typer.echo(f"{waiting} letters about it wait with the old addresses; answers to them are matched by their ids")

"""backup, restore: the desk put away whole, and brought back."""

import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import configuration_of
from maildesk.cli.progress import progress_bar

if TYPE_CHECKING:
    from maildesk.safekeeping.archive import Manifest
    from maildesk.safekeeping.restore import Restored

_MEGABYTE = 1_000_000


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The new file: .tar, .tar.gz or .tar.xz.")],
    verify: Annotated[bool, typer.Option("--verify", help="Only look whether this backup is whole.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of an older file of this name.")] = False,
) -> None:
    """Puts everything into one file, also while the daemon runs: database with keys, raw mail, configuration."""
    if verify:
        _verify(file)
        return
    from maildesk.clock import SystemClock
    from maildesk.safekeeping.backup import put_away

    if not file.parent.is_dir():
        end(f"maildesk: there is no folder {file.parent}", USAGE)
    if file.exists() and not replace:
        end(f"maildesk: {file} is there already; name another file, or use --replace", USAGE)
    configuration = configuration_of(context)
    with progress_bar() as tell:
        done = put_away(configuration, file, SystemClock(), tell)
    typer.echo(f"{file}: {done.mails} mails, {done.size / _MEGABYTE:.1f} MB; it holds all mail and the signing keys")
    typer.echo("not in it: secrets in files of their own, and letters in the Maildir `sent`")
    if done.missing:
        shown = ", ".join(done.missing[:3])
        end(f"maildesk: {len(done.missing)} raw mails are lost or damaged in the desk itself: {shown}", FAILED)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.", exists=True, dir_okay=False)],
    force: Annotated[
        bool, typer.Option("--force", help="In place of a desk that has mail; its database is saved first.")
    ] = False,
) -> None:
    """Brings a backup into the configured data folder and database; the daemon must not run."""
    from maildesk.clock import SystemClock
    from maildesk.safekeeping.restore import bring_back

    configuration = configuration_of(context)
    with progress_bar() as tell:
        restored = bring_back(configuration, file, SystemClock(), tell, force=force)
    for line in _told(restored, [mailbox.processed for mailbox in configuration.settings.imap]):
        typer.echo(line)


def _verify(file: Path) -> None:
    from maildesk.safekeeping.backup import verify

    with TemporaryDirectory(prefix="maildesk-verify-") as folder, progress_bar() as tell:
        manifest = verify(file, Path(folder), tell).manifest
    typer.echo(f"{file} is whole: {_whose(manifest)}, {manifest.mails} mails")
    if manifest.missing:
        print(f"maildesk: {len(manifest.missing)} mails were lost already when it was made", file=sys.stderr)


def _whose(manifest: "Manifest") -> str:
    return f"{manifest.desk} of {manifest.made_at}, maildesk {manifest.maildesk}, revision {manifest.revision}"


def _told(restored: "Restored", processed: list[str]) -> list[str]:
    """What came back, what was held, and what to do next."""
    back = restored.returned
    lines = [
        f"restored: {_whose(restored.manifest)}",
        f"{back.tickets} tickets, {back.mails} mails, {back.letters} letters",
    ]
    if restored.before:
        lines.append(f"the desk that was here is saved as {restored.before}; its raw mail is still there too")
    if missing := len(restored.manifest.missing):
        lines.append(f"{missing} mails were lost already when the backup was made")
    if back.held_letters:
        lines.append(
            f"{back.held_letters} letters had not left when the backup was made, and may have since: they are held. "
            "`maildesk outbox list --state uncertain` shows them, `outbox retry N` sends, `outbox drop N` does not"
        )
    if back.unread:
        lines.append(f"{back.unread} mails were waiting to be processed, and are when the daemon runs")
    lines.append(
        f"new tickets begin at #{back.next_ticket}: numbers after #{back.last_ticket} may stand in letters that left"
    )
    with suppress(ValueError):
        processed.remove("")
    if processed:
        lines.append(
            f"mail that came after the backup was moved to {', '.join(sorted(set(processed)))} on the mail server: "
            "move it back to the inbox, or export and `maildesk import --notify` it"
        )
    return [*lines, "next: `maildesk check --live`, then `maildesk run`"]

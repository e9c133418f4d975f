"""erase: takes a person out for good; shows first what that would take."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import foundation_of
from maildesk.cli.tables import printable

if TYPE_CHECKING:
    from maildesk.config import Settings
    from maildesk.safekeeping.erasure import Erased
    from maildesk.safekeeping.traces import Traces


def erase(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="The address of the person.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erases a person: words, mails, letters and names go, the tickets' figures stay. Nothing brings it back."""
    from maildesk.safekeeping import erasure
    from maildesk.safekeeping.traces import traces_of

    with foundation_of(context) as foundation:
        with foundation.store.read() as session:
            traces = traces_of(session, address)
        erasure.refuse_ours(foundation, traces)
        if not traces.anything:
            end(f"maildesk: nobody here has the address {printable(traces.address)}", FAILED)
        for line in _would_go(traces):
            typer.echo(printable(line))
        if dry_run:
            return
        if not yes:
            _ask(traces.address)
        done = erasure.erase(foundation, traces, foundation.clock.now())
        for line in _told(done, foundation.settings):
            typer.echo(printable(line))


def _ask(address: str) -> None:
    if not sys.stdin.isatty():
        end("maildesk: nothing was erased; say --yes, or answer at a terminal", USAGE)
    if typer.prompt(f"To erase it, type the address again ({address})", default="", show_default=False) != address:
        end("maildesk: nothing was erased", FAILED)


def _would_go(traces: "Traces") -> Iterator[str]:
    who = f"{traces.address} ({traces.name})" if traces.name else traces.address
    yield f"{who}: {len(traces.own)} own tickets, {len(traces.touched)} tickets of others"
    counts = (len(traces.messages), traces.files, len(traces.mails), len(traces.letters))
    yield "{} messages, {} files, {} mails, {} letters".format(*counts)
    if traces.own:
        yield f"own tickets: {', '.join(f'#{number}' for number in traces.own[:50])}"
    for other in traces.elsewhere:
        yield f"the same person also has the address {other}, which is not erased with this one"


def _told(done: "Erased", settings: "Settings") -> Iterator[str]:
    yield f"erased; {done.blobs} raw mails and files removed"
    if done.closed:
        yield f"closed: {', '.join(f'#{number}' for number in done.closed)}"
    places = Counter(mention.where for mention in done.mentions)
    for where, count in sorted(places.items()):
        numbers = [str(mention.number) for mention in done.mentions if mention.where == where]
        yield f"others wrote of this person, which stays: {where} {', '.join(numbers[:20])} ({count})"
    folders = sorted({mailbox.processed or mailbox.folder for mailbox in settings.imap})
    where = f"the mail server ({', '.join(folders)}), " if folders else ""
    yield f"not in reach of this command: {where}mailboxes of people who got letters, backups, logs, the Maildir `sent`"

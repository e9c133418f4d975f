"""digest, report: the figures for managers, at once and by hand."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import foundation_of
from maildesk.cli.tables import show_json, show_rows

if TYPE_CHECKING:
    from maildesk.desk.digests.digest_letter import Recipient
    from maildesk.desk.digests.report_files import Account
    from maildesk.desk.figures.period import Period
    from maildesk.foundation import Foundation

_Json = Annotated[bool, typer.Option("--json", help="The figures, as one JSON document.")]


def digest(
    context: typer.Context,
    now: Annotated[
        bool, typer.Option("--now", help="At once: the times of the configuration stay as they are.")
    ] = False,
    period: Annotated[Literal["day", "week"], typer.Option(help="Yesterday, or the last whole week.")] = "day",
    to: Annotated[str, typer.Option(help="To this address alone, instead of all managers.")] = "",
    as_json: _Json = False,
) -> None:
    """Sends the digest of yesterday or of last week now; with --json it only shows the figures."""
    if not now and not as_json:
        end("maildesk: digests go out by themselves; say --now to send one at once, or --json to see it", USAGE)
    with foundation_of(context) as foundation:
        if as_json:
            from maildesk.desk.digests.report_files import figures_of

            recipient = _recipients(foundation, to)[0] if to else None
            show_json(figures_of(_account(foundation, recipient, period)))
            return
        recipients = _recipients(foundation, to)
        if not recipients:
            end("maildesk: no [[agent]] is a manager; set manager = true, or name an address with --to", FAILED)
        for recipient in recipients:
            _send(foundation, recipient, period)


def report(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="last week, last month, 2026-03, 2026-W10 ...")] = None,
    csv: Annotated[Path | None, typer.Option(help="All tickets of the period, for a spreadsheet.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="The same and the figures, as a workbook.")] = None,
    as_json: _Json = False,
) -> None:
    """Shows the figures of a period; writes the tickets behind them where a file is named."""
    said = " ".join(words or [])
    with foundation_of(context) as foundation:
        account = _account(foundation, None, said or "last week")
        language = foundation.settings.desk.languages[0]
        if csv is not None:
            from maildesk.desk.digests import sheet

            csv.write_bytes(sheet.csv(sheet.HEADS[language], account.tickets, language))
        if xlsx is not None:
            from maildesk.desk.digests.report_files import workbook_of

            xlsx.write_bytes(workbook_of(account, language))
        from maildesk.desk.digests.report_files import figure_rows, figures_of

        if as_json:
            show_json(figures_of(account))
        elif csv is None and xlsx is None:
            show_rows(figure_rows(account), ("figure", "value"), as_json=False)


def _account(foundation: "Foundation", recipient: "Recipient | None", words: str) -> "Account":
    from maildesk.desk.digests.digest_letter import account_of
    from maildesk.desk.figures.find import snapshot

    zone = recipient.zone if recipient else foundation.settings.desk.timezone
    now = foundation.clock.now()
    with foundation.store.read() as session:
        snapshot(session)
        return account_of(session, foundation.settings, _period(words, foundation, zone), now)


def _period(words: str, foundation: "Foundation", zone: Any) -> "Period":
    from maildesk.desk.words.manager_words import period_named

    found = period_named(words, foundation.clock.now().astimezone(zone).date(), zone)
    if found is None:
        end(f'maildesk: "{words}" is no period; say last week, this month, last quarter, 2026-03 or 2026-W10', USAGE)
    return found


def _recipients(foundation: "Foundation", to: str) -> "list[Recipient]":
    from maildesk.desk.digests.digest_letter import managers_of, somebody
    from maildesk.foundation import open_post
    from maildesk.notify.headers import can_be_reached

    if to and not can_be_reached(to):
        end(f"maildesk: no letter can go to {to!r}", USAGE)
    with foundation.store.begin() as session:
        post = open_post(session, foundation)
        return [somebody(post, to)] if to else managers_of(post)


def _send(foundation: "Foundation", recipient: "Recipient", period: str) -> None:
    from maildesk.desk.digests.digest_letter import digest_letter
    from maildesk.foundation import open_post
    from maildesk.notify.desk_notice import tell

    account = _account(foundation, recipient, period)
    now = foundation.clock.now()
    key = f"digest:now:{period}:{recipient.address.address}"[:150] + f":{now.isoformat()}"
    with foundation.store.begin() as session:
        post = open_post(session, foundation)
        tell(session, post, digest_letter(post, recipient, account, key, now), now)
    figures = account.figures
    sys.stdout.write(
        f"{recipient.address.address}: {figures.period.first} to {figures.period.last}, {figures.backlog.new} new, "
        f"{figures.backlog.ended} ended, {figures.backlog.end} open, {len(figures.late)} late; in the outbox\n"
    )

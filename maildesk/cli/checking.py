"""check: every setting and every connection, each OK, WARN or FAIL with what to do about it."""

import sys
from typing import Annotated

import typer

from maildesk.checks import Finding, Grade, check_connections, check_settings
from maildesk.cli.ending import FAILED
from maildesk.cli.place import configuration_of
from maildesk.cli.tables import show_json

_COLOURS = {Grade.OK: typer.colors.GREEN, Grade.WARN: typer.colors.YELLOW, Grade.FAIL: typer.colors.RED}


def check(
    context: typer.Context,
    live: Annotated[bool, typer.Option("--live", help="Connect to everything too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per line.")] = False,
) -> None:
    """Looks for what is wrong before it hurts. Exit code 1 if anything fails, 2 for a wrong configuration."""
    configuration = configuration_of(context)
    findings = [*check_settings(configuration), *(check_connections(configuration) if live else ())]
    for finding in findings:
        _show(finding, as_json)
    sys.exit(FAILED if any(finding.grade is Grade.FAIL for finding in findings) else 0)


def _show(finding: Finding, as_json: bool) -> None:
    if as_json:
        facts = {"grade": finding.grade, "what": finding.what, "found": finding.found, "remedy": finding.remedy}
        show_json(facts)
        return
    grade = typer.style(f"{finding.grade:<4}", fg=_COLOURS[finding.grade])
    typer.echo(f"{grade} {finding.what}: {finding.found}" + (f"\n     -> {finding.remedy}" if finding.remedy else ""))

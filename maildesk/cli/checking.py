"""check: every setting and every connection, each OK, WARN or FAIL with what to do about it."""

import sys
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED
from maildesk.cli.place import proven_configuration_of
from maildesk.cli.tables import show_json

if TYPE_CHECKING:
    from maildesk.checks import Finding
    from maildesk.settings_file import Configuration

_COLOURS = {"OK": typer.colors.GREEN, "WARN": typer.colors.YELLOW, "FAIL": typer.colors.RED}
_CLEAR_LINE = "\r\x1b[K"


def check(
    context: typer.Context,
    live: Annotated[bool, typer.Option("--live", help="Connect to everything too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per line.")] = False,
) -> None:
    """Looks for what is wrong before it hurts. Exit code 1 if anything fails, 2 for a wrong configuration."""
    from maildesk.checks import Grade, check_connections, check_settings

    configuration = _configuration(context, as_json)
    connections = check_connections(configuration, _tell) if live else ()
    grades: Counter[Grade] = Counter()
    for finding in chain(check_settings(configuration, _tell), connections):
        _clear()
        show_finding(finding, as_json)
        grades[finding.grade] += 1
    _clear()
    if not as_json:
        typer.echo(", ".join(f"{grades[grade]} {grade}" for grade in Grade))
    sys.exit(FAILED if grades[Grade.FAIL] else 0)


def _configuration(context: typer.Context, as_json: bool) -> "Configuration":
    """The configuration. Raises ConfigError, of which a program that reads the findings gets each problem as one."""
    from maildesk.checks import Grade
    from maildesk.checks.finding import Finding
    from maildesk.config import ConfigError

    try:
        return proven_configuration_of(context)
    except ConfigError as error:
        for problem in error.problems if as_json else ():
            remedy = f"did you mean `{problem.suggestion}`?" if problem.suggestion else ""
            show_finding(Finding(Grade.FAIL, problem.key or problem.place, str(problem), remedy), as_json)
        raise


def _tell(what: str) -> None:
    """What is being looked at, for a person who waits; a log or a pipe gets nothing of it."""
    if sys.stderr.isatty():
        print(f"{_CLEAR_LINE}looking at {_printable(what)} ...", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print(_CLEAR_LINE, end="", file=sys.stderr, flush=True)


def show_finding(finding: "Finding", as_json: bool) -> None:
    if as_json:
        facts = {"grade": finding.grade, "what": finding.what, "found": finding.found, "remedy": finding.remedy}
        show_json(facts)
        return
    grade = typer.style(f"{finding.grade:<4}", fg=_COLOURS[finding.grade])
    typer.echo(f"{grade} {_printable(finding.what)}: {_printable(finding.found)}")
    if finding.remedy:
        typer.echo(f"     -> {_printable(finding.remedy)}")


def _printable(text: str) -> str:
    """Servers name folders and certificates: no escape sequence of theirs reaches the terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)

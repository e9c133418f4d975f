"""From the text of the file and the environment to Settings, or to one error that names everything that is wrong."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pydantic import ValidationError

from maildesk.config.conflicts import Conflict, conflicts_in
from maildesk.config.environment import overlay
from maildesk.config.hollow import hollow_in
from maildesk.config.lines import lines_of_keys
from maildesk.config.mistakes import Sources, mistakes_of
from maildesk.config.problems import ConfigError, Problem
from maildesk.config.settings import Settings

#: A question about settings that are right one by one; it may take its time.
Question = Callable[[Settings], Iterable[Conflict]]

_AT_LINE: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")


def nothing_more(settings: Settings) -> Iterable[Conflict]:
    """No further question."""
    return ()


def read_settings(
    text: str, environment: Mapping[str, str], file_name: str, further: Question = nothing_more
) -> Settings:
    """The settings of a TOML text, with the MAILDESK_ variables of `environment` over them.

    `file_name` is only shown. `further` is asked once everything else is right. Raises ConfigError with every problem,
    ordered by where they stand.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(str(error), file_name)]) from None
    except RecursionError:
        raise ConfigError([Problem((), "brackets stand too deep in one another", file=file_name)]) from None
    except ValueError:
        # The only one that is TOML, and too much for Python.
        raise ConfigError([Problem((), "a number has thousands of digits", file=file_name)]) from None
    # An empty table, so that what is missing is named with its key.
    tables.setdefault("desk", {})
    laid = overlay(tables, environment)
    lines = {path: line for path, line in lines_of_keys(text).items() if not laid.replaces(path)}
    sources = Sources(file_name, lines, laid.variables)
    wrong = [*conflicts_in(laid.tables), *hollow_in(laid.tables)]
    problems = [*laid.problems, *(sources.problem(path, message) for path, message in wrong)]
    try:
        settings = Settings.model_validate(laid.tables)
    except ValidationError as refusal:
        # The models' own error holds the values, secrets among them.
        raise ConfigError(_in_order([*problems, *mistakes_of(refusal, sources)])) from None
    problems = problems or [sources.problem(path, message) for path, message in further(settings)]
    if problems:
        raise ConfigError(_in_order(problems))
    return settings


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.variable, problem.line or 0, problem.key))


def _syntax(message: str, file_name: str) -> Problem:
    found = _AT_LINE.search(message)
    where = f" (column {found[2]})" if found else ""
    text = f"this is not TOML: {_AT_LINE.sub('', message)}{where}"
    return Problem((), text, file=file_name, line=int(found[1]) if found else None)

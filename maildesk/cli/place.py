"""Where the configuration is, and what it leads to: opened only by the commands that need it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from maildesk.logline import OneLine

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from maildesk.foundation import Foundation
    from maildesk.settings_file import Configuration


@dataclass(frozen=True, slots=True)
class Where:
    """What was said before the command."""

    config: Path | None = None


def configuration_of(context: typer.Context) -> "Configuration":
    """The configuration that this call of the command means. Raises ConfigError with every problem."""
    from maildesk.settings_file import load_configuration

    where: Where = context.obj
    return load_configuration(where.config)


def proven_configuration_of(context: typer.Context) -> "Configuration":
    """The same, asked about what takes too long for a command that only looks: are its calendars possible?"""
    from maildesk.desk.clocks.opening_hours import impossible_hours
    from maildesk.settings_file import load_configuration

    where: Where = context.obj
    return load_configuration(where.config, further=impossible_hours)


@contextmanager
def foundation_of(context: typer.Context) -> "Iterator[Foundation]":
    """The database and the raw mail, given back at the end."""
    with foundation_on(configuration_of(context)) as foundation:
        yield foundation


@contextmanager
def foundation_on(configuration: "Configuration") -> "Iterator[Foundation]":
    """The database and the raw mail of a configuration, given back at the end."""
    from maildesk.foundation import lay_foundation

    foundation = lay_foundation(configuration)
    try:
        yield foundation
    finally:
        foundation.store.close()


@contextmanager
def reading(context: typer.Context) -> "Iterator[Session]":
    """One look into the database."""
    with foundation_of(context) as foundation, foundation.store.read() as session:
        yield session


def log_to_stderr(level: int = logging.INFO) -> None:
    """One line for each fate; under a journal, which has its own clock, without the time."""
    time = "%(asctime)s " if sys.stderr.isatty() else ""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(f"{time}%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=level)
    # It introduces itself, and each of its plugins.
    logging.getLogger("alembic").setLevel(logging.WARNING)

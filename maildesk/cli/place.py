"""Where the configuration is, and what it leads to: opened only by the commands that need it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from sqlalchemy.orm import Session

from maildesk.foundation import Foundation, lay_foundation
from maildesk.settings_file import Configuration, load_configuration


@dataclass(frozen=True, slots=True)
class Where:
    """What was said before the command."""

    config: Path | None = None

    def configuration(self) -> Configuration:
        """Raises ConfigError with every problem."""
        return load_configuration(self.config)


def configuration_of(context: typer.Context) -> Configuration:
    """The configuration that this call of the command means."""
    where: Where = context.obj
    return where.configuration()


@contextmanager
def foundation_of(context: typer.Context) -> Iterator[Foundation]:
    """The database and the raw mail, given back at the end."""
    foundation = lay_foundation(configuration_of(context))
    try:
        yield foundation
    finally:
        foundation.store.close()


@contextmanager
def reading(context: typer.Context) -> Iterator[Session]:
    """One look into the database."""
    with foundation_of(context) as foundation, foundation.store.read() as session:
        yield session


def log_to_stderr(level: int = logging.INFO) -> None:
    """One line for each fate; under a journal, which has its own clock, without the time."""
    time = "%(asctime)s " if sys.stderr.isatty() else ""
    logging.basicConfig(stream=sys.stderr, level=level, format=f"{time}%(levelname)s %(name)s %(message)s")

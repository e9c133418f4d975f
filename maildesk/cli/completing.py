"""completion: the words that a shell needs to complete our commands."""

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="Which shell it is for.")]) -> None:
    """Prints the completion for a shell; `maildesk --install-completion` sets it up for this one."""
    # Typer takes it over from a module of its own without listing it, which a type checker must not follow.
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    typer.echo(get_completion_script(prog_name="maildesk", complete_var="_MAILDESK_COMPLETE", shell=shell.value))

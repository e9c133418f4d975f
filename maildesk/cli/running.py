"""run, demo, readyz: the daemon and its health."""

import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, LATER, USAGE, end
from maildesk.cli.place import configuration_of, foundation_of, log_to_stderr
from maildesk.clock import SystemClock
from maildesk.health import LONGEST_ROUND, heartbeat_age

if TYPE_CHECKING:
    from maildesk.daemon import Daemon

log = logging.getLogger(__name__)


def run(
    context: typer.Context,
    roles: Annotated[
        str, typer.Option(help="A part of the daemon: intake,desk,post,clock.")
    ] = "intake,desk,post,clock",
    once: Annotated[bool, typer.Option("--once", help="Do all that is due, then end.")] = False,
) -> None:
    """Runs the desk until it is told to stop (SIGTERM or Ctrl-C)."""
    from maildesk.daemon import ROLES, Daemon

    wanted = frozenset(word.strip() for word in roles.split(",") if word.strip())
    if unknown := sorted(wanted - set(ROLES)):
        end(f"maildesk: there is no role {', '.join(unknown)}; there are {', '.join(ROLES)}", USAGE)
    log_to_stderr()
    with foundation_of(context) as foundation:
        daemon = Daemon(foundation, wanted)
        if once:
            reached = daemon.once()
            daemon.close()
            sys.exit(0 if reached else LATER)
        _serve(daemon)


def demo(
    keep: Annotated[str, typer.Option(help="Keep everything in this folder, to look at it afterwards.")] = "",
) -> None:
    """Shows the whole way of a ticket with three people; needs no configuration, and nothing leaves the machine."""
    from maildesk.demo import play

    log_to_stderr(logging.WARNING)
    sys.exit(play(keep))


def readyz(context: typer.Context) -> None:
    """Is the daemon alive and at work? Exit code 0 if so: for containers, systemd and cron."""
    configuration = configuration_of(context)
    age = heartbeat_age(configuration.data, SystemClock())
    if age is None:
        end("maildesk: not running (no heartbeat in the data folder)", FAILED)
    elif age > LONGEST_ROUND:
        end(f"maildesk: the last sign of life is {age:.0f} seconds old", FAILED)
    else:
        typer.echo("ready")


def _serve(daemon: "Daemon") -> None:
    told = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        if told.is_set():
            # The second time somebody means it.
            os._exit(FAILED)
        log.info("signal=%s stopping", signal.Signals(number).name)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    daemon.start()
    log.info("ready %s", " ".join(f"{protocol}={address}" for protocol, address in daemon.bound.items()))
    while not told.wait(1.0):
        pass
    daemon.stop()
    log.info("stopped")

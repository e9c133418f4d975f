"""run, demo, readyz: the daemon and its health."""

import gc
import logging
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import FAILED, LATER, USAGE, end
from maildesk.cli.place import configuration_of, foundation_on, log_to_stderr, proven_configuration_of
from maildesk.service_manager import READY, STOPPING, status, tell_service_manager

if TYPE_CHECKING:
    from maildesk.daemon import Daemon

log = logging.getLogger(__name__)


def run(
    context: typer.Context,
    roles: Annotated[
        str, typer.Option(help="A part of the daemon: intake,desk,post,clock.")
    ] = "intake,desk,post,clock",
    once: Annotated[bool, typer.Option("--once", help="Do all that is due, then end.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would become of each mail now; send, move and keep nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --dry-run: one JSON document per mail.")] = False,
) -> None:
    """Runs the desk until it is told to stop (SIGTERM or Ctrl-C)."""
    from maildesk.daemon import ROLES, Daemon

    wanted = frozenset(word.strip() for word in roles.split(",") if word.strip())
    if unknown := sorted(wanted - set(ROLES)):
        end(f"maildesk: there is no role {', '.join(unknown)}; there are {', '.join(ROLES)}", USAGE)
    if not wanted:
        end(f"maildesk: name at least one role of {', '.join(ROLES)}", USAGE)
    if as_json and not dry_run:
        end("maildesk: --json goes with --dry-run", USAGE)
    if dry_run:
        from maildesk.cli.rehearsing import show_rehearsal

        sys.exit(0 if show_rehearsal(proven_configuration_of(context), wanted, as_json) else LATER)
    log_to_stderr()
    with foundation_on(proven_configuration_of(context)) as foundation:
        daemon = Daemon(foundation, wanted)
        if once:
            try:
                reached = daemon.once()
            finally:
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
    from maildesk.clock import SystemClock
    from maildesk.health import LONGEST_ROUND, heartbeat_age

    configuration = configuration_of(context)
    age = heartbeat_age(configuration.data, SystemClock())
    if age is None:
        end(f"maildesk: not running (no heartbeat in {configuration.data})", FAILED)
    elif age > LONGEST_ROUND:
        end(f"maildesk: the last sign of life is {age:.0f} seconds old", FAILED)
    else:
        typer.echo("ready")


def _serve(daemon: "Daemon") -> None:
    hears, tells = os.pipe()
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if told:
            # The second time somebody means it.
            os._exit(FAILED)
        told.append(number)

    # A pipe: this thread may hold any lock when the handler runs, so the handler can neither log nor set an Event.
    os.set_blocking(tells, False)
    signal.set_wakeup_fd(tells)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        daemon.start()
    except BaseException:
        daemon.stop()
        raise
    # What was read and compiled until now stays as long as the process: it is not to be looked through for what may go.
    gc.collect()
    gc.freeze()
    bound = " ".join(f"{protocol}={address}" for protocol, address in daemon.bound.items())
    log.info("ready %s", bound)
    tell_service_manager(READY, status(f"at work {bound}"))
    log.info("signal=%s stopping", signal.Signals(os.read(hears, 1)[0]).name)
    tell_service_manager(STOPPING, status("finishing the mail in hand"))
    daemon.stop()
    log.info("stopped")

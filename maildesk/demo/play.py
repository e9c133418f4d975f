"""The play: a desk of one agent and two customers, from the report to the digest, on a clock that leaps."""

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from maildesk.config import read_settings
from maildesk.daemon import Daemon
from maildesk.demo import acts
from maildesk.demo.acts import SUPPORT, Actors
from maildesk.demo.clock import LeapingClock
from maildesk.demo.stage import Stage
from maildesk.demo.world import GLANCE, World
from maildesk.errors import Refused
from maildesk.foundation import Foundation, lay_foundation
from maildesk.model import Inbound, Outbound, Recount, Ticket
from maildesk.settings_file import Configuration
from maildesk.vocabulary import InboundState, OutboundState

SETTINGS = f"""
[desk]
name = "Acme Support"
address = "{SUPPORT}"
operator = "operator@acme.example"
timezone = "Europe/Oslo"
data = "."

[listen]
lmtp = "127.0.0.1:0"

[answers]
hold = "0s"

[sla.high]
first_response = "2h"

[sla.normal]
first_response = "4h"

[[agent]]
email = "anna@acme.example"
name = "Anna"
languages = ["en"]
manager = true
"""
#: Half past seven in Oslo, and a minute.
_MONDAY = datetime(2026, 3, 9, 6, 31, tzinfo=UTC)
_MEMORY = "/dev/shm"
#: Seconds in which the desk must have done what there is to do.
_PATIENCE = 20.0


def play(keep: str = "") -> int:
    """Plays everything and returns the exit code. `keep`: a folder that stays; else everything is gone afterwards.

    Raises Refused for a folder with something in it: the play begins with ticket 1.
    """
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        if any(Path(keep).iterdir()):
            raise Refused(f"{keep} is not empty; name a new folder to keep the demonstration in")
        return _play_in(Path(keep))
    with tempfile.TemporaryDirectory(prefix="maildesk-demo-", dir=_in_memory()) as folder:
        return _play_in(Path(folder))


def _in_memory() -> str | None:
    """What is thrown away needs no disk, which is slow where others write; None where somebody has chosen a place."""
    chosen = os.environ.get("TMPDIR") or tempfile.tempdir
    return _MEMORY if not chosen and os.access(_MEMORY, os.W_OK) else None


def _play_in(folder: Path) -> int:
    clock, stage = LeapingClock(), Stage()
    configuration = Configuration(read_settings(SETTINGS, {}, "the demonstration"), None, folder.absolute())
    foundation = lay_foundation(configuration, clock)
    daemon = Daemon(foundation)
    daemon.start()
    try:
        stage.say(f"maildesk listens on {daemon.bound['lmtp']}; nothing leaves this machine, and time runs in leaps.")
        _play_acts(Actors(World(daemon.bound["lmtp"], folder / "sent", clock), stage), _Time(foundation, daemon, clock))
        _show_books(foundation, stage)
    except Refused as error:
        stage.say(f"The demonstration stopped: {error.reason}.")
        return 1
    finally:
        daemon.stop()
    stage.say(f"That was it: {stage.mails} mails came in, {stage.letters} letters went out, and nobody logged in.")
    return 0


class _Time:
    """Passes in leaps, between which the desk finishes what it does."""

    def __init__(self, foundation: Foundation, daemon: Daemon, clock: LeapingClock) -> None:
        self._foundation, self._daemon, self._clock = foundation, daemon, clock

    def passes(self, by: timedelta) -> None:
        self.comes(self._clock.now() + by)

    def comes(self, moment: datetime) -> None:
        """Raises Refused where the desk does not come to an end."""
        end = time.monotonic() + _PATIENCE
        while not self._is_quiet():
            if time.monotonic() > end:
                raise Refused(f"the desk is at work for {_PATIENCE:.0f} seconds")
            self._daemon.clock_was_set()
            time.sleep(GLANCE)
        self._clock.leap(moment)
        self._daemon.clock_was_set()

    def _is_quiet(self) -> bool:
        """Whoever is at work has taken a row for some minutes, which no leap may end; and a kept promise is to be
        written down before its time comes."""
        working = (OutboundState.WAITING, OutboundState.TRANSMITTING)
        with self._foundation.store.read() as session:
            mail = session.scalar(select(Inbound.id).where(Inbound.state == InboundState.NEW).limit(1))
            letter = session.scalar(select(Outbound.id).where(Outbound.state.in_(working)).limit(1))
            recount = session.scalar(select(Recount.id).limit(1))
        return mail is None and letter is None and recount is None


def _play_acts(actors: Actors, time_: _Time) -> None:
    acts.norwegian_ticket(actors)
    acts.korean_ticket(actors)
    acts.forger(actors)
    time_.passes(timedelta(hours=3))
    acts.urgent_report(actors)
    time_.passes(timedelta(minutes=61))
    acts.nearly_late(actors)
    time_.comes(_MONDAY)
    acts.digest(actors)


def _show_books(foundation: Foundation, stage: Stage) -> None:
    stage.say("The books, as `maildesk ticket list` has them:")
    with foundation.store.read() as session:
        for row in session.scalars(select(Ticket).order_by(Ticket.id)):
            rated = f", rated {row.rating} of 5" if row.rating else ""
            stage.line(f"#{row.id}  {row.status}{rated}  {row.subject}")

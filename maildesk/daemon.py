"""The composition root: puts the parts together, starts them in the order of the mail, and stops them in the same
order."""

import logging
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from maildesk.blobs import sweep
from maildesk.config import ListenAddress
from maildesk.desk.clocks.deadlines import note_delivered
from maildesk.desk.digest import send_digests
from maildesk.desk.held.held_daily import tend_held
from maildesk.desk.keeper import Keeper
from maildesk.desk.reports import send_reports
from maildesk.desk.timers import Timekeeper, fire_deadlines
from maildesk.desk.undelivered import tell_refused
from maildesk.desk.watchmen import Watchmen, look_around
from maildesk.doors import Doors
from maildesk.errors import Deferred, Refused
from maildesk.foundation import Foundation, make_relay, open_post, ours_of
from maildesk.health import Pulse, is_at_work
from maildesk.http_door import HttpDoor
from maildesk.ingest import inbox
from maildesk.ingest.accept import Intake
from maildesk.ingest.pictures.previews import Drawers
from maildesk.ingest.process import Desk, process_inbox
from maildesk.ingest.sender_proof.examiners import Examiners, means_of
from maildesk.ingest.workers import Parsers
from maildesk.locks import DaemonLock
from maildesk.model import Outbound
from maildesk.notify.deliver import PostOffice, deliver_outbox, recover_outbox
from maildesk.schedule import Job, Schedule
from maildesk.service_manager import ALIVE, tell_service_manager
from maildesk.sightings import last_fetches, numbers_of, what_ends

log = logging.getLogger(__name__)

ROLES = ("intake", "desk", "post", "clock")
#: The nudges give the speed; these give the certainty.
POLL = timedelta(seconds=1)
#: An upload that was not finished for so long never will be.
UNFINISHED = timedelta(days=1)
#: A day's letter may be so late.
SELDOM = timedelta(seconds=20)
#: A reminder may be so late.
SOON = timedelta(seconds=5)
_WATCHMEN = "look_around"
_CLOCKS, _DIGESTS, _REPORTS = "fire_deadlines", "send_digests", "send_reports"
_PROCESS, _DELIVER, _PULSE, _HELD = "process_inbox", "deliver_outbox", "pulse", "tend_held"
_KEYS = "look_at_keys"


class Daemon:
    """The running desk. `start`, then `stop`; or `once` for all that is due now."""

    def __init__(self, foundation: Foundation, roles: frozenset[str] = frozenset(ROLES)) -> None:
        means = means_of(foundation.settings)
        self._foundation = foundation
        self._roles = roles
        self._stopping = threading.Event()
        self._lock = DaemonLock(foundation.store, foundation.configuration.data)
        if not self._lock.acquire():
            data = foundation.configuration.data
            raise Refused(f"another maildesk runs on {data}; stop it first, or use PostgreSQL for several")
        with foundation.store.begin() as session:
            post = open_post(session, foundation, foundation.configuration.data / "compiled")
            if self._lock.alone:
                inbox.release(session)
        sweep(foundation.blobs.spool, foundation.clock.now() - UNFINISHED)
        self.post = post
        self.intake = Intake(foundation.store, foundation.blobs, lambda: self._schedule.nudge(_PROCESS))
        self._parsers = Parsers(1, ours_of(foundation.settings, post.loop_id))
        self._drawers = Drawers()
        self._examiners = Examiners(means)
        self._desk = Desk(
            foundation.settings,
            foundation.store,
            foundation.blobs,
            self._parsers,
            post,
            foundation.clock,
            self._mails_processed,
            self._drawers.draw,
            self._examiners.submit,
        )
        self._timekeeper = Timekeeper(foundation.store, post, foundation.clock, lambda: self._ends_in(_CLOCKS))
        self._office = PostOffice(
            store=foundation.store,
            blobs=foundation.blobs,
            relay=make_relay(foundation.configuration),
            clock=foundation.clock,
            jitter=random.random,
            tell=self._undelivered,
            stop=self._stopping,
            comes_back_to=post.comes_back_to,
            delivered=note_delivered,
            beat=lambda: self._pulse.beat(_DELIVER),
        )
        recover_outbox(self._office, all_leases=self._lock.alone)
        self._lock.settle_in()
        self._waiting: dict[str, str] = {}
        self._doors = Doors(foundation, self.intake, self._stopping)
        jobs = self._jobs()
        self._pulse = Pulse(
            foundation.configuration.data, [job.name for job in jobs], lambda: tell_service_manager(ALIVE)
        )
        self._schedule = Schedule(jobs)
        #: The addresses that are listened on, by protocol, once started.
        self.bound: dict[str, str] = {}

    def start(self) -> None:
        """Starts to serve. Raises Refused where an address cannot be listened on."""
        self._pulse.begin()
        self._schedule.start()
        if "intake" in self._roles:
            self.bound |= self._doors.open()
        if self._foundation.settings.listen.http:
            self.bound["http"] = self._door.start()

    def stop(self) -> None:
        """Stops letting mail in at once, finishes what is being worked on, and ends. Nothing acknowledged is lost."""
        self._stopping.set()
        if "http" in self.bound:
            self._door.close()
        self._doors.close()
        self._schedule.stop()
        self._pulse.end()
        self.close()

    def once(self) -> bool:
        """Does all that is due: fetches, processes, delivers. False where a mailbox could not be reached."""
        reached = self._doors.fetch_once() if "intake" in self._roles else True
        if "desk" in self._roles:
            process_inbox(self._desk)
        if "clock" in self._roles:
            fire_deadlines(self._timekeeper)
            tend_held(self._keeper)
            send_digests(self._keeper)
        if "post" in self._roles:
            deliver_outbox(self._office)
        return reached

    def clock_was_set(self) -> None:
        """What is due by the clock is looked for now: for a clock that leaps."""
        for name in (_CLOCKS, _HELD, _DIGESTS):
            self._schedule.nudge(name)

    def close(self) -> None:
        """Gives everything back; for `once`, which starts nothing."""
        self._parsers.close()
        self._drawers.close()
        self._examiners.close()
        self._office.relay.close()
        self.intake.close()
        self._lock.release()
        self._foundation.store.close()

    def _jobs(self) -> list[Job]:
        # A daemon that only takes mail in, or only keeps the time, has a pulse too.
        jobs = [
            Job(_PULSE, "clock", POLL, self._keep_place),
            self._story(_KEYS, "the signing keys", SOON, self._look_at_keys),
        ]
        if "desk" in self._roles:
            jobs.append(
                self._story(
                    _PROCESS, "processing", POLL, lambda: process_inbox(self._desk, lambda: self._ends_in(_PROCESS))
                )
            )
        if "post" in self._roles:
            jobs.append(self._story(_DELIVER, "delivery", POLL, lambda: deliver_outbox(self._office)))
        if "clock" in self._roles:
            jobs += [
                self._story(_HELD, "held mail", SELDOM, lambda: tend_held(self._keeper)),
                self._story(_WATCHMEN, "watching", SELDOM, lambda: look_around(self._watchmen)),
                self._story(_DIGESTS, "digests", SELDOM, self._account),
                self._story(
                    _REPORTS, "reports", SOON, lambda: send_reports(self._keeper, lambda: self._ends_in(_REPORTS))
                ),
                self._story(_CLOCKS, "the clocks", SOON, lambda: fire_deadlines(self._timekeeper)),
            ]
        return jobs

    def _story(self, name: str, words: str, every: timedelta, run: Callable[[], int | bool | None]) -> Job:
        """A story in a thread of its own, whose letters leave at once; where it has to wait, the log says so once."""

        def turn() -> None:
            try:
                if run() and name != _DELIVER:
                    self._schedule.nudge(_DELIVER)
            except Deferred as trouble:
                self._waits(words, trouble.reason)
            else:
                self._waits(words, "")
            self._pulse.beat(name)

        return Job(name, name, every, turn)

    def _account(self) -> bool:
        """After a stop the clocks are read again first: a promise that was kept just before is not told as broken."""
        told = fire_deadlines(self._timekeeper) > 0
        return send_digests(self._keeper, lambda: self._ends_in(_DIGESTS)) or told

    def _mails_processed(self) -> None:
        """There may be letters, and reports that a manager asked for."""
        self._schedule.nudge(_DELIVER)
        self._schedule.nudge(_REPORTS)

    def _ends_in(self, story: str) -> bool:
        """Asked before each step of a story: a long one is no hanging one."""
        self._pulse.beat(story)
        return self._stopping.is_set()

    def _keep_place(self) -> None:
        try:
            self._lock.hold_on()
        except Deferred as trouble:
            log.debug("the place among the daemons waits: %s", trouble.reason)
        self._pulse.beat(_PULSE)

    def _look_at_keys(self) -> None:
        with self._foundation.store.read() as session:
            self.post.key_ring.look(session, self._foundation.clock.now())

    @cached_property
    def _keeper(self) -> Keeper:
        return Keeper(self._foundation.store, self.post, self._foundation.clock)

    @cached_property
    def _door(self) -> HttpDoor:
        """For watchers; used where listen.http is set."""
        foundation = self._foundation
        address = foundation.settings.listen.http or ListenAddress()
        pages = {
            "/readyz": lambda: is_at_work(foundation.configuration.data, foundation.clock),
            "/metrics": lambda: (True, numbers_of(foundation, self._doors.watched, self._office.relay)),
        }
        return HttpDoor(address, pages)

    @cached_property
    def _watchmen(self) -> Watchmen:
        foundation = self._foundation
        return Watchmen(
            foundation.store,
            self.post,
            foundation.clock,
            foundation.clock.now(),
            lambda: last_fetches(self._doors.watched),
            lambda: what_ends(self._doors.watched, self._office.relay, foundation.configuration),
        )

    def _waits(self, story: str, reason: str) -> None:
        """Says once that a story has to wait, and once that it goes on."""
        if self._waiting.get(story, "") != reason:
            self._waiting[story] = reason
            fate = f"waits: {reason}" if reason else "goes on"
            log.log(logging.ERROR if reason else logging.INFO, "%s %s", story, fate)

    def _undelivered(self, session: Session, letter: Outbound, reason: str) -> None:
        tell_refused(session, self.post, letter, reason, self._foundation.clock.now())

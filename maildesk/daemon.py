"""The composition root: puts the parts together, starts them in the order of the mail, and stops them in the same
order."""

import logging
import random
import socket
import threading
from datetime import timedelta
from typing import Literal

from sqlalchemy.orm import Session

from maildesk.blobs import sweep
from maildesk.config import ImapSettings, ListenAddress
from maildesk.desk.held_daily import Keeper, tend_held
from maildesk.desk.undelivered import tell_refused
from maildesk.errors import Deferred, Refused
from maildesk.foundation import Foundation, mailbox_account, make_relay, open_post, ours_of
from maildesk.health import Pulse
from maildesk.ingest import inbox
from maildesk.ingest.accept import Intake
from maildesk.ingest.imap import MailboxWatcher
from maildesk.ingest.listener import Listener
from maildesk.ingest.ours import own_addresses
from maildesk.ingest.pictures.previews import Drawers
from maildesk.ingest.process import Desk, process_inbox
from maildesk.ingest.quota import Allowance
from maildesk.ingest.reception import ListenerLimits
from maildesk.ingest.sender_proof.examiners import Examiners, means_of
from maildesk.ingest.workers import Parsers
from maildesk.locks import DaemonLock, MailboxLock
from maildesk.model import Outbound
from maildesk.notify.deliver import PostOffice, deliver_outbox, recover_outbox
from maildesk.schedule import Job, Schedule

log = logging.getLogger(__name__)

ROLES = ("intake", "desk", "post", "clock")
#: The nudges give the speed; these give the certainty.
POLL = timedelta(seconds=1)
#: An upload that was not finished for so long never will be.
UNFINISHED = timedelta(days=1)
#: Seconds a stop waits for a mailbox.
PATIENCE_WITH_MAILBOXES = 10.0
#: A day's letter may be so late.
SELDOM = timedelta(seconds=20)
_PROCESS, _DELIVER, _PULSE, _HELD = "process_inbox", "deliver_outbox", "pulse", "tend_held"


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
            post = open_post(session, foundation, foundation.configuration.data / "templates")
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
            lambda: self._schedule.nudge(_DELIVER),
            self._drawers.draw,
            self._examiners.submit,
        )
        self._keeper = Keeper(foundation.store, post, foundation.clock)
        self._office = PostOffice(
            store=foundation.store,
            blobs=foundation.blobs,
            relay=make_relay(foundation.configuration),
            clock=foundation.clock,
            jitter=random.random,
            tell=self._undelivered,
            stop=self._stopping,
            comes_back_to=post.comes_back_to,
            beat=lambda: self._pulse.beat(_DELIVER),
        )
        recover_outbox(self._office, all_leases=self._lock.alone)
        self._lock.settle_in()
        self._waiting: dict[str, str] = {}
        self._listeners: list[Listener] = []
        self._watchers: list[threading.Thread] = []
        jobs = self._jobs()
        self._pulse = Pulse(foundation.configuration.data, [job.name for job in jobs])
        self._schedule = Schedule(jobs)
        #: The addresses that are listened on, by protocol, once started.
        self.bound: dict[str, str] = {}

    def start(self) -> None:
        """Starts to serve. Raises Refused where an address cannot be listened on."""
        self._schedule.start()
        if "intake" in self._roles:
            self._listen()
            self._watch()

    def stop(self) -> None:
        """Stops letting mail in at once, finishes what is being worked on, and ends. Nothing acknowledged is lost."""
        self._stopping.set()
        for listener in self._listeners:
            listener.close()
        for thread in self._watchers:
            # One that waits for a slow server is left behind: what it has not kept is still in the mailbox.
            thread.join(PATIENCE_WITH_MAILBOXES)
        self._schedule.stop()
        self._pulse.end()
        self.close()

    def once(self) -> bool:
        """Does all that is due: fetches, processes, delivers. False where a mailbox could not be reached."""
        mailboxes = self._mailboxes() if "intake" in self._roles else []
        reached = all([self._fetch_once(mailbox) for mailbox in mailboxes])
        if "desk" in self._roles:
            process_inbox(self._desk)
        if "clock" in self._roles:
            tend_held(self._keeper)
        if "post" in self._roles:
            deliver_outbox(self._office)
        return reached

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
        jobs = [Job(_PULSE, "clock", POLL, self._keep_place)]
        if "desk" in self._roles:
            jobs.append(Job(_PROCESS, "desk", POLL, self._process))
        if "post" in self._roles:
            jobs.append(Job(_DELIVER, "post", POLL, self._deliver))
        if "clock" in self._roles:
            jobs.append(Job(_HELD, "held", SELDOM, self._tend_held))
        return jobs

    def _keep_place(self) -> None:
        try:
            self._lock.hold_on()
        except Deferred as trouble:
            log.debug("the place among the daemons waits: %s", trouble.reason)
        self._pulse.beat(_PULSE)

    def _process(self) -> None:
        try:
            process_inbox(self._desk, self._ends_now)
        except Deferred as trouble:
            self._waits("processing", trouble.reason)
        else:
            self._waits("processing", "")
        self._pulse.beat(_PROCESS)

    def _deliver(self) -> None:
        try:
            deliver_outbox(self._office)
        except Deferred as trouble:
            self._waits("delivery", trouble.reason)
        else:
            self._waits("delivery", "")
        self._pulse.beat(_DELIVER)

    def _tend_held(self) -> None:
        try:
            if tend_held(self._keeper):
                self._schedule.nudge(_DELIVER)
        except Deferred as trouble:
            self._waits("held mail", trouble.reason)
        else:
            self._waits("held mail", "")
        self._pulse.beat(_HELD)

    def _waits(self, story: str, reason: str) -> None:
        """Says once that a story has to wait, and once that it goes on."""
        if self._waiting.get(story, "") != reason:
            self._waiting[story] = reason
            fate = f"waits: {reason}" if reason else "goes on"
            log.log(logging.ERROR if reason else logging.INFO, "%s %s", story, fate)

    def _ends_now(self) -> bool:
        """Asked before each mail: a long inbox is no hanging story."""
        self._pulse.beat(_PROCESS)
        return self._stopping.is_set()

    def _undelivered(self, session: Session, letter: Outbound, reason: str) -> None:
        tell_refused(session, self.post, letter, reason, self._foundation.clock.now())

    def _listen(self) -> None:
        settings = self._foundation.settings
        limits = ListenerLimits(
            message_size=settings.limits.message_size,
            connections=settings.limits.connections,
            connections_per_address=settings.limits.connections_per_address,
            allowance=Allowance(
                settings.limits.mails_per_sender, settings.limits.bytes_per_sender, settings.limits.mails_per_network
            ),
        )
        ours = own_addresses(settings.own_addresses, settings.desk.subaddress)
        name = socket.gethostname()
        protocols: tuple[tuple[Literal["lmtp", "smtp"], ListenAddress | None], ...] = (
            ("lmtp", settings.listen.lmtp),
            ("smtp", settings.listen.smtp),
        )
        for protocol, address in protocols:
            if address:
                clock = self._foundation.clock
                listener = Listener(self.intake, str(address), protocol, ours, limits, clock, name)
                self.bound[protocol] = listener.start()
                self._listeners.append(listener)

    def _watch(self) -> None:
        for mailbox in self._mailboxes():
            thread = threading.Thread(
                target=mailbox.run, args=[self._stopping], name=f"imap-{mailbox.name}", daemon=True
            )
            thread.start()
            self._watchers.append(thread)

    def _mailboxes(self) -> list[MailboxWatcher]:
        return [self._mailbox(settings) for settings in self._foundation.settings.imap]

    def _mailbox(self, settings: ImapSettings) -> MailboxWatcher:
        foundation = self._foundation
        return MailboxWatcher(
            mailbox_account(settings, foundation.configuration.folder),
            self.intake,
            foundation.store,
            foundation.clock,
            MailboxLock(foundation.store, foundation.configuration.data, settings.name),
            lambda seconds: seconds * random.uniform(0.7, 1.3),
            foundation.settings.limits.message_size,
        )

    def _fetch_once(self, mailbox: MailboxWatcher) -> bool:
        try:
            mailbox.fetch_once()
        except Deferred as trouble:
            log.error("imap mailbox=%s: %s", mailbox.name, trouble.reason)
            return False
        finally:
            mailbox.close()
        return True

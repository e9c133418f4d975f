"""The doors by which mail comes in: listeners and mailboxes, opened and closed together. What comes in is kept by the
intake; nothing is read here."""

import logging
import random
import socket
import threading
from typing import Literal

from maildesk.config import ImapSettings, ListenAddress
from maildesk.errors import Deferred
from maildesk.foundation import Foundation, mailbox_account
from maildesk.ingest.accept import Intake
from maildesk.ingest.imap import MailboxWatcher
from maildesk.ingest.listener import Listener
from maildesk.ingest.ours import own_addresses
from maildesk.ingest.quota import Allowance
from maildesk.ingest.reception import ListenerLimits
from maildesk.locks import MailboxLock

log = logging.getLogger(__name__)

#: Seconds a stop waits for a mailbox.
PATIENCE_WITH_MAILBOXES = 10.0


class Doors:
    """`open`, then `close`; or `fetch_once` for what lies in the mailboxes now."""

    def __init__(self, foundation: Foundation, intake: Intake, stopping: threading.Event) -> None:
        self._foundation = foundation
        self._intake = intake
        self._stopping = stopping
        self._listeners: list[Listener] = []
        self._watchers: dict[MailboxWatcher, threading.Thread] = {}

    @property
    def watched(self) -> list[MailboxWatcher]:
        """The mailboxes that are looked at."""
        return list(self._watchers)

    def open(self) -> dict[str, str]:
        """The addresses that are listened on, by protocol. Raises Refused where one cannot be."""
        bound = self._listen()
        for mailbox in self._mailboxes():
            thread = threading.Thread(
                target=mailbox.run, args=[self._stopping], name=f"imap-{mailbox.name}", daemon=True
            )
            thread.start()
            self._watchers[mailbox] = thread
        return bound

    def close(self) -> None:
        """Lets nothing more in; `stopping` is set already."""
        for listener in self._listeners:
            listener.close()
        for thread in self._watchers.values():
            # One that waits for a slow server is left behind: what it has not kept is still in the mailbox.
            thread.join(PATIENCE_WITH_MAILBOXES)

    def fetch_once(self) -> bool:
        """False where a mailbox could not be reached."""
        return all([_fetch_once(mailbox) for mailbox in self._mailboxes()])

    def _listen(self) -> dict[str, str]:
        settings = self._foundation.settings
        bound: dict[str, str] = {}
        limits = ListenerLimits(
            message_size=settings.limits.message_size,
            connections=settings.limits.connections,
            connections_per_address=settings.limits.connections_per_address,
            allowance=Allowance(
                settings.limits.mails_per_sender, settings.limits.bytes_per_sender, settings.limits.mails_per_network
            ),
        )
        ours = own_addresses(settings.own_addresses, settings.desk.subaddress)
        protocols: tuple[tuple[Literal["lmtp", "smtp"], ListenAddress | None], ...] = (
            ("lmtp", settings.listen.lmtp),
            ("smtp", settings.listen.smtp),
        )
        for protocol, address in protocols:
            if address:
                clock, name = self._foundation.clock, socket.gethostname()
                listener = Listener(self._intake, str(address), protocol, ours, limits, clock, name)
                bound[protocol] = listener.start()
                self._listeners.append(listener)
        return bound

    def _mailboxes(self) -> list[MailboxWatcher]:
        return [self._mailbox(settings) for settings in self._foundation.settings.imap]

    def _mailbox(self, settings: ImapSettings) -> MailboxWatcher:
        foundation = self._foundation
        return MailboxWatcher(
            mailbox_account(settings, foundation.configuration.folder, foundation.configuration.data),
            self._intake,
            foundation.store,
            foundation.clock,
            MailboxLock(foundation.store, foundation.configuration.data, settings.name),
            lambda seconds: seconds * random.uniform(0.7, 1.3),
            foundation.settings.limits.message_size,
        )


def _fetch_once(mailbox: MailboxWatcher) -> bool:
    try:
        mailbox.fetch_once()
    except Deferred as trouble:
        log.error("imap mailbox=%s: %s", mailbox.name, trouble.reason)
        return False
    finally:
        mailbox.close()
    return True

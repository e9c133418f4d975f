"""What does a running daemon see of its own connections? The last fetches, and what ends when. It judges nothing."""

from collections.abc import Sequence
from datetime import datetime

from maildesk.desk.alarms import Alarm
from maildesk.foundation import Foundation, logins_end
from maildesk.ingest.imap import MailboxWatcher
from maildesk.metrics import exposition
from maildesk.notify.relay import Relay, SmtpRelay
from maildesk.settings_file import Configuration


def last_fetches(watchers: Sequence[MailboxWatcher]) -> dict[str, datetime | None]:
    """Of each mailbox that this daemon watches."""
    return {watcher.name: watcher.last_success for watcher in watchers}


def what_ends(
    watchers: Sequence[MailboxWatcher], relay: Relay, configuration: Configuration
) -> dict[tuple[Alarm, str], datetime]:
    """Certificates as servers showed them last; logins and secrets as far as anybody knows."""
    shown = {watcher.name: watcher.certificate_ends for watcher in watchers}
    if isinstance(relay, SmtpRelay):
        shown[configuration.settings.relay.host] = relay.certificate_ends
    certificates = {(Alarm.CERTIFICATE, name): end for name, end in shown.items() if end}
    return {**certificates, **{(Alarm.LOGIN, name): end for name, end in logins_end(configuration)}}


def numbers_of(foundation: Foundation, watchers: Sequence[MailboxWatcher], relay: Relay) -> str:
    """The page for Prometheus. Raises Deferred where the database is away."""
    ends = what_ends(watchers, relay, foundation.configuration)
    with foundation.store.read() as session:
        return exposition(session, last_fetches(watchers), ends, foundation.clock.now())

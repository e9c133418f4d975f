"""The story of a rehearsal: what `run --once` would do now, done to a copy. It delivers nothing and takes no lock.

Mail is limited twice, and the report says where that was felt: the newest NEWEST of each mailbox, MOST_MAILS in all.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from maildesk.clock import Clock, SystemClock
from maildesk.errors import Deferred
from maildesk.foundation import Foundation, MailboxAccount, mailbox_account, open_post, ours_of
from maildesk.ingest.accept import Intake
from maildesk.ingest.imap import MailboxWatcher
from maildesk.ingest.imap.ledger import Ledger
from maildesk.ingest.imap.looking import Glance, LookingSession, choose_newest
from maildesk.ingest.process import Desk, process_inbox
from maildesk.ingest.sender_proof.examiners import Examiners, means_of
from maildesk.ingest.workers import Parsers
from maildesk.mail import Ours
from maildesk.rehearsal.raw_mail import blobs_over
from maildesk.rehearsal.report import Before, Notes, Rehearsed, report, state_of
from maildesk.safekeeping.desk_copy import copy_desk
from maildesk.settings_file import Configuration

NEWEST: Final = 500
MOST_MAILS: Final = 2000

#: Hears what is going on, in a few words.
Tell = Callable[[str], None]


class _NoLock:
    """Looking needs no right: a daemon may watch the same mailbox."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass


def rehearse(
    configuration: Configuration, roles: frozenset[str], tell: Tell = lambda _: None, clock: Clock | None = None
) -> Rehearsed:
    """What would become of the mail that waits here and in the mailboxes, now; of `roles`, intake and desk count.

    Everything happens in a temporary folder, which is removed whatever happens. Raises Deferred, Refused and
    ConfigError as the start of a daemon does; a mailbox out of reach stands in the report.
    """
    with TemporaryDirectory(prefix="maildesk-dry-run-") as name:
        folder = Path(name)
        store = copy_desk(configuration, folder, lambda rows: tell(f"copying the desk: {rows} rows"))
        with closing(store):
            blobs = blobs_over(configuration, folder)
            return _play(Foundation(configuration, store, blobs, clock or SystemClock()), roles, tell)


def _play(foundation: Foundation, roles: frozenset[str], tell: Tell) -> Rehearsed:
    now = foundation.clock.now()
    with foundation.store.begin() as session:
        before = state_of(session, now)
        post = open_post(session, foundation)
    glances, unreached = _look(foundation, tell) if "intake" in roles else ([], [])
    notes = Notes(before.last_letter, tell)
    if "desk" in roles:
        examining = closing(Examiners(means_of(foundation.settings)))
        with _parsers(ours_of(foundation.settings, post.loop_id)) as parsers, examining as examiners:
            desk = Desk(
                foundation.settings,
                foundation.store,
                foundation.blobs,
                parsers,
                post,
                foundation.clock,
                examine=examiners.submit,
                witness=notes,
            )
            process_inbox(desk, lambda: len(notes.taken) >= MOST_MAILS)
    return _told(foundation, before, notes, glances, unreached)


def _told(
    foundation: Foundation, before: Before, notes: Notes, glances: list[Glance], unreached: list[str]
) -> Rehearsed:
    with foundation.store.read() as session:
        return report(session, before, notes, tuple(glances), tuple(unreached))


def _look(foundation: Foundation, tell: Tell) -> tuple[list[Glance], list[str]]:
    """What each mailbox had, and what is in the way of those that cannot be looked into."""
    folder = foundation.configuration.folder
    # All secrets first: a configuration that is wrong is told before anybody is asked.
    data = foundation.configuration.data
    accounts = [mailbox_account(settings, folder, data) for settings in foundation.settings.imap]
    glances: list[Glance] = []
    unreached: list[str] = []
    with closing(Intake(foundation.store, foundation.blobs, lambda: None)) as intake:
        for account in accounts:
            tell(f"looking into mailbox {account.name}")
            try:
                glances.append(_look_into(foundation, account, intake))
            except Deferred as trouble:
                unreached.append(f"imap mailbox={account.name}: {trouble.reason}")
    return glances, unreached


def _look_into(foundation: Foundation, account: MailboxAccount, intake: Intake) -> Glance:
    ledger = Ledger(foundation.store, foundation.clock, account.name, account.folder)
    glance = choose_newest(account, ledger, NEWEST)
    watcher = MailboxWatcher(
        account,
        intake,
        foundation.store,
        foundation.clock,
        _NoLock(),
        lambda seconds: seconds,
        foundation.settings.limits.message_size,
        LookingSession,
    )
    with closing(watcher):
        watcher.fetch_once()
    return glance


@contextmanager
def _parsers(ours: Ours) -> Iterator[Parsers]:
    parsers = Parsers(1, ours)
    try:
        yield parsers
    except BaseException:
        # Nobody waits for the mails in hand any more.
        parsers.kill()
        raise
    parsers.close()

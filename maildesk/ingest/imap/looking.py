"""What a rehearsal does with a mailbox: it looks, and changes nothing there.

The folder is opened with EXAMINE, so that the server itself lets nothing be changed (RFC 9051 6.3.3). Ledger and spool
are those of the rehearsal.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from maildesk.ingest.imap import beginning
from maildesk.ingest.imap.ledger import PASSED_OVER, Ledger
from maildesk.ingest.imap.session import Folder, MailboxSettings, Session


class LookingSession(Session):
    """What would change the mailbox is passed over in silence, as if it had been done."""

    def select(self, *, readonly: bool = True) -> Folder:
        return super().select(readonly=True)

    def make_folder(self, name: str) -> None:
        pass

    def move(self, uids: Sequence[int], folder: str) -> None:
        pass

    def copy_and_remove(self, uids: Sequence[int], folder: str) -> None:
        pass

    def flag(self, uids: Sequence[int], flag: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Glance:
    """How many mails of a mailbox are new and to be read; `beyond`: new as well, but older than those; `old`: there
    before the very first look, and passed over."""

    mailbox: str
    new: int
    beyond: int
    old: int


def choose_newest(settings: MailboxSettings, ledger: Ledger, most: int) -> Glance:
    """Lets the next look take the newest `most` of the new mails only. Raises Deferred as a session does."""
    with closing(LookingSession(settings)) as session:
        folder = session.select()
        is_first = ledger.begun_at() is None
        first = beginning.first_uid(session, folder, ledger, settings)
        new: list[int] = []
        for window in beginning.windows(folder, first):
            new += ledger.unseen(folder.uidvalidity, session.uids(*window))
    beyond = new[:-most]
    ledger.set_aside(folder.uidvalidity, beyond, PASSED_OVER)
    old = max(folder.exists - len(new), 0) if is_first else 0
    return Glance(settings.name, len(new) - len(beyond), len(beyond), old)

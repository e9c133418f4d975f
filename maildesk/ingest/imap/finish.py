"""What happens to a mail on the server once it is durable here, and never before: moved, or flagged.

    processed   server has                    way
    a folder    MOVE                          UID MOVE
    a folder    UIDPLUS                       UID COPY, \\Deleted, UID EXPUNGE
    a folder    neither                       flagged: a plain EXPUNGE would remove what a person has marked
    ""          -                             flagged

A flag is the keyword $Maildesk, or \\Seen where the server keeps no keywords. It is for people: the ledger decides.
"""

import logging
from collections.abc import Sequence
from enum import Enum, auto

from maildesk.errors import Deferred
from maildesk.ingest.imap.session import KEYWORD, Folder, Session

log = logging.getLogger(__name__)


class Way(Enum):
    MOVE = auto()
    COPY = auto()
    FLAG = auto()


def choose_way(processed: str, has_move: bool, has_uidplus: bool) -> Way:
    """The row of the table above."""
    if processed and has_move:
        return Way.MOVE
    return Way.COPY if processed and has_uidplus else Way.FLAG


class Finisher:
    """Moves or flags mails of one mailbox in one session."""

    def __init__(self, session: Session, mailbox: str, processed: str) -> None:
        self._session = session
        self._mailbox = mailbox
        self._processed = processed
        self._way = choose_way(processed, session.can("MOVE"), session.can("UIDPLUS"))
        if processed and self._way is Way.FLAG:
            log.warning("imap mailbox=%s: the server has neither MOVE nor UIDPLUS, so mails are flagged only", mailbox)
        if self._way is not Way.FLAG:
            session.make_folder(processed)

    def finish(self, uids: Sequence[int], folder: Folder) -> bool:
        """True where it was done. False where the server declined: the mails stay, are not taken twice, and wait."""
        try:
            self._do(uids, folder)
        except Deferred as trouble:
            if trouble.everyone:
                raise
            log.warning("imap mailbox=%s mails=%d kept but not moved: %s", self._mailbox, len(uids), trouble.reason)
            return False
        return True

    def _do(self, uids: Sequence[int], folder: Folder) -> None:
        if self._way is Way.FLAG:
            self._session.flag(uids, KEYWORD if folder.keywords else "\\Seen")
            return
        move = self._session.move if self._way is Way.MOVE else self._session.copy_and_remove
        try:
            move(uids, self._processed)
        except Deferred as trouble:
            if trouble.everyone:
                raise
            # Somebody may have removed or renamed the folder.
            self._session.make_folder(self._processed)
            move(uids, self._processed)

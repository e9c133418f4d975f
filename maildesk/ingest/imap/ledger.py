"""Which mails of a folder were looked at, by UIDVALIDITY and UID, whatever their flags say. It has no connection.

    state         what it means
    kept          durable here; still to be moved or flagged on the server
    done          moved or flagged, or gone
    passed_over   was there before the first look, with first_sync = "from_now"
    too_large     above limits.message_size; left where it is
    unreadable    the server lists it and did not hand it out, in many tries; left where it is

The cursor is the first UID that was never looked at. Each look goes LOOK_BACK UIDs further back, and takes what the
ledger does not have.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update

from maildesk.clock import Clock
from maildesk.ingest.imap import rows
from maildesk.ingest.inbox import Place
from maildesk.model import MailboxCursor, MailboxMail
from maildesk.store import Store

LOOK_BACK: Final = 1000
TOO_LARGE: Final = "too_large"
UNREADABLE: Final = "unreadable"
PASSED_OVER: Final = "passed_over"


class Ledger:
    """The ledger of one folder of one mailbox."""

    def __init__(self, store: Store, clock: Clock, mailbox: str, folder: str) -> None:
        self._store = store
        self._clock = clock
        self._mailbox = mailbox
        self._folder = folder

    def cursor(self, uidvalidity: int) -> int | None:
        """The first UID that was never looked at; None before the first look under this UIDVALIDITY."""
        with self._store.read() as session:
            return rows.cursor(session, self._mailbox, self._folder, uidvalidity)

    def begun_at(self) -> datetime | None:
        """When the folder was looked at first, under whatever UIDVALIDITY."""
        with self._store.read() as session:
            return session.scalar(
                select(func.min(MailboxCursor.started_at)).where(
                    MailboxCursor.mailbox == self._mailbox, MailboxCursor.folder == self._folder
                )
            )

    def begin(self, uidvalidity: int, next_uid: int, old: Sequence[int]) -> None:
        """The first look: from `next_uid` on, and without the `old` mails; in one transaction."""
        now = self._clock.now()
        with self._store.begin() as session:
            rows.move_cursor(session, self._mailbox, self._folder, uidvalidity, next_uid, now)
            session.add_all(self._row(uidvalidity, uid, PASSED_OVER, now) for uid in old)

    def unseen(self, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        """Those that the ledger does not have, in their order."""
        with self._store.read() as session:
            seen = rows.seen_uids(session, self._mailbox, self._folder, uidvalidity, uids)
        return [uid for uid in uids if uid not in seen]

    def unfinished(self, uidvalidity: int) -> list[int]:
        """Durable here, not yet moved or flagged there: what a crash or a full quota left behind."""
        with self._store.read() as session:
            return rows.unfinished_uids(session, self._mailbox, self._folder, uidvalidity)

    def finish(self, uidvalidity: int, uids: Sequence[int]) -> None:
        with self._store.begin() as session:
            session.execute(
                update(MailboxMail)
                .where(
                    MailboxMail.mailbox == self._mailbox,
                    MailboxMail.folder == self._folder,
                    MailboxMail.uidvalidity == uidvalidity,
                    MailboxMail.uid.in_(uids),
                )
                .values(state="done")
                .execution_options(synchronize_session=False)
            )

    def set_aside(self, uidvalidity: int, uids: Sequence[int], state: str) -> None:
        """Mails that stay where they are, and are not tried again; `state` says why."""
        now = self._clock.now()
        with self._store.begin() as session:
            session.add_all(self._row(uidvalidity, uid, state, now) for uid in uids)

    def move_cursor(self, uidvalidity: int, next_uid: int) -> None:
        with self._store.begin() as session:
            rows.move_cursor(session, self._mailbox, self._folder, uidvalidity, next_uid, self._clock.now())

    def place(self, uidvalidity: int, uid: int) -> Place:
        return Place(self._mailbox, self._folder, uidvalidity, uid)

    def _row(self, uidvalidity: int, uid: int, state: str, now: datetime) -> MailboxMail:
        return MailboxMail(
            mailbox=self._mailbox, folder=self._folder, uidvalidity=uidvalidity, uid=uid, taken_at=now, state=state
        )


def left_on_server(store: Store) -> list[tuple[Place, str]]:
    """Mails that were not taken, with the reason (too_large, unreadable): for the operator's eyes."""
    with store.read() as session:
        found = session.scalars(
            select(MailboxMail).where(MailboxMail.state.in_([TOO_LARGE, UNREADABLE])).order_by(MailboxMail.id)
        )
        return [(Place(row.mailbox, row.folder, row.uidvalidity, row.uid), row.state) for row in found]

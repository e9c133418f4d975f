"""Where a look through a folder begins, and which of its mails are old and stay untouched.

never looked at, first_sync = "from_now"   from UIDNEXT on; what is there is passed over
never looked at, first_sync = "all"        from the first mail on
looked at, but UIDVALIDITY is new          from the first mail on, because the digest recognises what is known; with
                                           "from_now", mails from before the very first look are passed over
looked at under this UIDVALIDITY           from LOOK_BACK before the cursor
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from maildesk.ingest.imap.ledger import LOOK_BACK, Ledger
from maildesk.ingest.imap.session import LISTED_AT_ONCE, Folder, MailboxSettings, Session

log = logging.getLogger(__name__)

#: How far the server's clock and ours may differ, when an old mail is told from a new one by its arrival.
_DOUBT: Final = timedelta(days=1)
_SLICE: Final = 2000


def first_uid(session: Session, folder: Folder, ledger: Ledger, settings: MailboxSettings) -> int:
    """The UID to look from. On the first look it writes down what is passed over."""
    cursor = ledger.cursor(folder.uidvalidity)
    if cursor is None:
        cursor = _begin(session, folder, ledger, settings)
    elif folder.uidnext < cursor:
        log.warning(
            "imap mailbox=%s uidnext=%d cursor=%d: the server counts backwards without a new UIDVALIDITY, so new "
            "mail may stay unseen: tell its operator",
            settings.name,
            folder.uidnext,
            cursor,
        )
    return max(1, cursor - LOOK_BACK)


def windows(folder: Folder, first: int) -> Iterator[tuple[int, int | None]]:
    """Ranges of UIDs, each with few enough mails for one line of an answer; the last one is open."""
    if folder.exists > LISTED_AT_ONCE:
        while first + LISTED_AT_ONCE < folder.uidnext:
            yield first, first + LISTED_AT_ONCE - 1
            first += LISTED_AT_ONCE
    if folder.exists:
        yield first, None


def _begin(session: Session, folder: Folder, ledger: Ledger, settings: MailboxSettings) -> int:
    begun_at, from_now = ledger.begun_at(), settings.first_sync == "from_now"
    next_uid, old = 1, []
    if begun_at is not None:
        log.warning(
            "imap mailbox=%s uidvalidity=%d: the server has numbered its mails anew; the whole folder is looked "
            "through, and known mails are recognised by their content",
            settings.name,
            folder.uidvalidity,
        )
        old = _arrived_before(session, folder, begun_at - _DOUBT) if from_now else []
    elif from_now:
        next_uid = folder.uidnext
        # Further back than this no look will reach.
        old = session.uids(max(1, next_uid - LOOK_BACK), next_uid - 1) if folder.exists and next_uid > 1 else []
    ledger.begin(folder.uidvalidity, next_uid, old)
    log.info("imap mailbox=%s uidvalidity=%d from_uid=%d begun", settings.name, folder.uidvalidity, next_uid)
    return next_uid


def _arrived_before(session: Session, folder: Folder, moment: datetime) -> list[int]:
    old = []
    for first, last in windows(folder, 1):
        uids = session.uids(first, last)
        for at in range(0, len(uids), _SLICE):
            listed = session.list(uids[at : at + _SLICE])
            old += [uid for uid, mail in listed.items() if mail.arrived_at is not None and mail.arrived_at < moment]
    return old

"""The story of figures that somebody is to get: digests that are due, and what managers asked for by mail.

Each is a row (report_rows.py) and is made by itself: read in one snapshot of the database that no writer waits for, its
letter written in the transaction that settles the row. So the figures of a large desk lock nobody out, a crash at any
point loses nothing and tells nothing twice, and of two daemons each makes its own share. One that failed too often is
given up, and whoever was to get it is told so.
"""

import logging
from collections.abc import Callable

from maildesk.desk.digests.digest_letter import Recipient, account_of, digest_letter, managers_of
from maildesk.desk.digests.manager_answer import late_letter, not_made_letter
from maildesk.desk.digests.report_rows import MOST_ATTEMPTS, claim, put_off, settle
from maildesk.desk.figures.find import snapshot
from maildesk.desk.figures.period import Period
from maildesk.desk.keeper import Keeper
from maildesk.errors import Deferred
from maildesk.model import Report
from maildesk.notify import outbox
from maildesk.notify.compose import Notice, compose
from maildesk.vocabulary import ReportKind, ReportState, Span

log = logging.getLogger(__name__)


def send_reports(keeper: Keeper, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Makes all that is due; says whether there is a new letter. Cheap where there is nothing.

    Raises Deferred where the database is away.
    """
    sent = False
    while not stopping() and (row := claim(keeper.store, keeper.clock.now())) is not None:
        sent |= _make(keeper, row)
    return sent


def _make(keeper: Keeper, row: Report) -> bool:
    """One that fails is put off, and the others go on."""
    try:
        to = next((one for one in managers_of(keeper.post) if one.person == row.person_id), None)
        if to is None:
            return _settle(keeper, row, None, ReportState.SILENT, "he is no manager any more")
        if row.attempts > MOST_ATTEMPTS:
            notice = not_made_letter(keeper.post, to, row, keeper.clock.now())
            return _settle(keeper, row, notice, ReportState.FAILED, row.reason or "the process died each time")
        made = _notice(keeper, row, to)
        return _settle(keeper, row, made, ReportState.SENT if made else ReportState.SILENT)
    except Deferred:
        raise
    except Exception as error:
        log.exception("report key=%s attempt=%d failed", row.key, row.attempts)
        with keeper.store.begin() as session:
            put_off(session, row, f"a fault of maildesk: {type(error).__name__}", keeper.clock.now())
        return False


def _notice(keeper: Keeper, row: Report, to: Recipient) -> Notice | None:
    """None where there is nothing to tell."""
    now, post = keeper.clock.now(), keeper.post
    period = Period(Span(row.span), row.first, row.until, to.zone)
    with keeper.store.read() as session:
        snapshot(session)
        account = account_of(session, post.settings, period, now)
    if row.kind == ReportKind.LATE:
        return late_letter(post, to, account.figures.late, row.key, now)
    if row.kind == ReportKind.DAILY and account.figures.is_quiet:
        return None
    return digest_letter(post, to, account, row.key, now, workbook=row.workbook)


def _settle(keeper: Keeper, row: Report, notice: Notice | None, state: ReportState, why_not: str = "") -> bool:
    now, post = keeper.clock.now(), keeper.post
    letter = compose(notice, post.words) if notice else None
    with keeper.store.begin() as session:
        if not settle(session, row, state, now, why_not):
            log.info("report key=%s fate=overtaken", row.key)
            return False
        if letter is not None:
            outbox.enqueue(session, letter, now, post.blobs)
    log.info("report key=%s attempt=%d fate=%s", row.key, row.attempts, state)
    return letter is not None

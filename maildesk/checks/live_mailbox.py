"""Does a mailbox let us in, and can mail be taken from it? No mail is read; the folder for done mail is made."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from maildesk.checks.authorities import trusting
from maildesk.checks.finding import Finding, fail, ok, warn
from maildesk.checks.remedies import remedy_for
from maildesk.checks.unreachable import unreachable
from maildesk.config import ImapSettings
from maildesk.errors import Deferred
from maildesk.foundation import mailbox_account
from maildesk.ingest.imap.finish import Way, choose_way
from maildesk.ingest.imap.session import Session

_USED: Final = ("MOVE", "UIDPLUS", "IDLE", "CONDSTORE")
_LISTED_FOLDERS: Final = 12


def try_mailbox(mailbox: ImapSettings, folder: Path, data: Path) -> Iterator[Finding]:
    """Connects and logs in as the daemon does; `folder` is where relative paths start, `data` keeps tokens."""
    what = f"imap.{mailbox.name}"
    trusting(f"{what}.ca_file", mailbox.ca_file, folder)
    account = mailbox_account(mailbox, folder, data)
    try:
        session = Session(account)
    except Deferred as trouble:
        yield unreachable(what, trouble, mailbox, "imap")
        return
    with closing(session):
        yield ok(what, f"{mailbox.user} is logged in at {mailbox.host}:{mailbox.port}, tls {mailbox.tls}")
        yield _folder(f"{what}.folder", session, mailbox)
        yield from _capabilities(what, session, mailbox)
        if choose_way(mailbox.processed, session.can("MOVE"), session.can("UIDPLUS")) is not Way.FLAG:
            yield _processed(f"{what}.processed", session, mailbox.processed)


def _folder(what: str, session: Session, mailbox: ImapSettings) -> Finding:
    try:
        return ok(what, f"{mailbox.folder} has {session.select().exists} mails")
    except Deferred as trouble:
        names = _names(session)
        if not names or mailbox.folder in names:
            return fail(what, trouble.reason, remedy_for(trouble, "imap"))
    listed = ", ".join(names[:_LISTED_FOLDERS])
    by_lower = {name.lower(): name for name in names}
    near = get_close_matches(mailbox.folder.lower(), by_lower, 1)
    remedy = f'did you mean folder = "{by_lower[near[0]]}"?' if near else "name one of these, or make it on the server"
    return fail(what, f"there is no folder {mailbox.folder}; there are {listed}", remedy)


def _names(session: Session) -> Sequence[str]:
    """The folders there are; none where the server tells no more, because then the trouble before is what counts."""
    try:
        return session.folders()
    except Deferred:
        return []


def _capabilities(what: str, session: Session, mailbox: ImapSettings) -> Iterator[Finding]:
    can = [name for name in _USED if session.can(name)]
    yield ok(f"{what} capabilities", ", ".join(can) or "none beyond plain IMAP4rev1")
    if mailbox.processed and "MOVE" not in can and "UIDPLUS" not in can:
        found = "neither MOVE nor UIDPLUS: done mail cannot be moved safely, so it stays in the folder and is flagged"
        yield warn(f"{what}.processed", found, 'write processed = "", or tidy the folder by hand now and then')
    if "IDLE" not in can:
        seconds = mailbox.poll.total_seconds()
        found = f"no IDLE: new mail is seen when the folder is looked at, every {seconds:g} s"
        yield warn(f"{what}.poll", found, "shorten imap.poll where that is too late")


def _processed(what: str, session: Session, processed: str) -> Finding:
    try:
        session.make_folder(processed)
    except Deferred as trouble:
        remedy = f"make the folder {processed} by hand, or give the user the right to"
        return fail(what, f"it is not there and cannot be made ({trouble.reason})", remedy)
    return ok(what, f"done mail goes to {processed}")

"""Sends mails to the desk itself, waits until they come back, and reads what its mail server has written on them: under
which name it speaks of senders, where, and whether it takes out what strangers write under that name (RFC 8601 5).

The running desk knows these mails and passes them over. Nothing is changed: what is to be believed, a person writes
into the configuration.
"""

import secrets
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from email.utils import format_datetime
from typing import Final

from sqlalchemy import select

from maildesk.checks.finding import Finding, fail, ok, warn
from maildesk.checks.trace import FORGED, Trace, has_id, read_trace
from maildesk.desk.probe import probe_id
from maildesk.desk.speaker.authentication import UNNAMED, is_trusted
from maildesk.errors import Deferred, Refused
from maildesk.foundation import Foundation, lay_foundation, loop_id, mailbox_account, relay_account
from maildesk.ingest.imap.session import Session
from maildesk.keys import signing_keys
from maildesk.mail import Letter
from maildesk.model import Inbound
from maildesk.notify.line import Line
from maildesk.notify.why import in_words
from maildesk.settings_file import Configuration
from maildesk.vocabulary import NoticeKind

#: For each of the two mails.
ROUND_TRIP_SECONDS: Final = 25.0
#: Seconds. Polled, because nothing could wake us: the mail shows up in one of several mailboxes, or in the books of a
#: running desk, another process, which may have taken it out of its mailbox already.
_LOOK_EVERY: Final = 0.5
_WHAT: Final = "proof of senders"
_TAKE_OUT: Final = (
    "let the mail server remove Authentication-Results of this name from mail that comes in (header_checks, OpenDKIM "
    "RemoveARFrom, Rspamd, or its provider), and trust it only then: anybody can write what it is believed to say"
)

#: The beginning of the mail with this Message-ID, once it is there.
Look = Callable[[str], bytes | None]


def try_proof(configuration: Configuration) -> Iterator[Finding]:
    """One mail to see the trace block, one with a forged field in it."""
    with ExitStack() as open_things:
        foundation = lay_foundation(configuration)
        open_things.callback(foundation.store.close)
        look = _looks(foundation, open_things)
        try:
            trace = _round_trip(foundation, look, "")
        except (Deferred, Refused) as trouble:
            # The check of the relay has said why.
            why = in_words(trouble.reason, "en")
            yield warn(_WHAT, f"no mail could be sent to the desk itself ({why})", "see relay, above")
            return
        if trace is None:
            found = (
                f"a mail to {configuration.settings.desk.address} did not come back within {ROUND_TRIP_SECONDS:.0f} s"
            )
            remedy = "is the desk's address delivered to this desk, and is maildesk running? Try again later"
            yield warn(_WHAT, found, remedy)
            return
        trusted = [name.lower() for name in configuration.settings.auth.trusted_authserv_ids]
        names = list(dict.fromkeys([*([trace.server] if trace.server else []), *trusted]))
        after = _round_trip(foundation, look, ", ".join(names)) if names else None
        yield from _judged(configuration, trace, names, after)


def _judged(configuration: Configuration, trace: Trace, names: list[str], after: Trace | None) -> Iterator[Finding]:
    auth = configuration.settings.auth
    if after is not None and after.forged:
        yield fail(_WHAT, f"a forged field in the name of {', '.join(names)} came through", _TAKE_OUT)
        return
    if not trace.server:
        found = "the mail server writes no Authentication-Results with its name, so it proves nobody"
        yield warn(
            _WHAT, found, "let it check DKIM and DMARC, or write auth.pinned_domains, or rely on signed addresses"
        )
        return
    where = f"{trace.server} writes Authentication-Results, below {trace.received_above} Received fields"
    if after is None:
        yield warn(_WHAT, f"{where}; the mail with a forged one did not come back", "try again later")
    elif is_trusted(trace.server, [name.lower() for name in auth.trusted_authserv_ids]):
        yield _placed(where, trace, auth.received_above)
    else:
        remedy = (
            f'write into [auth]: trusted_authserv_ids = ["{trace.server}"], received_above = {trace.received_above}'
        )
        yield warn(_WHAT, f"{where}, and takes out forged ones; it is not trusted yet", remedy)


def _placed(where: str, trace: Trace, received_above: int) -> Finding:
    if trace.received_above > received_above:
        found = f"{where}, and they are believed below {received_above} only: nobody is proven"
        return fail(_WHAT, found, f"write into [auth]: received_above = {trace.received_above}")
    return ok(_WHAT, f"{where}, and takes out forged ones")


def _round_trip(foundation: Foundation, look: Look, forge_as: str) -> Trace | None:
    """Sends a mail and waits for it. None: it did not come back. Raises Deferred, Refused."""
    message_id = _send(foundation, forge_as)
    end = time.monotonic() + ROUND_TRIP_SECONDS
    while (raw := look(message_id)) is None:
        if time.monotonic() > end:
            return None
        time.sleep(_LOOK_EVERY)
    return read_trace(raw)


def _send(foundation: Foundation, forge_as: str) -> str:
    now, address = foundation.clock.now(), foundation.settings.desk.address
    with foundation.store.begin() as session:
        keys = signing_keys(session, now)
    message_id = probe_id(keys.believed[0], secrets.token_bytes(8), address.rpartition("@")[2])
    lines = [f"Authentication-Results: {_forged(name)}" for name in forge_as.split(", ") if name]
    lines += [
        f"From: <{address}>",
        f"To: <{address}>",
        "Subject: maildesk looks at its own mail server",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{message_id}>",
        "Auto-Submitted: auto-generated",
        f"X-Maildesk-Loop: {loop_id(keys.first)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Sent by `maildesk check --live`. It may be deleted.",
        "",
    ]
    raw = "\r\n".join(lines).encode("ascii")
    # Of no kind that the desk sends: it does not enter the outbox.
    letter = Letter(NoticeKind.HELD_MAIL, message_id, address, address, message_id, raw)
    account = relay_account(foundation.configuration)
    end = time.monotonic() + ROUND_TRIP_SECONDS
    line = Line(account, ssl.create_default_context(cafile=account.ca_file), end)
    line.carry(letter, end)
    line.quit()
    return message_id


def _forged(name: str) -> str:
    """What a stranger would write under this entry of `auth.trusted_authserv_ids`."""
    server = "" if name == UNNAMED else f"{name.replace('*', 'any')}; "
    return f"{server}dmarc=pass {FORGED}"


def _looks(foundation: Foundation, open_things: ExitStack) -> Look:
    """In the mailboxes, and in the spool of a desk that runs and may be faster."""
    ways = [_in_spool(foundation)]
    for mailbox in foundation.settings.imap:
        try:
            session = Session(mailbox_account(mailbox, foundation.configuration.folder, foundation.configuration.data))
            open_things.enter_context(closing(session))
            ways.append(_in_mailbox(session))
        except (Deferred, Refused):
            # The check of this mailbox says why.
            continue

    def look(message_id: str) -> bytes | None:
        return next((raw for way in ways if (raw := way(message_id)) is not None), None)

    return look


def _in_spool(foundation: Foundation) -> Look:
    def look(message_id: str) -> bytes | None:
        with foundation.store.read() as session:
            sha256 = session.scalar(select(Inbound.raw_sha256).where(Inbound.message_id == message_id).limit(1))
        return foundation.blobs.read(sha256) if sha256 else None

    return look


def _in_mailbox(session: Session) -> Look:
    first = session.select(readonly=True).uidnext

    def look(message_id: str) -> bytes | None:
        # Opened anew: some servers tell of new mail only then.
        session.select(readonly=True)
        beginnings = session.chunks(session.uids(first)) if session.uids(first) else {}
        return next((raw for raw in beginnings.values() if has_id(raw, message_id)), None)

    return look

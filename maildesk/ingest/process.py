"""T2, the story of one mail: from the spool to the outbox, in one transaction. Read `process_mail` first.

What fails, fails alone: the attempt was counted before the mail was parsed, the row is put back or held with its
reason, and the next mail is taken.
"""

import logging
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from maildesk.blobs import Blobs
from maildesk.clock import Clock
from maildesk.config import Settings
from maildesk.desk import automatic, find, orders, requests
from maildesk.desk.case import Case, Outcome, case_of
from maildesk.errors import Deferred
from maildesk.ingest import inbox
from maildesk.ingest.inbox import Claimed
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.workers import ParserDied, Parsers
from maildesk.mail import Delivery, Mail, Part
from maildesk.notify.announce import announce
from maildesk.notify.compose import Enclosure, Files
from maildesk.notify.operator import tell_held
from maildesk.notify.post import Post, Said
from maildesk.store import Store
from maildesk.tokens import without_tags
from maildesk.vocabulary import Disposition, InboundState, MailKind

log = logging.getLogger(__name__)

#: Mails claimed in one commit; the worker parses the next while this one is stored.
BATCH = 16
#: Bytes of files in one letter: with base64 about 25 MB, what the large mail providers take.
LARGEST_ENCLOSURES = 18 << 20


@dataclass(frozen=True, slots=True)
class Desk:
    """All that processing needs."""

    settings: Settings
    store: Store
    blobs: Blobs
    parsers: Parsers
    post: Post
    clock: Clock
    #: Called when there may be new letters; the outbox is looked at anyway, a little later.
    letters_waiting: Callable[[], None] = lambda: None
    #: Mails to be given back that the database did not take back yet.
    owed: list[Claimed] = field(default_factory=list)


class _LeaseLost(Exception):
    """Somebody else has taken the mail over: nothing of this attempt may stay."""


def process_inbox(desk: Desk, stopping: Callable[[], bool] = lambda: False) -> int:
    """Processes all that is due, oldest first. Returns how many mails were settled.

    Raises Deferred where the database or the raw mail cannot be reached: what was in hand is due again.
    """
    settled = 0
    _give_back(desk, ())
    _hold_exhausted(desk)
    while not stopping():
        claimed = _claim(desk)
        if not claimed:
            break
        settled += _process_batch(desk, claimed, stopping)
        desk.letters_waiting()
    return settled


def process_mail(session: Session, desk: Desk, claimed: Claimed, mail: Mail) -> Outcome:
    """What happens to a mail: who speaks, which ticket, what is asked, who is told."""
    now = desk.clock.now()
    case = case_of(session, desk.settings, desk.post.secrets, claimed.delivery, mail, now)
    outcome = _act(case)
    session.flush()
    if not inbox.settle(session, claimed, mail, outcome.disposition, outcome.reason, outcome.ticket):
        raise _LeaseLost
    if not claimed.delivery.silent:
        _tell(session, desk, claimed, mail, outcome)
    return outcome


def _tell(session: Session, desk: Desk, claimed: Claimed, mail: Mail, outcome: Outcome) -> None:
    now = desk.clock.now()
    if outcome.disposition is Disposition.HELD:
        tell_held(session, desk.post, find.inbound(session, claimed.inbound_id), outcome.reason, now)
    else:
        announce(session, desk.post, outcome.events, _said(desk, claimed.delivery, mail, outcome), now)


def _act(case: Case) -> Outcome:
    """Automatic mail first, in the order of MailKind; then agents at work; then everybody."""
    if case.mail.kind is MailKind.OWN:
        return _own(case)
    if case.mail.kind is MailKind.BOUNCE:
        return automatic.take_bounce(case)
    if case.mail.kind is not MailKind.HUMAN:
        return automatic.take_automatic(case)
    if case.agent is not None and (orders.gives_orders(case) or not _is_requester(case)):
        return orders.obey(case)
    return requests.take_request(case)


def _own(case: Case) -> Outcome:
    """Our own letter come back is passed over; a stranger's mail in our name is kept for a person to look at."""
    if find.letter_about(case.session, case.mail.message_id):
        return Outcome(Disposition.IGNORED, f"our own letter: {case.mail.kind_reason}")
    return Outcome(Disposition.HELD, f"in our own name, but no letter of ours: {case.mail.kind_reason}")


def _is_requester(case: Case) -> bool:
    """An agent may need help himself; on his own ticket his words are a requester's, his commands an agent's."""
    if case.place.ticket is None or not case.trust.may_act:
        return False
    return find.requester_of(case.session, case.place.ticket) == case.author().id


def _process_batch(desk: Desk, claimed: list[Claimed], stopping: Callable[[], bool]) -> int:
    settled = 0
    left = deque(claimed)
    try:
        with ExitStack() as files:
            parsing = [_begin_to_read(desk, one, files) for one in claimed]
            while left and not stopping():
                settled += _process_one(desk, left[0], parsing[len(claimed) - len(left)])
                left.popleft()
    except Deferred:
        # The trouble meets the mails behind as well: none of them waits for its lease, none loses an attempt.
        _give_back(desk, left)
        raise
    _give_back(desk, left)
    return settled


def _begin_to_read(desk: Desk, claimed: Claimed, files: ExitStack) -> "Future[Mail]":
    """The mail, a little later. Raises Deferred where raw mail cannot be fetched at all."""
    try:
        path = files.enter_context(desk.blobs.local(claimed.delivery.raw_sha256))
        return desk.parsers.submit(path, claimed.envelope_from)
    except Deferred:
        raise
    except Exception as error:
        # This mail's own failure, which its neighbours do not share.
        failed: Future[Mail] = Future()
        failed.set_exception(error)
        return failed


def _claim(desk: Desk) -> list[Claimed]:
    now = desk.clock.now()
    with desk.store.begin() as session:
        return inbox.claim(session, now, BATCH)


def _hold_exhausted(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.store.begin() as session:
        for inbound in inbox.hold_exhausted(session, now):
            tell_held(session, desk.post, inbound, inbound.reason, now)


def _process_one(desk: Desk, claimed: Claimed, future: "Future[Mail]") -> bool:
    try:
        mail = future.result()
        with desk.store.begin() as session:
            outcome = process_mail(session, desk, claimed, mail)
    except Deferred as trouble:
        log.warning("inbound=%d put off: %s", claimed.inbound_id, trouble.reason)
        raise
    except _LeaseLost:
        log.warning("inbound=%d taken over by another process", claimed.inbound_id)
        return False
    except ParserDied as death:
        return _failed(desk, claimed, f"could not be read: {death}")
    except Exception as error:
        log.exception("inbound=%d attempt=%d failed", claimed.inbound_id, claimed.attempts)
        return _failed(desk, claimed, f"a fault of maildesk: {type(error).__name__}")
    log.info("inbound=%d kind=%s fate=%s ticket=%s", claimed.inbound_id, mail.kind, outcome.disposition, outcome.ticket)
    return True


def _failed(desk: Desk, claimed: Claimed, reason: str) -> bool:
    """Due again, or held after the last attempt; then the operator is told once."""
    with desk.store.begin() as session:
        state = inbox.put_back(session, claimed, reason)
        if state is InboundState.HELD:
            tell_held(session, desk.post, find.inbound(session, claimed.inbound_id), reason, desk.clock.now())
    log.error("inbound=%d attempt=%d state=%s reason=%s", claimed.inbound_id, claimed.attempts, state, reason)
    return state is InboundState.HELD


def _give_back(desk: Desk, unread: Collection[Claimed]) -> None:
    """What cannot be given back now is given back at the next run; where the lease was lost, nothing happens."""
    desk.owed.extend(unread)
    if not desk.owed:
        return
    with desk.store.begin() as session:
        for one in desk.owed:
            inbox.postpone(session, one)
    desk.owed.clear()


def _said(desk: Desk, delivery: Delivery, mail: Mail, outcome: Outcome) -> Said:
    """What of this mail the letters may need."""
    return Said(
        words=mail.visible_text,
        problems=mail.problems,
        understood=tuple(command.line for command in outcome.orders.commands),
        mistakes=outcome.orders.mistakes,
        files=_files(desk, delivery, mail) if outcome.events else Files(),
    )


def _files(desk: Desk, delivery: Delivery, mail: Mail) -> Files:
    """The attachments that travel on, up to what other servers take; the letters list the rest by name."""
    room = LARGEST_ENCLOSURES
    chosen: list[Enclosure] = []
    for part in mail.attachments:
        if part.size <= room:
            room -= part.size
            data = _bytes_of(desk, delivery, part)
            if _speaks_for_somebody(desk, part, data):
                continue
            chosen.append(Enclosure(part.filename, part.content_type, data, part.inline, part.content_id))
    return Files(chosen)


def _speaks_for_somebody(desk: Desk, part: Part, data: bytes) -> bool:
    """Our own letter as an attachment, or a text with a signed address: its reader could write as the one it went to
    (threats T6)."""
    if desk.post.loop_id.encode() in data:
        return True
    if not part.content_type.startswith(("text/", "message/")):
        return False
    text, settings = data.decode("latin-1"), desk.settings
    return without_tags(text, settings.own_addresses, settings.desk.subaddress) != text


def _bytes_of(desk: Desk, delivery: Delivery, part: Part) -> bytes:
    if part.data or not part.size:
        return part.data
    return leaf_bytes(desk.blobs.read(delivery.raw_sha256), part.index)

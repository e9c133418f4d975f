"""T2, the story of one mail: from the spool to the outbox, in one transaction. Read `process_mail` first.

What fails, fails alone: the attempt was counted before the mail was parsed, the row is put back or held with its
reason, and the next mail is taken.
"""

import logging
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from maildesk.blobs import Blobs
from maildesk.clock import Clock
from maildesk.config import Settings
from maildesk.desk import about_several, absence, automatic, bounces, door, find, managers, orders, requests
from maildesk.desk.case import Case, Held, Outcome, case_of
from maildesk.desk.clocks.promising import keep_clocks
from maildesk.desk.held import confirm
from maildesk.desk.plain_names import with_plain_names
from maildesk.desk.probe import is_probe
from maildesk.desk.returned_copy import is_own_letter
from maildesk.errors import Deferred
from maildesk.ingest import inbox
from maildesk.ingest.enclosing import Attached
from maildesk.ingest.inbox import Claimed
from maildesk.ingest.pictures.previews import Drawn
from maildesk.ingest.sender_proof.question import Asked
from maildesk.ingest.telling import tell_all
from maildesk.ingest.workers import ParserDied, Parsers
from maildesk.mail import Mail
from maildesk.notify.gathered import tell_gathered
from maildesk.notify.operator import tell_held
from maildesk.notify.post import Post
from maildesk.notify.why import in_words
from maildesk.reason import because, together
from maildesk.store import Store
from maildesk.vocabulary import Cause, Disposition, InboundState, MailKind

log = logging.getLogger(__name__)

#: Mails claimed in one commit; the worker parses the next while this one is stored.
BATCH = 16


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
    #: Makes a small picture of a picture, or None (ingest.pictures.previews).
    draw: Callable[[bytes], Drawn | None] = lambda picture: None
    #: Finds out who really wrote a mail, where our own mail server does not say so (ingest.sender_proof).
    examine: "Callable[[Asked], Future[str]]" = lambda asked: _nothing_found()
    #: Hears of each mail, last of all in the transaction that settles it; without what was read where that failed.
    witness: Callable[[Session, int, Mail | None], None] = lambda _session, _inbound_id, _mail: None
    #: Mails to be given back that the database did not take back yet.
    owed: list[Claimed] = field(default_factory=list)


class _Reading(NamedTuple):
    """A mail while it is read, and its sender examined: both aside."""

    mail: "Future[Mail]"
    proof: "Future[str]"


class _LeaseLost(Exception):
    """Somebody else has taken the mail over: nothing of this attempt may stay."""


def process_inbox(desk: Desk, stopping: Callable[[], bool] = lambda: False) -> int:
    """Processes all that is due, senders in turn. Returns how many mails were settled.

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
    if tell_gathered(desk.store, desk.post, desk.clock):
        desk.letters_waiting()
    return settled


def process_mail(session: Session, desk: Desk, claimed: Claimed, mail: Mail, attached: Attached) -> Outcome:
    """What happens to a mail: who speaks, which ticket, what is asked, who is told."""
    now = desk.clock.now()
    case = case_of(session, desk.settings, desk.post.secrets, claimed.delivery, mail, now)
    outcome = _act(case)
    session.flush()
    if not inbox.settle(session, claimed, mail, outcome, str(case.trust)):
        raise _LeaseLost
    if not claimed.delivery.silent:
        tell_all(case, desk.post, attached, outcome, keep_clocks(case, outcome), now)
    desk.witness(session, claimed.inbound_id, mail)
    return outcome


def _act(case: Case) -> Outcome:
    """What is turned aside; automatic mail, in the order of MailKind; answers about held mail; then people."""
    if case.mail.kind is MailKind.OWN and case.delivery.release is None:
        return _own(case)
    if case.mail.kind is MailKind.BOUNCE:
        return bounces.take_bounce(case)
    if aside := door.turned_aside(case):
        return aside
    if case.mail.kind not in (MailKind.HUMAN, MailKind.OWN) or automatic.is_unread_report(case):
        return automatic.take_automatic(case)
    return confirm.answered(case) or _of_a_person(case)


def _of_a_person(case: Case) -> Outcome:
    absence.is_back(case)
    if outcome := managers.heard(case) or about_several.explained(case):
        return outcome
    if case.agent is not None and _is_at_work(case):
        return orders.obey(case)
    return requests.take_request(case)


def _own(case: Case) -> Outcome:
    """Our own letter come back is passed over; a stranger's mail in our name is kept for a person to look at."""
    if is_own_letter(case):
        return Outcome(Disposition.IGNORED, together(because("own_letter"), case.mail.kind_reason))
    if is_probe(case.mail.message_id, case.secrets):
        return Outcome(Disposition.IGNORED, because("our_probe"))
    reason = together(because("own_name"), case.mail.kind_reason)
    return Outcome(Disposition.HELD, reason, held=Held(Cause.OWN_NAME))


def _is_at_work(case: Case) -> bool:
    """Does an agent's mail speak as an agent's? A new matter in his name, without proof, is anybody's (threats 3.3)."""
    if orders.gives_orders(case):
        return True
    about_a_ticket = case.place.ticket is not None or case.place.linked is not None
    return (about_a_ticket or case.trust.may_act) and not _is_requester(case)


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


def _begin_to_read(desk: Desk, claimed: Claimed, files: ExitStack) -> _Reading:
    """The mail, a little later. Raises Deferred where raw mail cannot be fetched at all."""
    try:
        path = files.enter_context(desk.blobs.local(claimed.delivery.raw_sha256))
        return _Reading(desk.parsers.submit(path, claimed.envelope_from), _begin_to_examine(desk, claimed, path))
    except Deferred:
        raise
    except Exception as error:
        # This mail's own failure, which its neighbours do not share.
        failed: Future[Mail] = Future()
        failed.set_exception(error)
        return _Reading(failed, _nothing_found())


def _begin_to_examine(desk: Desk, claimed: Claimed, path: Path) -> "Future[str]":
    """Once for each mail: a key that was good when it came may be gone when an operator lets it go."""
    delivery = claimed.delivery
    if delivery.proof and "temperror" not in delivery.proof:
        return _nothing_found(delivery.proof)
    from_world = delivery.source == "smtp"
    sender = claimed.envelope_from or ""
    return desk.examine(Asked(str(path), delivery.received_at, from_world, delivery.peer, delivery.helo, sender))


def _nothing_found(but: str = "") -> "Future[str]":
    found: Future[str] = Future()
    found.set_result(but)
    return found


def _claim(desk: Desk) -> list[Claimed]:
    now = desk.clock.now()
    with desk.store.begin() as session:
        return inbox.claim(session, now, BATCH)


def _hold_exhausted(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.store.begin() as session:
        for inbound in inbox.hold_exhausted(session, now):
            tell_held(session, desk.post, inbound, inbound.reason, now)
            desk.witness(session, inbound.id, None)


def _process_one(desk: Desk, claimed: Claimed, reading: _Reading) -> bool:
    try:
        mail = with_plain_names(reading.mail.result(), desk.settings)
        claimed = replace(claimed, delivery=replace(claimed.delivery, proof=reading.proof.result()))
        attached = Attached(desk.post.loop_id, desk.blobs, claimed.delivery, mail)
        if not claimed.delivery.silent:
            attached.prepare(desk.draw)
        with desk.store.begin() as session:
            outcome = process_mail(session, desk, claimed, mail, attached)
    except Deferred as trouble:
        log.warning("inbound=%d put off: %s", claimed.inbound_id, trouble.reason)
        raise
    except _LeaseLost:
        log.warning("inbound=%d taken over by another process", claimed.inbound_id)
        return False
    except ParserDied as death:
        return _failed(desk, claimed, together(because("could_not_be_read"), death.reason))
    except Exception as error:
        log.exception("inbound=%d attempt=%d failed", claimed.inbound_id, claimed.attempts)
        return _failed(desk, claimed, because("our_fault", type(error).__name__))
    log.info("inbound=%d kind=%s fate=%s ticket=%s", claimed.inbound_id, mail.kind, outcome.disposition, outcome.ticket)
    return True


def _failed(desk: Desk, claimed: Claimed, reason: str) -> bool:
    """Due again, or held after the last attempt; then the operator is told once."""
    with desk.store.begin() as session:
        state = inbox.put_back(session, claimed, reason)
        if state is InboundState.HELD:
            tell_held(session, desk.post, find.inbound(session, claimed.inbound_id), reason, desk.clock.now())
            desk.witness(session, claimed.inbound_id, None)
    told = in_words(reason, "en")
    log.error("inbound=%d attempt=%d state=%s reason=%s", claimed.inbound_id, claimed.attempts, state, told)
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

"""T3 and T4: brings what is due in the outbox to the relay and writes down what became of it. It decides nothing.

One round claims a group of letters, sends them over several lines at once, and settles them as the answers come,
refilling the group all the while. One letter that fails never blocks another. Trouble of the relay itself ends the
round: what was not begun goes back uncounted, and all letters rest for a moment (backoff.rest_after).
"""

import contextlib
import logging
import queue
import threading
import time

from sqlalchemy.orm import Session

from maildesk.errors import Deferred
from maildesk.model import Outbound
from maildesk.notify import claims
from maildesk.notify.backoff import rest_after
from maildesk.notify.carry import Carrier, Outcome, PostOffice, Tell
from maildesk.notify.claims import Claimed
from maildesk.notify.why import in_words
from maildesk.vocabulary import OutboundState

__all__ = ["PostOffice", "deliver_outbox", "recover_outbox"]

log = logging.getLogger(__name__)

#: Seconds that letters get to notice that their connections were cut.
_LAST_WORDS = 3.0
#: Seconds between two looks at the stop.
_GLANCE = 0.25
#: Seconds after the first answer in which others may join its commit.
_GATHERING = 0.02
_DATABASE_TRIES = 60
_DATABASE_PAUSE = 0.5


def recover_outbox(post: PostOffice, *, all_leases: bool = False) -> None:
    """Takes care of letters that were on the wire when their sender went away; `all_leases` at the start on SQLite.

    Raises Deferred where the database is away.
    """
    with post.store.begin() as session:
        found = claims.recover(session, post.clock.now(), all_leases=all_leases)
    for outbound_id in found.again:
        log.warning("letter=%d fate=waiting possible_duplicate=yes reason=interrupted", outbound_id)
    for outbound_id in found.uncertain:
        log.warning("letter=%d fate=uncertain reason=interrupted", outbound_id)


def deliver_outbox(post: PostOffice) -> int:
    """Sends all that is due and returns how many letters the relay took. For one thread at a time.

    Raises Deferred where the database is away; letters on the wire are settled first or stay in the named window.
    """
    now = post.clock.now()
    post.relay.close_resting()
    if post.stop.is_set() or (post.rests_until is not None and now < post.rests_until):
        return 0
    with post.store.read() as session:
        if not claims.anything_to_do(session, now):
            return 0
    recover_outbox(post)
    return _Round(post).run()


class _Round:
    """One run over the outbox: this thread claims and settles, the carriers send."""

    def __init__(self, post: PostOffice) -> None:
        self._post = post
        self._todo: queue.SimpleQueue[Claimed | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._halt = threading.Event()
        self._on_the_way: dict[int, Claimed] = {}
        self._sent = 0
        self._answered = False
        self._trouble = ""
        self._stopped_at: float | None = None
        self._cut = False

    def run(self) -> int:
        self._start_carriers()
        try:
            self._turn([])
            while self._on_the_way:
                self._turn(self._gather())
        finally:
            for _ in range(self._post.relay.lines):
                self._todo.put(None)
        self._note_the_relay()
        return self._sent

    def _start_carriers(self) -> None:
        for number in range(self._post.relay.lines):
            threading.Thread(target=self._carry, name=f"carrier-{number}", daemon=True).start()

    def _gather(self) -> list[Outcome]:
        """The next outcomes, at least one while any can come."""
        outcomes = self._first()
        while outcomes and len(outcomes) < min(self._post.group // 2, len(self._on_the_way)):
            try:
                outcomes.append(self._done.get(timeout=_GATHERING))
            except queue.Empty:
                break
        for outcome in outcomes:
            self._on_the_way.pop(outcome.claimed.outbound_id, None)
        return outcomes

    def _first(self) -> list[Outcome]:
        """Waits for one outcome; none where a stop waited long enough, and what said nothing stays in the window."""
        while self._patient():
            self._post.beat()
            with contextlib.suppress(queue.Empty):
                return [self._done.get(timeout=_GLANCE)]
        log.error("letters=%s left transmitting, the relay says nothing", sorted(self._on_the_way))
        self._on_the_way.clear()
        return []

    def _patient(self) -> bool:
        """After a stop: GRACE for the letters on the wire, then their connections are cut."""
        if not self._post.stop.is_set():
            return True
        if self._stopped_at is None:
            self._stopped_at = time.monotonic()
        waited = time.monotonic() - self._stopped_at
        if waited > self._post.grace and not self._cut:
            self._cut = True
            self._post.relay.abandon()
        return waited < self._post.grace + _LAST_WORDS

    def _turn(self, outcomes: list[Outcome]) -> None:
        """Writes outcomes down and hands out what is due next, in one commit where possible."""
        try:
            self._write_patiently(outcomes, self._post.tell)
        except Exception:
            if not outcomes:
                raise
            if len(outcomes) > 1:
                # One of them cannot be settled. Alone, each shows whether it is the one.
                for one in outcomes:
                    self._turn([one])
                return
            # The letter's fate must stand even where telling about it fails.
            log.exception("letter=%d could not be told about", outcomes[0].claimed.outbound_id)
            self._write_patiently(outcomes, _tell_nobody)

    def _write_patiently(self, outcomes: list[Outcome], tell: Tell) -> None:
        """Tries again while the database is away: what is not written down would be sent twice."""
        for tried in range(_DATABASE_TRIES):
            try:
                self._write(outcomes, tell)
                return
            except Deferred as error:
                self._halt.set()
                if not outcomes:
                    raise
                if tried == 0:
                    log.error("letters=%d cannot be settled yet reason=%s", len(outcomes), error.reason)
            time.sleep(_DATABASE_PAUSE)
        log.error("letters=%s left transmitting, unsettled", [outcome.claimed.outbound_id for outcome in outcomes])

    def _write(self, outcomes: list[Outcome], tell: Tell) -> None:
        now = self._post.clock.now()
        with self._post.store.begin() as session:
            kept = [claims.settle(session, outcome.claimed, outcome.fate, now) for outcome in outcomes]
            for outcome, ours in zip(outcomes, kept, strict=True):
                if ours and outcome.fate.state is OutboundState.REFUSED:
                    tell(session, session.get_one(Outbound, outcome.claimed.outbound_id), outcome.fate.reason)
                if ours and outcome.fate.state is OutboundState.SENT:
                    self._post.delivered(session, outcome.claimed)
            claimed = claims.claim(session, now, self._room())
        for outcome, ours in zip(outcomes, kept, strict=True):
            self._remember(outcome)
            _log_fate(outcome, ours)
        for one in claimed:
            self._on_the_way[one.outbound_id] = one
            self._todo.put(one)

    def _room(self) -> int:
        """How many more letters may be on the way."""
        if self._halt.is_set() or self._post.stop.is_set():
            return 0
        return self._post.group - len(self._on_the_way)

    def _remember(self, outcome: Outcome) -> None:
        self._sent += outcome.fate.state is OutboundState.SENT
        self._trouble = self._trouble or outcome.trouble
        self._answered = self._answered or outcome.fate.counted

    def _note_the_relay(self) -> None:
        """Rests after trouble of the relay; each trouble is logged once, and its end."""
        post = self._post
        if self._answered:
            post.troubles = 0
        if self._trouble:
            if self._trouble != post.trouble:
                log.error("relay trouble=%r; letters wait", self._trouble)
            post.trouble = self._trouble
            post.troubles += 1
            post.rests_until = post.clock.now() + rest_after(post.troubles)
        elif self._answered and post.trouble:
            log.info("relay takes letters again")
            post.trouble, post.rests_until = "", None

    def _carry(self) -> None:
        """What each carrier's thread does: letter after letter, until it is told that there are no more."""
        carrier = Carrier(self._post, self._halt)
        while (claimed := self._todo.get()) is not None:
            self._done.put(carrier.attempt(claimed))


def _tell_nobody(_session: Session, _row: Outbound, _reason: str) -> None:
    """For a letter about which telling failed."""


def _log_fate(outcome: Outcome, ours: bool) -> None:
    claimed, fate = outcome.claimed, outcome.fate
    if not fate.counted and not outcome.trouble:
        return
    level = logging.INFO if fate.state is OutboundState.SENT and ours else logging.WARNING
    log.log(
        level,
        "letter=%d kind=%s ticket=%s fate=%s attempts=%d relay_id=%s next_at=%s%s%s reason=%r",
        claimed.outbound_id,
        claimed.kind,
        claimed.ticket_id,
        fate.state,
        claimed.attempts,
        fate.relay_id,
        fate.next_at and fate.next_at.isoformat(),
        " possible_duplicate=yes" if fate.possible_duplicate else "",
        "" if ours else " lease=lost",
        in_words(fate.reason, "en"),
    )

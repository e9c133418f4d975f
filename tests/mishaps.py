"""A desk that dies, or meets an error, at a chosen point; the world around it (mails, relay, clock) lives on.

The points are reached by wrapping the seams of the running desk: nothing in maildesk knows of them.

    blob before/after         the raw bytes, or a large letter's, are made durable
    T1 before/after           the commit that accepts a mail; "after" is before its sender hears 250
    claim before/after        the commit that counts the attempt
    parsed                    the mail is read, nothing is done about it yet
    T2 before/after           the commit of ticket, events and letters
    sending before/after      the commit that makes letters `transmitting`
    relay before/after        the relay is given a letter; "after" it has taken it
    settle before/after       the commit that writes down what the relay said
    other before/after        any other commit: clocks, digests, surveys, held mail
    recover before/after      the commit that takes care of interrupted letters
    statement                 any statement of any transaction
"""

import hashlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from maildesk.errors import Deferred
from maildesk.ingest import arrivals, inbox
from maildesk.mail import Letter, Mail
from maildesk.model import Inbound, Outbound
from maildesk.notify import claims, deliver
from maildesk.notify.deliver import recover_outbox
from maildesk.notify.replies import Unanswered
from maildesk.vocabulary import InboundState, NoticeKind, OutboundState
from tests.desk import MONDAY, SETTINGS, KeepsLetters, TestDesk, head_of

_ACTS: Final = ("blob", "T1", "claim", "T2", "sending", "relay", "settle", "recover")
GAPS: Final = (*(f"{act} {when}" for act in _ACTS for when in ("before", "after")), "parsed")
#: Longer than any lease.
LATER: Final = timedelta(minutes=11)

_NAMES: Final = (
    (arrivals, "accept", "T1"),
    (inbox, "claim", "claim"),
    (inbox, "settle", "T2"),
    (claims, "claim", "sending"),
    (claims, "settle", "settle"),
    (claims, "recover", "recover"),
)


class Crash(BaseException):
    """The process is gone: no handler of an error runs."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that somebody sends until it is acknowledged."""

    raw: bytes
    recipient: str
    sender: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


class World:
    """What lives on when a desk dies.

    The mishap comes when `point` is reached for the `nth` time: a crash if it `dies`, else an error.
    """

    settings = SETTINGS

    def __init__(self, folder: Path, url: str, patch: pytest.MonkeyPatch, point: str, nth: int, *, dies: bool) -> None:
        self._folder, self._url, self._patch = folder, url, patch
        self._point, self._nth, self._dies = point, nth, dies
        self._thread = threading.current_thread()
        self._reached: Counter[str] = Counter()
        self._dead = False
        self.happened = False
        #: Set where the story is over and only looked at.
        self.calm = False
        self.relay = KeepsLetters()
        self.sent: list[Sent] = []
        #: Letters that were `transmitting` at a crash, by Message-ID.
        self.windows: Counter[str] = Counter()
        self._wrap_modules()
        self.desk = self._new_desk()

    def send(self, raw: bytes, recipient: str, sender: str) -> None:
        """Sends a mail until it is acknowledged, like any MTA."""
        mail = Sent(raw, recipient, sender)
        self.sent.append(mail)
        for _ in range(3):
            try:
                self.desk.receive(raw, recipients=(recipient,), envelope_from=sender)
                return
            except (Crash, Deferred):
                self._go_on()
        raise AssertionError("never acknowledged")

    def run(self) -> None:
        """Everything that is due, as the daemon does it, over all mishaps."""
        for _ in range(6):
            try:
                self.desk.run()
                if not self._anything_left():
                    return
            except (Crash, Deferred):
                pass
            self._go_on()
        raise AssertionError(f"never done: {[row.state for row in self.desk.outbox()]}")

    def letter(self, kind: NoticeKind, recipient: str, subject: str) -> Letter:
        """The first of that kind in the world whose subject has this word."""
        fitting = (one for one in self.relay.letters if (one.kind, one.recipient) == (kind, recipient))
        found = next((one for one in fitting if subject in str(head_of(one)["Subject"])), None)
        assert found is not None, f"nobody got {kind} about {subject}"
        return found

    def close(self) -> None:
        self.desk.close()

    def _anything_left(self) -> bool:
        with self.desk.look() as session:
            new = select(Inbound.id).where(Inbound.state == InboundState.NEW)
            due = [OutboundState.WAITING, OutboundState.TRANSMITTING]
            left = select(Outbound.id).where(Outbound.state.in_(due))
            return any(session.scalar(query.limit(1)) is not None for query in (new, left))

    def _go_on(self) -> None:
        """After a crash a new life begins; after an error the daemon ticks again, a little later."""
        self._dead, died = False, self._dead
        if not died:
            self.desk.clock.forward(LATER)
            return
        now = self.desk.clock.now()
        with self.desk.look() as session:
            sending = select(Outbound.message_id).where(Outbound.state == OutboundState.TRANSMITTING)
            self.windows.update(session.scalars(sending))
        self.desk.close()
        self.desk = self._new_desk()
        self.desk.clock.moment = now + timedelta(seconds=1)
        if self.desk.store.is_sqlite:
            # As Daemon does when it starts.
            with self.desk.store.begin() as session:
                inbox.release(session)
            recover_outbox(self.desk.office, all_leases=True)
        else:
            self.desk.clock.forward(LATER)

    def _new_desk(self) -> TestDesk:
        desk = TestDesk(self._folder, self._url, self.settings)
        desk.clock.moment = MONDAY
        desk.relay = self.relay
        desk.office.relay = self.relay
        desk.office.grace = 0.0
        # Nothing of a mishap counts before the desk stands.
        for holder, name, wrapped in (
            (desk.store, "begin", self._committing(desk.store.begin)),
            (desk.blobs, "keep", self._around("blob before", desk.blobs.keep, "blob after")),
            (desk.desk.parsers, "submit", self._reading(desk.desk.parsers.submit)),
        ):
            self._patch.setattr(holder, name, wrapped)
        event.listen(desk.store.engine, "before_cursor_execute", self._statement)
        return desk

    def _wrap_modules(self) -> None:
        for module, name, label in _NAMES:
            self._patch.setattr(module, name, _labelled(label, getattr(module, name)))
        self._patch.setattr(self.relay, "send", self._around("relay before", self.relay.send, "relay after"))
        self._patch.setattr(deliver, "_DATABASE_PAUSE", 0.0)
        self._patch.setattr(deliver, "_LAST_WORDS", 0.0)

    def _committing(self, begin: Callable[[], Any]) -> Callable[[], Any]:
        @contextmanager
        def watched() -> Iterator[Session]:
            with begin() as session:
                yield session
                doing = session.info.get("doing", "other")
                self._reach(f"{doing} before")
            self._reach(f"{doing} after")

        return watched

    def _around(self, before: str, act: Callable[..., Any], after: str) -> Callable[..., Any]:
        def watched(*arguments: Any) -> Any:
            self._reach(before)
            done = act(*arguments)
            self._reach(after)
            return done

        return watched

    def _reading(self, submit: Callable[..., "Future[Mail]"]) -> Callable[..., "Future[Mail]"]:
        def watched(*arguments: Any) -> "Future[Mail]":
            future = submit(*arguments)
            try:
                self._reach("parsed")
            except RuntimeError as error:
                future = Future()
                future.set_exception(error)
            return future

        return watched

    def _statement(self, *_: Any) -> None:
        self._reach("statement")

    def _reach(self, point: str) -> None:
        if self.calm:
            return
        if not self._dead:
            self._reached[point] += 1
            if point != self._point or self._reached[point] != self._nth:
                return
            self.happened = True
            if not self._dies:
                raise self._error(point)
            self._dead = True
        if threading.current_thread() is self._thread:
            raise Crash
        # A thread cannot die for the process; whatever it makes of this, it can do nothing any more.
        raise Deferred("the process is gone", everyone=True)

    def _error(self, point: str) -> Exception:
        """What goes wrong there in earnest."""
        if point == "relay after":
            return Unanswered("hung up after the last dot")
        if point == "parsed":
            return RuntimeError("a fault of ours")
        if point in ("blob before", "relay before") or point.endswith("after"):
            # After a commit: the database had done it and went away before it could say so.
            return Deferred("trouble", everyone=True)
        if self.desk.store.is_sqlite:
            cause: Exception = sqlite3.OperationalError("disk I/O error")
            cause.sqlite_errorname = "SQLITE_IOERR"  # type: ignore[attr-defined]
        else:
            cause = psycopg.OperationalError("server closed the connection unexpectedly")
        return OperationalError("", {}, cause)


def _labelled(label: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """Writes down in the session what its transaction does, where it does anything."""

    def labelled(session: Session, *arguments: Any, **more: Any) -> Any:
        done = act(session, *arguments, **more)
        if done:
            session.info["doing"] = label
        return done

    return labelled

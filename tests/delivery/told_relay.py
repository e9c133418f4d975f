"""An outbox, a clock set by hand and a relay that is told what to answer."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.blobs import FileBlobs
from maildesk.mail import Letter
from maildesk.model import Outbound
from maildesk.notify import outbox
from maildesk.notify.deliver import PostOffice, deliver_outbox
from maildesk.store import Store
from maildesk.vocabulary import NoticeKind

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ONCE = NoticeKind.HELD_MAIL
MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """Ends a carrier as a killed process does: nothing after it runs."""


class HandSetClock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


class ToldRelay:
    """Takes every letter, unless told otherwise for its name."""

    def __init__(self, lines: int = 2) -> None:
        self.lines = lines
        self.taken: list[Letter] = []
        self.tried: list[str] = []
        self.answers: dict[str, Callable[[], None]] = {}
        self.abandoned = threading.Event()

    def send(self, letter: Letter) -> str:
        name = letter.message_id.partition("@")[0]
        self.tried.append(name)
        if name in self.answers:
            self.answers[name]()
        self.taken.append(letter)
        return f"Q-{name}"

    def close_resting(self) -> None: ...

    def abandon(self) -> None:
        self.abandoned.set()

    def close(self) -> None: ...

    def say(self, name: str, error: BaseException) -> None:
        def answer() -> None:
            raise error

        self.answers[name] = answer

    @property
    def names(self) -> list[str]:
        return [letter.message_id.partition("@")[0] for letter in self.taken]


class Desk:
    """An outbox, a relay and a clock set by hand."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.blobs = FileBlobs(folder / "raw")
        self.relay = ToldRelay()
        self.clock = HandSetClock()
        self.told: list[tuple[str, str]] = []
        self.post = self.new_post()

    def new_post(self) -> PostOffice:
        return PostOffice(self.store, self.blobs, self.relay, self.clock, lambda: 0.0, self.tell, group=4, grace=0.3)

    def tell(self, session: Session, row: Outbound, reason: str) -> None:
        self.told.append((row.effect_key, reason))

    def put(self, *names: str, kind: NoticeKind = NoticeKind.RECEIVED, automatic: bool = True) -> None:
        with self.store.begin() as session:
            for name in names:
                raw = f"Subject: {name}\r\n\r\nbody\r\n".encode()
                recipient = f"{name}@customer.example"
                letter = Letter(kind, name, recipient, "support@acme.example", f"{name}@acme.example", raw, automatic)
                assert outbox.enqueue(session, letter, self.clock.now(), self.blobs)

    def deliver(self) -> int:
        return deliver_outbox(self.post)

    def states(self) -> dict[str, str]:
        with self.store.read() as session:
            return {name: state for name, state in session.execute(select(Outbound.effect_key, Outbound.state))}

    def row(self, name: str) -> Outbound:
        with self.store.read() as session:
            return session.scalars(select(Outbound).where(Outbound.effect_key == name)).one()

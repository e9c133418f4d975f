"""What a rehearsal tells: each mail with what it is, what it would become and why, and the letters it would cause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.ingest.imap.ledger import TOO_LARGE
from maildesk.ingest.imap.looking import Glance
from maildesk.mail import Mail
from maildesk.model import Event, Inbound, MailboxMail, Message, Outbound
from maildesk.notify.why import in_words
from maildesk.vocabulary import EventKind, InboundState, MailKind, OutboundState

#: What is not known of a mail that was not fetched; every document has the same keys.
_UNREAD: Final[dict[str, Any]] = {
    "source": "",
    "uid": None,
    "received_at": None,
    "recipient": "",
    "from": "",
    "subject": "",
    "message_id": "",
    "kind": None,
    "kind_reason": "",
    "state": "",
    "disposition": None,
    "reason": "",
    "ticket": None,
    "new_ticket": False,
    "placed_by": "",
    "problems": [],
    "letters": [],
}
_HEADERS: Final = BytesHeaderParser(policy=policy.default)


@dataclass(frozen=True, slots=True)
class Before:
    """Where the desk stood: the last letter, the last entry in the ledgers of the mailboxes, letters not sent yet."""

    at: datetime
    last_letter: int
    last_place: int
    letters: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`mails` are documents for people and programs, in the order of processing; then what stays on a server.

    `unprocessed` mails wait in the spool beyond the limit; `in_hand` are a running daemon's at this moment; `letters`
    waited before and would go out as well; `unreached` says of each mailbox what is in the way.
    """

    mails: tuple[dict[str, Any], ...]
    glances: tuple[Glance, ...]
    unreached: tuple[str, ...]
    unprocessed: int
    in_hand: int
    letters: int


@dataclass(frozen=True, slots=True)
class _Taken:
    """One settled mail: what it is (None: it could not be read), and its letters."""

    kind: MailKind | None
    kind_reason: str
    problems: tuple[str, ...]
    letters: tuple[int, ...]


class Notes:
    """The witness of the processing: which letters a mail caused is known in its own transaction only."""

    def __init__(self, last_letter: int, tell: Callable[[str], None]) -> None:
        self.taken: dict[int, _Taken] = {}
        self._last_letter = last_letter
        self._tell = tell

    def __call__(self, session: Session, inbound_id: int, mail: Mail | None) -> None:
        new = tuple(session.scalars(select(Outbound.id).where(Outbound.id > self._last_letter).order_by(Outbound.id)))
        self._last_letter = new[-1] if new else self._last_letter
        self.taken[inbound_id] = (
            _Taken(mail.kind, mail.kind_reason, mail.problems, new) if mail else _Taken(None, "", (), new)
        )
        self._tell(f"{len(self.taken)} mails read")


def state_of(session: Session, now: datetime) -> Before:
    """The desk before anything is rehearsed."""
    unsent = [OutboundState.WAITING, OutboundState.TRANSMITTING]
    return Before(
        at=now,
        last_letter=session.scalar(select(func.max(Outbound.id))) or 0,
        last_place=session.scalar(select(func.max(MailboxMail.id))) or 0,
        letters=session.scalar(select(func.count()).where(Outbound.state.in_(unsent))) or 0,
    )


def report(
    session: Session, before: Before, notes: Notes, glances: Sequence[Glance], unreached: Sequence[str]
) -> Rehearsed:
    """All that is told, read from the copy after the rehearsal."""
    waiting = list(session.scalars(select(Inbound.lease_until).where(Inbound.state == InboundState.NEW)))
    in_hand = sum(lease is not None and lease >= before.at for lease in waiting)
    mails = [_settled(session, inbound_id, taken) for inbound_id, taken in notes.taken.items()]
    return Rehearsed(
        mails=(*mails, *_left(session, before.last_place)),
        glances=tuple(glances),
        unreached=tuple(unreached),
        unprocessed=len(waiting) - in_hand,
        in_hand=in_hand,
        letters=before.letters,
    )


def _settled(session: Session, inbound_id: int, taken: _Taken) -> dict[str, Any]:
    row = session.get_one(Inbound, inbound_id)
    opened = select(Event.id).where(Event.inbound_id == inbound_id, Event.kind == EventKind.OPENED)
    placed_by = session.scalar(select(Message.placed_by).where(Message.inbound_id == inbound_id).limit(1))
    return _UNREAD | {
        "source": row.source,
        "received_at": row.received_at,
        "recipient": row.recipient,
        "from": row.sender,
        "subject": row.subject,
        "message_id": row.message_id,
        "kind": taken.kind,
        "kind_reason": in_words(taken.kind_reason, "en"),
        "state": row.state,
        "disposition": row.disposition,
        "reason": in_words(row.reason, "en"),
        "ticket": row.ticket_id,
        "new_ticket": session.scalar(opened) is not None,
        "placed_by": in_words(placed_by or "", "en"),
        "problems": [in_words(one, "en") for one in taken.problems],
        "letters": [_letter(session.get_one(Outbound, letter)) for letter in taken.letters],
    }


def _letter(row: Outbound) -> dict[str, Any]:
    return {
        "to": row.recipient,
        "kind": row.kind,
        "subject": str(_HEADERS.parsebytes(row.raw)["Subject"]),
        "ticket": row.ticket_id,
        "message_id": row.message_id,
        "next_at": row.next_at,
    }


def _left(session: Session, last_place: int) -> list[dict[str, Any]]:
    """Mails that the desk would not take, and would leave where they are."""
    found = select(MailboxMail).where(MailboxMail.id > last_place, MailboxMail.state == TOO_LARGE)
    return [
        {
            **_UNREAD,
            "source": f"imap:{row.mailbox}",
            "uid": row.uid,
            "state": row.state,
            "reason": "left in the mailbox: it is larger than limits.message_size",
        }
        for row in session.scalars(found.order_by(MailboxMail.id))
    ]

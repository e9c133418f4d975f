"""Fills a desk with old tickets, by bulk inserts of rows like those that mail makes: for the growth of the cost per
mail."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.bulk import put
from maildesk.model import Event, Message, Outbound, Participant, Person, Ticket
from maildesk.reason import because
from maildesk.store import Store

_STEP = 2000
_PEOPLE = 500
#: Its events, and the status after each.
_LIFE = (("opened", "new"), ("answered", "open"), ("closed", "closed"))
_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def fill_tickets(store: Store, count: int) -> None:
    """`count` closed tickets of 500 people, each with two messages, three events and two letters."""
    if not count:
        return
    with store.begin() as session:
        people = [
            {"address": f"person{n}@old.example", "name": f"Person {n}", "language": "en", "made_at": _BEGIN}
            for n in range(_PEOPLE)
        ]
        put(session, Person, people)
        first = session.query(Person.id).order_by(Person.id).limit(1).scalar() or 1
    for start in range(0, count, _STEP):
        with store.begin() as session:
            _fill(session, first, range(start, min(start + _STEP, count)))
    if not store.is_sqlite:
        # The numbers were given by hand; the next one is the server's again.
        with store.begin() as session:
            session.execute(text("SELECT setval(pg_get_serial_sequence('ticket', 'id'), :last)"), {"last": count})


def _fill(session: Session, first: int, numbers: range) -> None:
    when = {n: _BEGIN + timedelta(minutes=n) for n in numbers}
    tickets = [
        {
            "id": n + 1,
            "subject": f"Old matter {n}",
            "status": "closed",
            "priority": "normal",
            "impact": "medium",
            "urgency": "medium",
            "type": "request",
            "requester_id": first + n % _PEOPLE,
            "opened_at": when[n],
            "closed_at": when[n],
            "resolved_at": when[n],
            "queue": "",
            "service": "",
            "category": "",
            "language": "en",
            "assigned_reason": "",
            "resolution": "",
            "rating_comment": "",
            "closures": 1,
            "token_epoch": 0,
        }
        for n in numbers
    ]
    put(session, Ticket, tickets)
    put(
        session,
        Participant,
        [
            {
                "ticket_id": n + 1,
                "person_id": first + n % _PEOPLE,
                "role": "requester",
                "reason": "",
                "added_at": when[n],
            }
            for n in numbers
        ],
    )
    put(
        session,
        Message,
        [
            {
                "ticket_id": n + 1,
                "author_id": first + n % _PEOPLE,
                "direction": direction,
                "at": when[n],
                "message_id": f"old.{n}.{direction}@old.example",
                "in_reply_to": "",
                "text": "words " * 40,
                "public": True,
                "placed_by": because("nothing_points"),
                "verified": False,
                "doubt": "",
            }
            for n in numbers
            for direction in ("in", "out")
        ],
    )
    put(
        session,
        Event,
        [
            {"ticket_id": n + 1, "actor_id": None, "at": when[n], "kind": kind, "text": "", "status": status}
            for n in numbers
            for kind, status in _LIFE
        ],
    )
    put(
        session,
        Outbound,
        [
            {
                "effect_key": f"old:{kind}:{n}",
                "kind": kind,
                "ticket_id": n + 1,
                "recipient": f"person{n % _PEOPLE}@old.example",
                "mailbox": f"person{n % _PEOPLE}@old.example",
                "envelope_from": "support@desk.example",
                "message_id": f"old.letter.{kind}.{n}@desk.example",
                "automatic": kind == "received",
                "raw": b"x" * 500,
                "files_sha256": "",
                "state": "sent",
                "attempts": 1,
                "made_at": when[n],
                "next_at": when[n],
                "relay_id": f"Q{kind}{n}",
                "error": "",
            }
            for n in numbers
            for kind in ("received", "answer")
        ],
    )

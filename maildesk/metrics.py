"""What Prometheus is told: how the desk stands, in its text format, counted from the rows at the moment of asking.

Names: prometheus.io/docs/practices/naming. Counts are of all rows there ever were, so they only grow, over restarts and
over several daemons. It changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maildesk.desk.alarms import Alarm
from maildesk.model import Inbound, Outbound, Ticket
from maildesk.vocabulary import InboundState, OutboundState, Status

#: Label names and values, and the number.
Sample = tuple[Mapping[str, str], float]


def exposition(
    session: Session,
    fetched: Mapping[str, datetime | None],
    ends: Mapping[tuple[Alarm, str], datetime],
    now: datetime,
) -> str:
    """The whole page. `fetched`: last success by mailbox; `ends`: by kind and name."""
    parts = [
        *_mail(session, now),
        *_letters(session, now),
        _family("maildesk_tickets_open", "gauge", "Tickets that are neither resolved nor closed.", _open(session)),
        _family(
            "maildesk_imap_last_success_timestamp_seconds",
            "gauge",
            "When mail was last looked for with success.",
            [({"mailbox": name}, last.timestamp()) for name, last in fetched.items() if last],
        ),
        _family(
            "maildesk_expiry_timestamp_seconds",
            "gauge",
            "When a login or a certificate ends.",
            [({"what": str(what), "name": name}, end.timestamp()) for (what, name), end in ends.items()],
        ),
    ]
    return "".join(parts)


def _mail(session: Session, now: datetime) -> Iterator[str]:
    became = select(Inbound.disposition, func.count()).where(Inbound.disposition != "").group_by(Inbound.disposition)
    waiting = select(func.count(), func.min(Inbound.received_at)).where(
        Inbound.disposition == "", Inbound.state == InboundState.NEW
    )
    held = select(func.count()).where(Inbound.state == InboundState.HELD)
    count, oldest = session.execute(waiting).one()
    yield _family(
        "maildesk_messages_ingested_total", "counter", "Mails by what became of them.", _by(session, became, "result")
    )
    yield _family("maildesk_inbox_pending", "gauge", "Mails that wait to be processed.", [({}, count)])
    yield _family("maildesk_inbox_oldest_seconds", "gauge", "Age of the oldest of them.", [({}, _age(oldest, now))])
    yield _family("maildesk_inbox_held", "gauge", "Mails that need a person.", [({}, session.scalar(held) or 0)])


def _letters(session: Session, now: datetime) -> Iterator[str]:
    states = [OutboundState.SENT, OutboundState.REFUSED, OutboundState.UNCERTAIN]
    fate = (
        select(Outbound.kind, Outbound.state, func.count())
        .where(Outbound.state.in_(states))
        .group_by(Outbound.kind, Outbound.state)
    )
    waiting = select(func.count(), func.min(Outbound.made_at)).where(Outbound.state == OutboundState.WAITING)
    count, oldest = session.execute(waiting).one()
    yield _family(
        "maildesk_messages_sent_total", "counter", "Letters by kind and fate.", _by(session, fate, "kind", "result")
    )
    yield _family("maildesk_outbox_pending", "gauge", "Letters that wait.", [({}, count)])
    yield _family("maildesk_outbox_oldest_seconds", "gauge", "Age of the oldest of them.", [({}, _age(oldest, now))])


def _open(session: Session) -> list[Sample]:
    still = (
        select(Ticket.queue, Ticket.priority, func.count())
        .where(Ticket.status.not_in([Status.RESOLVED, Status.CLOSED]))
        .group_by(Ticket.queue, Ticket.priority)
    )
    return _by(session, still, "queue", "priority")


def _by(session: Session, query: Any, *names: str) -> list[Sample]:
    return [(dict(zip(names, map(str, row[:-1]), strict=True)), row[-1]) for row in sorted(session.execute(query))]


def _age(oldest: datetime | None, now: datetime) -> float:
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def _family(name: str, kind: str, meaning: str, samples: Sequence[Sample]) -> str:
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{told}}} {value:.15g}" if told else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

"""The rows of the clocks, brought to what a ticket should have now (desk/sla.py). It tells nobody; timers.py does.

deadline   what it means                            leaves by
waiting    will be told at next_at                  its time -> fired; its clock stands -> paused; done -> done;
                                                    not wanted any more -> dropped
paused     its clock stands                         it runs on -> waiting; done -> done; not wanted -> dropped
fired      its time came, and that was told         (stays; done_at says when it was done after all)
done       done before it was told                  a bounce takes the answer back -> waiting
dropped    nobody promises that any more            wanted again -> waiting

A row is made once for each (ticket, metric, level, cycle) and fires once. One that is past already when its matter is
done stays waiting, so a breach is told even where the answer was quicker than we; but not where the row is new with it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from maildesk.config import Settings
from maildesk.desk.clocks.clock_facts import lived_of
from maildesk.desk.clocks.opening_hours import calendar_of_queue
from maildesk.desk.clocks.policy import Matter, promises_anything, promises_for
from maildesk.desk.sla import Rules, Wanted, wanted_deadlines
from maildesk.model import Deadline, Person, Recount, Ticket
from maildesk.notify.claims import Claimed
from maildesk.vocabulary import DeadlineLevel, DeadlineState, Metric, NoticeKind, Priority, Status, TicketType

_LATE: Final = frozenset({DeadlineLevel.DUE, DeadlineLevel.ESCALATED})
_OPEN: Final = frozenset({DeadlineState.WAITING, DeadlineState.PAUSED})


def reconcile(session: Session, settings: Settings, ticket: Ticket) -> list[Deadline]:
    """Brings the rows of a ticket to the wanted set and returns them. It is locked, and its changes are flushed."""
    rows = {_key(row): row for row in session.scalars(select(Deadline).where(Deadline.ticket_id == ticket.id))}
    wanted = wanted_deadlines(lived_of(session, ticket), rules_of(session, settings, ticket))
    if ticket.merged_into_id is not None:
        # Its target answers for it.
        wanted = ()
    for one in wanted:
        key = (one.metric, one.level, one.cycle)
        if key in rows:
            _adjust(rows.pop(key), one)
        else:
            session.add(_made(ticket.id, one))
    for row in rows.values():
        if row.state in _OPEN:
            row.state = DeadlineState.DROPPED
    session.flush()
    return list(session.scalars(select(Deadline).where(Deadline.ticket_id == ticket.id).order_by(Deadline.id)))


def needs_clocks(session: Session, settings: Settings, ticket: Ticket, *, new: bool) -> bool:
    """Can the ticket have a clock at all, or has it had one? Most desks have none for a `new` ticket."""
    return (
        promises_anything(settings)
        or ticket.status == Status.PENDING
        or ticket.resume_at is not None
        or ticket.planned_at is not None
        or settings.feedback.survey_after is not None
        or (not new and session.connection().scalar(_ANY, {"ticket": ticket.id}) is not None)
    )


def rules_of(session: Session, settings: Settings, ticket: Ticket) -> Rules:
    """What is promised for a ticket as it stands, and in which hours."""
    requester = session.get_one(Person, ticket.requester_id)
    matter = Matter(ticket.queue, TicketType(ticket.type), Priority(ticket.priority), requester.address)
    return Rules(
        promises_for(settings, matter),
        calendar_of_queue(settings, ticket.queue),
        settings.reminders,
        settings.feedback.survey_after,
    )


def promised_answer(session: Session, ticket: int) -> datetime | None:
    """Until when the first answer is promised; None where nothing is, or it was given."""
    return session.connection().scalar(_PROMISED, {"ticket": ticket})


def note_delivered(session: Session, letter: Claimed) -> None:
    """A human answer was delivered: the clocks of its ticket are to be read again, by whoever has time.

    Not at once: the transaction that settles letters holds no ticket, and must wait for none. The row is written in it,
    so a crash loses neither or both.
    """
    if letter.ticket_id is None or letter.automatic or letter.kind not in (NoticeKind.ANSWER, NoticeKind.CLOSED):
        return
    if session.scalar(_ANY, {"ticket": letter.ticket_id}):
        session.execute(insert(Recount).values(ticket_id=letter.ticket_id))


def _adjust(row: Deadline, wanted: Wanted) -> None:
    if row.due_at != wanted.due_at:
        row.due_at = row.next_at = wanted.due_at
    row.started_at, row.done_at = wanted.started_at, wanted.done_at
    if row.state != DeadlineState.FIRED:
        row.state = _state(wanted, DeadlineState(row.state))


def _state(wanted: Wanted, before: DeadlineState | None) -> DeadlineState:
    if wanted.done_at is not None:
        missed = wanted.level in _LATE and wanted.due_at < wanted.done_at
        return DeadlineState.WAITING if missed and before in _OPEN else DeadlineState.DONE
    return DeadlineState.PAUSED if wanted.paused else DeadlineState.WAITING


def _made(ticket: int, wanted: Wanted) -> Deadline:
    return Deadline(
        ticket_id=ticket,
        metric=wanted.metric,
        level=wanted.level,
        cycle=wanted.cycle,
        started_at=wanted.started_at,
        due_at=wanted.due_at,
        next_at=wanted.due_at,
        state=_state(wanted, None),
        done_at=wanted.done_at,
    )


def _key(row: Deadline) -> tuple[str, str, int]:
    return row.metric, row.level, row.cycle


# Asked for every mail, and therefore put together once.
_ANY = select(Deadline.id).where(Deadline.ticket_id == bindparam("ticket")).limit(1)
_PROMISED = select(Deadline.due_at).where(
    Deadline.ticket_id == bindparam("ticket"),
    Deadline.metric == Metric.FIRST_RESPONSE,
    Deadline.level == DeadlineLevel.DUE,
    Deadline.state == DeadlineState.WAITING,
)

"""Tells agents and managers of the deadlines that fired: one letter for each person, whatever has gathered.

It decides nothing about who is told, or at which hours (desk/timers.py).

reminder        what it means                                 leaves by
attempts 0      this person is to hear of this deadline       his next working moment, or at once if urgent -> told;
                                                              a fault of ours -> 1
attempts 1 ...  it rests until next_at; then each ticket has  told, or one more
                a letter of its own, so that one which fails
                for good keeps no other back
no row          told, in the letter of the same transaction   (stays)
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from maildesk.conversation import own_conversation
from maildesk.mail import Address
from maildesk.model import Deadline, Message, Participant, Person, Reminder, Ticket
from maildesk.notify import outbox
from maildesk.notify.backoff import wait_without_end
from maildesk.notify.compose import Notice, compose
from maildesk.notify.desk_notice import agents_language
from maildesk.notify.headers import can_be_reached
from maildesk.notify.post import Post
from maildesk.notify.scene import letters_about
from maildesk.notify.subjects import agent_subject
from maildesk.tokens import TagKind, thread_root
from maildesk.vocabulary import DeadlineLevel, Metric, NoticeKind, Priority, Role, Status

log = logging.getLogger(__name__)

#: Tickets that one letter names.
MOST_ROWS: Final = 20
_RISING: Final = tuple(DeadlineLevel)
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """A deadline as the letter shows it; `minutes` are those until it, or since then (`late`), by any clock.

    `done`: what was promised came after all, too late. `address` takes this person's answer to the ticket.
    """

    number: int
    title: str
    metric: Metric
    level: DeadlineLevel
    due_at: datetime
    minutes: int
    late: bool
    done: bool
    status: Status
    priority: Priority
    agent: str
    #: Does it belong to whoever is told?
    mine: bool
    requester: Address
    author: Address
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that is to be told, with its ticket."""

    deadline: Deadline
    ticket: Ticket

    @property
    def key(self) -> tuple[int, str, int]:
        return self.ticket.id, self.deadline.metric, self.deadline.cycle

    @property
    def height(self) -> int:
        return _RISING.index(DeadlineLevel(self.deadline.level))


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one person is told in one letter: all that is new, or with `ticket` what failed before about this one."""

    person: int
    ticket: int | None


def parcels(session: Session, now: datetime) -> list[Parcel]:
    """What is to be told to whom, by the order in which it happened."""
    ticket = case((Reminder.attempts > 0, Deadline.ticket_id))
    found = select(Reminder.person_id, ticket).join(Deadline, Deadline.id == Reminder.deadline_id)
    found = found.where(or_(Reminder.next_at.is_(None), Reminder.next_at <= now)).order_by(Reminder.id)
    return list(dict.fromkeys(Parcel(person, one) for person, one in session.execute(found)))


def tell_reminders(session: Session, post: Post, parcel: Parcel, now: datetime, *, only_urgent: bool) -> bool:
    """One letter with all that one person is to hear; False where there is nothing, or nothing true any more."""
    # Whoever takes the rows away tells of them: another daemon finds none.
    mine = delete(Reminder).where(*_in(parcel, only_urgent=only_urgent))
    taken, person = sorted(session.scalars(mine.returning(Reminder.deadline_id))), parcel.person
    to = post.team.get(person)
    if not taken or to is None:
        return False
    due = _still_true(_highest(_due(session, taken)))
    if not due:
        log.info("person=%d reminders=%d fate=overtaken", person, len(taken))
        return False
    # A deadline is told to a person once, so no two letters begin with the same.
    key = f"{NoticeKind.REMINDER}:p{person}:d{taken[0]}"
    rows = tuple(_row(session, post, one, to, now) for one in due[:MOST_ROWS])
    alone = due[0].ticket if len({one.ticket.id for one in due}) == 1 else None
    notice = _notice(session, post, key, to, rows, len(due) - len(rows), alone, now)
    log.info("person=%d reminders=%d tickets=%d told", person, len(taken), len({one.ticket.id for one in due}))
    return outbox.enqueue(session, compose(notice, post.words), now, post.blobs)


def put_off(session: Session, parcel: Parcel, now: datetime, *, only_urgent: bool) -> None:
    """After a fault of ours."""
    mine = _in(parcel, only_urgent=only_urgent)
    attempts = (session.scalar(select(func.max(Reminder.attempts)).where(*mine)) or 0) + 1
    later = update(Reminder).where(*mine).values(attempts=attempts, next_at=now + wait_without_end(attempts))
    later = later.values(failed_at=now) if parcel.ticket is None else later
    session.execute(later.execution_options(synchronize_session=False))


def failing_reminders(session: Session) -> tuple[datetime | None, int]:
    """Since when, and how many."""
    failing = select(func.min(Reminder.failed_at), func.count()).where(Reminder.attempts > 0)
    oldest, count = session.execute(failing).one()
    return oldest, count


def _in(parcel: Parcel, *, only_urgent: bool) -> list[ColumnElement[bool]]:
    """Which rows are meant."""
    mine: list[ColumnElement[bool]] = [Reminder.person_id == parcel.person]
    if parcel.ticket is None:
        mine.append(Reminder.attempts == 0)
    else:
        about = select(Deadline.id).where(Deadline.ticket_id == parcel.ticket)
        mine += [Reminder.attempts > 0, Reminder.deadline_id.in_(about)]
    return [*mine, Reminder.urgent.is_(True)] if only_urgent else mine


def _due(session: Session, deadlines: Sequence[int]) -> list[Due]:
    found = select(Deadline, Ticket).join(Ticket, Ticket.id == Deadline.ticket_id).where(Deadline.id.in_(deadlines))
    return [Due(deadline, ticket) for deadline, ticket in session.execute(found).all()]


def _highest(due: list[Due]) -> list[Due]:
    """Of each clock only how far it has come; the farthest and oldest first."""
    best: dict[tuple[int, str, int], Due] = {}
    for one in due:
        if one.key not in best or best[one.key].height < one.height:
            best[one.key] = one
    return sorted(best.values(), key=lambda one: (-one.height, one.deadline.due_at, one.ticket.id))


def _still_true(due: list[Due]) -> list[Due]:
    """A warning of what has been done meanwhile would only disturb."""
    before = _RISING.index(DeadlineLevel.DUE)
    return [one for one in due if one.deadline.done_at is None or one.height >= before]


def _row(session: Session, post: Post, due: Due, to: Person, now: datetime) -> ReminderRow:
    ticket, deadline = due.ticket, due.deadline
    limit = _limit(session, deadline)
    until = deadline.done_at or now
    owner = session.get(Person, ticket.agent_id) if ticket.agent_id else None
    message = session.scalar(_LAST_WORDS.where(Message.ticket_id == ticket.id))
    author = session.get_one(Person, message.author_id) if message else session.get_one(Person, ticket.requester_id)
    return ReminderRow(
        number=ticket.id,
        title=ticket.subject,
        metric=Metric(deadline.metric),
        level=DeadlineLevel(deadline.level),
        due_at=limit.astimezone(post.settings.zone_of(to.address)),
        minutes=int(abs((until - limit).total_seconds()) // _MINUTE),
        late=until >= limit,
        done=deadline.done_at is not None,
        status=Status(ticket.status),
        priority=Priority(ticket.priority),
        agent=(owner.name or owner.address) if owner else "",
        mine=ticket.agent_id == to.id,
        requester=_address(session.get_one(Person, ticket.requester_id)),
        author=_address(author),
        words=message.text if message else "",
        address=post.address(TagKind.REPLY, ticket.id, ticket.token_epoch, to.id),
    )


def _limit(session: Session, deadline: Deadline) -> datetime:
    """The deadline that a warning or an escalation speaks of."""
    same = select(Deadline.due_at).where(
        Deadline.ticket_id == deadline.ticket_id,
        Deadline.metric == deadline.metric,
        Deadline.cycle == deadline.cycle,
        Deadline.level == DeadlineLevel.DUE,
    )
    return session.scalar(same) or deadline.due_at


def _notice(
    session: Session,
    post: Post,
    key: str,
    to: Person,
    rows: tuple[ReminderRow, ...],
    more: int,
    alone: Ticket | None,
    now: datetime,
) -> Notice:
    desk = post.settings.desk
    thread = _thread(session, post, alone, to) if alone else ()
    return Notice(
        kind=NoticeKind.REMINDER,
        effect_key=key,
        to=_address(to),
        language=agents_language(post, to.address),
        sender_name=desk.name,
        sender_address=desk.address,
        reply_to=rows[0].address if alone else post.letter_address(to.id, now),
        envelope_from=desk.address,
        subject=agent_subject(alone.subject, alone.id) if alone else "",
        message_id=post.message_id(alone.id if alone else None, key),
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        auto_submitted="auto-generated",
        loop_id=post.loop_id,
        ticket=alone.id if alone else None,
        date=now.astimezone(desk.timezone),
        facts={
            "rows": rows,
            "more": more,
            "answer_goes_to": _readers(session, post, alone, to) if alone else None,
            "desk_name": desk.name,
        },
        conversation=own_conversation(alone.id, alone.opened_at, outside=False) if alone else "",
    )


def _thread(session: Session, post: Post, ticket: Ticket, to: Person) -> tuple[str, ...]:
    """The Message-IDs of the ticket that this agent's program knows."""
    told = letters_about(session, ticket.id)
    mine = (one.message_id for one in told if one.to == to.address and not one.outside)
    return (thread_root(post.secrets[0], ticket.id, post.domain, outside=False), *mine)


def _readers(session: Session, post: Post, ticket: Ticket, to: Person) -> tuple[Address, ...]:
    """Who would read an answer to this letter."""
    agent = post.settings.agent_of(to.address)
    if agent is not None and agent.reply_default == "note":
        return ()
    standing = select(Person).join(Participant, Participant.person_id == Person.id).order_by(Participant.id)
    standing = standing.where(Participant.ticket_id == ticket.id, Participant.role != Role.WATCHER)
    people = session.scalars(standing.where(Person.id != to.id))
    return tuple(_address(person) for person in people if can_be_reached(person.address))


def _address(person: Person) -> Address:
    return Address(person.name, person.address)


_LAST_WORDS = select(Message).order_by(Message.id.desc()).limit(1)

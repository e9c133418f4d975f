"""Tells people what happened: events become notices, notices become letters in the outbox, in the transaction of the
event.

Recipients are the people stored on the ticket and the configured agents, never anybody an incoming mail names
(threats 3.3).
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from sqlalchemy.orm import Session

from maildesk.conversation import own_conversation
from maildesk.mail import Address
from maildesk.model import Event, Person
from maildesk.notify import outbox
from maildesk.notify.audience import (
    BRING_LAST_WORDS,
    TO_CUSTOMERS,
    Group,
    Told,
    notices_for,
    owner_or_team,
    readers_of_rating,
    said_twice,
)
from maildesk.notify.compose import Files, Notice, compose
from maildesk.notify.context import passed_on_as_written
from maildesk.notify.facts import facts_of
from maildesk.notify.gathered import SHARED, is_one_of_many, tell_later
from maildesk.notify.headers import can_be_reached
from maildesk.notify.operator import tell_silenced
from maildesk.notify.post import Post, Said
from maildesk.notify.scene import Scene, scene_of
from maildesk.notify.sharing import SharedFiles, SharedWords
from maildesk.notify.subjects import agent_subject, customer_subject, sender_name
from maildesk.notify.view import View
from maildesk.tokens import TagKind, thread_root
from maildesk.vocabulary import EventKind, NoticeKind

log = logging.getLogger(__name__)

#: Answers of the desk itself, which the pace of all automatic mail lets go.
OF_THE_DESK = frozenset({NoticeKind.RECEIVED, NoticeKind.STILL_WRONG})
#: What an agent has decided, and may regret at once.
HELD_BACK = frozenset({NoticeKind.ANSWER, NoticeKind.CLOSED})
#: They tell that a matter is over.
ENDS = frozenset({NoticeKind.CLOSED, NoticeKind.EXPIRED})
#: Letters that bring the files of the mail they tell of.
WITH_FILES = frozenset(
    {NoticeKind.NEW_TICKET, NoticeKind.CUSTOMER_ANSWER, NoticeKind.ANSWER, NoticeKind.CLOSED, NoticeKind.NOTE}
)


def announce(session: Session, post: Post, events: Sequence[Event], said: Said, now: datetime) -> None:
    """Enqueues every letter that these events cause. Doing it twice enqueues nothing twice (effect keys)."""
    # One for each zone: a moment is the same in all of them, and is told in the reader's own.
    words: dict[tzinfo, SharedWords] = defaultdict(lambda: SharedWords(post.words))
    blobs = SharedFiles(post.blobs)
    wanted = _wanted(session, post, events, now)
    twice = said_twice([one.told for one in wanted])
    brought = {(one.ticket, one.person) for one in twice}
    for one in wanted:
        event, kind = one.event, one.told.kind
        if one.told in twice:
            continue
        if one.of_many and kind in SHARED:
            tell_later(session, event, one.person.id, now)
            continue
        next_at = post.pace.turn(now) if kind in OF_THE_DESK else _leaves_at(post, event, kind, now)
        if next_at is None:
            tell_silenced(session, post, "", now)
            continue
        files = _files(one, said, brings_note=(event.ticket_id, one.person.id) in brought)
        notice = _notice(post, one, said, files, now)
        letter = compose(notice, words[post.settings.zone_of(one.person.address)])
        if outbox.enqueue(session, letter, now, blobs, next_at=next_at, event=event.id):
            log.info("ticket=%d letter=%s person=%d enqueued", event.ticket_id, kind, one.person.id)
            _note_told(said, event, one.person)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A letter that an event causes. `of_many`: its writer had his letters for this hour."""

    event: Event
    scene: Scene
    told: Told
    person: Person
    of_many: bool


def _wanted(session: Session, post: Post, events: Sequence[Event], now: datetime) -> list[_Wanted]:
    """The letters that these events cause, in their order."""
    scenes: dict[tuple[int, int | None], Scene] = {}
    wanted: list[_Wanted] = []
    for event in events:
        place = (event.ticket_id, event.about_id)
        # The events of one mail speak of the same ticket and message: one look serves them all.
        scene = scenes.get(place) or scenes.setdefault(place, scene_of(session, event))
        if event.kind == EventKind.SILENCED:
            tell_silenced(session, post, scene.requester.address, now)
            continue
        people, groups = _people(post, scene), _groups(post, scene, event, now)
        of_many = is_one_of_many(post, event, now)
        for kind, person_id in notices_for(EventKind(event.kind), groups, event.actor_id):
            person = people[person_id]
            if can_be_reached(person.address) and not _is_suppressed(person, kind, event):
                wanted.append(_Wanted(event, scene, Told(event.ticket_id, kind, person_id), person, of_many))
    return wanted


def _note_told(said: Said, event: Event, to: Person) -> None:
    """Whoever acted reads in his receipt who hears of it."""
    if said.receipt is not None and to.id != event.actor_id:
        said.receipt.tells(to.name, to.address)


def _leaves_at(post: Post, event: Event, kind: NoticeKind, now: datetime) -> datetime:
    """What an agent tells a requester waits a little: so long he may take it back (desk/errands/undoing.py)."""
    return now + post.settings.answers.hold if kind in HELD_BACK and event.actor_id in post.team else now


def _people(post: Post, scene: Scene) -> dict[int, Person]:
    author = (scene.author,) if scene.author else ()
    return {person.id: person for person in (*author, *scene.participants, *post.team.values())}


def _is_suppressed(to: Person, kind: NoticeKind, event: Event) -> bool:
    """What no human wrote is not sent where mail comes back (desk/undelivered.py), nor to whom it is not welcome: of
    that he is told the end of his matter alone (desk/self_service.py)."""
    if kind not in TO_CUSTOMERS or _auto_submitted(kind, event) == "":
        return False
    return to.undeliverable_since is not None or (to.quiet_since is not None and kind not in ENDS)


def _groups(post: Post, scene: Scene, event: Event, now: datetime) -> dict[Group, tuple[int, ...]]:
    # An agent who left the configuration gets no more mail: his tickets are everybody's again.
    owner = scene.owner if scene.owner and scene.owner.id in post.team else None
    away = owner is not None and owner.away_until is not None and owner.away_until > now
    responsible = owner_or_team(owner.id if owner else None, away, tuple(post.team))
    owners = (owner.id,) if owner else ()
    told_low, told_words = readers_of_rating(
        low=scene.ticket.rating is not None and scene.ticket.rating <= post.settings.feedback.low_rating,
        words=bool(scene.ticket.rating_comment),
        managers=_managers(post),
        responsible=responsible,
        owner=owners,
    )
    return {
        Group.PARTICIPANTS: tuple(person.id for person in scene.participants),
        Group.REQUESTER: (scene.requester.id,),
        Group.OWNER_OR_TEAM: responsible,
        Group.TOLD_LOW: told_low,
        Group.TOLD_WORDS: told_words,
        Group.OWNER: owners,
        Group.ACTOR: (event.actor_id,) if event.actor_id else (),
        Group.NAMED: tuple(person.id for person in post.team.values() if person.address == event.text),
    }


def _managers(post: Post) -> tuple[int, ...]:
    leading = {agent.email.lower() for agent in post.settings.agent if agent.manager}
    return tuple(person.id for person in post.team.values() if person.address in leading)


def _notice(post: Post, wanted: _Wanted, said: Said, files: Files, now: datetime) -> Notice:
    event, scene, kind, to = wanted.event, wanted.scene, wanted.told.kind, wanted.person
    settings, ticket = post.settings, scene.ticket
    outside = kind in TO_CUSTOMERS
    effect_key = f"{kind}:event{event.id}:p{to.id}"
    language = _language(post, scene, to, outside)
    root = thread_root(post.secrets[0], ticket.id, post.domain, outside=outside)
    thread = scene.thread(to.address, outside=outside)
    ours = own_conversation(ticket.id, ticket.opened_at, outside=outside)
    address = partial(_address, post, scene, to)
    return Notice(
        kind=kind,
        effect_key=effect_key,
        to=Address(to.name, to.address),
        language=language,
        sender_name=sender_name(kind, language, settings.desk.name, *_names(event, scene)),
        sender_address=settings.desk.address,
        reply_to=address(TagKind.REPLY, 0),
        envelope_from=settings.desk.address,
        subject=_subject(post, scene, kind),
        message_id=post.message_id(ticket.id, effect_key),
        in_reply_to=thread[-1] if thread else "",
        references=(root, *thread),
        auto_submitted=_auto_submitted(kind, event),
        loop_id=post.loop_id,
        ticket=ticket.id,
        date=now.astimezone(settings.desk.timezone),
        facts=facts_of(kind, View(settings, event, scene, said, to, address, files)),
        files=files,
        conversation=(scene.conversation if outside else "") or ours,
    )


def _files(wanted: _Wanted, said: Said, *, brings_note: bool) -> Files:
    """`brings_note`: the words of the mail travel in a letter about something else."""
    event, kind = wanted.event, wanted.told.kind
    if brings_note and kind in BRING_LAST_WORDS:
        return said.files
    if kind is NoticeKind.RECEIPT and said.receipt is not None:
        return Files(said.receipt.files)
    if kind not in WITH_FILES or not event.about_id:
        return Files()
    if kind not in TO_CUSTOMERS:
        return said.files
    as_written = passed_on_as_written(event, wanted.scene, said, wanted.person)
    return as_written.files if as_written else said.files.for_others


def _address(post: Post, scene: Scene, to: Person, kind: TagKind, score: int) -> str:
    return post.address(kind, scene.ticket.id, scene.ticket.token_epoch, to.id, score)


def _names(event: Event, scene: Scene) -> tuple[str, str]:
    """(the agent who speaks, the person who wrote), for the display name in From."""
    author = scene.author.name or scene.author.address.partition("@")[0] if scene.author else ""
    return author if event.about_id else "", author


def _subject(post: Post, scene: Scene, kind: NoticeKind) -> str:
    if kind is NoticeKind.RECEIVED and not (scene.message and scene.message.verified):
        return ""  # the template's own: not one word of an unproven sender goes back (threats T20)
    if kind in TO_CUSTOMERS:
        tagged = post.settings.desk.subject_tag == "always"
        return customer_subject(scene.ticket.subject, scene.ticket.id, tagged=tagged)
    return agent_subject(scene.ticket.subject, scene.ticket.id)


def _auto_submitted(kind: NoticeKind, event: Event) -> str:
    if kind in OF_THE_DESK:
        return "auto-replied"
    # A person's own words are a person's mail; some systems drop all that is automatic.
    if kind is NoticeKind.ANSWER or (kind is NoticeKind.CLOSED and event.about_id):
        return ""
    return "auto-generated"


def _language(post: Post, scene: Scene, to: Person, outside: bool) -> str:
    """The ticket's language outside, his own for an agent; the desk's first where that is unknown."""
    agent = post.settings.agent_of(to.address)
    wished = list(agent.languages[:1]) if agent and not outside else [scene.ticket.language, to.language]
    known = post.settings.desk.languages
    return next((language for language in wished if language in known), known[0])

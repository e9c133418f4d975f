"""Tells people what happened: events become notices, notices become letters in the outbox, in the transaction of the
event.

Recipients are the people stored on the ticket and the configured agents, never anybody an incoming mail names
(threats 3.3).
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from maildesk.mail import Address
from maildesk.model import Event, Outbound, Person
from maildesk.notify import outbox
from maildesk.notify.audience import Group, notices_for
from maildesk.notify.compose import Files, Notice, compose
from maildesk.notify.facts import View, facts_of
from maildesk.notify.headers import can_be_reached
from maildesk.notify.operator import tell_silenced
from maildesk.notify.post import Post, Said
from maildesk.notify.scene import Scene, scene_of
from maildesk.notify.sharing import SharedFiles, SharedWords
from maildesk.notify.subjects import agent_subject, customer_subject, sender_name
from maildesk.tokens import TagKind
from maildesk.vocabulary import EventKind, NoticeKind

log = logging.getLogger(__name__)

#: Letters to the people outside, in the thread they began; all others go to agents, in a thread of their own.
TO_CUSTOMERS = frozenset({NoticeKind.RECEIVED, NoticeKind.ANSWER, NoticeKind.CLOSED})
#: Letters that bring the files of the mail they tell of.
WITH_FILES = frozenset(
    {NoticeKind.NEW_TICKET, NoticeKind.CUSTOMER_ANSWER, NoticeKind.ANSWER, NoticeKind.CLOSED, NoticeKind.NOTE}
)


def announce(session: Session, post: Post, events: Sequence[Event], said: Said, now: datetime) -> None:
    """Enqueues every letter that these events cause. Doing it twice enqueues nothing twice (effect keys)."""
    scenes: dict[tuple[int, int | None], Scene] = {}
    words, blobs = SharedWords(post.words), SharedFiles(post.blobs)
    for event in events:
        place = (event.ticket_id, event.about_id)
        # The events of one mail speak of the same ticket and message: one look serves them all.
        scene = scenes.get(place) or scenes.setdefault(place, scene_of(session, event))
        if event.kind == EventKind.SILENCED:
            tell_silenced(session, post, scene.requester.address, now)
            continue
        people = _people(post, scene)
        for kind, person_id in notices_for(EventKind(event.kind), _groups(post, scene, event), event.actor_id):
            if not can_be_reached(people[person_id].address):
                continue
            next_at = post.pace.turn(now) if kind is NoticeKind.RECEIVED else now
            if next_at is None:
                tell_silenced(session, post, "", now)
                continue
            letter = compose(_notice(post, event, scene, kind, people[person_id], said, now), words)
            if outbox.enqueue(session, letter, now, blobs, next_at=next_at):
                log.info("ticket=%d letter=%s person=%d enqueued", event.ticket_id, kind, person_id)


def tell_undelivered(session: Session, post: Post, letter: Outbound, reason: str, now: datetime) -> None:
    """A letter was refused, or given up: the agents of its ticket learn it; never the requester (threats 1.3)."""
    if letter.ticket_id is None or letter.kind not in TO_CUSTOMERS:
        # About a letter to one of ours nobody is written to: that letter might fail too, and so on.
        log.error("letter=%d kind=%s not delivered: %s", letter.id, letter.kind, reason)
        return
    event = Event(ticket_id=letter.ticket_id, at=now, kind=EventKind.UNDELIVERED, text=f"{letter.recipient}: {reason}")
    session.add(event)
    session.flush()
    announce(session, post, [event], Said(), now)


def _people(post: Post, scene: Scene) -> dict[int, Person]:
    author = (scene.author,) if scene.author else ()
    return {person.id: person for person in (*author, *scene.participants, *post.team.values())}


def _groups(post: Post, scene: Scene, event: Event) -> dict[Group, tuple[int, ...]]:
    # An agent who left the configuration gets no more mail: his tickets are everybody's again.
    owner = (scene.owner.id,) if scene.owner and scene.owner.id in post.team else ()
    return {
        Group.PARTICIPANTS: tuple(person.id for person in scene.participants),
        Group.OWNER_OR_TEAM: owner or tuple(post.team),
        Group.OWNER: owner,
        Group.ACTOR: (event.actor_id,) if event.actor_id else (),
    }


def _notice(post: Post, event: Event, scene: Scene, kind: NoticeKind, to: Person, said: Said, now: datetime) -> Notice:
    settings, ticket = post.settings, scene.ticket
    outside = kind in TO_CUSTOMERS
    effect_key = f"{kind}:event{event.id}:p{to.id}"
    language = _language(post, scene, to, outside)
    root = post.message_id(ticket.id, f"root:{'outside' if outside else 'inside'}:{ticket.id}")
    thread = scene.thread(to.address, outside=outside)
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
        facts=facts_of(kind, View(settings, event, scene, said, to, address)),
        files=said.files if kind in WITH_FILES and event.about_id else Files(),
    )


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
    if kind is NoticeKind.RECEIVED:
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

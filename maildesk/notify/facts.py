"""What each letter says, gathered for its template; notify.templates.FACTS is the list of what each kind needs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from maildesk.config import Settings
from maildesk.filekinds import really
from maildesk.mail import Address
from maildesk.model import Attachment, Event, Person
from maildesk.notify.compose import Files, Listed
from maildesk.notify.headers import can_be_reached
from maildesk.notify.look_alike import known_likeness
from maildesk.notify.plaintext import first_words
from maildesk.notify.post import Said
from maildesk.notify.scene import Scene
from maildesk.tokens import TagKind
from maildesk.vocabulary import Direction, EventKind, NoticeKind, Priority, Status

_STATUS_CODE: Final = re.compile(r"\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class View:
    """One letter about to be written: the scene, what was said, to whom, and the signed addresses he gets."""

    settings: Settings
    event: Event
    scene: Scene
    said: Said
    to: Person
    address: Callable[[TagKind, int], str]
    #: What the letter brings.
    files: Files

    @property
    def words(self) -> str:
        return self.scene.message.text if self.scene.message else ""

    @property
    def attachments(self) -> tuple[Listed, ...]:
        return tuple(self._listed(file) for file in self.scene.files if not file.logo)

    def _listed(self, file: Attachment) -> Listed:
        preview = next((one for one in self.files.previews if one.index == file.part_index), None)
        return Listed(
            file.filename,
            file.size,
            self.files.fate_of(file.part_index),
            really(file.filename, file.content_type, file.true_type),
            preview.content_id if preview else "",
            preview.width if preview else 0,
        )

    @property
    def left_out(self) -> tuple[Listed, ...]:
        """Files of this mail that could not be passed on, though the letter at hand brings none at all."""
        if not self.event.about_id:
            return ()
        fates = ((file, self.said.files.withheld.get(file.part_index)) for file in self.scene.files)
        return tuple(Listed(file.filename, file.size, fate) for file, fate in fates if fate)


def facts_of(kind: NoticeKind, view: View) -> Mapping[str, object]:
    """The values for one letter."""
    return {**_FACTS[kind](view), "desk_name": view.settings.desk.name}


def _of_a_ticket(view: View) -> dict[str, object]:
    scene, ticket = view.scene, view.scene.ticket
    message = scene.message
    zone = view.settings.desk.timezone
    return {
        "title": ticket.subject,
        "requester": _address(scene.requester),
        # Not merely unproven, which most mail is: only what is disowned or odd is worth an alarm (threats 3.3).
        "verified": message is None or not message.doubt,
        "resembles": known_likeness(_author(view), _known(view.settings)),
        "queue": " + ".join(name for name in (ticket.queue, *ticket.watching.split(",")) if name),
        "priority": Priority(ticket.priority),
        "status": Status(ticket.status),
        "ticket_language": ticket.language,
        "agent": scene.owner.name or scene.owner.address if scene.owner else "",
        "assigned_reason": ticket.assigned_reason,
        "answer_goes_to": _answer_goes_to(view),
        "note_address": _note_address(view),
        "at": (message.at if message else ticket.opened_at).astimezone(zone),
        "words": view.words,
        "attachments": view.attachments,
        "logos": sum(file.logo for file in scene.files),
    }


def _received(view: View) -> dict[str, object]:
    verified = view.scene.message is not None and view.scene.message.verified
    return {
        "verified": verified,
        "name": view.to.name,
        "words": view.words,
        "promise": None,
        "left_out": view.left_out,
        "unlisted": view.said.unlisted,
    }


def _new_ticket(view: View) -> dict[str, object]:
    return {
        **_of_a_ticket(view),
        "related": view.scene.related,
        "suggested": view.scene.suggested,
        "problems": view.said.problems,
    }


def _customer_answer(view: View) -> dict[str, object]:
    event = view.event
    return {
        **_of_a_ticket(view),
        "author": _author(view),
        "reopened": event.kind == EventKind.CUSTOMER_ANSWERED and event.text == "reopened",
        "third_person": event.kind == EventKind.THIRD_PERSON_WROTE,
        "via": _address(view.scene.via) if view.scene.via else None,
        "suggested": view.scene.suggested,
        "problems": view.said.problems,
    }


def _answer(view: View) -> dict[str, object]:
    words = first_words(view.words) if view.scene.is_new(view.to) else view.words
    return {"words": words, "attachments": view.attachments, "included_by": _included_by(view)}


def _closed(view: View) -> dict[str, object]:
    feedback = view.settings.feedback
    outside = view.settings.agent_of(view.to.address) is None  # agents cannot rate (behaviour 11)
    asked = feedback.with_closure and outside and view.to.id == view.scene.ticket.requester_id
    return {
        "name": view.to.name,
        "solution": _solution(view),
        "included_by": _included_by(view),
        "rate_addresses": tuple(view.address(TagKind.RATE, score) for score in range(1, 6)) if asked else (),
        "reopen_days": view.settings.answers.reopen_within.days,
    }


def _solution(view: View) -> str:
    """Without what was written before he was taken in (threats 3.3)."""
    joined, answered_at = view.scene.joined.get(view.to.id), view.scene.answered_at
    repeated = view.event.about_id is None
    if repeated and joined is not None and (answered_at is None or joined.at >= answered_at):
        return ""
    solution = view.scene.ticket.resolution
    return first_words(solution) if view.scene.is_new(view.to) else solution


def _included_by(view: View) -> str:
    """Whose doing it is that he gets letters; said in the first one alone."""
    if not view.scene.is_new(view.to):
        return ""
    return view.scene.joined[view.to.id].reason.removeprefix("named by ")


def _note(view: View) -> dict[str, object]:
    return {**_of_a_ticket(view), "author": _author(view)}


def _assigned(view: View) -> dict[str, object]:
    return {**_note(view), "assigned_by": ""}


def _not_understood(view: View) -> dict[str, object]:
    return {
        "title": view.scene.ticket.subject,
        "understood": view.said.understood,
        "mistakes": view.said.mistakes,
        "words": view.said.words,
    }


def _undelivered(view: View) -> dict[str, object]:
    failed, _, said = view.event.text.partition(": ")
    code = _STATUS_CODE.search(said)
    outgoing = view.scene.message is not None and view.scene.message.direction == Direction.OUT
    return {
        "title": view.scene.ticket.subject,
        "failed": failed,
        "status": code.group() if code else "",
        "said": said,
        "words": view.words if outgoing else "",
        "suppressed": any(one.address == failed and one.undeliverable_since for one in view.scene.participants),
    }


def _doubtful(view: View) -> dict[str, object]:
    unsure = next((one for one in view.scene.participants if one.address == view.event.text), view.scene.requester)
    since = unsure.undeliverable_since or view.event.at
    return {
        "title": view.scene.ticket.subject,
        "failed": view.event.text,
        "since": since.astimezone(view.settings.desk.timezone),
        "sent": view.event.about_id is not None,
    }


def _address(person: Person) -> Address:
    return Address(person.name, person.address)


def _known(settings: Settings) -> list[str]:
    """The addresses that people here trust at a glance: colleagues, and our own."""
    agents = [one for agent in settings.agent for one in (agent.email, *agent.aliases)]
    return [*agents, *settings.own_addresses]


def _author(view: View) -> Address:
    return _address(view.scene.author or view.scene.requester)


def _note_address(view: View) -> str:
    tagged = view.address(TagKind.NOTE, 0)
    return "" if tagged == view.settings.desk.address else tagged


def _answer_goes_to(view: View) -> tuple[Address, ...]:
    agent = view.settings.agent_of(view.to.address)
    if agent is not None and agent.reply_default == "note":
        return ()
    others = (person for person in view.scene.participants if person.id != view.to.id)
    return tuple(_address(person) for person in others if can_be_reached(person.address))


_FACTS: Final[Mapping[NoticeKind, Callable[[View], dict[str, object]]]] = {
    NoticeKind.RECEIVED: _received,
    NoticeKind.NEW_TICKET: _new_ticket,
    NoticeKind.CUSTOMER_ANSWER: _customer_answer,
    NoticeKind.ANSWER: _answer,
    NoticeKind.CLOSED: _closed,
    NoticeKind.NOTE: _note,
    NoticeKind.ASSIGNED: _assigned,
    NoticeKind.HELP: lambda view: {},
    NoticeKind.NOT_UNDERSTOOD: _not_understood,
    NoticeKind.UNDELIVERED: _undelivered,
    NoticeKind.DOUBTFUL: _doubtful,
}

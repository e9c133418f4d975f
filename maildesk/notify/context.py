"""The parts of a letter beside its news: who the requester is, what was said before, how an agent's words were set.

It decides what of that the reader may see, and looks nothing up that the scene does not hold.
"""

from dataclasses import dataclass
from datetime import datetime

from maildesk.mail import Address
from maildesk.model import Event, Person
from maildesk.notify.before import Spoken, may_be_quoted
from maildesk.notify.plaintext import first_words
from maildesk.notify.post import Said
from maildesk.notify.relayed import Relayed
from maildesk.notify.same_words import essence
from maildesk.notify.scene import Scene
from maildesk.notify.view import View
from maildesk.open_domains import OPEN_TO_ALL


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that were written before; `at` is in the zone of whoever reads it."""

    author: Address
    at: datetime
    public: bool
    words: str


def known_of_requester(view: View) -> dict[str, object]:
    """His organisation, his other tickets, and when something is due."""
    before, zone = view.scene.before(), view.zone
    domain = view.scene.requester.address.rpartition("@")[2]
    ours = domain in {address.rpartition("@")[2] for address in view.settings.own_addresses}
    unknown = domain in OPEN_TO_ALL or domain.endswith(".invalid") or ours
    known = view.settings.organisation_of(view.scene.requester.address)
    return {
        "organisation": known.name if known else "" if unknown else domain,
        "earlier": before.tickets,
        "earlier_count": before.count,
        "due_at": before.due_at.astimezone(zone) if before.due_at else None,
    }


def history_inside(view: View) -> tuple[Quoted, ...]:
    """For agents: the last messages, public and not."""
    return tuple(_quoted(view, one) for one in view.scene.before().spoken)


def history_outside(view: View) -> tuple[Quoted, ...]:
    """For people outside: what they may read again; nothing for somebody who gets his first letter (threats 3.3)."""
    if view.scene.is_new(view.to):
        return ()
    spoken = view.scene.before().spoken
    return tuple(_quoted(view, one) for one in may_be_quoted(spoken, view.scene.since, view.to.id))


def passed_on_as_written(event: Event, scene: Scene, said: Said, to: Person) -> Relayed | None:
    """The author's own HTML, where the message that is spoken of is exactly what the mail at hand says."""
    message, relayed = scene.message, said.relayed
    if relayed is None or message is None or not message.public or message.inbound_id != event.inbound_id:
        return None
    whole = not scene.is_new(to) or first_words(message.text) == message.text.strip()
    return relayed if whole and relayed.said == essence(message.text) else None


def as_written(view: View, words: str) -> dict[str, object]:
    """The HTML of these words, where there is any, and what stands below an agent's words."""
    relayed = passed_on_as_written(view.event, view.scene, view.said, view.to)
    html = relayed.html if relayed and relayed.said == essence(words) else ""
    return {
        "html": html,
        "coloured": bool(html) and relayed is not None and relayed.is_coloured,
        "signature": _signature(view) if words and view.event.about_id is not None else "",
    }


def _signature(view: View) -> str:
    """The queue's, or the desk's; "{agent}" in it is the name of who wrote."""
    settings, author = view.settings, view.scene.author
    queue = next((one for one in settings.queue if one.name == view.scene.ticket.queue), None)
    chosen = (queue.signature if queue else "") or settings.desk.signature
    return chosen.replace("{agent}", author.name if author else "").strip()


def _quoted(view: View, one: Spoken) -> Quoted:
    return Quoted(one.author, one.at.astimezone(view.zone), one.public, one.words)

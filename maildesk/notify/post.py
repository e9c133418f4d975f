"""What telling people needs, and what the mail that caused it said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maildesk.blobs import Blobs
from maildesk.config import Settings
from maildesk.keys import KeyRing
from maildesk.mail import Address
from maildesk.model import Person
from maildesk.notify.compose import Files
from maildesk.notify.crowd import Crowd
from maildesk.notify.pace import Pace
from maildesk.notify.receipt import Receipt
from maildesk.notify.relayed import Relayed
from maildesk.notify.rendered import Words
from maildesk.tokens import TagKind, derived_id, return_address, tagged_address


@dataclass(frozen=True, slots=True)
class Post:
    """The means of the desk. `team` are the agents' people, by id, in the order of the configuration."""

    settings: Settings
    key_ring: KeyRing
    words: Words
    blobs: Blobs
    pace: Pace
    crowd: Crowd
    #: Stands in X-Maildesk-Loop of all our letters.
    loop_id: str
    team: Mapping[int, Person]

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Signing keys, the present one first."""
        return self.key_ring.keys.believed

    @property
    def domain(self) -> str:
        """The right-hand side of our addresses and Message-IDs."""
        return self.settings.desk.address.rpartition("@")[2].lower()

    def message_id(self, ticket: int | None, effect_key: str) -> str:
        """The Message-ID of a letter, the same whenever it is asked for."""
        return derived_id(self.secrets[0], ticket, effect_key, self.domain)

    def address(self, kind: TagKind, ticket: int, epoch: int, person: int, score: int = 0) -> str:
        """The signed address of one person on one ticket."""
        desk = self.settings.desk
        return tagged_address(desk.address, desk.subaddress, self.secrets[0], kind, ticket, person, epoch, score)

    def letter_address(self, person: int, now: datetime) -> str:
        """Where one of us answers a letter that is about no ticket: signed for him and the day; "" where the mail
        server knows no tagged addresses."""
        if self.settings.desk.subaddress == "none":
            return ""
        return self.address(TagKind.DIGEST, now.date().toordinal(), 0, person)

    def comes_back_to(self, letter: int, sender: str) -> str:
        """The envelope sender of a letter: its own signed address where the relay lets us, else `sender`."""
        if not self.settings.relay.signs_return_path:
            return sender
        return return_address(sender, self.settings.desk.subaddress, self.secrets[0], letter)


@dataclass(frozen=True, slots=True)
class News:
    """Something that was said on a ticket while an agent wrote his answer (desk/errands/crossed.py)."""

    author: Address
    by_agent: bool
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One ticket that the solution of a problem would answer (desk/errands/incidents.py)."""

    number: int
    title: str
    requester: Address


@dataclass(frozen=True, slots=True)
class Said:
    """The mail that caused the events: its words, what could not be read or understood of it, the files that travel
    on."""

    words: str = ""
    problems: tuple[str, ...] = ()
    understood: tuple[str, ...] = ()
    #: With `line`, `problem` and `suggestion` each (desk.commands.Mistake).
    mistakes: tuple[object, ...] = ()
    files: Files = field(default_factory=Files)
    #: An agent's words as he set them, with their pictures; None where they are passed on as text.
    relayed: Relayed | None = None
    #: Files of the mail that are too many to be listed.
    unlisted: int = 0
    #: When a person will have answered, as the clocks say (desk/clocks/deadlines.py); None where nothing is promised.
    promise: datetime | None = None
    #: What an agent had not seen when he answered.
    news: tuple[News, ...] = ()
    #: Whom the solution of a problem would answer.
    incidents: tuple[Incident, ...] = ()
    #: What an agent wrote above a mail that he passed on.
    above: str = ""
    #: Of an agent's commands.
    receipt: Receipt | None = None

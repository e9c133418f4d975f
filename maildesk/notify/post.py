"""What telling people needs, and what the mail that caused it said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from maildesk.blobs import Blobs
from maildesk.config import Settings
from maildesk.model import Person
from maildesk.notify.compose import Files, Words
from maildesk.notify.crowd import Crowd
from maildesk.notify.pace import Pace
from maildesk.tokens import TagKind, derived_id, return_address, tagged_address


@dataclass(frozen=True, slots=True)
class Post:
    """The means of the desk. `team` are the agents' people, by id, in the order of the configuration."""

    settings: Settings
    #: Signing keys, the present one first.
    secrets: tuple[bytes, ...]
    words: Words
    blobs: Blobs
    pace: Pace
    crowd: Crowd
    #: Stands in X-Maildesk-Loop of all our letters.
    loop_id: str
    team: Mapping[int, Person]

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

    def comes_back_to(self, letter: int, sender: str) -> str:
        """The envelope sender of a letter: its own signed address where the relay lets us, else `sender`."""
        if not self.settings.relay.signs_return_path:
            return sender
        return return_address(sender, self.settings.desk.subaddress, self.secrets[0], letter)


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
    #: Files of the mail that are too many to be listed.
    unlisted: int = 0

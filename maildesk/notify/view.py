"""One letter about to be written, as the gathering of its facts sees it. It reads nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from maildesk.config import Settings
from maildesk.filekinds import really
from maildesk.model import Attachment, Event, Person
from maildesk.notify.compose import Files, Listed
from maildesk.notify.post import Said
from maildesk.notify.scene import Scene
from maildesk.tokens import TagKind


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
    def zone(self) -> ZoneInfo:
        """In which its reader reads times."""
        return self.settings.zone_of(self.to.address)

    @property
    def attachments(self) -> tuple[Listed, ...]:
        listed = tuple(self._listed(file) for file in self.scene.files if not file.logo)
        original = self.files.original
        return (*listed, Listed(original.filename, len(original.data))) if original else listed

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

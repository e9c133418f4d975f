"""Is a picture the ornament of a signature? Then it is kept, but nobody is shown it as if it were a screenshot.

A company's logo comes with every mail of every one of its people; a screenshot comes from one person, or is passed on
as a file of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass

from maildesk.mail import Part

#: Bytes. A picture of a screen is rarely so small, a logo rarely larger.
LARGEST_LOGO = 100_000
#: Other requesters whose tickets have the same picture.
SEEN_WITH = 2


@dataclass(frozen=True, slots=True)
class Sighting:
    """The same picture in an earlier mail: whose ticket, and was it called a logo there, where no agent wrote it?"""

    requester: int
    logo: bool


def may_be_logo(part: Part) -> bool:
    """A small picture in the text of a mail; what somebody attached as a file is never one."""
    shown = part.inline and part.disposition != "attachment"
    return shown and part.true_type.startswith("image/") and 0 < part.size <= LARGEST_LOGO


def is_logo(part: Part, sightings: Collection[Sighting], requester: int) -> bool:
    """May the picture be left out of what people are shown?"""
    if not may_be_logo(part):
        return False
    others = {seen.requester for seen in sightings} - {requester}
    return part.in_signature or any(seen.logo for seen in sightings) or len(others) >= SEEN_WITH

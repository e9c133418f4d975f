"""What the daily stories of the desk have in hand: held mail, digests and reports. It does nothing by itself."""

from dataclasses import dataclass

from maildesk.clock import Clock
from maildesk.notify.post import Post
from maildesk.store import Store


@dataclass(frozen=True, slots=True)
class Keeper:
    """The database, what letters are made with, and the time."""

    store: Store
    post: Post
    clock: Clock

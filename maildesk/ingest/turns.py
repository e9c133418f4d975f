"""Whose turn it is: the senders' mails are taken one of each in turn, so that a flood of one delays nobody else.

A mail stands one turn behind the last waiting mail of its author and of its envelope sender, and never before the turn
that is being served, so that each round ends and nobody waits for ever. Two look-ups in an index, however long the
queue is. The keys tell senders apart and prove nothing: no decision about a mail reads them.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Table, bindparam, func, literal_column, select

from maildesk.model import Inbound
from maildesk.vocabulary import InboundState

#: Where From is looked for; a mail that hides it behind more has no author for this purpose.
HEAD_BYTES: Final = 64 << 10
#: All history that is imported at once stands in one line, whoever wrote it.
HISTORY: Final = "(history)"
_LONGEST_KEY: Final = 254
_LONGEST_FIELD: Final = 2000
_HEADER_END: Final = re.compile(rb"\n\r?\n|\r\r")
_FROM: Final = re.compile(rb"(?:\A|[\r\n])from[ \t]*:", re.I)
_NEXT_FIELD: Final = re.compile(rb"[\r\n](?![ \t\n])")


class Keys(NamedTuple):
    """Who is behind a mail, as far as anybody can say without reading it; "" where nothing is said."""

    author: str
    envelope: str


def key_of(address: str) -> str:
    """One key for an address in any spelling, and for all its subaddresses: "Kari+1@X" and "kari@x" are one sender."""
    local, at, domain = "".join(filter(str.isprintable, address)).strip(" <>").lower().rpartition("@")
    # A return path with one tag for each letter is one sender as well.
    return f"{local.partition('+')[0] or local}{at}{domain}"[:_LONGEST_KEY]


def author_of(head: bytes) -> str:
    """The key of the first From line in the first bytes of a mail. Linear; never raises."""
    head = head[:HEAD_BYTES]
    end = _HEADER_END.search(head)
    header = head[: end.start() if end else len(head)]
    found = _FROM.search(header)
    if found is None:
        return ""
    value = header[found.end() : found.end() + _LONGEST_FIELD]
    following = _NEXT_FIELD.search(value)
    value = value[: following.start() if following else len(value)]
    return key_of(value.rpartition(b"<")[2].partition(b">")[0].decode("utf-8", "replace"))


def deal(connection: Connection, mails: Sequence[Keys]) -> list[int]:
    """The turns of mails that arrive together, in their order; to be stored in the same transaction."""
    serving = connection.execute(_SERVING).scalar()
    lines = _Lines(connection, waiting=serving is not None)
    first = 0 if serving is None else serving + 1
    return [lines.join(keys, first) for keys in mails]


class _Lines:
    """The last turn of each sender that comes up, looked up once and then counted on."""

    def __init__(self, connection: Connection, *, waiting: bool) -> None:
        self._connection = connection
        self._waiting = waiting
        self._last: dict[tuple[int, str], int] = {}

    def join(self, keys: Keys, first: int) -> int:
        named = [(place, key) for place, key in enumerate(keys) if key]
        turn = max([first, *(self._behind(place, key) + 1 for place, key in named)])
        self._last.update(dict.fromkeys(named, turn))
        return turn

    def _behind(self, place: int, key: str) -> int:
        if (place, key) not in self._last:
            found = self._connection.execute(_LAST[place], {"key": key}).scalar() if self._waiting else None
            self._last[place, key] = -1 if found is None else found
        return self._last[place, key]


_table: Final = Inbound.__table__
assert isinstance(_table, Table)
_SERVING: Final = select(_table.c.turn).where(_table.c.state == InboundState.NEW).order_by(_table.c.turn).limit(1)
# Literal, since a database that is to use an index of the waiting rows alone must see that it may (model.Inbound).
_WAITING: Final = _table.c.disposition == literal_column("''")


def _last_of(column: "Column[Any]") -> Any:
    return select(func.max(_table.c.turn)).where(_WAITING, column == bindparam("key"))


_LAST: Final = (_last_of(_table.c.author_key), _last_of(_table.c.envelope_key))

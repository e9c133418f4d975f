"""How Outlook knows a conversation: the Thread-Index of its mails, and of ours, so that it shows them together. Pure.

22 bytes are the same in all mails of a conversation: a reserved 1 and a time, together the upper 48 bits of a FILETIME,
and 16 bytes of its own; each mail adds a block of 5 (MS-OXOMSG 2.2.1.3).
"""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

_FIRST_DAY: Final = datetime(1601, 1, 1, tzinfo=UTC)
#: The time of a block is counted from that of the beginning, in units of 2**18 ticks of 100 ns, or of 2**23 where that
#: is longer than 31 bits can say.
_FINE, _COARSE, _BITS = 18, 23, 31


def own_conversation(ticket: int, opened_at: datetime, *, outside: bool) -> str:
    """The beginning of ours, in hexadecimal digits: one for the people outside, another one for agents.

    It opens nothing to anybody who does not stand on the ticket (desk/match.py).
    """
    made_of = f"{ticket} {opened_at.astimezone(UTC).isoformat()} {'outside' if outside else 'inside'}"
    return ((_ticks(opened_at) >> 16).to_bytes(6, "big") + sha256(made_of.encode()).digest()[:16]).hex()


def thread_index(conversation: str, at: datetime, message_id: str) -> str:
    """The field for a letter of that time; the same letter has the same bytes."""
    beginning = bytes.fromhex(conversation)
    since = max(0, _ticks(at) - (int.from_bytes(beginning[:6], "big") << 16))
    coarse = since >> (_FINE + _BITS) > 0
    time = (since >> (_COARSE if coarse else _FINE)) & ((1 << _BITS) - 1)
    block = (coarse << _BITS | time).to_bytes(4, "big") + sha256(message_id.encode()).digest()[:1]
    return b64encode(beginning + block).decode("ascii")


def _ticks(at: datetime) -> int:
    """A FILETIME."""
    since = at - _FIRST_DAY
    return (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10
